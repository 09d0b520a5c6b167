--TEST--
A right that is lost while something is held: it stays held, what is asked next says which ACL refuses it, and all works again when it is given back
--FILE--
<?php
require __DIR__ . '/../lib/locked.php';
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$proxy = new Proxy($server);
put($shop = scratch('auth'), 'digest:shop:secret');
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
use Dig\Zookeeper\{Cache, Discovery};
const WORDS = ['/127\.0\.0\.1:\d+/' => 'SERVER', '/[0-9a-f-]{36}/' => 'UUID'];
$said = fn(callable $by) => preg_replace(array_keys(WORDS), WORDS, thrown($by));
// The administrator, who is shop, too, as long as shop may do anything.
$admin = new Client(null, ['auth' => [['digest', 'admin:x'], ['digest', 'shop:secret']]]);
$all = fn($who) => ['perms' => 31, 'scheme' => 'digest', 'id' => "$who:" . base64_encode(sha1($who === 'shop' ? 'shop:secret' : 'admin:x', true))];
$acl = fn(array $paths, string ...$whose) => array_map(fn($path) => $admin->setAcl($path, array_map($all, $whose)), $paths);
foreach ($above = ['/locks/a', '/leaders/a', '/services/web', '/config/a'] as $path) $admin->makePath($path);
$client = new Client();
[$lock, $leader, $services, $cache] = [new Lock($client, '/locks/a'), new Election($client, '/leaders/a', 'me'), new Discovery(), new Cache('/config')];
$service = $services->register('web', '10.0.0.5:80');
$path = '/services/web/' . $client->getChildren('/services/web')[0];
tell($lock->acquire(), $leader->awaitLeadership(20), count($cache->all()));
// All that they have made, and what is above it.
$acl([...$above, $lock->getPath(), $leader->getPath(), $path], 'admin');
echo "lost\n";
await();
// Nobody has told them, but the connection was lost since: what there is is looked for again.
tell(until(fn() => !$service->isRegistered()), until(fn() => failed(fn() => $cache->all()) !== 'nothing was thrown'));
tell($lock->isHeld(), $leader->isLeader());
echo $said(fn() => $cache->all()), "\n", $said(fn() => $service->update('10.0.0.6:80')), "\n";
echo $said(fn() => $lock->release()), "\n", $said(fn() => $leader->resign()), "\n";
tell($lock->isHeld(), $leader->isLeader());
echo $said(fn() => $lock->acquire(20)), "\n", $said(fn() => $leader->awaitLeadership(20)), "\n";
// What was not deleted is still there, and none but the administrator's.
tell(count($admin->getChildren('/locks/a')), count($admin->getChildren('/leaders/a')), $admin->get($path));
$acl([...$above, $path], 'admin', 'shop');
// Nobody waits for what was left behind.
tell(until(fn() => !$admin->getChildren('/locks/a')), until(fn() => !$admin->getChildren('/leaders/a')));
tell($lock->acquire(20), $leader->awaitLeadership(20), until(fn() => $service->isRegistered()), until(fn() => failed(fn() => $cache->all()) === 'nothing was thrown'));
tell(count($admin->getChildren('/locks/a')), count($admin->getChildren('/leaders/a')), $admin->get($path), count($cache->all()));
$lock->release();
$leader->resign();
$service->unregister();
tell(...array_map(fn($path) => count($admin->getChildren($path)), array_slice($above, 0, 3)));
PHP, recipes($proxy, ['ticket.zookeeper_auth' => "file:$shop", 'ticket.zookeeper_acl' => 'creator']));
while (!in_array($line = $php->line(), ['lost', ''], true)) {
    echo $line, "\n";
}
$proxy->mode('cut');
$proxy->mode('pass');
$php->say('go');
echo $php->finish(), "\n";
?>
--EXPECT--
true true 2
true true
true true
Dig\Zookeeper\Exception\NoAuthException: /config/a: the znode's ACL does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
Dig\Zookeeper\Exception\NoAuthException: /services/web/UUID: its ACL, or that of a znode above it, does not allow it; grant write, and create and delete above, to world:anyone, or to whom ticket.zookeeper_auth names (ZooKeeper SERVER)
Dig\Zookeeper\Exception\NoAuthException: /locks/a/_c_UUID-lock-0000000000: it is not held any more, but its znode may not be deleted, and others wait until that may be, or the session of this family has ended; allow /locks/a to be deleted from (PERM_DELETE, setAcl())
Dig\Zookeeper\Exception\NoAuthException: /leaders/a/_c_UUID-latch-0000000000: it is not held any more, but its znode may not be deleted, and others wait until that may be, or the session of this family has ended; allow /leaders/a to be deleted from (PERM_DELETE, setAcl())
false false
Dig\Zookeeper\Exception\NoAuthException: /locks/a/_c_UUID-lock-: the ACL of the znode above it does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
Dig\Zookeeper\Exception\NoAuthException: /leaders/a/_c_UUID-latch-: the ACL of the znode above it does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
1 1 {"address":"10.0.0.5:80","meta":{}}
true true
true true true true
1 1 {"address":"10.0.0.6:80","meta":{}} 2
0 0 0
