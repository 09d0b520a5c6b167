<?php

namespace Dig\Ticket\Bridge\Doctrine;

use Dig\Ticket\Bridge\TicketId;
use Doctrine\DBAL\Platforms\AbstractPlatform;
use Doctrine\DBAL\Types\ConversionException;
use Doctrine\DBAL\Types\Type;
use InvalidArgumentException;

/**
 * A BIGINT that is a string in PHP, with DBAL 3 and 4 alike: their own bigint is a string with the one and an integer with the
 * other, and an entity whose ID is not what was read is written again by each flush.
 */
final class TicketIdType extends Type
{
    public const NAME = 'ticket_id';

    /** DBAL 3 asks for it. */
    public function getName(): string
    {
        return self::NAME;
    }

    /** DBAL 3 asks for it, which would otherwise see a difference between the schema and PostgreSQL's for ever. */
    public function requiresSQLCommentHint(AbstractPlatform $platform): bool
    {
        return true;
    }

    public function getSQLDeclaration(array $column, AbstractPlatform $platform): string
    {
        return $platform->getBigIntTypeDeclarationSQL(['autoincrement' => false, 'unsigned' => false] + $column);
    }

    public function convertToPHPValue(mixed $value, AbstractPlatform $platform): ?string
    {
        return $this->convert($value);
    }

    /** Strings, integers and TicketId; of what is no ID Symfony makes a 404 where a controller takes an entity. */
    public function convertToDatabaseValue(mixed $value, AbstractPlatform $platform): ?string
    {
        return $this->convert($value);
    }

    private function convert(mixed $value): ?string
    {
        try {
            return $value === null ? null : TicketId::normalize($value);
        } catch (InvalidArgumentException $error) {
            throw new ConversionException($error->getMessage(), 0, $error);
        }
    }
}
