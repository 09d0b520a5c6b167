--TEST--
A counter whose answers are lost: each add is done once, whatever was lost and when, also below what is missing, or says that it is not known
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Counter;
$client = new Client(null, ['timeout' => 30_000, 'session_timeout' => 60_000]);
while (($path = await()) !== '') {
    $began = microtime(true);
    $counter = new Counter($client, $path);
    $added = null;
    $failed = failed(function () use ($counter, &$added) { $added = $counter->add(); });
    echo $added ?? $failed, microtime(true) - $began < 20 ? '' : ', after too long', "\n";
}
PHP;
$php = start($code, client($proxy));
$other = start($code, client($server));
$number = fn(string $path) => strtok($znodes->getData($path)[0] ?? 'none', ' ');
/** What an add comes to where something of it is lost, and what is there then. */
$add = function (string $path, ?string $what = null, string $kind = '', ?callable $meanwhile = null) use ($php, $proxy, $number) {
    $before = $proxy->dropped();
    $what && $proxy->lose($what, $kind, $meanwhile ? 'cut' : 'pass');
    $php->say($path);
    if ($meanwhile) {
        eventually(fn() => $proxy->dropped() > $before, what: 'something is lost');
        $meanwhile($path);
        $proxy->mode('pass');
    }
    $said = $php->line();
    // What comes late comes now.
    $proxy->deliver();
    $lost = $proxy->dropped() - $before === ($what ? 1 : 0) ? '' : ', and nothing was lost';
    return "$said, is {$number($path)}$lost\n";
};
foreach (['reply', 'request', 'late'] as $what) {
    echo "$what\n";
    // The first that is made finds nothing above it.
    echo $add("/$what/b/c", $what, 'create'), $add("/$what/b/c");
    // This one is the counter.
    echo $add("/$what/b/d", $what, 'create'), $add("/$what/b/d");
    echo $add("/$what/b/c", $what, 'set'), $add("/$what/b/c", $what, 'set'), $add("/$what/b/c");
}
$by_other = function (string $path) use ($other) {
    for ($i = 0; $i < 100; $i++) {
        $other->say($path);
        is_numeric($other->line()) || exit("the other one has failed\n");
    }
};
$keeper = fn() => kill(keeper($proxy->dsn()));
$by_many = function (string $path) use ($server) {
    echo run(PRELUDE . CLIENT . <<<'PHP'
for ($i = 0; $i < 40; $i++) {
    if (!pcntl_fork()) {
        (new Dig\Zookeeper\Counter(new Client(), getenv('ZPATH')))->add();
        exit;
    }
}
while (pcntl_wait($status) > 0);
PHP, client($server), ['ZPATH' => $path]);
};
$by_hand = fn(string $path) => $znodes->set($path, '7');
$anew = function (string $path) use ($znodes, $other) {
    $znodes->delete($path);
    $other->say($path);
    $other->line();
};
// It is nowhere near what others have made of it, or too near.
foreach (['request', 'reply', 'late'] as $what) {
    echo "$what, and meanwhile another adds: ", $add('/others', $what, $number('/others') === 'none' ? 'create' : 'set', $by_other);
    echo "$what, and the keeper is killed: ", $add('/others', $what, 'set', $keeper);
    echo "$what, and meanwhile 40 add: ", $add('/others', $what, 'set', $by_many);
    echo "$what, and it is set by hand: ", $add('/others', $what, 'set', $by_hand);
    echo "$what, and it is made anew: ", $add('/others', $what, 'set', $anew);
}
// What is a fork's is not its parent's.
$code = PRELUDE . CLIENT . <<<'PHP'
$counter = fn(string $dsn) => new Dig\Zookeeper\Counter(new Client(getenv($dsn), ['timeout' => 30_000]), '/forks');
$counter('DIRECT')->add();
if (!pcntl_fork()) {
    echo $counter('PROXY')->add(), "\n";
    exit;
}
await();
echo $counter('DIRECT')->add(), "\n";
pcntl_wait($status);
PHP;
foreach (['request', 'reply', 'late'] as $what) {
    $znodes->getData('/forks') && $znodes->delete('/forks');
    $before = $proxy->dropped();
    $proxy->lose($what, 'set', 'cut');
    $parent = start($code, client($server), ['DIRECT' => $server->dsn(), 'PROXY' => $proxy->dsn()]);
    eventually(fn() => $proxy->dropped() > $before);
    $parent->say('go');
    echo "$what of a fork: parent ", $parent->line();
    $proxy->mode('pass');
    echo ', fork ', $parent->finish();
    $proxy->deliver();
    echo ", is {$number('/forks')}\n";
}
echo $php->finish(), $other->finish();
// All that it has to make first is made in the time that one call may take.
$php = start(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 2500, 'session_timeout' => 60_000]);
$client->exists('/');
echo "connected\n";
await();
echo failed(fn() => (new Dig\Zookeeper\Counter($client, '/slow-counter/a'))->add()), "\n";
await();
echo failed(fn() => (new Dig\Zookeeper\Queue($client, '/slow-queue'))->put('x')), "\n";
PHP, client($proxy));
echo $php->line(), "\n";
$proxy->mode('delay', 1000);
foreach (['counter', 'queue'] as $what) {
    $php->say('go');
    echo "$what: ", strtok($php->line(), ' '), ' ', json_encode(in_array("slow-$what", $znodes->children('/'))), "\n";
}
echo $php->finish();
?>
--EXPECT--
reply
1, is 1
2, is 2
1, is 1
2, is 2
3, is 3
4, is 4
5, is 5
request
1, is 1
2, is 2
1, is 1
2, is 2
3, is 3
4, is 4
5, is 5
late
1, is 1
2, is 2
1, is 1
2, is 2
3, is 3
4, is 4
5, is 5
request, and meanwhile another adds: 101, is 101
request, and the keeper is killed: 102, is 102
request, and meanwhile 40 add: ConnectionLossException -4 /others unknown, is 142
request, and it is set by hand: ConnectionLossException -4 /others unknown, is 7
request, and it is made anew: ConnectionLossException -4 /others unknown, is 1
reply, and meanwhile another adds: 2, is 102
reply, and the keeper is killed: 103, is 103
reply, and meanwhile 40 add: ConnectionLossException -4 /others unknown, is 144
reply, and it is set by hand: ConnectionLossException -4 /others unknown, is 7
reply, and it is made anew: ConnectionLossException -4 /others unknown, is 1
late, and meanwhile another adds: 102, is 102
late, and the keeper is killed: 103, is 103
late, and meanwhile 40 add: ConnectionLossException -4 /others unknown, is 143
late, and it is set by hand: ConnectionLossException -4 /others unknown, is 7
late, and it is made anew: ConnectionLossException -4 /others unknown, is 1
request of a fork: parent 2, fork 3, is 3
reply of a fork: parent 3, fork 2, is 3
late of a fork: parent 2, fork 3, is 3
connected
counter: OperationTimeoutException false
queue: OperationTimeoutException false
