<?php
// One ID per request, on PHP's built-in server. Its workers are forks of one process, so they share one
// node ID:
//
//     PHP_CLI_SERVER_WORKERS=4 php -d extension=ticket.so -S 127.0.0.1:9501 examples/built_in_server.php

header('Content-Type: text/plain');
echo (new Dig\Ticket\Number())->generate(), "\n";
