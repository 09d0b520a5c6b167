<?php
// One ID per request, on ReactPHP:
//
//     composer require react/http
//     php -d extension=ticket.so examples/reactphp.php [port]
//
// generate() asks no server. It holds up the loop only until the next millisecond, when all IDs of one are issued;
// and up to ticket.acquire_timeout, where there is no node ID or the clock is behind.

use Dig\Ticket\Number;
use React\Http\HttpServer;
use React\Http\Message\Response;
use React\Socket\SocketServer;

require 'vendor/autoload.php';

$number = new Number();
$number->generate();   // may wait for a node ID: here, not in the loop

$server = new HttpServer(fn() => Response::plaintext($number->generate() . "\n"));
$server->listen(new SocketServer('127.0.0.1:' . ($argv[1] ?? 9501)));
