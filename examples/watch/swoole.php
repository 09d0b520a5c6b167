<?php
// Workers of Swoole that are told when a znode changes, and answer with what it is now:
//
//     php -d extension=swoole -d extension=ticket.so -d ticket.dsn=127.0.0.1:2181 examples/watch/swoole.php [path] [port]
//
// Each worker has a client, and all of them share one session.

use Dig\Zookeeper\Client;
use Swoole\Event;
use Swoole\Http\Server;

$path = $argv[1] ?? '/config';
$value = '';
$server = new Server('127.0.0.1', (int) ($argv[2] ?? 9501), SWOOLE_PROCESS);
$server->set(['worker_num' => 2, 'log_level' => SWOOLE_LOG_ERROR]);

$server->on('WorkerStart', function () use ($path, &$value, &$stream) {
    $zookeeper = new Client();
    $zookeeper->makePath($path);
    $read = function () use ($zookeeper, $path, &$value) {
        $value = $zookeeper->get($path);
    };
    $zookeeper->watch($path, $read);
    $read();
    // No operation of PHP runs while the loop waits, so that only the loop can say when.
    $stream = $zookeeper->stream();
    Event::add($stream, fn() => $zookeeper->dispatch());
});

// A worker that is reloaded, or told to end, waits until its loop has nothing to wait for, and is killed at last.
$server->on('WorkerExit', function () use (&$stream) {
    if ($stream) {
        Event::del($stream);
        $stream = null;
    }
});

$server->on('Request', function ($request, $response) use (&$value) {
    $response->end("$value\n");
});

$server->start();
