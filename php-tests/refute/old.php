<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server); $proxy->mode('old');
$w = start(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 60_000]);
$client->create('/c'); for ($i = 0; $i < 200; $i++) $client->create("/c/$i", 'x');
echo "ready\n"; await(); stream_set_blocking(STDIN, false); $pause = (int) getenv('PAUSE');
$n = 0; $t = hrtime(true);
do { $n++; $client->set('/c/' . random_int(0, 199), "$n"); while (hrtime(true) < $t + $n * $pause * 1000) usleep(50); } while (fgets(STDIN) === false);
echo $n / ((hrtime(true) - $t) / 1e9), " sets/s\n";
PHP, client($server), ['PAUSE' => getenv('PAUSE') ?: '5000']);
$w->line();
$mark = scratch('mark');
$r = start(PRELUDE . CLIENT . <<<'PHP'
$c = new Dig\Zookeeper\Cache('/c'); echo "loaded\n"; await();
$last = $c->version();
for ($i = 0; $i < 20; $i++) { usleep(500_000); $v = $c->version(); printf("%.1f s: %d new versions, age %.2f\n", $i / 2, $v - $last, $c->age()); $last = $v; }
PHP, client($proxy, ['ticket.local_path' => $mark, 'ticket.zookeeper_timeout' => 20000]));
echo $r->line(), "\n"; $w->say('x'); $r->say('x');
echo $r->finish(), "\n"; $w->say('x'); echo $w->finish(), "\n";
