--TEST--
Whoever has only one before it holds as soon as that one is gone, without another word to its server; but not without its own znode, nor after its connection was lost
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$lock = new Lock($client, '/l');
while (($what = await()) !== '') {
    if ($what === 'acquire') {
        tell($lock->acquire(), $lock->token(), $lock->getPath());
    } elseif ($what === 'check') {
        // As ZooKeeper sees it.
        $client->transaction()->check($lock)->commit();
        $client->wait(0.01);
        tell($lock->isHeld(), $lock->token());
    } else {
        $lock->release();
        tell('released');
    }
}
PHP;
$holder = start($code, recipes($server));
$waiter = start($code, recipes($proxy));
$line = fn(int $many) => in_line($znodes, '/l', $many);
$release = function (object $php) {
    $php->say('release');
    $php->line();
};
/** One holds and one waits behind it, which watches both: their paths. */
$begin = function (?callable $waits = null) use ($server, $znodes, $line, $holder, $waiter): array {
    $holder->say('acquire');
    [, , $first] = explode(' ', $holder->line());
    $waits ? $waits() : $waiter->say('acquire');
    $line(2);
    [$second] = array_values(array_diff($znodes->children('/l'), [basename($first)]));
    eventually(fn() => str_contains($server->ask('wchp'), $second), what: 'it watches its own znode');
    return [$first, "/l/$second"];
};
/** What the one that waits is told, and whether it is by that znode. */
$next = function (string $what, string $second) use ($waiter) {
    $read = [$waiter->pipes[1]];
    $write = $except = null;
    $told = stream_select($read, $write, $except, PATIENCE) ? explode(' ', $waiter->line()) : ['nothing'];
    echo "$what: ", json_encode([$told[0], ($told[2] ?? null) === $second]), "\n";
    return $told[1] ?? null;
};
/** It holds it, and frees it. */
$end = function (?string $token) use ($waiter, $release, $line) {
    $waiter->say('check');
    echo json_encode($waiter->line() === "true $token"), "\n";
    $release($waiter);
    $line(0);
};

// Its server hears nothing from it any more.
[$first, $second] = $begin();
$proxy->mode('drop_requests');
$release($holder);
$token = $next('unheard', $second);
$proxy->mode('pass');
$end($token);

// Who is before it has not gone, only changed.
[$first, $second] = $begin();
$znodes->set($first, 'x');
$holder->say('check');
echo strtok($holder->line(), ' '), "\n";
$release($holder);
$end($next('changed', $second));

// Its own is deleted, and it hears of neither.
[$first, $second] = $begin();
$proxy->mode('cut');
$znodes->delete($second);
$release($holder);
$proxy->mode('pass');
$end($next('cut', $second));

// The same, and it hears of both at once: it is never elected by what is gone.
$candidate = null;
[, $second] = $begin(function () use (&$candidate, $proxy) {
    $candidate = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
    $client = new Client();
    $one = new Election($client, '/l');
    $elected = null;
    $one->join(function (int $token) use (&$elected) { $elected ??= $token; }, fn() => null);
    tell($client->exists(await())->czxid);
    until(function () use ($client, &$elected) { $client->wait(0.01); return $elected; });
    tell($elected);
    PHP, recipes($proxy));
});
$candidate->say($second);
$gone = $candidate->line();
[$keeper] = array_values(array_intersect(keepers($proxy->dsn()), descendants($candidate->pid())));
pause($keeper);
$before = $proxy->disturbed();
$proxy->mode('hold');
$znodes->delete($second);
$release($holder);
eventually(fn() => $proxy->disturbed() >= $before + 2, what: 'both are on their way');
$proxy->mode('pass');
// It sends one after the other, and answers after each.
array_map(fn() => $proxy->disturbed(), range(1, 5));
signal($keeper, 'CONT');
echo 'at once: ', json_encode($candidate->line() > $gone), "\n";
$candidate->finish();
echo $holder->finish(), $waiter->finish();
?>
--EXPECT--
unheard: ["true",true]
true
true
changed: ["true",true]
true
cut: ["true",false]
true
at once: true
