<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$z = new Znodes($server);
$z->create('/c'); $M = (int) (getenv('M') ?: 300); $B = (int) (getenv('B') ?: 32);
for ($i = 0; $i < $M; $i++) $z->create("/c/a$i", 'x');
for ($i = 0; $i < $B; $i++) $z->create("/c/a$i/big", str_repeat('x', 1_000_000));
unset($z);
$mark = scratch('mark');
printf("server before: %d MiB\n", (int) preg_replace('/.*VmRSS:\s*(\d+).*/s', '$1', file_get_contents('/proc/' . $server->pid() . '/status')) >> 10);
$r = start(PRELUDE . CLIENT . <<<'PHP'
try { $c = new Dig\Zookeeper\Cache('/c'); echo count($c->all()), "\n"; } catch (Throwable $e) { echo get_class($e), ': ', $e->getMessage(), "\n"; }
await();
PHP, client($server, ['ticket.cache_size' => getenv('SIZE') ?: '16M', 'ticket.local_path' => $mark, 'ticket.zookeeper_timeout' => 10000]));
$keeper = keeper($mark);
echo $r->line(), "\n";
preg_match_all('/Vm(HWM|RSS):.*|Rss(Anon|Shmem):.*/', file_get_contents("/proc/$keeper/status"), $m); echo implode(' ', $m[0]), "\n";
echo 'server runs: ', json_encode((fn() => $this->java->runs())->call($server)), "\n";
preg_match_all('/.*(OutOfMemory|ERROR|Severe).*/', $server->said(), $m); echo implode("\n", array_slice($m[0], 0, 6)), "\n";
$r->finish();
