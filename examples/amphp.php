<?php
// One ID per request, on AMPHP:
//
//     composer require amphp/http-server
//     php -d extension=ticket.so examples/amphp.php [port]
//
// generate() asks no server. It holds up the loop only until the next millisecond, when all IDs of one are issued;
// and up to ticket.acquire_timeout, where there is no node ID or the clock is behind.

use Amp\Http\HttpStatus;
use Amp\Http\Server\DefaultErrorHandler;
use Amp\Http\Server\RequestHandler\ClosureRequestHandler;
use Amp\Http\Server\Response;
use Amp\Http\Server\SocketHttpServer;
use Dig\Ticket\Number;
use Psr\Log\NullLogger;

require 'vendor/autoload.php';

$number = new Number();
$number->generate();   // may wait for a node ID: here, not in the loop

$server = SocketHttpServer::createForDirectAccess(new NullLogger());
$server->expose('127.0.0.1:' . ($argv[1] ?? 9501));
$server->start(
    new ClosureRequestHandler(
        fn() => new Response(HttpStatus::OK, ['content-type' => 'text/plain'], $number->generate() . "\n"),
    ),
    new DefaultErrorHandler(),
);
Amp\trapSignal([SIGINT, SIGTERM]);
$server->stop();
