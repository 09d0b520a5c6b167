--TEST--
Zookeeper without a server: what it says of its arguments and of a connection that there is not; what its parameters let override
--FILE--
<?php
require __DIR__ . '/../lib/compat.php';
echo run(COMPAT . <<<'PHP'
echo "-- not connected\n";
$calls = ['create' => ['/a', 'b'], 'delete' => ['/a'], 'get' => ['/a'], 'exists' => ['/a'], 'getChildren' => ['/a'], 'set' => ['/a', 'b'],
    'getAcl' => ['/a'], 'setAcl' => ['/a', -1, []], 'getClientId' => [], 'getState' => [], 'getRecvTimeout' => [], 'isRecoverable' => [],
    'addAuth' => ['digest', 'a:b'], 'setWatcher' => ['strlen'], 'close' => [], 'getConfig' => []];
$kinds = [];
foreach ([new Zookeeper(), new Zookeeper(''), new class extends Zookeeper { function __construct() {} }] as $zookeeper) {
    foreach ($calls as $name => $arguments) {
        $kinds[] = said(fn() => $zookeeper->$name(...$arguments));
    }
}
foreach (['get' => [], 'set' => ['a'], 'add' => ['a'], 'remove' => ['a']] as $name => $arguments) {
    $kinds[] = said(fn() => (new ZookeeperConfig())->$name(...$arguments));
}
echo count($kinds), ' ', implode("\n", array_unique($kinds)), "\n";
all(
    fn() => Zookeeper::setDebugLevel(Zookeeper::LOG_LEVEL_DEBUG), fn() => Zookeeper::setDeterministicConnOrder(true), fn() => Zookeeper::dispatch(),
    fn() => zookeeper_dispatch(), fn() => (new Zookeeper())->setLogStream(STDERR), fn() => (new Zookeeper())->setLogStream('/proc/x'),
);
echo "-- arguments\n";
$zookeeper = new Zookeeper('127.0.0.1:1', null, 1);
all(
    fn() => $zookeeper->connect(), fn() => $zookeeper->connect([]), fn() => $zookeeper->connect('a', 'no_such'), fn() => $zookeeper->connect('a', null, 'x'),
    fn() => new Zookeeper([]), fn() => $zookeeper->create('/a'), fn() => $zookeeper->create('/a', []), fn() => $zookeeper->create('/a', 'b', 'c'),
    fn() => $zookeeper->create('/a', 'b', 1, 2), fn() => $zookeeper->create('/a', 'b', [], []), fn() => $zookeeper->get('/a', [1, 2]),
    fn() => $zookeeper->get('/a', null, $stat, 'x'), fn() => $zookeeper->exists('/a', 'no_such'), fn() => $zookeeper->getChildren('/a', 1),
    fn() => $zookeeper->addAuth('a', 'b', null), fn() => $zookeeper->setWatcher(null), fn() => $zookeeper->set('/a'), fn() => $zookeeper->setAcl('/a', 1),
    fn() => $zookeeper->close(1), fn() => Zookeeper::setDebugLevel('x'), fn() => (new ZookeeperConfig())->get('no_such'), fn() => clone $zookeeper,
);
echo "-- of no use to ZooKeeper\n";
$bad = [];
foreach (['', 'a', '/a/', '//', '/.', '/a/..', "/\xff", "/a\0b", '/' . json_decode('"\ud83d\ude00"')] as $path) {
    foreach ([fn() => $zookeeper->get($path), fn() => $zookeeper->create($path, ''), fn() => $zookeeper->delete($path), fn() => $zookeeper->setAcl($path, -1, OPEN)] as $body) {
        $bad[] = said($body);
    }
}
array_push($bad, said(fn() => $zookeeper->create('/a', '', null, 8)), said(fn() => $zookeeper->addAuth("\xff", '')), said(fn() => $zookeeper->delete('/')));
echo count($bad), ' ', implode("\n", array_unique($bad)), "\n";
all(fn() => $zookeeper->create('/', ''), fn() => $zookeeper->create('/a', '', ['x', ['perms' => 31, 'scheme' => 'world', 'id' => new stdClass()]]));
echo "-- a time of nothing, and no servers\n";
set_error_handler(function ($number, $message) { echo "[$number $message] "; return true; });
foreach ([0, -1] as $time) {
    all(fn() => new Zookeeper('127.0.0.1:1', null, $time), fn() => $zookeeper->connect('127.0.0.1:1', null, $time));
}
restore_error_handler();
ini_set('display_errors', '1');
try { new Zookeeper('127.0.0.1:1', null, 0); } catch (ZookeeperException $e) { echo $e->getCode(), "\n"; }
ini_set('zookeeper.recv_timeout', '0');
try { @new Zookeeper('127.0.0.1:1'); } catch (ZookeeperException $e) { echo $e->getCode(), "\n"; }
ini_set('zookeeper.recv_timeout', '1');
$none = new Zookeeper();
all(fn() => $none->connect(''), fn() => $none->connect('127.0.0.1:x'), fn() => $none->connect('/a'), fn() => $none->connect("127.0.0.1\0"), fn() => $none->exists('/a'));
foreach (['127.0.0.1', ' 127.0.0.1:1 , 127.0.0.1:2,', '127.0.0.1:1/', '[::1]:1/a'] as $host) {
    $none->connect($host);
    all(fn() => $none->exists('/a'));
}
echo "-- overriding\n";
class Untyped extends Zookeeper {
    function __construct($host = '', $watcher_cb = null, $recv_timeout = 10000) { parent::__construct($host, $watcher_cb, $recv_timeout); }
    function connect($host, $watcher_cb = null, $recv_timeout = 10000) {}
    function create($path, $value = null, $acl = null, $flags = 0) {}
    function delete($path, $version = -1) {}
    function get($path, $watcher_cb = null, &$stat_info = null, $max_size = 0) {}
    function set($path, $value = null, $version = -1, &$stat_info = null) {}
    function exists($path, $watcher_cb = null) {}
    function getChildren($path, $watcher_cb = null) {}
    function addAuth($scheme, $cert, $completion_cb = null) {}
    static function setDebugLevel($level) {}
}
class Typed extends Zookeeper {
    function create(mixed $path, mixed $value = null, array $acl = [], mixed $flags = 0, ...$more): string { return ''; }
    function getState(): int { return 7; }
    function close(): void {}
}
echo (new Typed())->getState(), (new Untyped())->create(1), "\n";
PHP, client('127.0.0.1:1')), "\n";
?>
--EXPECT--
-- not connected
52 ZookeeperConnectionException 5998 Zookeeper->connect() was not called
true
true
null
null
true
true
-- arguments
ArgumentCountError 0 Zookeeper::connect() expects at least 1 argument, 0 given
TypeError 0 Zookeeper::connect(): Argument #1 ($host) must be of type string, array given
TypeError 0 Zookeeper::connect(): Argument #2 ($watcher_cb) must be a valid callback or null, function "no_such" not found or invalid function name
TypeError 0 Zookeeper::connect(): Argument #3 ($recv_timeout) must be of type int, string given
TypeError 0 Zookeeper::__construct(): Argument #1 ($host) must be of type string, array given
ArgumentCountError 0 Zookeeper::create() expects at least 2 arguments, 1 given
TypeError 0 Zookeeper::create(): Argument #2 ($value) must be of type ?string, array given
TypeError 0 Zookeeper::create(): Argument #3 ($acl) must be of type ?array, string given
TypeError 0 Zookeeper::create(): Argument #3 ($acl) must be of type ?array, int given
TypeError 0 Zookeeper::create(): Argument #4 ($flags) must be of type int, array given
TypeError 0 Zookeeper::get(): Argument #2 ($watcher_cb) must be a valid callback or null, first array member is not a valid class name or object
TypeError 0 Zookeeper::get(): Argument #4 ($max_size) must be of type int, string given
TypeError 0 Zookeeper::exists(): Argument #2 ($watcher_cb) must be a valid callback or null, function "no_such" not found or invalid function name
TypeError 0 Zookeeper::getChildren(): Argument #2 ($watcher_cb) must be a valid callback or null, no array or string given
TypeError 0 Zookeeper::addAuth(): Argument #3 ($completion_cb) must be a valid callback, no array or string given
TypeError 0 Zookeeper::setWatcher(): Argument #1 ($watcher_cb) must be a valid callback, no array or string given
ArgumentCountError 0 Zookeeper::set() expects at least 2 arguments, 1 given
ArgumentCountError 0 Zookeeper::setAcl() expects exactly 3 arguments, 2 given
ArgumentCountError 0 Zookeeper::close() expects exactly 0 arguments, 1 given
TypeError 0 Zookeeper::setDebugLevel(): Argument #1 ($level) must be of type int, string given
TypeError 0 ZookeeperConfig::get(): Argument #1 ($watcher_cb) must be a valid callback or null, function "no_such" not found or invalid function name
Error 0 Trying to clone an uncloneable object of class Zookeeper
-- of no use to ZooKeeper
39 ZookeeperException -8 bad arguments
ZookeeperOperationTimeoutException -7 operation timeout
ZookeeperException -110 node exists
Error 0 Object of class stdClass could not be converted to string
-- a time of nothing, and no servers
ZookeeperException -8 bad arguments
ZookeeperException -8 bad arguments
ZookeeperException -8 bad arguments
ZookeeperException -8 bad arguments

Warning: Zookeeper::__construct(): recv_timeout parameter has to be greater than 0 in Command line code on line 56
-8
-8
ZookeeperConnectionException 5999 Failed to initialize ZooKeeper C Client, perhaps not enough memory.
ZookeeperConnectionException 5999 Failed to initialize ZooKeeper C Client, perhaps not enough memory.
ZookeeperConnectionException 5999 Failed to initialize ZooKeeper C Client, perhaps not enough memory.
ZookeeperConnectionException 5999 Failed to initialize ZooKeeper C Client, perhaps not enough memory.
ZookeeperConnectionException 5998 Zookeeper->connect() was not called
ZookeeperOperationTimeoutException -7 operation timeout
ZookeeperOperationTimeoutException -7 operation timeout
ZookeeperOperationTimeoutException -7 operation timeout
ZookeeperOperationTimeoutException -7 operation timeout
-- overriding
7
