--TEST--
The clock is set back while ZooKeeper is away: the lease moves to the spare node, and keeps it
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$clock = new Clock();
$file = scratch('ids');
$php = start(PRELUDE . <<<PHP
\$number = new Number();
\$ids = [];
while (true) {
    \$ids = array_merge(\$ids, \$number->generateMany(1000));
    echo json_encode([\$number->getNodeId(), status()['moves'], status()['lost'], \$number->getTimestamp()]), "\\n";
    if (!await()) break;
}
save('$file', \$ids);
PHP, leasing($server), $clock->env());
[$first] = json_decode($php->line());
$znodes = new Znodes($server);
$marks = fn() => array_map('intval', $znodes->children('/sim/ticket/.marks'));
$spare = fn(int ...$old) => array_values(array_diff($marks(), $old))[0] ?? null;
// At first there is none: a script that ends soon has no use for it.
var_dump($marks() === [$first]);
eventually(fn() => $spare($first), what: 'a spare');
$second = $spare($first);
echo $second > 960 ? 'of the highest, ' : "$second, ", count(claims($server)), " claim\n";

foreach ([1, 2] as $times) {
    $server->pause();
    $clock->set(-5000 * $times);
    $php->say('move');
    [$now, $moves, $lost] = json_decode($php->line());
    var_dump([$now === $second, $moves, $lost] === [true, $times, 0]);
    $server->resume();
    // The old node is released, the new one has a claim, and there is another spare.
    eventually(fn() => claims($server) === [sprintf('%04d', $second)], what: 'the claim');
    $old = [...$old ?? [$first], $second];
    eventually(fn() => $spare(...$old), what: 'another spare');
    $second = $spare(...$old);
}
// Nobody else has it meanwhile.
$said = run(PRELUDE . "echo answered(fn() => new Number($second));", leasing($server, ['ticket.acquire_timeout' => 300]), $clock->env());
echo strstr($said, 'or a family'), "\n";
$php->say('');
$php->finish();
$ids = saved($file);
sort($ids);
check(3000, $ids);
var_dump(claims($server));

// Where there are few node IDs none is kept from others.
$php = start(PRELUDE . '(new Number())->generate(); echo "\n"; await();', leasing($server, ['ticket.path' => '/few', 'ticket.node_bits' => 7]));
$php->line();
[$name] = $znodes->children('/few/.marks');
$mark = mark($znodes, $name, '/few');
eventually(fn() => mark($znodes, $name, '/few') !== $mark, what: 'an extension');
usleep(300_000);
echo count($znodes->children('/few/.marks')), " mark\n";
$php->finish();
?>
--EXPECT--
bool(true)
of the highest, 1 claim
bool(true)
bool(true)
or a family keeps the node as a spare, as it may the highest ones, or the clock was set back; the node can be had when the clock has come closer
array(0) {
}
1 mark
