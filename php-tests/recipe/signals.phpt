--TEST--
What a signal's handler releases, or lets go of, while a call of the same client waits is free at once, and not when that call ends
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$znodes = new Znodes($server);
$other = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$blocks = new Lock($client, '/blocks');
$blocks->acquire();
echo "blocks\n";
$lock = new Lock($client, '/l');
$queue = new Dig\Zookeeper\Queue($client, '/q');
while (($what = await()) !== '') {
    match ($what) {
        'lock' => tell($lock->acquire(), $lock->release()),
        'take' => tell($queue->take(30.0)->giveBack()),
    };
}
PHP, recipes($server));
$other->line();
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
pcntl_async_signals(true);
$client = new Client();
$queue = new Dig\Zookeeper\Queue($client, '/q');
$queue->put('item');
$election = new Election($client, '/l', 'it');
$later = null;
$lock = new Lock($client, '/l');
pcntl_signal(SIGUSR1, function () { ($GLOBALS['later'])(); });
pcntl_signal(SIGUSR2, function () { throw new Exception('enough'); });
$ways = [
    'release()' => [fn() => $lock->acquire(), fn() => $lock->release()],
    'an object that goes' => [fn() => $GLOBALS['gone'] = [new Lock($client, '/l')] and $GLOBALS['gone'][0]->acquire(), function () { $GLOBALS['gone'] = null; }],
    'resign()' => [fn() => $election->awaitLeadership(), fn() => $election->resign()],
    'giveBack()' => [fn() => $GLOBALS['message'] = $queue->take(30.0), fn() => $GLOBALS['message']->giveBack()],
];
$waits = [
    'acquire()' => fn() => (new Lock($client, '/blocks'))->acquire(),
    'take()' => fn() => (new Dig\Zookeeper\Queue($client, '/none'))->take(null),
    'wait()' => fn() => $client->wait(60.0),
];
foreach ($ways as $way => [$begin, $later]) {
    foreach ($waits as $waits_in => $wait) {
        $begin();
        echo "$way in $waits_in\n";
        $said = 'nothing was thrown';
        try {
            // wait() ends with each signal.
            do $wait(); while (true);
        } catch (Exception $e) {
            $said = $e->getMessage();
        }
        tell($said, $lock->isHeld(), $election->isLeader());
    }
}
PHP, recipes($server));
for ($i = 0; $i < 12; $i++) {
    echo $way = $php->line(), ': ';
    $other->say(str_starts_with($way, 'giveBack') ? 'take' : 'lock');
    str_starts_with($way, 'giveBack') || in_line($znodes, '/l', 2);
    asleep($php->pid());
    signal($php->pid(), 'USR1');
    echo $other->line(), "\n";
    signal($php->pid(), 'USR2');
    echo $php->line(), "\n";
}
echo $php->finish(), $other->finish();
?>
--EXPECT--
release() in acquire(): true null
enough false false
release() in take(): true null
enough false false
release() in wait(): true null
enough false false
an object that goes in acquire(): true null
enough false false
an object that goes in take(): true null
enough false false
an object that goes in wait(): true null
enough false false
resign() in acquire(): true null
enough false false
resign() in take(): true null
enough false false
resign() in wait(): true null
enough false false
giveBack() in acquire(): null
enough false false
giveBack() in take(): null
enough false false
giveBack() in wait(): null
enough false false
