<?php
require __DIR__ . '/../lib/client.php';
$server = new Server(['jute.maxbuffer' => 1 << 20]);
$z = new Znodes($server);
$z->create('/c'); $z->create('/c/hot');
for ($i = 0; $i < 4000; $i++) $z->create("/c/a$i", str_repeat('x', 2500));
$mark = scratch('mark');
$r = start(PRELUDE . CLIENT . <<<'PHP'
try { $c = new Dig\Zookeeper\Cache('/c'); echo count($c->all()), "\n"; } catch (Throwable $e) { echo get_class($e), ': ', $e->getMessage(), "\n"; }
$client = new Client();
$client->get('/c/hot');
await();
$t = []; for ($i = 0; $i < 400; $i++) { $t0 = hrtime(true); $client->get('/c/hot'); $t[] = (hrtime(true) - $t0) / 1e3; usleep(20_000); }
sort($t); printf("client get: p50 %d us, p90 %d us, max %d us\n", $t[200], $t[360], end($t));
PHP, client($server, ['ticket.cache_size' => '16M', 'ticket.local_path' => $mark, 'ticket.zookeeper_timeout' => 10000]));
echo $r->line(), "\n";
$keeper = keeper($mark);
$cpu = fn($pid) => array_sum(array_slice(explode(' ', file_get_contents("/proc/$pid/stat")), 13, 2));
$rx = fn() => (int) preg_replace('/.*Received: (\d+).*/s', '$1', $server->ask('srvr'));
foreach ([0, 20_000] as $pause) {
  usleep(3000_000);
  $lo = fn() => (int) preg_replace("/.*lo: *(\\d+).*/s", "\$1", file_get_contents("/proc/net/dev")); $l0 = $lo(); [$k, $j, $q, $t] = [$cpu($keeper), $cpu($server->pid()), $rx(), hrtime(true)];
  if ($pause) $r->say('x');
  for ($i = 0; hrtime(true) < $t + 8e9; $i++) { $pause && $z->set('/c/hot', "$i"); usleep($pause ?: 50000); }
  $s = (hrtime(true) - $t) / 1e9;
  printf("loopback %.1f MB/s ", ($lo() - $l0) / $s / 1e6); printf("pause %d: keeper %.0f %% CPU, server %.0f %% CPU, %.0f packets/s (we send %.0f)\n", $pause, ($cpu($keeper) - $k) / $s, ($cpu($server->pid()) - $j) / $s, ($rx() - $q) / $s, $pause ? $i / $s : 0);
}
echo $r->finish(), "\n";
preg_match_all('/Vm(HWM|RSS):.*|Rss(Anon|Shmem):.*/', file_get_contents("/proc/$keeper/status"), $m); echo implode(' ', $m[0]), "\n";
