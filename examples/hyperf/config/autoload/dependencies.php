<?php
// composer require hyperf/snowflake: whatever asks for its generator gets ours.

return [
    Hyperf\Snowflake\IdGeneratorInterface::class => App\TicketIdGenerator::class,
];
