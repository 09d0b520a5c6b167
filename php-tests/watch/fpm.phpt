--TEST--
php-fpm: callbacks go with their request, also one that ends in a fatal error; the next one's are called, and nothing is left
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
if (!Fpm::program()) die('skip: there is no php-fpm of PHP ' . PHP_VERSION . '; install it to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
$znodes->create('/a');
$page = <<<'PHP'
<?php
use Dig\Zookeeper\Client;
function armed(): int { preg_match('/^SigCgt:\s*(\w+)/m', file_get_contents('/proc/self/status'), $found); return hexdec($found[1]) >> 22 & 1; }
$before = armed();
$called = [0, 0];
$how = $_GET['how'] ?? '';
$callback = function () use (&$called, $how) {
    $called[0]++;
    switch ($how) {
        case 'fatal': ini_set('memory_limit', '4M'); for ($all = '';;) $all .= str_repeat('x', 1 << 20);
        case 'undefined': undefined();
        case 'exit': exit('exits');
        case 'throw': throw new Exception('thrown');
        case 'time': set_time_limit(1); for (;;);
    }
};
$client = new Client();
$client->interrupt();
$client->get('/a', $callback);
$client->watch('/a', function () use (&$called) { $called[1]++; });
$zookeeper = new Zookeeper(ini_get('ticket.dsn'), $callback);
$zookeeper->circle = [$client, $zookeeper, $callback];
(new Client())->set('/a', 'x');
for ($end = microtime(true) + 20; ($called[0] < 2 || !$called[1]) && microtime(true) < $end;) usleep(1000);
$files = count(scandir('/proc/self/fd'));
echo getmypid(), " $files ", memory_get_usage() >> 18, ' ', min($called[0], 2), min($called[1], 1), $before;
PHP;
$ini = ['display_errors' => 0, 'error_reporting' => 'E_ALL&~E_DEPRECATED', 'log_errors' => 0];
$fpm = new Fpm(client($server, $ini), "pm = static\npm.max_children = 1", false, page: $page);
// One that ends in an error has no answer.
$ask = fn(string $how) => preg_replace('/^(Exception:).*/s', '$1', thrown(function () use ($fpm, $how, &$said) { $said = $fpm->ask("how=$how"); })) === 'nothing was thrown' ? $said : 'no answer';
$seen = [];
foreach (['', 'fatal', '', 'undefined', '', 'exit', '', 'throw', '', 'time', ...array_fill(0, 100, '')] as $i => $how) {
    $said = $ask($how);
    if ($how !== '') {
        echo "$how: $said\n";
    } elseif (preg_match('/^(\d+) (\d+) (\d+) (\d+)$/', $said, $found)) {
        $seen[] = array_map('intval', array_slice($found, 1));
    } else {
        echo "$said\n";
    }
}
// All callbacks were called, of one worker, whose descriptors and memory do not grow; the signal was nobody's before.
[$first, $last] = [$seen[10], end($seen)];
var_dump(count($seen), array_unique(array_column($seen, 3)), $last[0] === $seen[0][0], $last[1] - $first[1], $last[2] - $first[2]);
[$keeper] = keepers(basename($fpm->directory));
var_dump(settled(fn() => count(scandir("/proc/$keeper/fd")) < 30, true));
?>
--EXPECT--
fatal: no answer
undefined: no answer
exit: exits
throw: no answer
time: no answer
int(105)
array(1) {
  [0]=>
  int(210)
}
bool(true)
int(0)
int(0)
bool(true)
