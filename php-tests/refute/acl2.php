<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$z = new Znodes($server);
foreach (['/c', '/c/open', '/c/d'] as $p) $z->create($p, 'one');
$mark = scratch('mark');
$r = start(PRELUDE . CLIENT . <<<'PHP'
$c = new Dig\Zookeeper\Cache('/c'); $client = new Client();
function show($what) { global $c, $client; try { $a = $c->all(); ksort($a); $s = $c->node('/c/d')->stat; $l = $client->exists('/c/d'); echo "$what: ", json_encode($a, JSON_UNESCAPED_SLASHES), ' age ', round($c->age(), 2), " /c/d has $s->numChildren children and pzxid $s->pzxid in the cache, $l->numChildren and $l->pzxid in ZooKeeper\n"; } catch (Throwable $e) { echo "$what: ", get_class($e), ' ', substr($e->getMessage(), 0, 90), "\n"; } }
show('loaded'); await(); 
$client->transaction()->create('/c/d/secret', 'x', [['perms' => 30, 'scheme' => 'world', 'id' => 'anyone']])->set('/c/open', 'two')->commit();
sleep(3); show('after 3 s'); echo "k\n"; await(); sleep(3); show('after the keeper was killed'); 
PHP, client($server, ['ticket.local_path' => $mark]));
echo $r->line(), "\n"; $r->say('x'); do { $l = $r->line(); echo "$l\n"; } while ($l !== 'k' && $l !== ''); kill(keeper($mark)); $r->say('x');
echo $r->finish(), "\n";
