<?php

namespace Dig\Ticket\Bridge\Hyperf;

use Dig\Ticket\Number;
use Hyperf\Snowflake\Exception\SnowflakeException;
use Hyperf\Snowflake\IdGeneratorInterface;
use Hyperf\Snowflake\Meta;

/** What Hyperf's trait Snowflake asks for IDs, when it is bound in place of Hyperf's own. */
final class TicketIdGenerator implements IdGeneratorInterface
{
    public function generate(?Meta $meta = null): int
    {
        if ($meta !== null) {
            throw new SnowflakeException('An ID made of given parts might not be unique');
        }
        return (new Number())->generate();
    }

    /** Hyperf calls the node's upper bits the data center, and the lower five the worker. Times are Unix milliseconds. */
    public function degenerate(int $id): Meta
    {
        ['timestamp' => $timestamp, 'node' => $node, 'sequence' => $sequence] = Number::parse($id);
        // The epoch that is in force, which is that of the settings.
        return new Meta($node >> 5, $node & 31, $sequence, $timestamp, Number::parse(0)['timestamp']);
    }
}
