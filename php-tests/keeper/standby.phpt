--TEST--
A keeper that was killed is replaced at once by a process that stands by, without PHP
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$preload = preload();
$starts = scratch('starts');
$path = '/' . bin2hex(random_bytes(4));
$mark = "ticket.path=$path";
$php = start(PRELUDE . <<<'PHP'
echo json_encode([(new Number())->getNodeId(), status()['keeper']]), "\n";
while (await()) {
    $seen = [(new Number())->getNodeId(), status()['keeper'], status()['lost'], status()['error']];
    (new Number())->generate();
    echo json_encode($seen), "\n";
}
PHP, leasing($server, ['ticket.path' => $path]), ['LD_PRELOAD' => $preload, 'TICKET_TEST_STARTS' => $starts]);
[$node, $keeper] = json_decode($php->line());
$standby = standby($keeper);
// On a slow machine PHP may have started a second one, which ends at once.
var_dump(settled(fn() => standbys($mark), [$standby]) === [$standby]);
$started = fn() => strlen(file_get_contents($starts));
$before = $started();
$znodes = new Znodes($server);
$claimed = fn() => $znodes->getData(sprintf("$path/%04d", $node))[2] ?? null;
$next = function () use (&$keeper, $mark, $claimed, $php, $node) {
    $owner = $claimed();
    kill($keeper);
    eventually(fn() => ($now = keepers($mark)) && $now !== [$keeper], what: 'another keeper');
    // PHP does nothing meanwhile.
    eventually(fn() => !in_array($claimed(), [$owner, null], true), what: 'it has taken over');
    $php->say('look');
    $seen = json_decode($php->line());
    var_dump($seen === [$node, $now = keepers($mark)[0], 0, null] && $now !== $keeper);
    $keeper = $now;
};
$next();
// Nobody has waited for the one that was killed, and none is left to be waited for.
var_dump(standbys($mark) === [$standby]);
$next();
// Again and again: with pauses, but it goes on.
for ($i = 0; $i < 4; $i++) {
    kill($keeper);
    eventually(fn() => ($now = keepers($mark)) && $now !== [$keeper], what: 'yet another one');
    [$keeper] = keepers($mark);
}
$next();
var_dump($before > 0 && $started() === $before);

// The keeper does not need the one that stands by; but if it ends then, PHP has to start both.
kill($standby);
$php->say('look');
var_dump(json_decode($php->line())[1] === $keeper, keepers($mark) === [$keeper]);
kill($keeper);
$old = $keeper;
eventually(function () use ($php, $old, &$keeper) {
    $php->say('look');
    return ($keeper = json_decode($php->line())[1]) && $keeper !== $old;
}, what: 'PHP starts one');
var_dump(settled(fn() => standbys($mark), [standby($keeper)]) === [standby($keeper)]);
var_dump($started() > $before);
// It may have been killed with its family.
pause($php->pid());
kill($keeper);
kill($php->pid());
eventually(fn() => !keepers($mark) && !standbys($mark), what: 'nobody stands by for nobody');
echo "end\n";
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
end
