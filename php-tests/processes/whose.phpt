--TEST--
Whose children our processes are, by which exit signal, and when they are started
--SKIPIF--
<?php
require __DIR__ . '/../lib/processes.php';
skip_without_namespaces();
?>
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
$code = WORKERS . "\$dsn = '{$server->dsn()}';" . <<<'PHP'
[$first, $mark] = [getmypid(), ini_get('ticket.path')];
$lease = ini_get('ticket.dsn') ? ini_get('ticket.lease') : 'no DSN';
$both = fn() => count(ours($mark)) === 2;
// By MINIT, and before it has been asked for anything.
if ($lease === 'startup') until($both);
echo 'begin: ', whose($mark, $first), "\n";
// A fork that does nothing; there may be a keeper already.
worker(fn() => print('a fork: ' . preg_replace('/keeper[^;]*; /', '', whose($mark, $first, getmypid())) . "\n"));
worker(function () use ($dsn, $first, $mark, $lease, $both) {
    $lease === 'no DSN' ? (new Zookeeper($dsn))->getId() : (new Number())->generate();
    until($both);
    echo 'used: ', whose($mark, $first, getmypid()), "\n";
});
echo strange();
PHP;
$places = places();
unset($places['as process 1 without /proc']);
foreach (['startup', 'first_use', 'no DSN'] as $lease) {
    $running = [];
    foreach ($places as $place => $before) {
        $ini = leasing($server, $lease === 'no DSN' ? ['ticket.dsn' => ''] : ['ticket.lease' => $lease]);
        $running[$place] = start($code, ['ticket.path' => '/' . bin2hex(random_bytes(4))] + $ini, [], $before);
    }
    foreach ($running as $place => $php) {
        // cli.phpt looks at what is left.
        $said[preg_replace('/\s*^left:.*/m', '', $php->finish())][] = $place;
    }
    foreach ($said as $what => $where) {
        echo "$lease, ", implode(', ', $where), ":\n$what\n";
    }
    $said = [];
}
?>
--EXPECT--
startup, as any process, under a process 1 that does not reap, under a subreaper that does not reap:
begin: keeper of standby; standby of the first, signal 0
a fork: standby of the first, signal 0
used: keeper of standby; standby of the first, signal 0
startup, as process 1, as a subreaper:
begin: keeper of the first, signal 0; standby of the first, signal 0
a fork: standby of the first, signal 0
used: keeper of the first, signal 0; standby of the first, signal 0
first_use, as any process, under a process 1 that does not reap, under a subreaper that does not reap:
begin: none
a fork: standby of the first, signal 0
used: keeper of standby; standby of the first, signal 0
first_use, as process 1, as a subreaper:
begin: none
a fork: standby of the first, signal 0
used: keeper of the first, signal 0; standby of the first, signal 0
no DSN, as any process, under a process 1 that does not reap, under a subreaper that does not reap:
begin: none
a fork: none
used: keeper of the worker, signal 0; standby of the worker, signal 0
no DSN, as process 1, as a subreaper:
begin: none
a fork: standby of the first, signal 0
used: keeper of the first, signal 0; standby of the first, signal 0
