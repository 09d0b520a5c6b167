--TEST--
php-zookeeper's callbacks: of znodes, sessions, credentials and the configuration; in a sleep, and where php-zookeeper crashed
--FILE--
<?php
require __DIR__ . '/../lib/compat.php';
$server = new Server(['tickTime' => 500]);
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = COMPAT . <<<'PHP'
$host = ini_get('ticket.dsn');
/** A callback that prints under a name what it is given. */
function told(string $name): Closure {
    return function (...$given) use ($name) { $GLOBALS['told']++; echo "$name ", json_encode($given, JSON_UNESCAPED_SLASHES), "\n"; };
}
$told = 0;
/** Sleeps, as scripts do, until so much more was told. */
function slept(int $many): void {
    for ($end = hrtime(true) + 30e9; $GLOBALS['told'] < $many && hrtime(true) < $end;) sleep(30);
    $GLOBALS['told'] = 0;
}
$other = new Zookeeper($host);
foreach (['/a', '/p', '/none'] as $path) $other->exists($path) ?: $other->create($path, 'x', OPEN);
$other->delete('/none');
echo "-- of a session, from the start\n";
$zookeeper = new Zookeeper($host, told('session'));
slept(1);
echo "-- of znodes\n";
foreach ([fn() => $zookeeper->get('/a', told('get')), fn() => $zookeeper->exists('/a', told('exists')), fn() => $zookeeper->exists('/none', told('none')), fn() => $zookeeper->getChildren('/p', told('children'))] as $i => $arm) {
    $arm();
    [fn() => $other->set('/a', '1'), fn() => $other->set('/a', '2'), fn() => $other->create('/none', '', OPEN), fn() => $other->create('/p/x', '', OPEN)][$i]();
    slept(1);
}
$zookeeper->get('/none', told('get'));
$other->delete('/none');
slept(1);
echo said(fn() => $zookeeper->get('/none', told('never'))), "\n";
$other->create('/none', '', OPEN);
$other->delete('/none');
echo "-- once, unless it arms itself again; with dispatch() alone\n";
class Demo extends Zookeeper {
    public int $times = 0;
    private function watcher($type, $state, $path) { $this->times++; $this->get('/a', [$this, 'watcher']); }
    public function begin() { $this->get('/a', [$this, 'watcher']); }
}
$demo = new Demo($host);
$demo->begin();
for ($i = 1; $i <= 5; $i++) {
    $other->set('/a', (string) $i);
    until(fn() => [zookeeper_dispatch(), Zookeeper::dispatch(), $demo->times][2] === $i);
}
echo "$demo->times\n";
unset($demo);
echo "-- another one for the session; credentials; the configuration\n";
$zookeeper->setWatcher(told('another'));
slept(1);
var_dump($other->addAuth('digest', 'user:password', told('auth')));
slept(1);
$zookeeper->close();
echo said(fn() => $zookeeper->setWatcher(told('never'))), "\n";
$zookeeper->connect($host, told('again'));
slept(1);
// One server alone has none.
echo said(fn() => $zookeeper->getConfig()->get(told('never'))), "\n";
echo "-- wait\n";
$zookeeper->get('/a', told('waited'));
if (!pcntl_fork()) { usleep(50_000); (new Zookeeper($host))->set('/a', 'x'); pcntl_exec('/bin/true'); }
for ($called = 0; !$called;) $called = $zookeeper->wait();
all(fn() => $zookeeper->wait(0.01), fn() => $zookeeper->wait(-1.0), fn() => $zookeeper->wait('x'));
echo "-- the connection is lost, and changes meanwhile\n";
$zookeeper->get('/a', function (...$given) { $GLOBALS['changed'] = $given; });
[$states, $changed] = [[], null];
$zookeeper->setWatcher(function ($type, $state, $path) use (&$states) { $states[] = $state; });
until(function () use (&$states) { return $states === [3]; });
echo "cut\n";
await();
until(function () use (&$states, &$changed) { return $states === [3, 1, 3] && $changed; });
echo json_encode([$states, $changed], JSON_UNESCAPED_SLASHES), "\n";
echo "-- its own session ends: a handle that does is dead, and says so once\n";
$zookeeper->create('/e', '', OPEN, Zookeeper::EPHEMERAL);
until(fn() => $zookeeper->getClientId()[0] !== 0);
$states = [];
$zookeeper->setWatcher(function ($type, $state, $path) use (&$states, $zookeeper) { $states[] = $state; $states[] = $zookeeper->getState(); });
until(function () use (&$states) { return $states === [3, 3]; });
printf("0x%x\n", $zookeeper->getClientId()[0]);
await();
until(function () use (&$states) { return in_array(-112, $states, true); });
all(fn() => array_slice($states, -2), fn() => $zookeeper->getState(), fn() => $zookeeper->isRecoverable(), fn() => $zookeeper->get('/a'));
$zookeeper->connect($host);
all(fn() => $zookeeper->getState() !== 0, fn() => $zookeeper->get('/a') !== null);
echo "-- what was fatal\n";
// A callback of the session that lets go of its handle; one that is left over when its handle goes; circles.
$last = new Zookeeper($host, function () use (&$last) { $GLOBALS['told']++; $last = null; });
slept(1);
for ($i = 0; $i < 200; $i++) {
    $one = new Zookeeper($host, fn() => null);
    $one->setWatcher(fn() => $one);
    $one->get('/a', fn() => $one);
    $one->self = $one;
    $config = $one->getConfig();
    said(fn() => $one->get('/none', fn() => $one));
    unset($one);
}
unset($config);
// A callback that begins another connection, of which the old one's end says nothing.
$again = new Zookeeper($host);
$again->create('/e', '', OPEN, Zookeeper::EPHEMERAL);
$again->get('/a', function () use ($again, $host) { $again->connect($host); });
$other->set('/a', 'again');
until(fn() => $again->get('/a') === 'again' && !$again->exists('/e'));
echo $again->getState() === 3 ? 'connected' : $again->getState(), "\n";
// What nobody would own any more is not taken.
$left = (new Zookeeper($host))->getConfig();
echo said(fn() => $left->get(fn() => $left)), "\n";
var_dump(gc_collect_cycles() > 100);
until(fn() => Dig\Zookeeper\status()['connections'] < 10);
$other->set('/a', 'last');
echo $zookeeper->get('/a'), "\n";
PHP;
$php = start($code, client($proxy, ['error_reporting' => 'E_ALL&~E_DEPRECATED', 'ticket.session_timeout' => 20_000]));
while (($line = $php->line()) !== 'cut' && ($line !== '' || !feof($php->pipes[1]))) {
    echo "$line\n";
}
$proxy->mode('cut');
$znodes->set('/a', 'changed');
// The client has to notice.
usleep(300_000);
$proxy->mode('pass');
$php->say('go on');
while (!str_starts_with($line = $php->line(), '0x') && ($line !== '' || !feof($php->pipes[1]))) {
    echo "$line\n";
}
$znodes->expire($line);
$php->say('go on');
echo $php->finish(), "\n";
?>
--EXPECT--
-- of a session, from the start
session [-1,3,""]
-- of znodes
get [3,3,"/a"]
exists [3,3,"/a"]
none [1,3,"/none"]
children [4,3,"/p"]
get [2,3,"/none"]
ZookeeperNoNodeException -101 no node
-- once, unless it arms itself again; with dispatch() alone
5
-- another one for the session; credentials; the configuration
another [-1,3,""]
bool(true)
auth [0]
ZookeeperConnectionException 5998 Zookeeper->connect() was not called
again [-1,3,""]
""
-- wait
waited [3,3,"/a"]
0
ZookeeperException -8 bad arguments
TypeError 0 Zookeeper::wait(): Argument #1 ($timeout) must be of type ?float, string given
-- the connection is lost, and changes meanwhile
[[3,1,3],[3,3,"/a"]]
-- its own session ends: a handle that does is dead, and says so once
[-112,-112]
-112
false
ZookeeperException -9 invalid zhandle state
true
true
-- what was fatal
connected
ZookeeperException -8 bad arguments
bool(true)
last
