--TEST--
What is taken from a holder or from one that waits: its session, its znode, the one before it, all of it, the server's data, an answer, a connection
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$lock = new Lock($client, '/l/m');
$lost = 0;
$lock->onLost(function () use (&$lost) { $lost++; });
while (($what = await()) !== '') {
    if ($what === 'acquire') {
        tell($lock->acquire(), $lock->token(), $lock->getPath());
    } elseif ($what === 'lose') {
        until(function () use ($client, &$lost) { $client->wait(0.01); return $lost; });
        tell($lost, $lock->isHeld(), $lock->remaining(), $lock->getPath(), failed($lock->check(...)));
        $lost = 0;
    } elseif ($what === 'check') {
        // Held, and so it was all along; as ZooKeeper sees it, too.
        $client->transaction()->check($lock)->commit();
        $client->wait(0.01);
        tell($lock->isHeld(), $lost, $lock->token(), $lock->getPath());
    } else {
        $lock->release();
        tell('released', $lost);
    }
}
PHP;
$holder = start($code, recipes($proxy));
$waiter = start($code, recipes($server));
$line = fn(int $many) => in_line($znodes, '/l/m', $many);
$acquire = function (object $php) {
    $php->say('acquire');
    [$got, $token, $path] = explode(' ', $php->line());
    return $got === 'true' ? [(int) $token, $path] : throw new Exception("$got $token");
};
$release = function (object ...$all) use ($line) {
    foreach ($all as $php) {
        $php->say('release');
        echo $php->line(), "\n";
    }
};
/** The waiter holds it at last, by a higher token. */
$next = function (string $what, int $token) use ($waiter) {
    [$got, $second] = explode(' ', $waiter->line());
    echo "$what: ", json_encode([$got, $second > $token]), "\n";
};

// The session of a holder ends.
[$token] = $acquire($holder);
$waiter->say('acquire');
$line(2);
$znodes->expire(session_of($znodes, '/l/m'));
$next('session', $token);
$holder->say('lose');
echo $holder->line(), "\n";
$release($holder, $waiter);
$line(0);

// Its znode is deleted by hand.
[$token, $path] = $acquire($holder);
$waiter->say('acquire');
$line(2);
$znodes->delete($path);
$next('znode', $token);
$holder->say('lose');
echo $holder->line(), "\n";
$release($holder, $waiter);
$line(0);

// That of one that waits is, and its session ends.
$others = fn(string $path) => array_values(array_diff($znodes->children('/l/m'), [basename($path)]));
foreach (['znode of one that waits', 'session of one that waits'] as $what) {
    [$token, $path] = $acquire($holder);
    $waiter->say('acquire');
    $line(2);
    [$second] = $others($path);
    if ($what === 'znode of one that waits') {
        $znodes->delete("/l/m/$second");
    } else {
        $znodes->expire($znodes->getData("/l/m/$second")[2]);
        eventually(fn() => $others($path) && $others($path) !== [$second], what: 'it stands in line again');
    }
    $holder->say('check');
    echo json_encode($holder->line() === "true 0 $token $path"), "\n";
    $release($holder);
    $next($what, $token);
    $release($waiter);
    $line(0);
}

// All of it, while one holds it and one waits.
[$token, $path] = $acquire($holder);
$waiter->say('acquire');
$line(2);
foreach (array_reverse($znodes->children('/l/m')) as $name) {
    try {
        $znodes->delete("/l/m/$name");
    } catch (Exception $e) {
        $e->getCode() === -101 || throw $e;
    }
}
try {
    $znodes->delete('/l/m');
    $znodes->delete('/l');
} catch (Exception $e) {
    // It is made again already.
    $e->getCode() === -111 || throw $e;
}
$next('all', $token);
$holder->say('lose');
echo $holder->line(), "\n";
$release($holder, $waiter);
$line(0);

// The connection is cut, while one holds and while one waits, and comes back in time: as if nothing had been.
foreach ([[$holder, $waiter, 'holds'], [$waiter, $holder, 'waits']] as [$first, $second, $what]) {
    [$token, $path] = $acquire($first);
    $second->say('acquire');
    $line(2);
    for ($i = 0; $i < 5; $i++) {
        $proxy->mode('cut');
        usleep(20_000);
        $proxy->mode('pass');
        $first->say('check');
        echo "$what: ", json_encode($first->line() === "true 0 $token $path"), "\n";
    }
    $line(2);
    $release($first);
    [$got] = explode(' ', $second->line());
    echo "$got\n";
    $release($second);
    $line(0);
}

// The reply to what it makes is lost: that is found, and not made twice.
$before = $proxy->disturbed();
$proxy->mode('drop_replies');
$holder->say('acquire');
$line(1);
$path = first($znodes, '/l/m');
$proxy->mode('pass');
echo 'create: ', json_encode(explode(' ', $holder->line())[2] === $path), "\n";
$line(1);
// That to its end: nothing is left of it.
$proxy->mode('drop_replies');
$holder->say('release');
$line(0);
$proxy->mode('pass');
echo 'delete: ', $holder->line(), "\n";
// The same of one that waits: others are not behind an orphan, nor is it before itself.
[$token] = $acquire($waiter);
$proxy->mode('drop_replies');
$holder->say('acquire');
$line(2);
$proxy->mode('pass');
usleep(100_000);
$line(2);
$release($waiter);
echo 'create of one that waits: ', explode(' ', $holder->line())[0], "\n";
// What is to be deleted is not yet heard of by a server, and is deleted later.
$proxy->mode('drop_requests');
$holder->say('release');
usleep(50_000);
$line(1);
$proxy->mode('pass');
echo 'never heard: ', $holder->line(), "\n";
$line(0);

// The server has nothing any more.
$acquire($holder);
$waiter->say('acquire');
$line(2);
unset($znodes);
$server->wipe();
$holder->say('lose');
echo 'wiped: ', $holder->line(), "\n", explode(' ', $waiter->line())[0], "\n";
$release($holder, $waiter);
echo $holder->finish(), $waiter->finish();
?>
--EXPECT--
session: ["true",true]
1 false 0 null LockLostException -1003 /l/m certain
released 0
released 0
znode: ["true",true]
1 false 0 null LockLostException -1003 /l/m certain
released 0
released 0
true
released 0
znode of one that waits: ["true",true]
released 0
true
released 0
session of one that waits: ["true",true]
released 0
all: ["true",true]
1 false 0 null LockLostException -1003 /l/m certain
released 0
released 0
holds: true
holds: true
holds: true
holds: true
holds: true
released 0
true
released 0
waits: true
waits: true
waits: true
waits: true
waits: true
released 0
true
released 0
create: true
delete: released 0
released 0
create of one that waits: true
never heard: released 0
wiped: 1 false 0 null LockLostException -1003 /l/m certain
true
released 0
released 0
