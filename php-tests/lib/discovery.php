<?php
// For the tests of Dig\Zookeeper\Discovery.

require_once __DIR__ . '/client.php';

/** For code given to start(), after CLIENT. */
const DISCOVERY = <<<'PHP'
use Dig\Zookeeper\{Discovery, Registration};
use function Dig\Zookeeper\status as clients;
/** Whether that is so, as soon as it is. */
function soon(callable $holds): bool {
    for ($end = hrtime(true) + 60e9; !$holds() && hrtime(true) < $end;) usleep(1000);
    return (bool) $holds();
}

PHP;

/** The paths of what is registered for a service. */
function registered(Znodes $znodes, string $service = '/services/web'): array
{
    return array_map(fn($name) => "$service/$name", $znodes->children($service));
}

/** Settings of a PHP whose sessions are so long that nothing goes because its session's time is over. */
function discovery(Server|Proxy|string $of, array $more = []): array
{
    return client($of, $more + ['ticket.session_timeout' => 60_000, 'ticket.zookeeper_timeout' => 30_000]);
}
