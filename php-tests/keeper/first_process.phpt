--TEST--
PHP as process 1 has no child but its own, and can wait for the last of them
--SKIPIF--
<?php
exec('unshare --pid --fork --mount-proc true 2>&1', $said, $failed);
if ($failed) die('skip: a PID namespace needs root; run the tests as root to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$code = PRELUDE . <<<'PHP'
echo 'process ', getmypid(), "\n";
(new Number())->generate();
echo pcntl_wait($status, WNOHANG), "\n";
$heard = 0;
pcntl_async_signals(true);
pcntl_signal(SIGCHLD, function () use (&$heard) { $heard++; });
$replace = function (bool $both) {
    // From the quarter that leases of any node leave alone.
    static $node = 800;
    $old = status()['keeper'];
    // Both are children of process 1 that no wait sees.
    $gone = fn($pid) => !preg_match('/\) [^Z] /', (string) @file_get_contents("/proc/$pid/stat"));
    $standby = fn($comm) => file_get_contents($comm) === "ticket-standby\n" ? [(int) basename(dirname($comm))] : [];
    $killed = $both ? array_merge([$old], ...array_map($standby, glob('/proc/[0-9]*/comm'))) : [$old];
    exec('kill -9 ' . implode(' ', $killed));
    while (array_filter($killed, fn($pid) => !$gone($pid))) usleep(1000);
    new Number($node++);
    return status()['keeper'] !== $old;
};
var_dump($replace(false));
// The shell that killed it.
echo "heard $heard\n";
var_dump($replace(true));
$ended = 0;
for ($i = 0; $i < 3; $i++) {
    if (!$mine[] = pcntl_fork()) {
        (new Zookeeper(ini_get('ticket.dsn'), '/own'))->getId();
        exit;
    }
}
while (($pid = pcntl_wait($status)) > 0) $ended += in_array($pid, $mine);
echo "ended $ended\n";
(new Number())->generate();
echo "end\n";
PHP;
$unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
echo run($code, leasing($server), [], $unshare), "\n";
eventually(fn() => !sessions($server), what: 'the sessions end');
var_dump(claims($server), claims($server, '/own'));
?>
--EXPECT--
process 1
-1
bool(true)
heard 1
bool(true)
ended 3
end
array(0) {
}
array(0) {
}
