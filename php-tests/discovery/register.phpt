--TEST--
Discovery::register(): the znode is there when it returns, and gone when it is not wanted any more
--FILE--
<?php
require __DIR__ . '/../lib/discovery.php';
$server = new Server();
echo run(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
$client = new Client();
$services = new Discovery();
echo json_encode(clients()['registrations']), "\n";
$one = $services->register('web', '10.0.0.1:80', ['zone' => 'a', 'weight' => 1.0, 'tags' => ['x', 'ü/'], 'none' => null]);
$path = $one->getPath();
echo preg_match('#^/services/web/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$#', $path), "\n";
echo $client->get($path, null, $stat), "\n";
var_dump($one->isRegistered(), $stat->ephemeralOwner !== 0, $stat->version);
echo json_encode($client->getAcl($path)), "\n";
// The same again is the same, and nothing is written.
$again = $services->register('web', '10.0.0.1:80', ['zone' => 'a', 'weight' => 1.0, 'tags' => ['x', 'ü/'], 'none' => null]);
var_dump($again->getPath() === $path, $client->exists($path)->version);
// With another meta, it has that.
$again = (new Discovery())->register('web', '10.0.0.1:80', ['zone' => 'b']);
var_dump($again->getPath() === $path);
echo $client->get($path), "\n";
$one->update('10.0.0.2:80');
echo $client->get($path), "\n";
// It is known by its new address.
var_dump($services->register('web', '10.0.0.2:80', ['n' => 1])->getPath() === $path);
// What differs in any is another one.
$others = [
    $services->register('web', '10.0.0.1:80'),
    $services->register('api', '10.0.0.2:80'),
    (new Discovery('/'))->register('top', '10.0.0.2:80'),
    (new Discovery('/a/b/c'))->register('web', '10.0.0.2:80'),
    (new Discovery('/services', ini_get('ticket.dsn') . '/services'))->register('web', '10.0.0.2:80'),
];
$paths = array_map(fn($one) => $one->getPath(), [$one, ...$others]);
echo count(array_unique($paths)), ' ', clients()['registrations'], "\n";
echo count($client->getChildren('/services/web')), count($client->getChildren('/services/services/web')), "\n";
echo $client->get($paths[3]), "\n";
// Objects are not what keeps them.
unset($others, $again);
gc_collect_cycles();
echo count($client->getChildren('/services/web')), "\n";
$one->unregister();
var_dump($client->exists($path), $one->isRegistered(), $one->getPath() === $path);
$one->unregister();
echo failed(fn() => $one->update('x')), "\n";
echo clients()['registrations'], "\n";
// Another one of the same.
$one = $services->register('web', '10.0.0.2:80');
var_dump($one->getPath() !== $path, $client->exists($one->getPath())->version);
PHP, discovery($server)), "\n";
?>
--EXPECT--
0
1
{"address":"10.0.0.1:80","meta":{"zone":"a","weight":1.0,"tags":["x","ü/"],"none":null}}
bool(true)
bool(true)
int(0)
[{"perms":31,"scheme":"world","id":"anyone"}]
bool(true)
int(0)
bool(true)
{"address":"10.0.0.1:80","meta":{"zone":"b"}}
{"address":"10.0.0.2:80","meta":{}}
bool(true)
6 6
21
{"address":"10.0.0.2:80","meta":{}}
2
NULL
bool(false)
bool(true)
InvalidStateException -9 - certain
5
bool(true)
int(0)
