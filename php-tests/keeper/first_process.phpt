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
    // The one that stands by is its parent, and takes the keeper along: it would become our child, as all orphans do.
    $parent = explode(' ', explode(') ', file_get_contents("/proc/$old/stat"))[1])[1];
    exec('kill -9 ' . ($both ? $parent : $old));
    while ($both && file_exists("/proc/$old/exe")) usleep(1000);
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
