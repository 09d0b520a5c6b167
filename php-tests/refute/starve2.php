<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$write = PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 60_000]);
$client->create('/c'); $client->create('/c/counter');
for ($i = 0; $i < 8; $i++) $client->create("/c/big$i", str_repeat('x', 300_000));
echo "ready\n"; await();
stream_set_blocking(STDIN, false);
$n = 0; $t = hrtime(true); $big = $t + 2e9;
do { $n++; $client->set('/c/counter', "$n");
  if ($big && hrtime(true) > $big) { $big = 0; // once, 5 big values in two transactions
     $client->transaction()->set('/c/big0', str_repeat('y', 300_000))->set('/c/big1', str_repeat('y', 300_000))->set('/c/big2', str_repeat('y', 300_000))->commit();
     $client->transaction()->set('/c/big3', str_repeat('y', 300_000))->set('/c/big4', str_repeat('y', 300_000))->commit(); }
  while (hrtime(true) < $t + $n * 1_000_000) usleep(50);
} while (fgets(STDIN) === false);
echo $n / ((hrtime(true) - $t) / 1e9), " sets/s\n";
PHP;
$w = start($write, client($server));
$w->line() === 'ready' || exit($w->finish());
$mark = scratch('mark');
$r = start(PRELUDE . CLIENT . <<<'PHP'
$t = hrtime(true);
$c = new Dig\Zookeeper\Cache('/c');
printf("loaded in %.2f s\n", (hrtime(true) - $t) / 1e9);
await();
$last = $c->version();
for ($i = 0; $i < 30; $i++) { usleep(500_000);
 $v = $c->version(); printf("%.1f s: %d new versions, age %.2f, counter %s, big0 %s\n", $i / 2, $v - $last, $c->age(), $c->get('counter'), $c->get('big0')[0]); $last = $v; }
echo "end\n";
await();
for ($i = 0; $i < 4; $i++) { usleep(500_000); printf("after: age %.2f version %d counter %s\n", $c->age(), $c->version(), $c->get('counter')); }
PHP, client($server, ['ticket.cache_size' => '64M', 'ticket.local_path' => $mark, 'ticket.zookeeper_timeout' => 60000]));
echo $r->line(), "\n";
$w->say('go'); $r->say('go');
$cpu = fn() => array_sum(array_slice(explode(' ', file_get_contents('/proc/' . keeper($mark) . '/stat')), 13, 2));
$c0 = $cpu(); $t0 = hrtime(true);
do { $l = $r->line(); echo $l, "\n"; } while (!str_starts_with($l, 'end') && $l !== '');
printf("keeper CPU %.0f %%\n", ($cpu() - $c0) / ((hrtime(true) - $t0) / 1e9));
$w->say('stop'); echo $w->finish(), "\n"; $r->say('x');
echo $r->finish(), "\n";
