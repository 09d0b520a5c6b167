<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
foreach (['/c', '/c/open', '/c/d', '/c/d/secret'] as $p) $znodes->create($p, 'one');
$r = start(PRELUDE . CLIENT . <<<'PHP'
$c = new Dig\Zookeeper\Cache('/c'); echo json_encode($c->all()), "\n";
await();
$client = new Client(); 
// both in one transaction
$client->transaction()->set('/c/open', 'two')->set('/c/d/secret', 'two')->commit();
usleep(3000_000);
$a = $c->all(); ksort($a);
echo json_encode($a, JSON_UNESCAPED_SLASHES), ' age ', round($c->age(), 2), ' complete ', json_encode($c->isComplete()), ' aversion ', $c->node('/c/d/secret')->stat->aversion, "\n";
PHP, client($server));
echo $r->line(), "\n";
$znodes->setAcl('/c/d/secret', 30);
$r->say('x'); echo $r->finish(), "\n";
