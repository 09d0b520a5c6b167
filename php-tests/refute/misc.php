<?php
require __DIR__ . '/../lib/client.php';
$server = new Server(); $z = new Znodes($server);
foreach (['/x', '/x/c', '/x/c/a', '/y', '/y/c', '/y/c/b'] as $p) $z->create($p, "v $p");
// chroots in the DSN, two DSNs, fork within a fork, a cache of /, a dead one
$r = start(PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Cache;
function show($c) { $a = $c->all(); ksort($a); return json_encode($a, JSON_UNESCAPED_SLASHES); }
$d = getenv('DSN');
$x = new Cache('/', "$d/x"); $y = new Cache('/c', "$d/y"); 
echo show($x), ' ', show($y), "\n";
$t = hrtime(true);
try { new Cache('/c', 'nowhere.invalid:1'); } catch (Throwable $e) { printf("%s %.1f s\n", get_class($e), (hrtime(true)-$t)/1e9); }
$z = new Dig\Zookeeper\Client("$d");
if (!pcntl_fork()) { if (!pcntl_fork()) { $v = $x->version(); $z2 = new Dig\Zookeeper\Client("$d"); $z2->set('/x/c/a', 'new'); $z2->create('/x/top'); $x->waitForChange($v, 5); usleep(50000); echo show($x), ' ', round($x->age()), "\n"; exit; } pcntl_wait($s); exit; } pcntl_wait($s);
$z->delete('/x/top'); $z->delete('/x/c/a'); $z->delete('/x/c'); usleep(100_000); echo show($x), "\n";
$z->delete('/x'); usleep(300_000); try { echo show($x), "\n"; } catch (Throwable $e) { echo get_class($e), "\n"; }
$z->create('/x', 'again'); $z->create('/x/c', 'q'); usleep(300_000); echo show($x), "\n";
for ($i = 0; $i < 70; $i++) try { new Cache("/m$i", $d); } catch (Throwable $e) { echo "$i: ", get_class($e), ' ', $e->getMessage(), "\n"; break; }
$age = 0; for ($i = 0; $i < 300; $i++) { usleep(10_000); foreach (Dig\Zookeeper\status()['caches'] as $c) if (!str_contains($c['dsn'], 'invalid')) $age = max($age, $c['age']); } printf("oldest of all %.2f\n", $age);
PHP, client($server, ['ticket.zookeeper_timeout' => 2000, 'ticket.local_path' => $mark = scratch('mark')]), ['DSN' => $server->dsn()]);
do { $l = $r->line(); echo "$l\n"; } while (!str_starts_with($l, 'oldest') && $l !== '' );
echo $r->finish(), "\n";
