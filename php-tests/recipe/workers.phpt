--TEST--
Five workers elect a leader: who is killed, stopped, resigns or ends is followed by the next in line; each knows who leads
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$me = new Election($client, '/workers', 'NAME_');
$token = 0;
$elected = function (int $is) use ($me, &$token) {
    // What it is told is so already.
    tell('NAME_', 'elected', $is > $token, $me->isLeader(), $me->token() === $is, $me->remaining() > 0, $me->getPath() !== null);
    $me->check();
    $token = $is;
};
$deposed = fn() => tell('NAME_', 'deposed', $me->isLeader(), $me->remaining(), $me->getPath(), failed($me->token(...)));
$me->join($elected, $deposed);
stream_set_blocking(STDIN, false);
for ($what = null; $what !== 'end';) {
    $what = is_string($line = fgets(STDIN)) ? trim($line) : null;
    match ($what) {
        null => $client->wait(0.005),
        'look' => tell('NAME_', $me->isLeader(), $me->leader(), implode(',', $me->members())),
        'first' => tell('NAME_', $me->isLeader()),
        'resign' => [$me->resign(), tell('NAME_', 'resigned', $me->isLeader())],
        'join' => $me->join($elected, $deposed),
        'await' => tell('NAME_', $me->awaitLeadership(0.1)),
        'write' => tell('NAME_', failed(fn() => $client->transaction()->check($me)->create('/written-', 'NAME_', null, Client::SEQUENCE)->commit())),
        'end' => null,
    };
}
PHP;
$workers = [];
$start = function (string $name) use (&$workers, $code, $server, $znodes) {
    $line = count($znodes->children('/workers'));
    $workers[$name] = start(str_replace('NAME_', $name, $code), recipes($server, ['ticket.session_timeout' => $name === 'c' ? 2000 : 60_000]));
    in_line($znodes, '/workers', $line + 1);
};
$hear = function (string ...$names) use (&$workers) {
    foreach ($names as $name) {
        echo $workers[$name]->line(), "\n";
    }
};
$say = function (string $name, string $what) use (&$workers, $hear) {
    $workers[$name]->say($what);
    $hear($name);
};
foreach (['a', 'b', 'c', 'd', 'e'] as $name) {
    $start($name);
    $name === 'a' && $hear('a');
}
$say('a', 'look');
$say('d', 'look');
$say('a', 'write');
$say('b', 'write');
$say('b', 'await');
// kill -9 of the leader; and of one that is none.
kill($workers['a']->pid());
$hear('b');
kill($workers['e']->pid());
in_line($znodes, '/workers', 3);
$say('d', 'look');
// It resigns, and is none of them then, until it joins again, behind all others.
$say('b', 'resign');
$hear('c');
$say('b', 'look');
$workers['b']->say('join');
in_line($znodes, '/workers', 3);
$say('b', 'look');
// The leader is stopped for longer than its session lasts without it.
pause($workers['c']->pid());
$hear('d');
$workers['c']->say('first');
signal($workers['c']->pid(), 'CONT');
// Before or after it is told.
$heard = [$workers['c']->line(), $workers['c']->line()];
sort($heard);
echo implode("\n", $heard), "\n";
in_line($znodes, '/workers', 3);
$say('c', 'look');
// Its session ends at ZooKeeper: it is deposed, and stands in line again.
$znodes->expire(session_of($znodes, '/workers'));
$hear('b', 'd');
in_line($znodes, '/workers', 3);
$say('b', 'look');
// Its znode is deleted by hand.
$znodes->delete(first($znodes, '/workers'));
$hear('b', 'c');
// All znodes are.
in_line($znodes, '/workers', 3);
foreach ($znodes->children('/workers') as $name) {
    try {
        $znodes->delete("/workers/$name");
    } catch (Exception $e) {
        $e->getCode() === -101 || throw $e;
    }
}
$hear('c');
in_line($znodes, '/workers', 3);
$workers['c']->say('end');
$workers['c']->finish();
in_line($znodes, '/workers', 2);
// Whoever it is, there is one leader, and all say the same.
foreach (['b', 'd'] as $name) {
    $workers[$name]->say('look');
}
$said = [];
foreach (['b', 'd'] as $name) {
    do {
        $line = explode(' ', $workers[$name]->line());
    } while (count($line) !== 4);
    $said[] = $line;
}
var_dump($said[0][1] !== $said[1][1], array_slice($said[0], 2) === array_slice($said[1], 2));
foreach (['b', 'd'] as $name) {
    $workers[$name]->say('end');
    $workers[$name]->finish();
}
in_line($znodes, '/workers', 0);
echo count(preg_grep('/^written/', $znodes->children('/'))), " written\n";
?>
--EXPECT--
a elected true true true true true
a true a a,b,c,d,e
d false a a,b,c,d,e
a nothing was thrown
b LockLostException -1003 /workers certain
b false
b elected true true true true true
d false b b,c,d
b resigned false
c elected true true true true true
b false c c,d
b false c c,d,b
d elected true true true true true
c deposed false 0 null LockLostException -1003 /workers certain
c false
c false d d,b,c
b elected true true true true true
d deposed false 0 null LockLostException -1003 /workers certain
b true b b,c,d
b deposed false 0 null LockLostException -1003 /workers certain
c elected true true true true true
c deposed false 0 null LockLostException -1003 /workers certain
bool(true)
bool(true)
1 written
