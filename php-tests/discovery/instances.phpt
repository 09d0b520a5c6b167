--TEST--
instances() and one() show who is registered, from the shared cache, also of other families; who ends is gone
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . 'use Dig\Zookeeper\Discovery;' . <<<'PHP'
function addresses(Discovery $services, string $name): string { $all = array_column($services->instances($name), 'address'); sort($all); return implode(' ', $all); }
function awaited(callable $shown, string $expected): string {
    for ($end = hrtime(true) + 30e9; ($seen = $shown()) !== $expected && hrtime(true) < $end; usleep(500));
    return $seen;
}
PHP;
$other = start($code . <<<'PHP'
(new Discovery())->register('web', 'other:80', ['zone' => 'b', 'list' => [1, 2.5, null, ['x' => 'ö']]]);
echo "registered\n";
await();
PHP, client($server));
echo $other->line(), "\n";
$php = start($code . <<<'PHP'
$services = new Discovery();
var_dump($services->instances('none'), $services->one('none'));
echo addresses($services, 'web'), "\n";
$mine = $services->register('web', 'mine:80');
echo awaited(fn() => addresses($services, 'web'), 'mine:80 other:80'), "\n";
$all = $services->instances('web');
$said = array_map(fn($one) => json_encode(['id' => 0] + $one, JSON_UNESCAPED_UNICODE), $all);
sort($said);
echo implode("\n", $said), "\n";
var_dump(array_is_list($all), array_column($all, 'id') == array_map(fn($one) => $one['id'], $all), in_array(basename($mine->getPath()), array_column($all, 'id')));
// What a script does with its list is its own affair.
$all[0]['address'] = 'changed';
unset($all[1]);
echo addresses($services, 'web'), "\n";
for ($i = 0, $ones = []; count($ones) < 2 && $i < 10_000; $i++) $ones[$services->one('web')['address']] = true;
ksort($ones);
echo implode(' ', array_keys($ones)), "\n";
$mine->update('mine:81');
echo awaited(fn() => addresses($services, 'web'), 'mine:81 other:80'), "\n";
echo "-- what is no instance\n";
$client = new Client();
foreach (['no JSON', '"text"', '[]', '{}', '{"address":5}', '{"address":"bare"}', '', '{"address":"odd","meta":"x"}'] as $i => $value) $client->create("/services/web/$i", $value);
echo awaited(fn() => addresses($services, 'web'), 'bare mine:81 odd other:80'), "\n";
echo "-- killed\n";
await();
echo awaited(fn() => addresses($services, 'web'), 'bare mine:81 odd'), "\n";
if (!$child = pcntl_fork()) {
    $services->register('web', 'fork:80');
    echo awaited(fn() => addresses($services, 'web'), 'bare fork:80 mine:81 odd'), "\n";
    exec('kill -9 ' . getmypid());
}
pcntl_waitpid($child, $status);
echo awaited(fn() => addresses($services, 'web'), 'bare mine:81 odd'), "\n";
$mine->unregister();
echo awaited(fn() => addresses($services, 'web'), 'bare odd'), "\n";
echo "-- which caches\n";
echo json_encode(array_column(Dig\Zookeeper\status()['caches'], 'path')), "\n";
(new Dig\Zookeeper\Cache('/services'));
(new Discovery())->register('new', 'x');
echo awaited(fn() => addresses(new Discovery(), 'new'), 'x'), ' ', json_encode(array_column(Dig\Zookeeper\status()['caches'], 'path')), "\n";
echo "-- refused\n";
foreach ([fn() => $services->instances('a/b'), fn() => $services->one(''), fn() => $services->instances('web', -1), fn() => $services->instances(),
    fn() => (new Discovery('/services', '127.0.0.1:1'))->instances('web')] as $body) echo preg_replace('/within.*/s', 'within ...', thrown($body)), "\n";
PHP, client($server, ['ticket.zookeeper_timeout' => 1000]));
for ($line = ''; $line !== '-- killed' && !feof($php->pipes[1]);) echo $line = $php->line(), "\n";
kill($other->pid());
$php->say('');
echo $php->finish();
?>
--EXPECT--
registered
array(0) {
}
NULL
other:80
mine:80 other:80
{"id":0,"address":"mine:80","meta":[]}
{"id":0,"address":"other:80","meta":{"zone":"b","list":[1,2.5,null,{"x":"ö"}]}}
bool(true)
bool(true)
bool(true)
mine:80 other:80
mine:80 other:80
mine:81 other:80
-- what is no instance
bare mine:81 odd other:80
-- killed
bare mine:81 odd
bare fork:80 mine:81 odd
bare mine:81 odd
bare odd
-- which caches
["\/services\/none","\/services\/web"]
x ["\/services\/none","\/services\/web","\/services"]
-- refused
ValueError: Dig\Zookeeper\Discovery::instances(): Argument #1 ($name) must be the name of a znode: not empty, "." or "..", and without a slash
ValueError: Dig\Zookeeper\Discovery::one(): Argument #1 ($name) must be the name of a znode: not empty, "." or "..", and without a slash
ValueError: Dig\Zookeeper\Discovery::instances(): Argument #2 ($maxAge) must be null or a number of seconds from 0 on
ArgumentCountError: Dig\Zookeeper\Discovery::instances() expects at least 1 argument, 0 given
Dig\Zookeeper\Exception\OperationTimeoutException: /services/web of ZooKeeper 127.0.0.1:1 could not be cached within ...
