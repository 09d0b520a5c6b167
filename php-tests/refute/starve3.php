<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$w = start(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 60_000]);
$client->create('/c'); $client->create('/c/counter'); $client->create('/c/bulk');
for ($i = 0; $i < 600; $i += 300) { $t = $client->transaction(); for ($k = $i; $k < $i + 300; $k++) $t->create("/c/bulk/$k", str_repeat('x', 3000)); $t->commit(); }
echo "ready\n"; await(); stream_set_blocking(STDIN, false); 
$bulk = pcntl_fork() === 0;
$n = 0; $t = hrtime(true);
if ($bulk) { $client = new Client(null, ['timeout' => 60_000]); 
  do { usleep(300_000); for ($i = 0; $i < 600; $i += 300) { $x = $client->transaction(); for ($k = $i; $k < $i + 300; $k++) $x->set("/c/bulk/$k", str_pad("$n ", 3000, 'y')); $x->commit(); } $n++; } while (hrtime(true) < $t + 12e9);
  echo "$n bulks\n"; exit; }
do { $n++; $client->set('/c/counter', "$n"); usleep(1500); } while (hrtime(true) < $t + 12e9);
pcntl_wait($s); echo $n / 12, " sets/s\n";
PHP, client($server));
$w->line();
$mark = scratch('mark');
$r = start(PRELUDE . CLIENT . <<<'PHP'
$c = new Dig\Zookeeper\Cache('/c'); echo "loaded\n"; await();
$last = $c->version(); 
for ($i = 0; $i < 20; $i++) { $old = 0; for ($k = 0; $k < 50; $k++) { usleep(10_000); $old = max($old, $c->age()); } $v = $c->version(); printf("%.1f s: %d new versions, oldest %.2f\n", $i / 2, $v - $last, $old); $last = $v; }
PHP, client($server, ['ticket.local_path' => $mark, 'ticket.cache_size' => '64M', 'ticket.zookeeper_timeout' => 20000]));
echo $r->line(), "\n"; $w->say('x'); $r->say('x');
echo $r->finish(), "\n"; $w->say('x'); echo $w->finish(), "\n";
