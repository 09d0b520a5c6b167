--TEST--
More than there is room for is not cached, and every method says so; it comes back when there is room again, and memory that is freed is given back
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
// It keeps what was written last, several hundred times.
putenv('_JAVA_OPTIONS=-Xmx1g');
$server = new Server();
putenv('_JAVA_OPTIONS');
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Cache;
use function Dig\Zookeeper\status as clients;
/** All methods that read. */
function methods(Cache $cache): array {
    return [
        'get' => fn() => $cache->get('x'), 'get of none' => fn() => $cache->get('none'), 'node' => fn() => $cache->node('x'),
        'children' => fn() => $cache->children(''), 'all' => fn() => $cache->all(), 'version' => fn() => $cache->version(),
        'waitForChange' => fn() => $cache->waitForChange(-1, 0.0), 'waitForChange later' => fn() => $cache->waitForChange(0),
    ];
}
function until(callable $holds, string $what): void {
    for ($end = hrtime(true) + 30e9; !$holds(); usleep(2000)) if (hrtime(true) > $end) { echo "not: $what\n"; exit; }
}
function of(string $path): array {
    foreach (clients()['caches'] as $cache) if ($cache['path'] === $path) return $cache;
}

PHP;
$settings = client($server, ['ticket.cache_size' => '1M', 'ticket.zookeeper_timeout' => 60_000]);
$znodes->create('/small', 'small');
$znodes->create('/other', 'other');
$znodes->create('/full', 'top');
$znodes->create('/full/x', 'x');
$php = start($code . <<<'PHP'
[$small, $full, $other] = [new Cache('/small'), new Cache('/full'), new Cache('/other')];
$version = $full->version();
$client = new Client(null, ['timeout' => 60_000]);
// Fewer than there is room for, then one more.
for ($i = 0; $i < 4; $i++) $client->create("/full/$i", random_bytes(100_000));
until(fn() => count($full->all()) === 6, 'there is room');
$client->create('/full/4', random_bytes(100_000));
until(fn() => !$full->isComplete(), 'it is full');
foreach (methods($full) as $name => $method) {
    $said = failed($method);
    $said === 'CacheFullException -1001 /full certain' || print("$name: $said\n");
}
echo failed(fn() => new Cache('/full')), "\n";
echo preg_replace('/\d{6}/', 'N', thrown(fn() => $full->get('x'))), "\n";
$state = of('/full');
var_dump($state['complete'], $state['error'] === (function () use ($full) { try { $full->all(); } catch (E\CacheFullException $e) { return $e->getMessage(); } })());
var_dump($full->age() > 0);
// Others go on.
$client->set('/small', 'changed');
until(fn() => $small->get('') === 'changed', 'another cache goes on');
echo $other->get(''), ' ', count($small->all()), "\n";
// What comes later than that has no room either, and has when there is.
for ($i = 1; $i < 5; $i++) $client->delete("/full/$i");
until(fn() => $full->isComplete(), 'it is complete again');
echo $full->get('x'), ' ', strlen($full->get('0')), ' ', count($full->all()), ' ', $full->version() > $version ? 'later' : 'not later', "\n";
var_dump(of('/full')['error']);
for ($i = 0; $i < 4; $i++) $client->create("/other/$i", random_bytes(100_000));
until(fn() => !$other->isComplete(), 'the other one is full, too');
echo failed(fn() => $other->get('')), ' ', strlen($full->get('0')), "\n";
// Room that another one leaves.
$client->delete('/full/0');
until(fn() => $other->isComplete(), 'there is room that another one has left');
echo strlen($other->get('3')), ' ', count($other->all()), ' ', $full->get('x'), "\n";
foreach (range(0, 3) as $i) $client->delete("/other/$i");
until(fn() => count($other->all()) === 1, 'it is small again');
// More than all of the room, when it is loaded; in the end also that is seen to have become less.
$client->create('/large');
for ($i = 0; $i < 12; $i++) $client->create("/large/$i", random_bytes(100_000));
echo failed(fn() => new Cache('/large')), "\n";
echo $full->get('x'), $other->get(''), "\n";
for ($i = 0; $i < 12; $i++) $client->delete("/large/$i");
until(fn() => failed(fn() => new Cache('/large')) === 'nothing was thrown', 'the large one has become small');
echo count((new Cache('/large'))->all()), "\n";
PHP, $settings);
echo $php->finish(), "\n";

// A value that is nearly the longest, in and out; what is freed is given back, also after it was too much.
$php = start($code . <<<'PHP'
$cache = new Cache('/large');
$client = new Client(null, ['timeout' => 60_000]);
$mark = getenv('MARK');
/** What the keeper has in shared memory, in KiB. */
function memory(): int {
    static $keeper = null;
    if ($keeper === null || !is_dir("/proc/$keeper")) {
        foreach (glob('/proc/[0-9]*') as $process) {
            if (@file_get_contents("$process/comm") === "ticket-keeper\n" && str_contains((string) @file_get_contents("$process/cmdline"), getenv('MARK'))) {
                $keeper = (int) basename($process);
            }
        }
    }
    preg_match('/^RssShmem:\s+(\d+)/m', file_get_contents("/proc/$keeper/status"), $found);
    return (int) $found[1];
}
$before = memory();
$given_back = function (string $when) use ($before) {
    until(fn() => memory() < $before + 1500, "it is given back $when");
    $used = clients()['cache_memory']['used'];
    $used < 1500 * 1024 || print("$used bytes are used $when\n");
};
$value = random_bytes(1_040_000);
$most = 0;
for ($i = 0; $i < 30; $i++) {
    $value = strrev($value);
    $value[0] = chr($i);
    $i ? $client->set('/large/v', $value) : $client->create('/large/v', $value);
    until(fn() => $cache->get('v') === $value, 'it is there');
    $most = max($most, memory());
}
var_dump($most > $before + 1000, $most < $before + 13_000);
$client->delete('/large/v');
until(fn() => $cache->get('v') === null, 'it is gone');
$given_back('when it was deleted');
// While what was freed before is just being given back.
for ($i = 0; $i < 4; $i++) {
    for ($j = 0; $j < 4; $j++) $client->create("/large/$j", $value);
    until(fn() => count($cache->all()) === 5, 'they are there');
    usleep($i * 500_000);
    for ($j = 0; $j < 4; $j++) $client->delete("/large/$j");
    until(fn() => count($cache->all()) === 1, 'they are gone');
}
$given_back('when others were deleted');
for ($j = 0; $j < 8; $j++) $client->create("/large/$j", $value);
until(fn() => failed(fn() => $cache->all()) === 'CacheFullException -1001 /large certain', 'that is too much');
for ($j = 0; $j < 8; $j++) $client->delete("/large/$j");
until(fn() => $cache->isComplete() && count($cache->all()) === 1, 'it is complete again');
$given_back('when there was too much');
PHP, ['ticket.cache_size' => '12M', 'ticket.local_path' => $mark = scratch('mark')] + $settings, ['MARK' => $mark]);
echo $php->finish(), "\n";
?>
--EXPECT--
CacheFullException -1001 /full certain
Dig\Zookeeper\Exception\CacheFullException: the cache of /full does not fit into what ticket.cache_size leaves to all caches, N bytes, half of it; it needs at least N beside the others. Raise ticket.cache_size, or cache less
bool(false)
bool(true)
bool(true)
other 1
x 100000 3 later
NULL
CacheFullException -1001 /other certain 100000
100000 5 x
CacheFullException -1001 /large certain
xother
1
bool(true)
bool(true)
