--TEST--
ZooKeeper is away: who asks is told in time, and nothing is left of it; what is held runs out, and is not held again; what is released meanwhile is freed afterwards
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$lock = new Lock($client, '/l');
$lost = 0;
$lock->onLost(function () use (&$lost) { $lost++; });
while (($what = await()) !== '') {
    [$what, $timeout] = explode(' ', "$what ");
    if ($what === 'acquire') {
        $began = hrtime(true);
        $said = failed(function () use ($lock, $timeout, &$got) { $got = $lock->acquire($timeout === '' ? null : (float) $timeout); });
        tell($got ?? $said, hrtime(true) - $began < 25e9 ? 'soon' : 'late', $lock->isHeld(), hrtime(true), $lock->isHeld() ? $lock->token() : 0);
        $got = null;
    } elseif ($what === 'spin') {
        for ($held = $now = 0; ($now = hrtime(true)) && $lock->isHeld(); $held = $now) usleep(100);
        tell($held, $lock->remaining(), $lock->getPath(), failed($lock->check(...)), failed($lock->token(...)), $lost);
    } elseif ($what === 'lose') {
        until(function () use ($client, &$lost) { $client->wait(0.01); return $lost; });
        tell($lost, $lock->isHeld());
        $lost = 0;
    } else {
        $began = hrtime(true);
        $lock->release();
        tell('released', hrtime(true) - $began < 25e9 ? 'soon' : 'late', $lost);
    }
}
PHP;
$of = fn($from, int $timeout, int $within) => recipes($from, ['ticket.session_timeout' => $timeout, 'ticket.zookeeper_timeout' => $within]);
$say = function (object $php, string $what): array {
    $php->say($what);
    return explode(' ', $php->line());
};

// It is not there to begin with, then goes away, in each way.
$php = start($code, $of($proxy, 60_000, 500));
foreach (['cut', 'drop_requests', 'drop_replies'] as $mode) {
    $proxy->mode($mode);
    foreach (['0.0', '1.0'] as $timeout) {
        echo "$mode: ", implode(' ', array_slice($say($php, "acquire $timeout"), 0, 6)), "\n";
    }
    $proxy->mode('pass');
    // What may have been made is found and deleted, or nothing was ever sent.
    eventually(fn() => $say($php, 'acquire 0.0')[0] === 'true', what: 'it is back');
    in_line($znodes, '/l', 1);
    $say($php, 'release');
    in_line($znodes, '/l', 0);
}
$php->finish();

// What is held runs out by itself. The session lives on: it is held as before then, as nobody else can have had it.
$holder = start($code, $of($proxy, 5000, 1000));
$waiter = start($code, $of($server, 60_000, 30_000));
$token = $say($holder, 'acquire')[4];
$waiter->say('acquire');
in_line($znodes, '/l', 2);
$proxy->mode('cut');
echo implode(' ', array_slice($say($holder, 'spin'), 1)), "\n";
in_line($znodes, '/l', 2);
$proxy->mode('pass');
// It is lost, though its session lives: it was seen to be, and is not held again. So the other one has it.
echo implode(' ', $say($holder, 'lose')), "\n";
[$got, , , , $second] = explode(' ', $waiter->line());
echo json_encode([$got, $second > $token]), "\n";
$say($waiter, 'release');
in_line($znodes, '/l', 0);

$token = $say($holder, 'acquire')[4];
$waiter->say('acquire');
in_line($znodes, '/l', 2);
// Its session ends over that: it is another's only when it had run out, and it is told when it hears of it.
$proxy->mode('cut');
[$held] = $say($holder, 'spin');
[$got, , , $granted, $second] = explode(' ', $waiter->line());
echo json_encode([$got, $held < $granted, $second > $token]), "\n";
$proxy->mode('pass');
echo implode(' ', $say($holder, 'lose')), "\n";
$say($waiter, 'release');
in_line($znodes, '/l', 0);
$waiter->finish();

// It is released meanwhile: at once for whoever holds it, and for ZooKeeper when that is back.
$holder->finish();
$holder = start($code, $of($proxy, 60_000, 500));
$say($holder, 'acquire');
$proxy->mode('cut');
echo implode(' ', $say($holder, 'release')), "\n";
in_line($znodes, '/l', 1);
$proxy->mode('pass');
in_line($znodes, '/l', 0);
// The process ends meanwhile.
$say($holder, 'acquire');
$proxy->mode('cut');
$holder->finish();
in_line($znodes, '/l', 1);
$proxy->mode('pass');
in_line($znodes, '/l', 0);

// The server itself is stopped, and goes on in time.
$holder = start($code, $of($server, 5000, 1000));
$say($holder, 'acquire');
$server->pause();
echo implode(' ', array_slice($say($holder, 'spin'), 1)), "\n";
$server->resume();
echo implode(' ', $say($holder, 'lose')), "\n";
in_line($znodes, '/l', 0);
echo $holder->finish();
?>
--EXPECT--
cut: OperationTimeoutException -7 /l certain soon false
cut: OperationTimeoutException -7 /l certain soon false
drop_requests: OperationTimeoutException -7 /l certain soon false
drop_requests: OperationTimeoutException -7 /l certain soon false
drop_replies: OperationTimeoutException -7 /l certain soon false
drop_replies: OperationTimeoutException -7 /l certain soon false
0 null LockLostException -1003 /l certain LockLostException -1003 /l certain 0
1 false
["true",true]
["true",true,true]
1 false
released soon 0
0 null LockLostException -1003 /l certain LockLostException -1003 /l certain 0
1 false
