<?php
// One ID per request, on Swoole. The workers are forks of one process, so they share one node ID:
//
//     php -d extension=ticket.so examples/swoole.php [port] [workers] [address]

use Dig\Ticket\Number;

$server = new Swoole\Http\Server($argv[3] ?? '127.0.0.1', (int) ($argv[1] ?? 9501));
$server->set(['worker_num' => (int) ($argv[2] ?? 4)]);
$number = null;
$server->on('WorkerStart', function () use (&$number) {
    $number = new Number();
});
$server->on('Request', function ($request, $response) use (&$number) {
    $response->header('Content-Type', 'text/plain');
    $response->end($number->generate() . "\n");
});
$server->start();
