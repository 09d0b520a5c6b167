<?php
// A page that reads its configuration from ZooKeeper: one value, which is JSON. On php-fpm, Apache or PHP's own server:
//
//     php -d extension=ticket.so -d ticket.dsn=zk1:2181,zk2:2181,zk3:2181 -S 127.0.0.1:8080 examples/configuration.php
//
// However many workers and requests there are, ZooKeeper sees one session. What was read last is used while ZooKeeper is
// away, if there is APCu to keep it.

use Dig\Zookeeper\Client;
use Dig\Zookeeper\Exception\NoNodeException;
use Dig\Zookeeper\Exception\ZookeeperException;

const PATH = '/config/shop';

function configuration(): array
{
    $client = new Client(null, ['timeout' => 500]);   // ms: a page is not to wait longer
    try {
        $value = $client->get(PATH);
        function_exists('apcu_store') && apcu_store(PATH, $value);
    } catch (NoNodeException) {
        $value = '{}';
    } catch (ZookeeperException $e) {
        error_log($e->getMessage());
        $value = function_exists('apcu_fetch') ? apcu_fetch(PATH) : false;
        if ($value === false) {
            throw $e;
        }
    }
    return json_decode($value, true, flags: JSON_THROW_ON_ERROR);
}

header('Content-Type: application/json');
echo json_encode(configuration()), "\n";
