<?php
// A worker of Workerman that is told when a znode changes, and answers with what it is now:
//
//     composer require workerman/workerman
//     php -d extension=ticket.so -d ticket.dsn=127.0.0.1:2181 examples/watch/workerman.php start

use Dig\Zookeeper\Client;
use Workerman\Worker;

require 'vendor/autoload.php';

$path = '/config';
$value = '';
$worker = new Worker('http://127.0.0.1:9501');

$worker->onWorkerStart = function () use ($path, &$value) {
    $zookeeper = new Client();
    $zookeeper->makePath($path);
    $read = function () use ($zookeeper, $path, &$value) {
        $value = $zookeeper->get($path);
    };
    $zookeeper->watch($path, $read);
    $read();
    Worker::$globalEvent->onReadable($zookeeper->stream(), fn() => $zookeeper->dispatch());
};

$worker->onMessage = function ($connection) use (&$value) {
    $connection->send("$value\n");
};

Worker::runAll();
