<?php

namespace Dig\Ticket\Bridge;

use DateTimeImmutable;
use Dig\Ticket\Number;
use InvalidArgumentException;
use JsonSerializable;
use Stringable;

/**
 * An ID as a value, with the methods of Symfony's Uuid and Ulid. As a string, and in JSON, it is decimal: JavaScript's numbers
 * have 53 bits.
 */
final class TicketId implements JsonSerializable, Stringable
{
    private function __construct(private readonly int $id)
    {
    }

    public static function generate(): self
    {
        return new self((new Number())->generate());
    }

    public static function fromInt(int $id): self
    {
        return new self($id);
    }

    /** @throws InvalidArgumentException if it is none, see isValid() */
    public static function fromString(string $id): self
    {
        return new self((int) self::normalize($id));
    }

    /** @throws \ValueError if it is no text of Number::toText() */
    public static function fromText(string $text): self
    {
        return new self(Number::fromText($text));
    }

    /**
     * Whether a value is an integer of 64 bits with sign, or is written as PHP writes one: in decimal, without a plus, a zero
     * before it or a space, so that there is one way only to write an ID.
     */
    public static function isValid(mixed $value): bool
    {
        return is_int($value) || $value instanceof self || is_string($value) && (string) (int) $value === $value;
    }

    /**
     * An ID as a string, whatever it is now.
     *
     * @throws InvalidArgumentException if it is none, see isValid()
     */
    public static function normalize(mixed $value): string
    {
        if (!self::isValid($value)) {
            // As JSON, an unprintable character is seen as well; a long value is cut.
            $shown = is_string($value) ? json_encode(substr($value, 0, 40), JSON_INVALID_UTF8_SUBSTITUTE) : get_debug_type($value);
            throw new InvalidArgumentException("$shown is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits");
        }
        return (string) $value;
    }

    public function toInt(): int
    {
        return $this->id;
    }

    public function toString(): string
    {
        return (string) $this->id;
    }

    public function __toString(): string
    {
        return $this->toString();
    }

    public function jsonSerialize(): string
    {
        return $this->toString();
    }

    /** 13 characters for URLs and for people, as Number::toText() has them. */
    public function toText(): string
    {
        return Number::toText($this->id);
    }

    /** When it was made, in UTC, by the layout of the settings. */
    public function getDateTime(): DateTimeImmutable
    {
        return Number::time($this->id);
    }

    /** Below 0 if it is the older one of the two. Without sign: IDs are negative from 2079 on. */
    public function compare(self $other): int
    {
        return ($this->id ^ PHP_INT_MIN) <=> ($other->id ^ PHP_INT_MIN);
    }

    public function equals(mixed $other): bool
    {
        return $other instanceof self && $other->id === $this->id;
    }
}
