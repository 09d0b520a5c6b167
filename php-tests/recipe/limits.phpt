--TEST--
Signals end a wait or do not, and leave nothing behind; so many can be held, and no more; nothing leaks; what is forgotten is freed
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$znodes = new Znodes($server);
$holder = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$lock = new Lock(new Client(), '/l');
while (await() === 'acquire') {
    $lock->acquire();
    echo "held\n";
    await();
    $lock->release();
    echo "released\n";
}
PHP, recipes($server));
$holder->say('acquire');
$holder->line();
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
pcntl_async_signals(true);
$client = new Client();
$lock = new Lock($client, '/l');
// In any wait but for ever, too.
foreach ([null, 60.0] as $timeout) {
    pcntl_signal(SIGUSR1, fn() => throw new RuntimeException('enough'));
    tell('waits');
    tell(thrown(fn() => $lock->acquire($timeout)), $lock->isHeld(), $lock->getPath());
    await();
}
// What a handler does with the same lock, its client, and others.
pcntl_signal(SIGUSR1, function () use ($lock, $client) {
    $other = new Lock(new Client(), '/other');
    tell(failed(fn() => $lock->acquire(0.0)), failed(fn() => $client->exists('/')), $lock->isHeld(), failed($lock->release(...)));
    tell($other->acquire(), $other->isHeld());
});
tell('waits');
tell($lock->acquire(), $lock->isHeld());
// Nothing is left of it by exit() in a handler.
$lock->release();
await();
pcntl_signal(SIGUSR1, function () { exit("ends\n"); });
tell('waits');
$lock->acquire();
tell('never');
PHP, recipes($server));
foreach ([0, 1] as $i) {
    echo $php->line(), "\n";
    in_line($znodes, '/l', 2);
    signal($php->pid(), 'USR1');
    echo $php->line(), "\n";
    in_line($znodes, '/l', 1);
    $php->say('go');
}
echo $php->line(), "\n";
in_line($znodes, '/l', 2);
signal($php->pid(), 'USR1');
echo $php->line(), "\n", $php->line(), "\n";
in_line($znodes, '/l', 2);
in_line($znodes, '/other', 0);
$holder->say('release');
echo $holder->line(), "\n", $php->line(), "\n";
$holder->say('acquire');
$holder->line();
$php->say('go');
echo $php->line(), "\n";
in_line($znodes, '/l', 2);
signal($php->pid(), 'USR1');
echo $php->finish(), "\n";
in_line($znodes, '/l', 1);
$holder->finish();
in_line($znodes, '/l', 0);

echo run(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$seen = new Client();
$line = fn(string $path = '/l') => count($seen->getChildren($path));
// Its own callback has it, and the client that: the circle is collected, and what it held is free.
foreach (['lock', 'election'] as $what) {
    (function () use ($what, &$weak) {
        $client = new Client();
        if ($what === 'lock') {
            $one = new Lock($client, '/l');
            $one->onLost(fn() => $one->check());
            $one->acquire();
        } else {
            $one = new Election($client, '/l');
            $one->join(fn() => $one->token(), fn() => $one->check());
            $one->awaitLeadership();
        }
        $weak = WeakReference::create($one);
    })();
    gc_collect_cycles();
    tell($what, $weak->get() === null, until(fn() => $line() === 0));
}
// Where the client is still there, so is what its callbacks have, until they are taken back.
$lock = new Lock($client, '/l');
$lock->onLost(fn() => $lock->check());
$lock->acquire();
$weak = WeakReference::create($lock);
unset($lock);
gc_collect_cycles();
tell($weak->get()->isHeld());
$weak->get()->onLost(null);
tell($weak->get() === null, until(fn() => $line() === 0));
// Callbacks are taken back, or exchanged.
$lock = new Lock($client, '/l');
$lock->onLost(fn() => tell('never'));
$lock->onLost(fn() => tell('lost'));
$lock->acquire();
$seen->delete($lock->getPath());
until(function () use ($client, $lock) { $client->wait(0.01); return !$lock->isHeld(); });
$lock->acquire();
$lock->onLost(null);
$seen->delete($lock->getPath());
until(function () use ($client, $lock) { $client->wait(0.01); return !$lock->isHeld(); });
// It is exchanged for another one while it is held.
$lock->acquire();
$lock = new Lock($client, '/l');
tell($lock->acquire(30), $line());
$lock->release();
// Errors.
tell(thrown(fn() => $lock->acquire(-1)));
tell(thrown(fn() => new Lock($client, 'l')), thrown(fn() => new Lock($client, '/l', ['date' => ''])), thrown(fn() => new Lock($client, '/l', ['data' => 1])));
tell(thrown(fn() => clone $lock), thrown(fn() => serialize($lock)));
// Memory is flat.
$holds = function (int $times) use ($client) {
    for ($i = 0; $i < $times; $i++) {
        $lock = new Lock($client, '/l');
        $lock->onLost(fn() => null);
        $lock->acquire();
        $lock->release();
    }
};
$rss = fn() => (int) preg_replace('/.*^VmRSS:\s+(\d+).*/ms', '$1', file_get_contents('/proc/self/status'));
$holds(200);
[$php, $resident] = [memory_get_usage(), $rss()];
$holds(getenv('TICKET_TEST_HOLDS') ?: 2000);
tell(memory_get_usage() - $php < 10_000, $rss() - $resident < 2000, $line());
PHP, recipes($server)), "\n";

$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$all = [];
for ($i = 0; $i < 4096; $i++) {
    $all[$i] = new Election($client, "/many/$i");
    $all[$i]->join();
}
$lock = new Lock($client, '/l');
tell(thrown($lock->acquire(...)));
tell(thrown(fn() => $lock->acquire(0.0)), $lock->isHeld());
tell($all[4095]->awaitLeadership(60), $all[0]->awaitLeadership(60));
$all[17]->resign();
tell($lock->acquire(), $lock->isHeld(), $all[4095]->isLeader());
// One that could not join has not.
$all[17]->join();
tell(thrown(fn() => $all[17]->awaitLeadership(1)), $all[17]->isLeader());
$lock->release();
tell($all[17]->awaitLeadership(60));
// All at once, and the client goes on.
unset($all);
tell(failed(fn() => $client->exists('/')), $lock->acquire());
await();
PHP, recipes($server));
for ($i = 0; $i < 7; $i++) {
    echo $php->line(), "\n";
}
// Only that lock is left.
$ephemerals = fn() => (int) preg_replace('/.*^zk_ephemerals_count\s+(\d+).*/ms', '$1', $server->ask('mntr'));
echo settled($ephemerals, 1), "\n";
echo $php->finish();
?>
--EXPECT--
waits
RuntimeException: enough false null
waits
RuntimeException: enough false null
waits
InvalidStateException -9 - certain InvalidStateException -9 - certain false InvalidStateException -9 - certain
true true
released
true true
waits
ends
lock true true
election true true
true
true true
lost
true 1
ValueError: Dig\Zookeeper\Lock::acquire(): Argument #1 ($timeout) must be null or a number of seconds from 0 on
ValueError: Dig\Zookeeper\Lock::__construct(): Argument #2 ($path) must begin with a slash ValueError: Dig\Zookeeper\Lock::__construct(): Argument #3 ($options) must have no options but data, "date" given TypeError: Dig\Zookeeper\Lock::__construct(): Argument #3 ($options) must have a string as data, int given
Error: Trying to clone an uncloneable object of class Dig\Zookeeper\Lock Exception: Serialization of 'Dig\Zookeeper\Lock' is not allowed
true true 0
Dig\Zookeeper\Exception\ZookeeperException: /l: the processes of this family already hold, or wait for, 4096 things, which is the most they can
Dig\Zookeeper\Exception\ZookeeperException: /l: the processes of this family already hold, or wait for, 4096 things, which is the most they can false
true true
true true true
Dig\Zookeeper\Exception\ZookeeperException: /many/17: the processes of this family already hold, or wait for, 4096 things, which is the most they can false
true
nothing was thrown true
1
