<?php
// A service with instances that come and go. Each is registered as long as it runs, however it ends:
//
//     php -d extension=ticket.so -d ticket.dsn=127.0.0.1:2181 examples/discovery/backend.php 127.0.0.1:9601
//     php -d extension=ticket.so -d ticket.dsn=127.0.0.1:2181 examples/discovery/backend.php 127.0.0.1:9602

use Dig\Zookeeper\Discovery;

$address = $argv[1] ?? '127.0.0.1:9601';
$server = stream_socket_server("tcp://$address", $code, $message) ?: exit("$message\n");
// Others learn of it when it can be asked.
(new Discovery())->register('hello', $address, ['since' => date(DATE_ATOM)]);
echo "registered as $address\n";
while (true) {
    if (!$request = @stream_socket_accept($server, 3600)) {
        continue;
    }
    fread($request, 8192);
    fwrite($request, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello from $address\n");
    fclose($request);
}
