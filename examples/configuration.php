<?php
// A page that reads its configuration from ZooKeeper: one value, which is JSON. On php-fpm, Apache or PHP's own server:
//
//     php -d extension=ticket.so -d ticket.dsn=zk1:2181,zk2:2181,zk3:2181 -d ticket.cache=/config \
//         -S 127.0.0.1:8080 examples/configuration.php
//
// However many workers and requests there are, ZooKeeper sees one session, and no request asks it anything: the value is in
// memory that they share, and changes there when it is set. While ZooKeeper is away the last one is used.

use Dig\Zookeeper\Cache;

function configuration(): array
{
    $cache = new Cache('/config');
    if ($cache->age() > 60) {
        error_log(sprintf('The configuration is %d s old: where is ZooKeeper?', $cache->age()));
    }
    return json_decode($cache->get('shop') ?? '{}', true, flags: JSON_THROW_ON_ERROR);
}

header('Content-Type: application/json');
echo json_encode(configuration()), "\n";
