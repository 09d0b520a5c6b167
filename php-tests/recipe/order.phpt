--TEST--
200 stand in one line: each watches only the one before it, gets its turn once and in order, and a hand-over asks as little of the servers as in a short line
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$znodes = new Znodes($server);
$turns = scratch('turns');
touch($turns);
// Candidates do not block their process; what is held is of one kind with a lock.
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
$clients = [new Client(), new Client()];
$left = 50;
for ($i = 0; $i < 50; $i++) {
    $one = new Election($clients[$i % 2], '/line');
    $one->join(function (int $token) use ($one, &$left) {
        file_put_contents(getenv('TURNS'), "$token\n", FILE_APPEND);
        $one->token() === $token && $one->isLeader() || print("another one\n");
        $one->resign();
        $left--;
    });
}
until(function () use ($clients, &$left) { $clients[0]->wait(0.001); $clients[1]->wait(0.001); return !$left; });
tell($left);
PHP;
// All wait for this one.
$first = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$lock = new Lock(new Client(), '/line');
tell($lock->acquire());
await();
$lock->release();
await();
PHP, recipes($server));
echo $first->line(), "\n";
$all = [];
for ($i = 0; $i < 4; $i++) {
    $all[] = start($code, recipes($server), ['TURNS' => $turns]);
}
in_line($znodes, '/line', 201);
/** How often each path is watched. */
$watched = function () use ($server) {
    preg_match_all('/^(\/line.*)\n((?:\t.*\n)+)/m', $server->ask('wchp'), $found);
    return array_map(fn($sessions) => substr_count($sessions, "\n"), array_combine($found[1], $found[2]));
};
// All but the last are; the first by its holder, too, and the second by itself, where the next one's family is another.
eventually(fn() => count($watched()) === 200, what: 'all wait');
$counts = array_count_values($watched()) + [1 => 0, 2 => 0];
echo json_encode([$counts[1] + $counts[2], $counts[2] <= 2, array_key_exists('/line', $watched())]), "\n";
$packets = fn() => (int) preg_replace('/.*^zk_packets_received\s+(\d+).*/ms', '$1', $server->ask('mntr'));
$before = $packets();
$first->say('release');
foreach ($all as $php) {
    echo $php->finish(), "\n";
}
$asked = $packets() - $before;
$tokens = file($turns, FILE_IGNORE_NEW_LINES);
$sorted = array_unique($tokens);
sort($sorted, SORT_NUMERIC);
echo json_encode([count($tokens), $sorted === $tokens]), "\n";
// A herd would ask 100 times as much.
echo $asked < 200 * 25 ? 'no herd' : "$asked packets", "\n";
in_line($znodes, '/line', 0);
echo $first->finish();
?>
--EXPECT--
true
[200,true,false]
0
0
0
0
[200,true]
no herd
