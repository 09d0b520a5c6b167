--TEST--
Who is stopped, or whose keeper is, holds nothing any more when somebody else does, sees that first when it goes on, and is told; whoever waits behind one that is stopped does not wait for it
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
        $got = $lock->acquire();
        tell($got, hrtime(true), $lock->token());
    } elseif ($what === 'look') {
        // Without anything before that.
        tell($lock->isHeld(), $lock->remaining(), $lock->getPath(), failed($lock->check(...)));
        tell(until(function () use ($client, &$lost) { $client->wait(0.01); return $lost; }), $lost);
        $lost = 0;
    } elseif ($what === 'until') {
        // Until when it is held at the most, if that is not prolonged.
        tell($lock->isHeld(), (int) (hrtime(true) + $lock->remaining() * 1e9));
    } elseif ($what === 'spin') {
        // When it was begun to look the last time that it was held.
        for ($held = $now = 0; ($now = hrtime(true)) && $lock->isHeld(); $held = $now) usleep(100);
        tell($held);
    } else {
        $lock->release();
        tell('released');
    }
}
PHP;
$holder = start($code, $of(2000));
$waiter = start($code, $of(60_000));
$all = [$holder->pid(), ...descendants($holder->pid())];
foreach (['holder', 'holder and keeper', 'keeper'] as $who) {
    $holder->say('acquire');
    [, , $first] = explode(' ', $holder->line());
    $waiter->say('acquire');
    in_line($znodes, '/l', 2);
    $keeper = array_diff(descendants($holder->pid()), []);
    $until = 0;
    if ($who !== 'holder') {
        array_map(pause(...), $keeper);
        $holder->say($who === 'keeper' ? 'spin' : 'until');
        $who === 'keeper' || [, $until] = explode(' ', $holder->line());
    }
    $who === 'keeper' || pause($holder->pid());
    [$got, $granted, $second] = explode(' ', $waiter->line());
    if ($who === 'keeper') {
        $until = $holder->line();
    }
    array_map(fn($pid) => signal($pid, 'CONT'), [...$keeper, $holder->pid()]);
    $holder->say('look');
    echo "$who: ", json_encode([$got, $until < $granted, $second > $first]), "\n";
    echo $holder->line(), "\n", $holder->line(), "\n";
    // Somebody else's is not freed.
    $holder->say('release');
    $holder->line();
    in_line($znodes, '/l', 1);
    $waiter->say('until');
    echo strtok($waiter->line(), ' '), "\n";
    $waiter->say('release');
    $waiter->line();
}

// One that waits is stopped for ever: it is passed by, and stands in line again when it goes on.
$other = start($code, $of(60_000));
$waiter->say('acquire');
[, , $first] = explode(' ', $waiter->line());
$holder->say('acquire');
in_line($znodes, '/l', 2);
$other->say('acquire');
in_line($znodes, '/l', 3);
pause($holder->pid());
$waiter->say('release');
$waiter->line();
[, , $second] = explode(' ', $other->line());
signal($holder->pid(), 'CONT');
in_line($znodes, '/l', 2);
$other->say('release');
$other->line();
[$got, , $third] = explode(' ', $holder->line());
echo json_encode([$got, $first < $second, $second < $third]), "\n";
// It was never its own before: it is not told of a loss.
$holder->say('until');
echo strtok($holder->line(), ' '), "\n";
foreach ([$holder, $waiter, $other] as $php) {
    echo $php->finish();
}
?>
--EXPECT--
holder: ["true",true,true]
false 0 null LockLostException -1003 /l certain
true 1
true
holder and keeper: ["true",true,true]
false 0 null LockLostException -1003 /l certain
true 1
true
keeper: ["true",true,true]
false 0 null LockLostException -1003 /l certain
true 1
true
["true",true,true]
true
