--TEST--
Where only few processes are allowed, and process 1 reaps nothing, PHP after PHP issues; where none is, it says so
--SKIPIF--
<?php
require __DIR__ . '/../lib/processes.php';
skip_without_namespaces();
?>
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
// Of a user that has no other processes. A keeper's threads count as well.
$user = fn(int $processes) => ['setpriv', '--reuid', '12346', '--regid', '12346', '--clear-groups', 'prlimit', "--nproc=$processes"];
$again = ['sh', '-c', 'for i in $(seq 20); do "$@"; done; echo', 'sh'];
foreach (['startup', 'first_use'] as $lease) {
    $ini = leasing($server, ['ticket.lease' => $lease]);
    $code = PRELUDE . 'echo (new Number())->generate() > 0 ? "." : "";';
    echo "$lease: ", with_left(run($code, $ini, [], [...PID_NAMESPACE, built('place'), 'watch', ...$user(12), ...$again])), "\n";
    // Also those that ask for nothing.
    echo 'not used: ', with_left(run('echo ".";', $ini, [], [...PID_NAMESPACE, built('place'), 'watch', ...$user(12), ...$again])), "\n";
}
foreach (['as any process' => [], 'as process 1' => PID_NAMESPACE] as $place => $before) {
    $code = PRELUDE . 'echo thrown(fn() => (new Number())->generate());';
    $said = run($code, leasing($server, ['ticket.acquire_timeout' => 500]), [], [...$before, ...$user(1)]);
    echo "$place: ", str_replace($server->dsn(), 'DSN', $said), "\n";
}
?>
--EXPECT--
startup: ....................
not used: ....................
first_use: ....................
not used: ....................
as any process: Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 500 ms: the keeper cannot be started: Resource temporarily unavailable (os error 11); raise the limit on processes (ulimit -u, or the container's)
as process 1: Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 500 ms: the keeper cannot be started: Resource temporarily unavailable (os error 11); raise the limit on processes (ulimit -u, or the container's)
