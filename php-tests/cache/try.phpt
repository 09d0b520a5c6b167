--TEST--
try
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server(['tickTime' => 500]);
$znodes = new Znodes($server);
$znodes->mkdir('/config');
$znodes->create('/config/db', 'mysql');
$znodes->mkdir('/config/a/b');
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Cache;
$t = hrtime(true);
$cache = new Cache('/config');
printf("%.1f ms\n", (hrtime(true)-$t)/1e6);
var_dump($cache->get('db'), $cache->get('/config/db'), $cache->get('/config'), $cache->get('x'), $cache->version(), $cache->age(), $cache->isComplete());
var_dump($cache->node('a'), $cache->children(''), $cache->all());
$client = new Client;
$v = $cache->version();
$lat = [];
for ($i = 0; $i < 200; $i++) {
    $t = hrtime(true);
    $client->set('/config/db', "v$i");
    $s = hrtime(true);
    while ($cache->get('db') !== "v$i") if (hrtime(true) - $t > 2e9) die("late\n");
    $lat[] = (hrtime(true)-$t)/1e3;
    $late[] = (hrtime(true)-$s)/1e3;
}
sort($lat); sort($late);
printf("set to seen p50 %.0f us p99 %.0f, after answer p50 %.0f\n", $lat[100], $lat[198], $late[100]);
$v = $cache->version();
$client->delete('/config/a/b');
var_dump($cache->waitForChange($v, 2.0) - $v, $cache->all());
$client->create('/config/big', str_repeat('x', 1 << 19));
$v = $cache->waitForChange($cache->version(), 2.0);
var_dump(strlen($cache->get('big')));
try { $cache->get('/other'); } catch (Throwable $e) { echo get_class($e), ': ', $e->getMessage(), "\n"; }
sleep(2);
printf("age %.2f\n", $cache->age());
$big = str_repeat('x', 1024);
$client->set('/config/db', $big);
usleep(50000);
if (function_exists('apcu_store')) apcu_store('x', $big);
for ($r = 0; $r < 3; $r++) {
$t = hrtime(true); for ($i = 0; $i < 200000; $i++) $cache->get('db'); $a = (hrtime(true)-$t)/200000;
$t = hrtime(true); for ($i = 0; $i < 200000; $i++) apcu_fetch('x'); $b = (hrtime(true)-$t)/200000;
printf("get %.0f ns apcu %.0f ns\n", $a, $b);
}
PHP;
echo run($code, client($server, ['extension' => 'apcu.so', 'apc.enable_cli'=>1]), [], []);
--EXPECT--
