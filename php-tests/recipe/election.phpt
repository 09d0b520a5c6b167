--TEST--
Five workers elect a leader: one at a time, the next in line when it dies, resigns or is stopped, each by a higher token; the callbacks say so
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Election;
$client = new Client(null, ['session_timeout' => 4000]);
$election = new Election($client, '/leaders/cron', getenv('NAME'));
$said = [];
$elected = function (int $token) use (&$said, $election) {
    $said[] = 'elected';
    $said[] = $token === $election->token();
};
$deposed = function () use (&$said) {
    $said[] = 'deposed';
};
while (($what = await()) !== '') {
    echo json_encode(match ($what) {
        'join' => $election->join($elected, $deposed),
        'await' => $election->awaitLeadership(),
        'await a moment' => $election->awaitLeadership(0.05),
        'is leader' => $election->isLeader(),
        'token' => $election->token(),
        'path' => $election->getPath(),
        'leader' => $election->leader(),
        'members' => $election->members(),
        'resign' => $election->resign(),
        'wait' => $client->wait(0.1),
        'said' => [$said, $said = []][0],
    }), "\n";
}
PHP;
$workers = [];
foreach (['a', 'b', 'c', 'd', 'e'] as $name) {
    $workers[$name] = start($code, client($server), ['NAME' => $name]);
}
$ask = function (string $name, string $what) use (&$workers) {
    $workers[$name]->say($what);
    return json_decode($workers[$name]->line(), true);
};
$leads = function () use (&$workers, $ask) {
    return array_values(array_filter(array_keys($workers), fn($name) => $ask($name, 'is leader')));
};
echo json_encode([$ask('a', 'leader'), $ask('a', 'members')]), "\n";
foreach (array_keys($workers) as $i => $name) {
    $ask($name, 'join');
    // In this order.
    eventually(fn() => count($ask('a', 'members')) === $i + 1);
}
settled($leads, ['a']);
echo json_encode([$leads(), $ask('c', 'leader'), $ask('c', 'members'), $ask('b', 'await a moment')]), "\n";
$tokens = [$ask('a', 'token')];
eventually(fn() => $ask('a', 'wait') > 0 || $ask('a', 'said') !== []);
$ask('a', 'resign');
echo json_encode([$ask('b', 'await'), $leads(), $ask('c', 'members')]), "\n";
$tokens[] = $ask('b', 'token');
kill($workers['b']->pid());
unset($workers['b']);
echo json_encode([$ask('c', 'await'), $leads(), $ask('d', 'leader')]), "\n";
$tokens[] = $ask('c', 'token');
// One that is stopped for longer than its session lasts is deposed, and stands in line again.
pause($workers['c']->pid());
echo json_encode($ask('d', 'await')), "\n";
$tokens[] = $ask('d', 'token');
signal($workers['c']->pid(), 'CONT');
echo json_encode([$leads(), $ask('c', 'await a moment')]), "\n";
for ($said = [], $end = hrtime(true) + 30e9; !in_array('deposed', $said, true) && hrtime(true) < $end;) {
    $ask('c', 'wait');
    array_push($said, ...$ask('c', 'said'));
}
echo json_encode($said), "\n";
// The leader's znode is deleted by hand: it is deposed, and the next one leads.
$znodes = new Znodes($server);
$znodes->delete($ask('d', 'path'));
echo json_encode($ask('e', 'await')), "\n";
$tokens[] = $ask('e', 'token');
settled($leads, ['e']);
kill($workers['e']->pid());
unset($workers['e']);
echo json_encode([$ask('c', 'await'), $ask('c', 'leader')]), "\n";
$tokens[] = $ask('c', 'token');
$rising = $tokens;
sort($rising);
var_dump($tokens === $rising, count(array_unique($tokens)));
$ask('d', 'resign');
$ask('c', 'resign');
echo json_encode([$ask('c', 'leader'), $ask('d', 'members'), $leads()]), "\n";
?>
--EXPECT--
[null,[]]
[["a"],"a",["a","b","c","d","e"],false]
[true,["b"],["b","c","d","e"]]
[true,["c"],"c"]
true
[["d"],false]
["elected",true,"deposed"]
true
[true,"c"]
bool(true)
int(6)
[null,[],[]]
