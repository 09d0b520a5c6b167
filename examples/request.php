<?php
// One ID per request: the same page for each server that starts PHP. Its workers are forks of one process, so they
// share one node ID.
//
//     PHP_CLI_SERVER_WORKERS=4 php -d extension=ticket.so -S 127.0.0.1:9501 examples/request.php
//     php-fpm -y examples/php-fpm.conf -d extension=ticket.so
//     apache2, with extension=ticket.so in its php.ini:    Alias /id /srv/ticket/examples/request.php

header('Content-Type: text/plain');
echo (new Dig\Ticket\Number())->generate(), "\n";
