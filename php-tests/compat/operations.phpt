--TEST--
Zookeeper on a server: what each method returns and throws, of which class, with which code and in which words
--FILE--
<?php
require __DIR__ . '/../lib/compat.php';
$server = new Server();
echo run(COMPAT . <<<'PHP'
$z = new Zookeeper(ini_get('ticket.dsn'));
// Zxids, times and numbers of names.
$plain = fn($value) => preg_replace(['/("[cmp]zxid"|"[cm]time"|"ephemeralOwner"):\d\.?\d*(e\+)?\d*\.?\d*/', '/\d{10}/'], ['$1:#', 'N'], $value);
$told = function (callable ...$bodies) use ($plain) { foreach ($bodies as $body) echo $plain(said($body)), "\n"; };
until(fn() => $z->getState() === Zookeeper::CONNECTED_STATE);
echo "-- made\n";
$told(
    fn() => $z->create('/t', 'v', OPEN), fn() => $z->create('/t/v', 'value'), fn() => $z->create('/t/n', null, null, 0),
    fn() => $z->create('/t/e', 'x', OPEN, Zookeeper::EPHEMERAL), fn() => $z->create('/t/s-', 'x', OPEN, Zookeeper::SEQUENCE),
    fn() => $z->create('/t/', 'x', OPEN, 3), fn() => $z->create('/t/i-', 'x', Zookeeper::SEQUENTIAL), fn() => $z->create('/t/c', 'x', null, 4),
    fn() => $z->create('/t', 'v'), fn() => $z->create('/', ''), fn() => $z->create('/no/x', 'v'), fn() => $z->create('/t/e/x', ''), fn() => $z->create('/t/a', 'x', []),
    fn() => $z->create('/t/a', 'x', ['x', ['perms' => 1], ['perms' => '31', 'scheme' => 'world', 'id' => 'anyone']]),
    fn() => $z->create('/t/b', str_repeat('x', 1_047_552)),
);
echo "-- read\n";
$told(
    fn() => $z->get('/t/v'), fn() => $z->get('/t/n'), fn() => $z->get('/no'), fn() => $z->get('/t/v', fn() => null), fn() => $z->get('/t/v', max_size: 3),
    function () use ($z) { $z->get('/t/v', null, $stat); return $stat; },
    function () use ($z) { $stat = ['mine' => 1, 'version' => 'x']; return [$z->get('/t/v', null, $stat, 2), $stat]; },
    function () use ($z) { $stat = 'text'; $copy = $stat; $z->get('/t/v', null, $stat); return [gettype($stat), $copy]; },
    fn() => $z->exists('/t/v'), fn() => $z->exists('/no'), fn() => $z->exists('/no', fn() => 1),
    function () use ($z) { $names = $z->getChildren('/t'); sort($names); return $names; }, fn() => $z->getChildren('/t/v'), fn() => $z->getChildren('/no'),
    fn() => (new class { public int $stat = 0; function f($z) { $z->get('/t/v', null, $this->stat); } })->f($z),
);
echo "-- changed\n";
$told(
    fn() => $z->set('/t/v', 'two'), fn() => $z->set('/t/v', 'x', 9), fn() => $z->set('/no', 'x'),
    function () use ($z) { $stat = ['a' => 1]; return [$z->set('/t/v', null, 1, $stat), $stat]; }, fn() => $z->get('/t/v'),
    fn() => $z->getAcl('/t/a'), fn() => $z->getAcl('/no'), fn() => $z->setAcl('/t/a', 0, OPEN), fn() => $z->setAcl('/t/a', 9, OPEN), fn() => $z->setAcl('/no', -1, OPEN),
    fn() => $z->setAcl('/t/a', -1, []), fn() => $z->setAcl('/t/a', -1, [['perms' => 31, 'scheme' => 'none', 'id' => 'x']]),
    fn() => $z->delete('/t'), fn() => $z->delete('/t/v', 9), fn() => $z->delete('/no'), fn() => $z->delete('/t/v', 2),
);
echo "-- the servers' configuration\n";
$told(fn() => get_class($z->getConfig()), fn() => $z->getConfig()->get(), fn() => $z->getConfig()->set('server.1=127.0.0.1:1:2;3'), fn() => $z->getConfig()->remove('1'));
echo "-- exceptions\n";
foreach ([fn() => $z->get('/no/x'), fn() => $z->create('/t', '')] as $body) {
    try { $body(); } catch (ZookeeperException $e) {
        echo json_encode([get_class($e), $e instanceof Dig\Zookeeper\Exception\ZookeeperException ? $e->getPath() : null]), "\n";
        $e = $e->getPrevious();
        echo preg_replace('/127.*(?=\))/', 'N', json_encode([get_class($e), $e->getMessage(), $e->getPath(), $e->isOutcomeUnknown()], JSON_UNESCAPED_SLASHES)), "\n";
    }
}
$client = new Dig\Zookeeper\Client();
foreach (['ZookeeperNoNodeException', 'Dig\Zookeeper\Exception\ZookeeperException', 'ZookeeperException', 'Dig\Zookeeper\Exception\NoNodeException'] as $class) {
    try { $client->get('/no'); } catch (Exception $e) { echo (int) ($e instanceof $class), $e->getPath(), ' '; }
}
echo "\n-- closed, and connected again\n";
$owner = $z->exists('/t/e')['ephemeralOwner'];
$told(fn() => [(float) $z->getClientId()[0] === $owner, $z->getClientId()[1]], fn() => $z->getRecvTimeout(), fn() => $z->isRecoverable(), fn() => $z->close(), fn() => $z->exists('/t'), fn() => $z->close());
$z->connect(ini_get('ticket.dsn'), fn() => null, 20_000);
$told(fn() => $z->exists('/t/e'), fn() => $z->getRecvTimeout(), fn() => count($z->getChildren('/t')), fn() => $z->setWatcher(fn() => 1));
PHP, client($server)), "\n";
?>
--EXPECT--
-- made
"/t"
"/t/v"
"/t/n"
"/t/e"
"/t/s-N"
"/t/N"
"/t/i-N"
"/t/c"
ZookeeperException -110 node exists
ZookeeperException -110 node exists
ZookeeperNoNodeException -101 no node
ZookeeperException -108 no children for ephemerals
ZookeeperException -114 invalid acl
"/t/a"
ZookeeperMarshallingException -5 marshalling error
-- read
"value"
null
ZookeeperNoNodeException -101 no node
"value"
"val"
{"czxid":#,"mzxid":#,"ctime":#,"mtime":#,"version":0,"cversion":0,"aversion":0,"ephemeralOwner":#,"dataLength":5,"numChildren":0,"pzxid":#}
["va",{"mine":1,"version":0,"czxid":#,"mzxid":#,"ctime":#,"mtime":#,"cversion":0,"aversion":0,"ephemeralOwner":#,"dataLength":5,"numChildren":0,"pzxid":#}]
["array","text"]
{"czxid":#,"mzxid":#,"ctime":#,"mtime":#,"version":0,"cversion":0,"aversion":0,"ephemeralOwner":#,"dataLength":5,"numChildren":0,"pzxid":#}
false
false
["N","a","c","e","i-N","n","s-N","v"]
[]
ZookeeperNoNodeException -101 no node
TypeError 0 Cannot assign array to reference held by property class@anonymous::$stat of type int
-- changed
true
ZookeeperException -103 bad version
ZookeeperNoNodeException -101 no node
[true,{"a":1,"czxid":#,"mzxid":#,"ctime":#,"mtime":#,"version":2,"cversion":0,"aversion":0,"ephemeralOwner":#,"dataLength":0,"numChildren":0,"pzxid":#}]
null
[{"czxid":#,"mzxid":#,"ctime":#,"mtime":#,"version":0,"cversion":0,"aversion":0,"ephemeralOwner":#,"dataLength":1,"numChildren":0,"pzxid":#},[{"perms":31,"scheme":"world","id":"anyone"}]]
ZookeeperNoNodeException -101 no node
true
ZookeeperException -103 bad version
ZookeeperNoNodeException -101 no node
ZookeeperException -114 invalid acl
ZookeeperException -114 invalid acl
ZookeeperException -111 not empty
ZookeeperException -103 bad version
ZookeeperNoNodeException -101 no node
true
-- the servers' configuration
"ZookeeperConfig"
""
ZookeeperException -123 attempts to perform a reconfiguration operation when reconfiguration feature is disable
ZookeeperException -123 attempts to perform a reconfiguration operation when reconfiguration feature is disable
-- exceptions
["ZookeeperNoNodeException","\/no\/x"]
["Dig\\Zookeeper\\Exception\\NoNodeException","/no/x: there is no such znode (ZooKeeper N)","/no/x",false]
["ZookeeperException",null]
["Dig\\Zookeeper\\Exception\\NodeExistsException","/t: there is such a znode already (ZooKeeper N)","/t",false]
1/no 1/no 1/no 1/no 
-- closed, and connected again
[true,""]
10000
true
null
ZookeeperConnectionException 5998 Zookeeper->connect() was not called
ZookeeperConnectionException 5998 Zookeeper->connect() was not called
false
20000
5
true
