<?php

namespace Dig\Ticket\Bridge\Symfony;

use Dig\Ticket\Bridge\TicketId;
use InvalidArgumentException;
use Symfony\Component\Serializer\Exception\NotNormalizableValueException;
use Symfony\Component\Serializer\Normalizer\DenormalizerInterface;
use Symfony\Component\Serializer\Normalizer\NormalizerInterface;

/** TicketId in what Symfony serializes: a string out; a string or an integer in. */
final class TicketIdNormalizer implements NormalizerInterface, DenormalizerInterface
{
    public function getSupportedTypes(?string $format): array
    {
        return [TicketId::class => true];
    }

    public function normalize(mixed $object, ?string $format = null, array $context = []): string
    {
        return $object->toString();
    }

    public function supportsNormalization(mixed $data, ?string $format = null, array $context = []): bool
    {
        return $data instanceof TicketId;
    }

    public function denormalize(mixed $data, string $type, ?string $format = null, array $context = []): TicketId
    {
        try {
            return TicketId::fromString(TicketId::normalize($data));
        } catch (InvalidArgumentException $error) {
            $path = $context['deserialization_path'] ?? null;
            throw NotNormalizableValueException::createForUnexpectedDataType($error->getMessage(), $data, ['string', 'int'], $path, true);
        }
    }

    public function supportsDenormalization(mixed $data, string $type, ?string $format = null, array $context = []): bool
    {
        return $type === TicketId::class;
    }
}
