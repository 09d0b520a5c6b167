<?php

namespace Dig\Ticket\Bridge\Laravel;

use Dig\Ticket\Bridge\TicketId;
use Dig\Ticket\Number;
use Illuminate\Console\Command;

final class DecodeCommand extends Command
{
    protected $signature = 'ticket:decode {id : decimal, or its text of 13 characters}';

    protected $description = 'Says when and on which node an ID was made';

    public function handle(): int
    {
        $given = $this->argument('id');
        try {
            // Of 13 characters are texts: IDs of so few digits are of a layout's first hour.
            $id = strlen($given) !== 13 && TicketId::isValid($given) ? TicketId::fromString($given) : TicketId::fromText($given);
        } catch (\ValueError) {
            $this->error("$given is neither an ID nor the text of one");
            return 1;
        }
        ['node' => $node, 'sequence' => $sequence] = Number::parse($id->toInt());
        $this->line("$id " . $id->toText() . ' ' . $id->getDateTime()->format('Y-m-d\TH:i:s.v\Z') . " node $node sequence $sequence");
        return 0;
    }
}
