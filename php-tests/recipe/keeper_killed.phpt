--TEST--
The keeper is killed: what was held is lost, and nobody else's before its time is over unless it is released; whoever waits gets it in the end; a leader is deposed, elected again, and can resign
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$znodes = new Znodes($server);
$of = fn(int $timeout) => recipes($server, ['ticket.session_timeout' => $timeout]);
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$lock = new Lock($client, '/l');
$lost = 0;
$lock->onLost(function () use (&$lost) { $lost++; });
while (($what = await()) !== '') {
    if ($what === 'acquire') {
        tell($lock->acquire(), hrtime(true), $lock->token());
    } elseif ($what === 'lose') {
        // Until it is told, with remaining() never rising, nor being anything afterwards.
        [$rose, $left, $held] = [0, $lock->remaining(), hrtime(true)];
        until(function () use ($client, $lock, &$lost, &$rose, &$left, &$held) {
            $now = hrtime(true);
            if ($lock->isHeld()) $held = $now;
            $client->wait(0.001);
            $now = $lock->remaining();
            $rose += $now > $left ? 1 : 0;
            $left = $now;
            return $lost;
        });
        for ($i = 0; $i < 100; $i++, usleep(1000)) $rose += $lock->remaining() > 0 || $lock->isHeld() ? 1 : 0;
        tell($held, $rose, $lost, $lock->isHeld(), $lock->getPath(), failed($lock->token(...)), failed($lock->check(...)));
        $lost = 0;
    } elseif ($what === 'spin') {
        // It hears of nothing.
        for ($held = $now = 0; ($now = hrtime(true)) && $lock->isHeld(); $held = $now) usleep(100);
        tell($held);
    } else {
        $lock->release();
        tell('released', $lost);
    }
}
PHP;
$holder = start($code, $of(60_000));
$waiter = start($code, $of(60_000));
$acquire = function (object $php, ?int $line = null) use ($znodes) {
    $php->say('acquire');
    $line === null || in_line($znodes, '/l', $line);
    return $line === null ? explode(' ', $php->line()) : null;
};
$keeper_of = fn(object $php) => array_values(array_intersect(keepers($server->dsn()), descendants($php->pid())))[0];

// It is released, and is the next one's at once, long before its session's time is over.
foreach (['kill', 'kill_both'] as $kill) {
    [, , $first] = $acquire($holder);
    $acquire($waiter, 2);
    $kill($keeper_of($holder));
    $holder->say('lose');
    [, $said] = explode(' ', $holder->line(), 2);
    echo "$kill: $said\n";
    in_line($znodes, '/l', 2);
    $holder->say('release');
    echo $holder->line(), "\n";
    [$got, , $second] = explode(' ', $waiter->line());
    echo json_encode([$got, $second > $first]), "\n";
    $waiter->say('release');
    $waiter->line();
    in_line($znodes, '/l', 0);
}
// To acquire it again does not wait for what is left of it either.
[, , $first] = $acquire($holder);
kill($keeper_of($holder));
$holder->say('lose');
$holder->line();
[$got, , $second] = $acquire($holder);
echo json_encode([$got, $second > $first]), "\n";
$holder->say('release');
echo $holder->line(), "\n";
in_line($znodes, '/l', 0);
$holder->finish();

// It is not released, and does not even hear of it.
$holder = start($code, $of(2000));
foreach (['lose', 'spin'] as $look) {
    [, , $first] = $acquire($holder);
    $acquire($waiter, 2);
    kill($keeper_of($holder));
    $holder->say($look);
    [$got, $granted, $second] = explode(' ', $waiter->line());
    $held = strtok($holder->line(), ' ');
    echo "$look: ", json_encode([$got, $held < $granted, $second > $first]), "\n";
    $holder->say('release');
    echo $holder->line(), "\n";
    in_line($znodes, '/l', 1);
    $waiter->say('release');
    $waiter->line();
}

// Of one that waits.
[, , $first] = $acquire($waiter);
$acquire($holder, 2);
kill($keeper_of($holder));
$waiter->say('release');
$waiter->line();
[$got, , $second] = explode(' ', $holder->line());
echo 'waits: ', json_encode([$got, $second > $first]), "\n";
$holder->say('release');
echo $holder->line(), "\n";
in_line($znodes, '/l', 0);
$holder->finish();
$waiter->finish();

// An election.
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$one = new Election($client, '/e', 'one');
$said = [];
$one->join(function (int $token) use (&$said) { $said[] = $token; }, function () use (&$said) { $said[] = 'deposed'; });
$next = function () use ($client, &$said) { until(function () use ($client, &$said) { $client->wait(0.01); return $said; }); return array_shift($said); };
$token = $next();
tell($token === $one->token(), $one->isLeader());
await();
tell($next(), $one->isLeader(), failed($one->token(...)));
$again = $next();
tell($again > $token, $again === $one->token(), $one->isLeader(), $one->leader(), json_encode($one->members()));
$one->resign();
tell($one->isLeader(), json_encode($one->members()), $one->leader());
tell($one->awaitLeadership(30), $one->token() > $again, $one->isLeader(), json_encode($one->members()));
tell($next() > $again, json_encode($said));
await();
// Resigns while it stands in line again behind what is left of it.
tell($next(), in_array('one', $one->members(), true));
until(fn() => count($one->members()) === 2);
$one->resign();
tell(until(fn() => $one->members() === []));
PHP;
$php = start($code, $of(4000));
echo $php->line(), "\n";
kill($keeper_of($php));
$php->say('go');
for ($i = 0; $i < 5; $i++) {
    echo $php->line(), "\n";
}
kill_both($keeper_of($php));
$php->say('go');
echo $php->finish(), "\n";
?>
--EXPECT--
kill: 0 1 false null LockLostException -1003 /l certain LockLostException -1003 /l certain
released 0
["true",true]
kill_both: 0 1 false null LockLostException -1003 /l certain LockLostException -1003 /l certain
released 0
["true",true]
["true",true]
released 0
lose: ["true",true,true]
released 0
spin: ["true",true,true]
released 0
waits: ["true",true]
released 0
true true
deposed false LockLostException -1003 /e certain
true true true one ["one"]
false [] null
true true true ["one"]
true []
deposed true
true
