<?php

namespace Dig\Ticket\Bridge\Laravel;

use Dig\Ticket\Bridge\TicketId;
use Illuminate\Contracts\Database\Eloquent\CastsAttributes;

/** A column that is an ID or refers to one: a string in PHP and in JSON; what is no ID is refused when it is set. */
final class AsTicketId implements CastsAttributes
{
    public function get($model, string $key, $value, array $attributes): ?string
    {
        return $value === null ? null : (string) $value;
    }

    /** @throws \InvalidArgumentException if it is not an ID */
    public function set($model, string $key, $value, array $attributes): ?string
    {
        return $value === null ? null : TicketId::normalize($value);
    }
}
