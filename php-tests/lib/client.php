<?php
// For the tests of Dig\Zookeeper\Client.

require_once __DIR__ . '/zookeeper.php';

/** Settings of a PHP whose clients are looked at: it leases no node ID unless it issues one. */
function client(Server|Proxy|string $of, array $more = []): array
{
    return $more + ['ticket.lease' => 'first_use'] + leasing($of);
}

/** For code given to start(), after PRELUDE. */
const CLIENT = <<<'PHP'
use Dig\Zookeeper\{Client, SessionState, Stat, Transaction};
use Dig\Zookeeper\Exception as E;
/** Class, code, path and what is known of the outcome of what $body throws. */
function failed(callable $body): string {
    try { $body(); } catch (E\ZookeeperException $e) {
        $class = substr(strrchr(get_class($e), '\\'), 1);
        return "$class {$e->getCode()} " . ($e->getPath() ?? '-') . ($e->isOutcomeUnknown() ? ' unknown' : ' certain');
    }
    return 'nothing was thrown';
}

PHP;

/** For code with watches, after CLIENT. */
const WATCH = <<<'PHP'
use Dig\Zookeeper\{Event, Watch};
const KINDS = ['RESYNC', 'CREATED', 'DELETED', 'CHANGED', 'CHILD'];
$notes = [];
/** A callback that notes what it is told, under a name. */
function note(string $name): Closure {
    return function (Event|SessionState $told) use ($name) {
        $GLOBALS['notes'][] = "$name " . ($told instanceof Event ? KINDS[$told->type] . " $told->path" : $told->name);
    };
}
/** What was noted, as soon as so much was, by name: only for each watch there is an order. */
function noted(Client $client, int $many): string {
    for ($end = hrtime(true) + 30e9; count($GLOBALS['notes']) < $many && hrtime(true) < $end;) $client->wait(0.1);
    // What is one too many comes soon, if it does.
    $client->wait(0.01);
    [$notes, $GLOBALS['notes']] = [$GLOBALS['notes'], []];
    usort($notes, fn($one, $other) => strtok($one, ' ') <=> strtok($other, ' '));
    return implode(', ', $notes) . "\n";
}

PHP;
