<?php

namespace Dig\Ticket\Bridge\Laravel;

use Dig\Ticket\Bridge\TicketId;
use Dig\Ticket\Number;
use Illuminate\Database\Eloquent\Builder;
use Illuminate\Database\Eloquent\ModelNotFoundException;

/** Gives a model its key before it is inserted, as Laravel's own HasUuids does. In PHP and in JSON the key is a string. */
trait HasTicketId
{
    public function initializeHasTicketId(): void
    {
        $this->mergeCasts([$this->getKeyName() => AsTicketId::class]);
    }

    public function usesUniqueIds()
    {
        return true;
    }

    /** The columns that get an ID, if they have none when the model is inserted. */
    public function uniqueIds()
    {
        return [$this->getKeyName()];
    }

    public function newUniqueId()
    {
        return (string) (new Number())->generate();
    }

    public function getKeyType()
    {
        return 'string';
    }

    public function getIncrementing()
    {
        return false;
    }

    /** What is no ID is not found: a database might refuse it, which would be a 500. */
    public function resolveRouteBindingQuery($query, $value, $field = null)
    {
        // The field may have its table before it.
        $column = substr((string) strrchr('.' . ($field ?? $this->getRouteKeyName()), '.'), 1);
        if (in_array($column, $this->uniqueIds(), true) && !TicketId::isValid($value)) {
            throw (new ModelNotFoundException())->setModel(static::class, [$value]);
        }
        return parent::resolveRouteBindingQuery($query, $value, $field);
    }

    /** Laravel 8 does not know uniqueIds(). */
    protected function performInsert(Builder $query)
    {
        foreach ($this->uniqueIds() as $column) {
            $this->{$column} ??= $this->newUniqueId();
        }
        return parent::performInsert($query);
    }
}
