--TEST--
ACLs: what leases, recipes and registrations make is whose credentials made it, or as a list says; services with one identity share it, others are told
--FILE--
<?php
require __DIR__ . '/../lib/locked.php';
$server = new Server();
[$shop, $other] = [scratch('auth'), scratch('auth')];
put($shop, 'digest:shop:secret');
put($other, 'digest:other:secret');
const USES = PRELUDE . CLIENT . SAID . <<<'PHP'
const WORDS = ['/.* = \d+ ms: /' => '', '/127\.0\.0\.1:\d+/' => 'SERVER', '/[0-9a-f-]{36}/' => 'UUID', '~/\d+\b~' => '/N'];
$client = new Client();
$uses = [
    'lock' => fn() => (new Dig\Zookeeper\Lock($client, '/locks/a'))->acquire(10),
    'semaphore' => fn() => (new Dig\Zookeeper\Semaphore($client, '/semaphores/a', 2))->acquire(10),
    'queue' => fn() => (new Dig\Zookeeper\Queue($client, '/queues/a'))->put('x'),
    'counter' => fn() => (new Dig\Zookeeper\Counter($client, '/counters/a'))->add(1),
    'barrier' => fn() => (new Dig\Zookeeper\Barrier($client, '/barriers/' . getmypid()))->set(),
    'group' => fn() => (new Dig\Zookeeper\Group($client, '/groups/a'))->join('me'),
    'service' => fn() => (new Dig\Zookeeper\Discovery())->register('web', '10.0.0.5:80'),
];
PHP;
$ini = leasing($server, ['ticket.acquire_timeout' => 300]);
$of = fn(string $file, string $acl) => ['ticket.zookeeper_auth' => $file ? "file:$file" : '', 'ticket.zookeeper_acl' => $acl] + $ini;
// With `creator`: everything below the root but what was there before is shop's.
$code = USES . <<<'PHP'
echo said('nothing'), "\n";
$lock = new Dig\Zookeeper\Lock($client, '/locks/b');
$lock->acquire(10);
$semaphore = new Dig\Zookeeper\Semaphore($client, '/semaphores/b', 2);
$semaphore->acquire(10);
$queue = new Dig\Zookeeper\Queue($client, '/queues/b');
$queue->put('x');
$message = $queue->take(10);
$election = new Dig\Zookeeper\Election($client, '/leaders/b', 'me');
$election->awaitLeadership(10);
$double = new Dig\Zookeeper\DoubleBarrier($client, '/doubles/b', 1);
$double->enter(10);
foreach ($uses as $name => $use) if (($said = thrown($use)) !== 'nothing was thrown') echo "$name: $said\n";
for ($paths = ['/'], $whose = []; $paths;) {
    $path = array_shift($paths);
    foreach ($client->getChildren($path) as $name) if ("$path$name" !== '/zookeeper') $paths[] = rtrim($path, '/') . "/$name";
    if ($path === '/') continue;
    $acl = $client->getAcl($path);
    $kind = fn($one) => "$one[perms] $one[scheme] " . strtok($one['id'], ':');
    $whose[implode(', ', array_map($kind, $acl))][] = $path;
}
foreach ($whose as $who => $paths) echo count($paths) > 25 ? 'all' : implode(' ', $paths), ": $who\n";
echo "there\n";
while ($line = await()) echo thrown($uses[$line]), "\n";
PHP;
$php = start($code, $of($shop, 'creator'));
while (($line = $php->line()) !== 'there') {
    echo $line, "\n";
}
// Another service with the same identity.
echo "-- shop, too\n", run(USES . <<<'PHP'
echo said('nothing'), "\n";
foreach ($uses as $name => $use) if (($said = thrown($use)) !== 'nothing was thrown') echo "$name: $said\n";
echo (new Dig\Zookeeper\Queue($client, '/queues/b'))->count(), "\n";
PHP, $of($shop, 'creator')), "\n";
foreach (['nobody' => '', 'other' => $other] as $who => $file) {
    echo "-- $who\n", run(USES . <<<'PHP'
    echo said('grant'), "\n";
    foreach ($uses as $name => $use) echo "$name: ", said($name === 'service' ? 'ACL' : '', $use), "\n";
    PHP, ['ticket.zookeeper_timeout' => 2000] + $of($file, 'world')), "\n";
}
$php->say('');
echo $php->finish(), "\n";
// Who has no credentials is no creator.
echo "-- creator without credentials\n", run(USES . <<<'PHP'
echo said('creator'), "\n";
echo said('', fn() => (new Dig\Zookeeper\Counter($client, '/c'))->add(1)), "\n";
echo said('', fn() => (new Dig\Zookeeper\Lock($client, '/l'))->acquire(10)), "\n";
PHP, ['ticket.path' => '/new'] + $of('', 'creator')), "\n";
// A list: anyone may read.
// In quotes, for a hash may end in an equals sign.
$list = "'digest:shop:" . base64_encode(sha1('shop:secret', true)) . ":cdrwa,world:anyone:r'";
echo "-- a list\n", run(USES . <<<'PHP'
echo said('nothing'), "\n";
$stranger = new Client(null, ['auth' => []]);
foreach (['/listed', '/listed/.marks'] as $path) {
    echo strtok($stranger->get($path), '='), ' ', implode(', ', array_map(fn($one) => "$one[perms] $one[scheme]", $stranger->getAcl($path))), "\n";
}
echo said('', fn() => $stranger->set('/listed', 'x')), "\n";
PHP, ['ticket.path' => '/listed'] + $of($shop, $list)), "\n";
// A right that is lost: the mark of the node that is held is another's now. What was reserved is issued, and then from another node.
echo "-- lost\n", run(USES . <<<'PHP'
echo said('nothing'), "\n";
$number = new Number();
$node = $number->getNodeId();
$client->setAcl(sprintf('/lost/.marks/%04d', $node), [['perms' => 31, 'scheme' => 'digest', 'id' => 'other:x']]);
$last = 0;
for ($end = hrtime(true) + 30e9; $number->getNodeId() === $node && hrtime(true) < $end; usleep(1000)) {
    try { $id = $number->generate(); if ($id <= $last) echo "does not rise\n"; $last = $id; } catch (Exception $e) {}
}
var_dump($number->getNodeId() !== $node, said('nothing'));
PHP, ['ticket.path' => '/lost', 'ticket.window' => 1000] + $of($shop, 'creator')), "\n";
?>
--EXPECT--
nothing was thrown
all: 31 digest shop
-- shop, too
nothing was thrown
1
-- nobody
the ACL of /sim/ticket/.marks or of its parent refuses it; grant read, write, create and delete to whom ticket.zookeeper_auth names, whose password may be wrong there, or to world:anyone
lock: Dig\Zookeeper\Exception\NoAuthException: /locks/a/_c_UUID-lock-: the ACL of the znode above it does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
semaphore: Dig\Zookeeper\Exception\NoAuthException: /semaphores/a: the ACL of the znode above it does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
queue: Dig\Zookeeper\Exception\NoAuthException: /queues/a/entries (operation 0): the znode's ACL does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
counter: Dig\Zookeeper\Exception\NoAuthException: /counters/a: the znode's ACL does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
barrier: Dig\Zookeeper\Exception\NoAuthException: /barriers/N: the ACL of the znode above it does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
group: Dig\Zookeeper\Exception\NoAuthException: /groups/a/UUID: its ACL, or that of a znode above it, does not allow it; grant write, and create and delete above, to world:anyone, or to whom ticket.zookeeper_auth names (ZooKeeper SERVER)
service: Dig\Zookeeper\Exception\NoAuthException: /services/web/UUID: its ACL, or that of a znode above it, does not allow it; grant write, and create and delete above, to world:anyone, or to whom ticket.zookeeper_auth names (ZooKeeper SERVER)
-- other
the ACL of /sim/ticket/.marks or of its parent refuses it; grant read, write, create and delete to whom ticket.zookeeper_auth names, whose password may be wrong there, or to world:anyone
lock: Dig\Zookeeper\Exception\NoAuthException: /locks/a/_c_UUID-lock-: the ACL of the znode above it does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
semaphore: Dig\Zookeeper\Exception\NoAuthException: /semaphores/a: the ACL of the znode above it does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
queue: Dig\Zookeeper\Exception\NoAuthException: /queues/a/entries (operation 0): the znode's ACL does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
counter: Dig\Zookeeper\Exception\NoAuthException: /counters/a: the znode's ACL does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
barrier: Dig\Zookeeper\Exception\NoAuthException: /barriers/N: the ACL of the znode above it does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
group: Dig\Zookeeper\Exception\NoAuthException: /groups/a/UUID: its ACL, or that of a znode above it, does not allow it; grant write, and create and delete above, to world:anyone, or to whom ticket.zookeeper_auth names (ZooKeeper SERVER)
service: Dig\Zookeeper\Exception\NoAuthException: /services/web/UUID: its ACL, or that of a znode above it, does not allow it; grant write, and create and delete above, to world:anyone, or to whom ticket.zookeeper_auth names (ZooKeeper SERVER)

-- creator without credentials
/new cannot be made with the ACL of ticket.zookeeper_acl: its servers do not know a scheme or an ID of it, or it is "creator" and this session has no credentials, which ticket.zookeeper_auth gives it
Dig\Zookeeper\Exception\InvalidAclException: /c: the ACL is none that this server knows: look at its scheme and ID, and whether "auth" is used without credentials (addAuth(), ticket.zookeeper_auth); what recipes make has that of ticket.zookeeper_acl (ZooKeeper SERVER)
Dig\Zookeeper\Exception\InvalidAclException: /l/_c_UUID-lock-: the ACL is none that this server knows: look at its scheme and ID, and whether "auth" is used without credentials (addAuth(), ticket.zookeeper_auth); what recipes make has that of ticket.zookeeper_acl (ZooKeeper SERVER)
-- a list
nothing was thrown
 31 digest, 1 world
epoch 31 digest, 1 world
Dig\Zookeeper\Exception\NoAuthException: /listed: the znode's ACL does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
-- lost
nothing was thrown
bool(true)
string(18) "nothing was thrown"
