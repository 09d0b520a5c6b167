<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$z = new Znodes($server);
$z->create('/c'); $M = 7000;
for ($i = 0; $i < $M; $i++) $z->create("/c/a$i", str_repeat('x', 10_000));
unset($z);
$mark = scratch('mark');
$r = start(PRELUDE . CLIENT . <<<'PHP'
try { $c = new Dig\Zookeeper\Cache('/c'); echo count($c->all()), "\n"; } catch (Throwable $e) { echo get_class($e), ': ', $e->getMessage(), "\n"; }
await();
PHP, client($server, ['ticket.cache_size' => '256K', 'ticket.local_path' => $mark, 'ticket.zookeeper_timeout' => 10000]));
$keeper = keeper($mark);
echo $r->line(), "\n"; sleep(3);
preg_match_all('/Vm(HWM|RSS):.*|Rss(Anon|Shmem):.*/', file_get_contents("/proc/$keeper/status"), $m); echo implode(' ', $m[0]), "\n";
$r->finish();
