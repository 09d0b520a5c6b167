<?php

namespace Dig\Ticket\Bridge\Laravel;

use Dig\Ticket\Bridge\TicketId;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Database\Schema\ForeignIdColumnDefinition;
use Illuminate\Support\ServiceProvider;

/** Columns for migrations, the validation rule `ticket_id`, and the command ticket:decode. */
final class TicketServiceProvider extends ServiceProvider
{
    public function boot(): void
    {
        self::columns();
        // Not before somebody validates.
        $this->callAfterResolving('validator', function ($validator) {
            $validator->extend('ticket_id', fn($attribute, $value) => TicketId::isValid($value), 'The :attribute must be a valid ID.');
        });
        if ($this->app->runningInConsole()) {
            $this->commands([DecodeCommand::class]);
        }
    }

    /** Signed, as PHP's integers: id() and foreignId() would be unsigned. */
    private static function columns(): void
    {
        Blueprint::macro('ticketId', function (string $column = 'id') {
            // Not by the column's own primary(), which comes after the foreign keys: MariaDB and MySQL would refuse those to itself.
            $this->primary($column);
            return $this->bigInteger($column);
        });
        Blueprint::macro('foreignTicketId', function (string $column) {
            return $this->addColumnDefinition(new ForeignIdColumnDefinition($this, ['type' => 'bigInteger', 'name' => $column]));
        });
    }
}
