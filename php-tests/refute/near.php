<?php
require __DIR__ . '/../lib/client.php';
$server = new Server(); $z = new Znodes($server);
$z->create('/c'); $z->create('/c/hot', 'x');
for ($i = 0; $i < 3100; $i++) $z->create("/c/a$i", str_repeat('x', 2500));
$mark = scratch('mark');
$r = start(PRELUDE . CLIENT . <<<'PHP'
$c = new Dig\Zookeeper\Cache('/c'); $m = fn() => Dig\Zookeeper\status()['cache_memory'];
$client = new Client(null, ['timeout' => 60_000]);
$s = $m(); $client->create('/c/fill', str_repeat('f', $s['room'] - $s['used'] - (int) getenv('LEFT'))); usleep(500_000);
echo json_encode($m()), "\n"; await();
$a = $m()['rewrites']; $t = hrtime(true); $n = $failed = 0; $all = []; $gets = [];
while (hrtime(true) < $t + 8e9) { $t0 = hrtime(true); try { $c->all(); $all[] = (hrtime(true) - $t0) / 1e6; } catch (Throwable $e) { $failed++; $all[] = (hrtime(true) - $t0) / 1e6; $said = get_class($e) . ' ' . $e->getMessage(); } 
 for ($k = 0; $k < 20; $k++) { $t0 = hrtime(true); $c->get('a77'); $gets[] = (hrtime(true) - $t0) / 1e3; usleep(500); } }
sort($all); sort($gets);
printf("%.0f rewrites/s; all(): %d, %d failed, p50 %.1f ms, max %.0f ms; get: p50 %.1f us, p99.9 %.1f us; age %.2f\n", ($m()['rewrites'] - $a) / 8, count($all), $failed, $all[count($all) >> 1], end($all), $gets[count($gets) >> 1], $gets[intdiv(count($gets) * 999, 1000)], $c->age()); echo $said ?? '', "\n"; 
await();
PHP, client($server, ['ticket.cache_size' => '16M', 'ticket.local_path' => $mark, 'ticket.zookeeper_timeout' => 10000]), ['LEFT' => getenv('LEFT') ?: 6000]);
echo $r->line(), "\n"; $keeper = keeper($mark);
$cpu = fn($pid) => array_sum(array_slice(explode(' ', file_get_contents("/proc/$pid/stat")), 13, 2));
$r->say('x'); $k = $cpu($keeper); $t = hrtime(true);
for ($i = 0; hrtime(true) < $t + 8e9; $i++) { $z->set('/c/hot', "$i"); usleep(500); }
printf("keeper %.0f %% CPU, %d sets/s\n", ($cpu($keeper) - $k) / 8, $i / 8);
echo $r->line(), "\n", $r->line(), "\n"; $r->say('x'); echo $r->finish(), "\n";
