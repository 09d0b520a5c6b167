<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$z = new Znodes($server);
foreach (['/q' => '', '/zookeeper/quota/q' => '', '/zookeeper/quota/q/zookeeper_limits' => 'count=100,bytes=100000', '/zookeeper/quota/q/zookeeper_stats' => 'count=1,bytes=0'] as $p => $v) $z->create($p, $v);
$r = start(PRELUDE . CLIENT . <<<'PHP'
$c = new Dig\Zookeeper\Cache('/'); $client = new Client(); $p = '/zookeeper/quota/q/zookeeper_stats';
$client->set('/q', 'new value'); $client->create('/q/1'); sleep(3);
echo 'cache: ', $c->get($p), ', ZooKeeper: ', $client->get($p), ', age ', round($c->age(), 2), ' q ', $c->get('/q'), ' ', json_encode($c->children('/')), "\n";
PHP, client($server));
echo $r->finish(), "\n";
