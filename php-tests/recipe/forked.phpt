--TEST--
A signal's handler forks within a call: what the parent holds is the parent's, what it asks for is done once, and the fork is told so; a client that is closed beside a fork holds nothing
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$znodes->create('/a', 'x');
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
use Dig\Zookeeper\{Counter, Queue};
pcntl_async_signals(true);
[$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
$client = new Client();
$lock = new Lock($client, '/l');
$election = new Election($client, '/e');
$queue = new Queue($client, '/q');
$counter = new Counter($client, '/c');
$counter->add(100);
$lock->acquire();
$election->awaitLeadership();
$queue->put('item');
$message = $queue->take();
$fork = false;
pcntl_signal(SIGUSR1, function () use (&$fork, $theirs) {
    if (!pcntl_fork()) {
        [$fork, $GLOBALS['ours']] = [true, null];
        return;
    }
    echo "forked\n";
});
$calls = [
    'get' => fn() => $client->get('/a'),
    'create' => fn() => $client->create('/made'),
    'add' => fn() => $counter->add(1),
    'ack' => fn() => $message->ack(),
];
echo "ready\n";
while (($what = await()) !== '') {
    echo "asks\n";
    $said = failed($calls[$what]);
    if ($fork) {
        fwrite($theirs, implode(' ', [$said, json_encode([$lock->isHeld(), $election->isLeader()])]) . "\n");
        exec('kill -9 ' . getmypid());
    }
    // What its fork has said.
    tell($said, $lock->isHeld(), $election->isLeader(), '-', trim(fgets($ours)));
}
tell($counter->get(), $queue->count());
PHP;
$php = start($code, recipes($proxy));
$php->line();
foreach (['get', 'create', 'add', 'ack'] as $what) {
    $before = $proxy->disturbed();
    $proxy->mode('hold');
    $php->say($what);
    $php->line();
    eventually(fn() => $proxy->disturbed() > $before, what: 'it is asked');
    asleep($php->pid());
    signal($php->pid(), 'USR1');
    $php->line();
    $proxy->mode('pass');
    echo "$what: ", $php->line(), "\n";
}
echo json_encode([count($znodes->children('/l')), count($znodes->children('/e'))]), "\n";
echo $php->finish(), "\n";

// A stopped keeper and a full connection: what waits for room is asked for once.
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
pcntl_async_signals(true);
$client = new Client(null, ['timeout' => 30_000]);
$client->create('/made-below');
$client->create('/w');
$all = [];
for ($i = 0; $i < 400; $i++) {
    $all[] = $election = new Election($client, '/w');
    $election->join();
}
$other = new Client();
until(function () use ($client, $other) { $client->wait(0.0); return count($other->getChildren('/w')) === 400; });
unset($election, $other);
$fork = false;
pcntl_signal(SIGUSR1, function () use (&$fork) { $fork = !pcntl_fork(); $fork || print("forked\n"); });
echo "ready\n";
await();
$all = [];
echo "full\n";
$said = failed(fn() => $client->create('/made-below/n-', flags: Client::SEQUENCE));
if ($fork) {
    (new Client())->create('/forked', $said);
    exec('kill -9 ' . getmypid());
}
tell($said);
await();
PHP, recipes($server));
$php->line();
$keeper = keeper($server->dsn());
pause($keeper);
$php->say('go');
$php->line();
asleep($php->pid());
signal($php->pid(), 'USR1');
$php->line();
signal($keeper, 'CONT');
echo $php->line(), "\n";
eventually(fn() => in_array('forked', $znodes->children('/')), what: 'the fork has ended');
echo $znodes->getData('/forked')[0], ' ', count($znodes->children('/made-below')), "\n";
$php->finish();

// A client is closed while a fork lives on.
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$election = new Election($client, '/beside');
$election->awaitLeadership();
if (!$fork = pcntl_fork()) {
    fgets(STDIN);
    exit;
}
$client->close();
echo "closed\n";
await();
PHP, recipes($server));
$php->line();
in_line($znodes, '/beside', 0);
$php->finish();
?>
--EXPECT--
get: nothing was thrown true true - nothing was thrown [false,false]
create: nothing was thrown true true - ConnectionLossException -4 /made unknown [false,false]
add: nothing was thrown true true - InvalidStateException -9 - certain [false,false]
ack: nothing was thrown true true - InvalidStateException -9 - certain [false,false]
[1,1]
101 0
nothing was thrown
ConnectionLossException -4 /made-below/n- unknown 1
