<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$N = (int) (getenv('N') ?: 1200); $len = (int) (getenv('LEN') ?: 4000); $pause = (int) (getenv('PAUSE') ?: 1000);
$write = PRELUDE . CLIENT . <<<'PHP'
[$N, $len, $pause] = [(int) getenv('N'), (int) getenv('LEN'), (int) getenv('PAUSE')];
$client = new Client(null, ['timeout' => 60_000]);
$client->create('/c');
for ($i = 0; $i < $N; $i++) $client->create("/c/$i", str_repeat('x', $len));
echo "ready\n"; await();
stream_set_blocking(STDIN, false);
$n = 0; $t = hrtime(true);
do { $n++; $client->set('/c/' . random_int(0, $N - 1), str_pad("$n ", $len, 'y')); 
  while (hrtime(true) < $t + $n * $pause * 1000) usleep(50);
} while (fgets(STDIN) === false);
echo $n / ((hrtime(true) - $t) / 1e9), " sets/s\n";
PHP;
$env = ['N' => $N, 'LEN' => $len, 'PAUSE' => $pause];
$w = start($write, client($server), $env);
$w->line() === 'ready' || exit($w->finish());
$mark = scratch('mark');
$r = start(PRELUDE . CLIENT . <<<'PHP'
$t = hrtime(true);
$c = new Dig\Zookeeper\Cache('/c');
printf("loaded in %.2f s\n", (hrtime(true) - $t) / 1e9);
await();
$last = $c->version(); $most = 0;
for ($i = 0; $i < 24; $i++) { for ($k = 0; $k < 50; $k++) { usleep(10000); $most = max($most, $c->age()); }
 $v = $c->version(); printf("%.1f s: %d new versions, age %.2f\n", $i / 2, $v - $last, $c->age()); $last = $v; }
printf("oldest %.2f\n", $most);
await();
for ($i = 0; $i < 4; $i++) { usleep(500_000); printf("after: age %.2f version %d\n", $c->age(), $c->version()); }
PHP, client($server, ['ticket.cache_size' => '64M', 'ticket.local_path' => $mark, 'ticket.zookeeper_timeout' => 60000]));
echo $r->line(), "\n";
$w->say('go'); $r->say('go');
$cpu = fn() => array_sum(array_slice(explode(' ', file_get_contents('/proc/' . keeper($mark) . '/stat')), 13, 2));
$c0 = $cpu(); $t0 = hrtime(true);
do { $l = $r->line(); echo $l, "\n"; } while (!str_starts_with($l, 'oldest') && $l !== '');
printf("keeper CPU %.0f %%\n", ($cpu() - $c0) / ((hrtime(true) - $t0) / 1e9));
$w->say('stop'); echo $w->finish(), "\n"; $r->say('x');
echo $r->finish(), "\n";
