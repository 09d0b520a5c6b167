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
echo $second > 960 ? 'of the highest' : $second, "\n";
// It is taken like a lease, with mark and claim.
$names = fn(int ...$nodes) => array_map(fn($node) => sprintf('%04d', $node), $nodes);
var_dump(settled(fn() => claims($server), $names($first, $second)) === $names($first, $second));

foreach ([1, 2] as $times) {
    $server->pause();
    $clock->set(-5000 * $times);
    $php->say('move');
    [$now, $moves, $lost] = json_decode($php->line());
    var_dump([$now === $second, $moves, $lost] === [true, $times, 0]);
    $server->resume();
    // The old node is released, the new one keeps its claim, and there is another spare.
    $old = [...$old ?? [$first], $second];
    eventually(fn() => $spare(...$old), what: 'another spare');
    $both = $names($second, $spare(...$old));
    sort($both);
    eventually(fn() => claims($server) === $both, what: 'two claims');
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
// Whoever ends gives back both.
var_dump(claims($server), mark($znodes, $second) < (int) (microtime(true) * 1000));

// Whoever loses its session has another spare by the next.
$php = start(PRELUDE . '(new Number())->generate(); echo json_encode([(new Number())->getNodeId(), status()["session_id"]]), "\\n"; await(); echo status()["lost"];', leasing($server, ['ticket.path' => '/lost']));
[$node, $session] = json_decode($php->line());
$claimed = fn() => array_values(array_diff(array_map('intval', claims($server, '/lost')), [$node]));
eventually($claimed, what: 'a spare');
$znodes->expire($session);
$owned = fn(int $node) => $znodes->getData(sprintf('/lost/%04d', $node))[2] ?? $session;
eventually(fn() => $claimed() && $owned($node) !== $session && $owned($claimed()[0]) !== $session, what: 'a spare of the new session');
$php->say('end');
echo $php->finish(), ' ', count(claims($server, '/lost')), "\n";

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
of the highest
bool(true)
bool(true)
bool(true)
or a family keeps it as a spare, as it may the highest ones; end that one, or use another node ID
array(0) {
}
bool(true)
0 0
1 mark
