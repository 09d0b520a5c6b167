--TEST--
A keeper that may open no more files says so to those who come too late, and keeps what is registered
--FILE--
<?php
require __DIR__ . '/../lib/discovery.php';
$server = new Server();
$php = start(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
$services = new Discovery();
$one = $services->register('web', 'first');
$pair = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
for ($i = 0; $i < 20; $i++) {
    if (!pcntl_fork()) {
        fclose($pair[0]);
        fwrite($pair[1], thrown(fn() => $services->register('web', "a:$i")) . "\n");
        fgets($pair[1]);
        exit;
    }
    $said[] = fgets($pair[0]);
}
$said = array_count_values($said);
ksort($said);
echo implode(array_keys($said)), $said["nothing was thrown\n"] > 5 ? "some\n" : "none\n";
var_dump($one->isRegistered(), clients()['registrations'] === $said["nothing was thrown\n"] + 1);
fclose($pair[0]);
fclose($pair[1]);
while (pcntl_wait($status) > 0);
// There is room again, when the keeper has seen their ends.
$two = null;
var_dump(soon(function () use (&$two, $services) {
    try { $two ??= $services->register('web', 'second'); } catch (E\ZookeeperException) {}
    return $two?->isRegistered();
}));
var_dump($one->isRegistered());
PHP, discovery($server), [], ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh']);
echo $php->finish(), "\n";
?>
--EXPECT--
Dig\Zookeeper\Exception\ZookeeperException: the keeper may not open more files, and takes two for each registration; raise the limit for PHP (ulimit -n)
nothing was thrown
some
bool(true)
bool(true)
bool(true)
bool(true)
