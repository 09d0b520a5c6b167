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
echo status()['error'], "\n", json_encode(status()['keeper']), ' ', pcntl_wait($status, WNOHANG), "\n";
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
// Nor does it hold up the start or the end.
var_dump(run('echo 1;', $ini, [], $limited));
?>
--EXPECT--
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 500 ms: the keeper cannot be started: Resource temporarily unavailable (os error 11); raise the limit on processes (ulimit -u)
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 500 ms: the keeper cannot be started: Resource temporarily unavailable (os error 11); raise the limit on processes (ulimit -u)
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 500 ms: the keeper cannot be started: Resource temporarily unavailable (os error 11); raise the limit on processes (ulimit -u)
the keeper cannot be started: Resource temporarily unavailable (os error 11); raise the limit on processes (ulimit -u)
null -1
works, null
array(0) {
}
string(1) "1"
