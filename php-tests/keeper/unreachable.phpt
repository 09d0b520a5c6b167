--TEST--
Servers that cannot be reached: PHP starts and ends as ever, says why there is no ID, and has one when they are there
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$nowhere = '127.0.0.1:' . free_port();
// Options that run no script, and one that does not ask for an ID.
$options = fn(string $option, array $ini) => proc(array_merge(array_slice(command('', $ini), 0, -2), [$option]));
function proc(array $command): string
{
    $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes);
    $printed = stream_get_contents($pipes[1]);
    return proc_close($process) . ' ' . $printed;
}
foreach (['nonexistent.invalid:2181', $nowhere] as $dsn) {
    foreach (['-v', '-m'] as $option) {
        var_dump($options($option, leasing($dsn)) === $options($option, []));
    }
    var_dump(run('echo 1;', leasing($dsn)));
}

$ini = ['ticket.acquire_timeout' => 300];
$told = PRELUDE . <<<'PHP'
// What has come out, when it has.
function told(callable $kind) {
    do $said = thrown($kind); while (preg_match('/has not answered/', $said));
    return $said;
}
PHP . "\n";
$sentence = $told . 'echo told(fn() => (new Number())->generate()), "\n", status()["session"], "\n";';
// The system's own words, which differ, are left out.
echo preg_replace('~(resolved: ).*~', '$1...', run($sentence, leasing('nonexistent.invalid:2181', $ini))), "\n";

// No server at first; then the same process has its ID.
$server = new Server();
$server->kill();
$php = start($told . <<<'PHP'
$dsn = ini_get('ticket.dsn');
$kinds = [fn() => (new Number())->generate(), fn() => new Number(5), fn() => (new Zookeeper($dsn))->getId()];
foreach ($kinds as $kind) echo str_replace($dsn, 'DSN', told($kind)), "\n";
await();
do $left = array_filter($kinds, fn($kind) => thrown($kind) !== 'nothing was thrown'); while ($left);
echo "works\n";
PHP, leasing($server, $ini));
echo "{$php->line()}\n{$php->line()}\n{$php->line()}\n";
$server->start();
$php->say('');
echo $php->finish(), "\n";
?>
--EXPECT--
bool(true)
bool(true)
string(1) "1"
bool(true)
bool(true)
string(1) "1"
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (nonexistent.invalid:2181, path /sim/ticket) within ticket.acquire_timeout = 300 ms: no server accepts a session: the host nonexistent.invalid cannot be resolved: ...
none
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 300 ms: no server accepts a session: DSN refused the connection; is ZooKeeper running there?
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 300 ms: no server accepts a session: DSN refused the connection; is ZooKeeper running there?
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 300 ms: no server accepts a session: DSN refused the connection; is ZooKeeper running there?
works
