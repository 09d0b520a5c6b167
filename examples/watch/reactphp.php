<?php
// A loop that is told when a znode changes, on ReactPHP:
//
//     composer require react/event-loop
//     php -d extension=ticket.so -d ticket.dsn=127.0.0.1:2181 examples/watch/reactphp.php [path]

use Dig\Zookeeper\{Client, Event};
use React\EventLoop\Loop;

require 'vendor/autoload.php';

$path = $argv[1] ?? '/config';
$zookeeper = new Client();
$zookeeper->makePath($path);

$read = function (?Event $event = null) use ($zookeeper, $path) {
    echo $event ? 'changed' : 'is', ': ', $zookeeper->get($path), "\n";
};
$zookeeper->watch($path, $read);
$read();

Loop::addReadStream($zookeeper->stream(), fn() => $zookeeper->dispatch());
