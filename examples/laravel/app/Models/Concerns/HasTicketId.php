<?php

namespace App\Models\Concerns;

use Dig\Ticket\Number;

/** Gives a model its key before it is inserted, as Laravel's own HasUuids does. For Laravel 10 and later. */
trait HasTicketId
{
    public function initializeHasTicketId(): void
    {
        $this->usesUniqueIds = true;
        $this->incrementing = false;
        // JavaScript's numbers have 53 bits: in JSON an ID is a string.
        $this->mergeCasts([$this->getKeyName() => 'string']);
    }

    public function uniqueIds(): array
    {
        return [$this->getKeyName()];
    }

    public function newUniqueId(): int
    {
        return (new Number())->generate();
    }
}
