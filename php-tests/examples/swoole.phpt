--TEST--
Workers of Swoole that watch a znode answer with what it is, and end when they are told to, without being killed
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
Swoole::skip();
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
$znodes->mkdir('/config');
$znodes->set('/config', 'one');
// As it is, but it says when it kills a worker.
$example = str_replace('SWOOLE_LOG_ERROR', 'SWOOLE_LOG_WARNING', file_get_contents(__DIR__ . '/../../examples/watch/swoole.php'), $replaced);
file_put_contents($file = scratch('example'), $example);
$port = free_port();
$command = command('', client($server));
array_splice($command, -2, 2, [...Swoole::load(Swoole::module()), $file, '/config', $port]);
$child = new Child($command, [['file', '/dev/null', 'r'], ['file', $log = scratch('log'), 'w'], ['redirect', 1]]);
$ask = fn() => (string) @file_get_contents("http://127.0.0.1:$port/");
eventually(fn() => $ask() === "one\n", what: 'it answers');
$znodes->set('/config', 'two');
// Each connection may be another worker's.
eventually(fn() => array_unique(array_map($ask, range(1, 20))) === ["two\n"], what: 'all answer with what it is now');
$child->signal(SIGTERM);
eventually(fn() => !$child->runs(), what: 'its end');
var_dump($replaced);
echo file_get_contents($log);
?>
--EXPECT--
int(1)
