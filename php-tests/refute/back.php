<?php
require __DIR__ . '/../lib/client.php';
$e = new Ensemble(['tickTime' => 1000, 'syncLimit' => 30], true);
$leader = $e->leader(); $ids = array_keys($e->servers); $L = array_search($leader, $e->servers, true);
$F = array_values(array_diff($ids, [$L]))[0];
$between = (fn() => $this->between)->call($e);
$pL = new Proxy($leader); $pF = new Proxy($e->servers[$F]);
$z = new Znodes($leader);
foreach (['/c', '/c/counter'] as $p) $z->create($p, '0');
$pF->mode('cut');
$mark = scratch('mark');
$r = start(PRELUDE . CLIENT . <<<'PHP'
$c = new Dig\Zookeeper\Cache('/c'); echo $c->get('counter'), "\n";
stream_set_blocking(STDIN, false); $last = -1; $t = hrtime(true);
while (fgets(STDIN) === false) { $n = (int) $c->get('counter'); if ($n !== $last) { printf("%.2f s: counter %d, version %d, mzxid %x, age %.2f%s\n", (hrtime(true)-$t)/1e9, $n, $c->version(), $c->node('counter')->stat->mzxid, $c->age(), $n < $last ? '  BACKWARDS' : ''); $last = $n; } usleep(2000); }
PHP, client($pL->dsn() . ',' . $pF->dsn(), ['ticket.session_timeout' => 10000, 'ticket.local_path' => $mark]));
echo $r->line(), "\n";
// The follower is 1.5 s behind from now on, which is within syncLimit.
$between[$F][$L][0]->mode('delay', 4000);
usleep(2000_000);
for ($i = 1; $i <= 40; $i++) { $z->set('/c/counter', "$i"); usleep(50_000); }
$zf = new Znodes($e->servers[$F]);
printf("follower has %s, leader %s\n", $zf->getData('/c/counter')[0], $z->getData('/c/counter')[0]);
if (getenv('KILL')) { $pF->mode('pass'); $pL->mode('cut'); kill(keeper($mark)); }
else { $pF->mode('pass'); $pL->mode('cut'); }
for ($i = 0; $i < 14; $i++) { usleep(500_000); printf("%.1f follower %s connections %d\n", $i/2+.5, $zf->getData('/c/counter')[0], $pF->connections()); }
$r->say('x'); echo $r->finish(), "\n";
