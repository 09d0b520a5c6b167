--TEST--
php-fpm: a client in each request, and one session however many workers; nothing is left of a request
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
$znodes->create('/page', 'value');
$page = <<<'PHP'
<?php
use Dig\Zookeeper\Client;
try {
    $client = new Client();
    $value = $client->get('/page');
    try { $client->get('/none'); } catch (Dig\Zookeeper\Exception\NoNodeException) { $value .= ' none'; }
    if (isset($_GET['bound'])) $client->create('/bound-', '', null, Client::EPHEMERAL | Client::SEQUENCE);
    // Left to the end of the request; a circle is left to the collector.
    $object = new stdClass();
    $object->client = $client;
    $object->self = $object;
    $files = count(scandir('/proc/self/fd'));
    echo getmypid(), " $files ", memory_get_usage(), " $value";
} catch (Throwable $e) {
    echo get_class($e), ': ', $e->getMessage();
}
PHP;
$fpm = new Fpm(client($server), "pm = static\npm.max_children = 20", false, page: $page);
[$seen, $most] = [[], 0];
for ($i = 0; $i < 1500; $i++) {
    $said = $fpm->ask($i % 50 === 49 ? 'bound=1' : '');
    if (!preg_match('/^(\d+) (\d+) (\d+) value none$/', $said, $found)) {
        exit($said);
    }
    [, $pid, $files, $memory] = $found;
    // What a worker needs once, it has after some requests.
    $seen[$pid][] = [(int) $files, (int) $memory];
    $i % 500 === 300 && $most = max($most, sessions($server));
}
foreach ($seen as $pid => $all) {
    $rest = array_slice($all, 20);
    if ($rest) {
        [$files, $memory] = [array_column($rest, 0), array_column($rest, 1)];
        max($files) - min($files) > 1 && print("descriptors of $pid: " . min($files) . ' to ' . max($files) . "\n");
        end($memory) > $memory[0] + 50_000 && print("memory of $pid: $memory[0] to " . end($memory) . "\n");
    }
}
// The test's own, and one for all; a bound one is gone with its request.
var_dump($most, $znodes->children('/') === ['page', 'zookeeper']);
[$keeper] = keepers(basename($fpm->directory));
var_dump(count(scandir("/proc/$keeper/fd")) < 40);
?>
--EXPECT--
int(2)
bool(true)
bool(true)
