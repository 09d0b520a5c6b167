--TEST--
Forty families start at once: each has a node of its own, and leaves nothing behind but its mark
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$ini = [
    'ticket.dsn' => $server->dsn(),
    'ticket.session_timeout' => 60_000,
    'ticket.window' => 3000,
    'ticket.acquire_timeout' => 30_000,
    'ticket.node_bits' => 6,
];
$families = array_map(fn() => start(PRELUDE . <<<'PHP'
$number = new Number();
$ids = $number->generateMany(100);
echo json_encode([$number->getNodeId(), $ids]), "\n";
await();
PHP, $ini), range(1, 40));
$told = array_map(fn($family) => json_decode($family->line()), $families);
check(4000, ...array_column($told, 1));
$nodes = array_column($told, 0);
sort($nodes);
var_dump(count(array_unique($nodes)), claims($server) === array_map(fn($node) => sprintf('%02d', $node), $nodes));
// Node 0 is for those who ask for it, and the upper quarter for those whose clock went back.
var_dump($nodes[0] > 0, end($nodes) <= 48);
foreach ($families as $family) {
    echo $family->finish();
}
var_dump(claims($server));
eventually(fn() => sessions($server) === 0, what: 'the sessions end');
?>
--EXPECT--
int(40)
bool(true)
bool(true)
bool(true)
array(0) {
}
