<?php
// A page that uses a service of which it knows only the name. Where its instances are it reads from memory that PHP's
// processes share; it asks ZooKeeper nothing, and goes on while that is away.
//
//     php -d extension=ticket.so -d ticket.dsn=127.0.0.1:2181 -d ticket.cache=/services -S 127.0.0.1:9501 examples/discovery/page.php
//
// The same for php-fpm, with these settings in php.ini.

use Dig\Zookeeper\Discovery;

header('Content-Type: text/plain');
$instances = (new Discovery())->instances('hello');
shuffle($instances);
// One that has just ended may be in there for a moment: then it is another one's turn.
foreach ($instances as $instance) {
    $http = stream_context_create(['http' => ['timeout' => 2]]);
    $answer = @file_get_contents("http://{$instance['address']}/", false, $http);
    if ($answer !== false) {
        exit($answer);
    }
}
http_response_code(503);
echo count($instances), " instances of hello, and none answers\n";
