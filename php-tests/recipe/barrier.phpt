--TEST--
A barrier: no opening is missed, whatever is cut, killed or restarted meanwhile; a wait ends in time, serves signals, and leaves no watch
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Barrier;
pcntl_async_signals(true);
pcntl_signal(SIGUSR1, function () { echo "signal\n"; });
pcntl_signal(SIGUSR2, fn() => throw new DomainException('enough'));
$client = new Client(null, ['timeout' => 30_000, 'session_timeout' => (int) getenv('SESSION')]);
$barrier = new Barrier($client, '/a/b/barrier');
while (($what = await()) !== '') {
    [$method, $timeout] = explode(' ', "$what null");
    $began = microtime(true);
    try {
        echo failed(function () use ($barrier, $method, $timeout) {
            $timeout = $timeout === 'null' ? [] : [(float) $timeout];
            echo json_encode($barrier->$method(...$timeout)), ', ';
        });
    } catch (DomainException $e) {
        echo $e->getMessage();
    }
    $took = microtime(true) - $began;
    echo $timeout === 'null' || $took >= $timeout && $took < $timeout + 5 ? '' : " after $took s", "\n";
}
PHP;
$php = start($code, client($proxy), ['SESSION' => 60_000]);
$say = function (string $what) use ($php) {
    $php->say($what);
    return "$what: {$php->line()}\n";
};
$there = fn() => $znodes->getData('/a/b/barrier') !== null;
$watches = fn() => (int) explode(':', $server->ask('wchs') . ':')[1];
echo $say('isSet'), $say('wait'), $say('remove'), $say('set'), $say('isSet'), $say('wait 0'), $say('wait 0.3');
// The answer is lost, and all the same it is done once.
foreach (['reply', 'request', 'late'] as $what) {
    $proxy->lose($what, 'delete');
    echo "$what lost, ", $say('remove'), var_export($there(), true), "\n";
    $proxy->deliver();
    $proxy->lose($what, 'create');
    echo "$what lost, ", $say('set'), var_export($there(), true), "\n";
    $proxy->deliver();
}
// It was opened, and another one closes it again before that is known.
$before = $proxy->dropped();
$proxy->lose('reply', 'delete', 'cut');
$php->say('remove');
eventually(fn() => $proxy->dropped() > $before, what: 'the answer is lost');
$znodes->create('/a/b/barrier');
$proxy->mode('pass');
echo 'closed again: ', $php->line(), ' ', var_export($there(), true), "\n";
/** Opened while it waits, $while something is so. */
$opened = function (string $how, callable $before, ?callable $after = null) use ($php, $znodes, $server) {
    $znodes->getData('/a/b/barrier') || $znodes->create('/a/b/barrier');
    $php->say('wait 60');
    // It waits.
    eventually(fn() => str_contains($server->ask('wchp'), '/a/b/barrier'));
    $before();
    $znodes->delete('/a/b/barrier');
    $after && $after();
    echo "$how: ", strtok($php->line(), ' '), "\n";
};
$opened('plainly', fn() => null);
$opened('cut', fn() => $proxy->mode('cut'), fn() => $proxy->mode('pass'));
$opened('not heard of', fn() => $proxy->mode('drop_replies'), fn() => $proxy->mode('pass'));
$opened('keeper killed', fn() => kill(keeper($proxy->dsn())));
$opened('keeper killed meanwhile', fn() => $proxy->mode('cut'), function () use ($proxy) {
    kill_both(keeper($proxy->dsn()));
    $proxy->mode('pass');
});
// Its session has ended: that is not an opening, and what comes after it is seen.
$znodes->create('/a/b/barrier');
$php->say('wait');
eventually(fn() => str_contains($server->ask('wchp'), '/a/b/barrier'));
preg_match_all('/^(0x\w+)$/m', $server->ask('wchc'), $found);
foreach ($found[1] as $session) {
    $znodes->expire($session);
}
eventually(fn() => str_contains($server->ask('wchp'), '/a/b/barrier'), what: 'it watches in the next session');
$server->kill();
$server->start();
$znodes = new Znodes($server);
eventually(fn() => str_contains($server->ask('wchp'), '/a/b/barrier'), what: 'it watches after a restart');
$znodes->delete('/a/b/barrier');
echo 'after its session and a restart: ', strtok($php->line(), ','), "\n";
// In time also where nobody answers. What was watched until now is not what is waited for.
$znodes->create('/a/b/barrier');
eventually(fn() => !str_contains($server->ask('wchp'), '/a/b/barrier'), what: 'the watch of the wait before is gone');
$php->say('wait 1');
eventually(fn() => str_contains($server->ask('wchp'), '/a/b/barrier'));
// The answer is on its way.
usleep(200_000);
$proxy->mode('cut');
echo 'cut: ', $php->line(), "\n";
$proxy->mode('pass');
// Signals. A watch may be one that the server has kept of what was cut.
$php->say('wait 60');
eventually(fn() => str_contains($server->ask('wchp'), '/a/b/barrier'));
usleep(500_000);
signal($php->pid(), 'USR1');
echo $php->line(), ', ';
signal($php->pid(), 'USR1');
echo $php->line(), ', ';
signal($php->pid(), 'USR2');
echo strtok($php->line(), ' '), "\n";
// Nothing is left of waits that are over.
for ($i = 0; $i < 300; $i++) {
    $php->say('wait 0.001');
    $php->line();
}
var_dump($watches() <= 1);
// None is missed.
$slow = [];
for ($i = 0; $i < 400; $i++) {
    $php->say('wait 20');
    usleep(random_int(0, 1500));
    $znodes->delete('/a/b/barrier');
    ($said = strtok($php->line(), ',')) === 'true' || $slow[] = $said;
    $znodes->create('/a/b/barrier');
}
echo count($slow), " missed\n";
echo $php->finish(), "\n";
// A fork goes on waiting on its own.
$php = start(PRELUDE . CLIENT . <<<'PHP'
$barrier = new Dig\Zookeeper\Barrier(new Client(), '/a/b/barrier');
$barrier->wait(0.1);
$is_fork = !pcntl_fork();
$told = $barrier->wait(60) ? 'opened' : 'closed';
if ($is_fork) exit("$told\n");
pcntl_wait($status);
echo "$told\n";
PHP, client($server));
usleep(300_000);
$znodes->delete('/a/b/barrier');
echo $php->finish(), "\n";
echo run(PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Barrier;
$client = new Client();
foreach ([
    fn() => new Barrier($client, '/'), fn() => new Barrier($client, 'x'), fn() => (new Barrier($client, '/x'))->wait(-1),
    fn() => (new Barrier($client, '/x'))->wait(NAN), fn() => (new ReflectionClass(Barrier::class))->newInstanceWithoutConstructor()->wait(),
    fn() => clone new Barrier($client, '/x'), fn() => serialize(new Barrier($client, '/x')),
] as $mistake) {
    echo thrown($mistake), "\n";
}
$client->close();
echo failed(fn() => (new Barrier($client, '/x'))->wait()), "\n";
PHP, client($server)), "\n";
?>
--EXPECT--
isSet: false, nothing was thrown
wait: true, nothing was thrown
remove: null, nothing was thrown
set: null, nothing was thrown
isSet: true, nothing was thrown
wait 0: false, nothing was thrown
wait 0.3: false, nothing was thrown
reply lost, remove: null, nothing was thrown
false
reply lost, set: null, nothing was thrown
true
request lost, remove: null, nothing was thrown
false
request lost, set: null, nothing was thrown
true
late lost, remove: null, nothing was thrown
false
late lost, set: null, nothing was thrown
true
closed again: null, nothing was thrown true
plainly: true,
cut: true,
not heard of: true,
keeper killed: true,
keeper killed meanwhile: true,
after its session and a restart: true
cut: false, nothing was thrown
signal, signal, enough
bool(true)
0 missed

opened
opened
ValueError: Dig\Zookeeper\Barrier::__construct(): Argument #2 ($path) must name a znode below the root
ValueError: Dig\Zookeeper\Barrier::__construct(): Argument #2 ($path) must begin with a slash
ValueError: Dig\Zookeeper\Barrier::wait(): Argument #1 ($timeout) must be null or a number of seconds from 0 on
ValueError: Dig\Zookeeper\Barrier::wait(): Argument #1 ($timeout) must be null or a number of seconds from 0 on
ReflectionException: Class Dig\Zookeeper\Barrier is an internal class marked as final that cannot be instantiated without invoking its constructor
Error: Trying to clone an uncloneable object of class Dig\Zookeeper\Barrier
Exception: Serialization of 'Dig\Zookeeper\Barrier' is not allowed
ClosedException -116 /x certain
