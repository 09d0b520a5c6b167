<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$N = (int) (getenv('N') ?: 60000);
$w = start(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 60_000]); $N = (int) getenv('N');
$client->create('/c'); $client->create('/c/hot'); $client->create('/x');
for ($d = 0; $d < $N / 10000; $d++) { $client->create("/c/d$d"); for ($i = 0; $i < 10000; $i += 500) { $t = $client->transaction(); for ($k = $i; $k < $i + 500; $k++) $t->create("/c/d$d/node$k", "value $k"); $t->commit(); } }
echo "ready\n"; await();
stream_set_blocking(STDIN, false);
for ($n = 0; fgets(STDIN) === false; $n++) { $client->set('/c/hot', str_repeat("$n ", 2000)); usleep(1000); }
echo "$n sets\n";
PHP, client($server), ['N' => $N]);
$w->line() === 'ready' || exit($w->finish());
$mark = scratch('mark');
$r = start(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(); $client->get('/x');
function measure(string $what, float $seconds) { global $client; $t = []; $e = hrtime(true) + $seconds * 1e9;
 while (hrtime(true) < $e) { $t0 = hrtime(true); $client->get('/x'); $t[] = (hrtime(true) - $t0) / 1e3; usleep(500); }
 sort($t); $n = count($t); printf("%s: client get p50 %d us, p99 %d us, p99.9 %d us, max %d us\n", $what, $t[$n >> 1], $t[intdiv($n * 99, 100)], $t[intdiv($n * 999, 1000)], end($t)); }
measure('before', 1);
$pid = pcntl_fork();
if (!$pid) { $t0 = hrtime(true); $c = new Dig\Zookeeper\Cache('/c'); printf("loaded %d in %.2f s\n", Dig\Zookeeper\status()['caches'][0]['nodes'], (hrtime(true) - $t0) / 1e9); exit; }
measure('while loading', 5); pcntl_waitpid($pid, $s);
echo "go\n"; await();
$a = Dig\Zookeeper\status()['cache_memory'];
measure('while hot', 12);
$b = Dig\Zookeeper\status()['cache_memory'];
echo json_encode([$a, $b]), "\nend\n"; await();
PHP, client($server, ['ticket.cache_size' => getenv('SIZE') ?: '64M', 'ticket.local_path' => $mark, 'ticket.zookeeper_timeout' => 60000]));
do { $l = $r->line(); echo "$l\n"; } while ($l !== 'go' && $l !== '');
$keeper = keeper($mark);
$cpu = fn($pid) => array_sum(array_slice(explode(' ', file_get_contents("/proc/$pid/stat")), 13, 2));
$w->say('x'); $k = $cpu($keeper); $t0 = hrtime(true); $r->say('x');
do { $l = $r->line(); echo "$l\n"; } while ($l !== 'end' && $l !== '');
printf("keeper %.0f %% CPU\n", ($cpu($keeper) - $k) / ((hrtime(true) - $t0) / 1e9));
preg_match_all('/Vm(HWM|RSS):.*|Rss(Anon|Shmem):.*/', file_get_contents("/proc/$keeper/status"), $m); echo implode(' ', $m[0]), "\n";
$w->say('x'); echo $w->finish(), "\n"; $r->finish();
