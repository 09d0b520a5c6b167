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
