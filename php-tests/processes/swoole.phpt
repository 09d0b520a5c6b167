--TEST--
Swoole as process 1: workers with nodes of their own come and go, it waits for none of ours, and it ends
--SKIPIF--
<?php
require __DIR__ . '/../lib/processes.php';
Swoole::skip();
skip_without_namespaces();
?>
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
// As the article has it.
$script = <<<PHP
\$server->on('WorkerStart', function () use (&\$worker) {
    \$worker = new Number(new Zookeeper('{$server->dsn()}'));
});
PHP;
foreach (Swoole::MODES as $mode) {
    foreach (['no DSN' => ['ticket.dsn' => ''], 'first_use' => ['ticket.lease' => 'first_use'], 'startup' => []] as $name => $ini) {
        $before = [...PID_NAMESPACE, ...looking($file = scratch('left'))];
        $swoole = new Swoole(leasing($server, $ini), $mode, $script, before: $before);
        $most = 0;
        for ($reload = 0; $reload <= 3; $reload++) {
            $reload === 0 || $swoole->reload();
            for ($i = 0; $i < 4; $i++) $swoole->ask();
            $most = max($most, zombies($swoole->pid()));
        }
        $children = beneath($swoole->pid())['children'];
        signal($swoole->pid(), 'TERM');
        eventually(fn() => !$swoole->runs(), what: 'its end');
        printf("%s, %s: %d children, %d zombies; in the end %s\n", $mode, $name, $children, $most, trim(file_get_contents($file)));
        echo str_replace("reloaded\n", '', file_get_contents("$swoole->directory/log"));
    }
}
?>
--EXPECT--
SWOOLE_PROCESS, no DSN: 2 children, 0 zombies; in the end nothing
SWOOLE_PROCESS, first_use: 2 children, 0 zombies; in the end nothing
SWOOLE_PROCESS, startup: 2 children, 0 zombies; in the end nothing
SWOOLE_BASE, no DSN: 2 children, 0 zombies; in the end nothing
SWOOLE_BASE, first_use: 2 children, 0 zombies; in the end nothing
SWOOLE_BASE, startup: 2 children, 0 zombies; in the end nothing
