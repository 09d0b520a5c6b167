--TEST--
All objects on one node share one sequence
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
use Dig\Ticket\{Number, Node\Local};

$kinds = [
    'family' => fn() => new Number(),
    'fixed' => fn() => new Number(7),
    'process' => fn() => new Number(new Local()),
];
foreach ($kinds as $kind => $make) {
    $objects = array_map($make, range(1, 100));
    $ids = [];
    for ($i = 0; $i < 100_000; $i++) {
        $ids[] = $objects[$i % 100]->generate();
    }
    // In turn, so one stream that rises.
    check(100_000, $ids);
    $nodes = array_unique(array_map(fn($id) => Number::parse($id)['node'], $ids));
    var_dump($nodes === [$objects[0]->getNodeId()]);
}
// A node for the process is not the family's.
var_dump((new Number())->getNodeId() !== (new Number(new Local()))->getNodeId());
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
