--TEST--
Where no process can be started PHP goes on, and says why there is no ID
--SKIPIF--
<?php
if (trim(shell_exec('id -u')) !== '0') die('skip: a user without processes needs root; run the tests as root to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
// A user that has no process but this one may have one.
$user = ['setpriv', '--reuid', '12345', '--regid', '12345', '--clear-groups'];
$limited = [...$user, 'prlimit', '--nproc=1:'];
$ini = leasing($server, ['ticket.acquire_timeout' => 500]);
$php = start(PRELUDE . <<<'PHP'
$kinds = [fn() => (new Number())->generate(), fn() => new Number(5), fn() => (new Zookeeper(ini_get('ticket.dsn')))->getId()];
foreach ($kinds as $kind) echo thrown($kind), "\n";
echo status()['error'], "\n", json_encode(status()['keeper']), status()['spawn_failures'] > 0 ? ' failures' : ' none', json_encode(status()['refused']), ' ', pcntl_wait($status, WNOHANG), "\n";
await();
do $left = array_filter($kinds, fn($kind) => thrown($kind) !== 'nothing was thrown'); while ($left);
echo 'works, ', json_encode(status()['error']), "\n";
PHP, $ini, [], $limited);
for ($i = 0; $i < 5; $i++) {
    echo str_replace($server->dsn(), 'DSN', $php->line()), "\n";
}
exec(implode(' ', $user) . " prlimit --pid {$php->pid()} --nproc=1000:");
$php->say('');
echo $php->finish(), "\n";
var_dump(claims($server));

// It is not tried all the time: each pause, after the first of 200 ms, is twice as long as the one before.
$preload = preload();
touch($starts = scratch('starts'));
chmod($starts, 0666);
$began = hrtime(true);
run(PRELUDE . 'thrown(fn() => new Number(5));', ['ticket.acquire_timeout' => 3000] + $ini, ['LD_PRELOAD' => $preload, 'TICKET_TEST_STARTS' => $starts], $limited);
$ms = (hrtime(true) - $began) / 1e6;
$tries = filesize($starts);
echo $tries > 0 && 100 * (2 ** $tries - 2) <= $ms + 10 ? 'patient' : "$tries tries within $ms ms", "\n";
// Nor can the one that stands by for a keeper always start it.
$said = run(PRELUDE . 'echo answered(fn() => new Number(5)), "\n", pcntl_wait($status, WNOHANG);', $ini, ['LD_PRELOAD' => $preload, 'TICKET_TEST_ALONE' => 1]);
echo str_replace($server->dsn(), 'DSN', $said), "\n";
// Nor can a keeper always start the thread of its loop, or that of the library that waits for sockets.
foreach ([0, 1] as $threads) {
    $said = run(PRELUDE . 'echo answered(fn() => new Number(5));', $ini, ['LD_PRELOAD' => $preload, 'TICKET_TEST_THREADS' => $threads]);
    echo strstr($said, 'the keeper'), "\n";
}
eventually(fn() => !standbys($server->dsn()), what: 'nobody stands by');
// Nor does it hold up the start or the end.
var_dump(run('echo 1;', $ini, [], $limited));
?>
--EXPECT--
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 500 ms: the keeper cannot be started: Resource temporarily unavailable (os error 11); raise the limit on processes (ulimit -u, or the container's)
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 500 ms: the keeper cannot be started: Resource temporarily unavailable (os error 11); raise the limit on processes (ulimit -u, or the container's)
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 500 ms: the keeper cannot be started: Resource temporarily unavailable (os error 11); raise the limit on processes (ulimit -u, or the container's)
the keeper cannot be started: Resource temporarily unavailable (os error 11); raise the limit on processes (ulimit -u, or the container's)
null failures{"illegal_time":0,"unavailable":3} -1
works, null
array(0) {
}
patient
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 500 ms: the keeper cannot be started: Resource temporarily unavailable (os error 11); raise the limit on processes (ulimit -u, or the container's)
-1
the keeper cannot start its thread: Resource temporarily unavailable (os error 11)
the keeper has failed, which is a fault in it; please report it
string(1) "1"
