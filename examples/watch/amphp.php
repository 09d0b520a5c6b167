<?php
// A loop that is told when a znode changes, on AMPHP and whatever else runs on Revolt:
//
//     composer require revolt/event-loop
//     php -d extension=ticket.so -d ticket.dsn=127.0.0.1:2181 examples/watch/amphp.php [path]

use Dig\Zookeeper\{Client, Event};
use Revolt\EventLoop;

require 'vendor/autoload.php';

$path = $argv[1] ?? '/config';
$zookeeper = new Client();
$zookeeper->makePath($path);

$read = function (?Event $event = null) use ($zookeeper, $path) {
    echo $event ? 'changed' : 'is', ': ', $zookeeper->get($path), "\n";
};
$zookeeper->watch($path, $read);
$read();

// Revolt has no use for what a callback returns.
EventLoop::onReadable($zookeeper->stream(), function () use ($zookeeper): void {
    $zookeeper->dispatch();
});
EventLoop::run();
