<?php
// composer require hyperf/snowflake: whatever asks for its generator gets ours.

return [
    Hyperf\Snowflake\IdGeneratorInterface::class => Dig\Ticket\Bridge\Hyperf\TicketIdGenerator::class,
];
