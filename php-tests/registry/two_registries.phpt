--TEST--
A family never holds one node ID from two registries
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
// Seven nodes and three registries: if they knew nothing of each other, they would soon meet.
$code = PRELUDE . <<<'PHP'
$nodes = [(new Number())->getNodeId()];
foreach (['one', 'two'] as $name) {
    $local = new Local(getenv('DIRECTORY') . $name);
    for ($i = 0; $i < 20; $i++) {
        if (pcntl_fork() === 0) {
            $seen = thrown(fn() => print($local->getId()));
            exit($seen === 'nothing was thrown' ? $local->getId() : 100);
        }
        pcntl_wait($status);
        $taken[$name][pcntl_wexitstatus($status)] = true;
    }
}
unset($taken['one'][100], $taken['two'][100]);
fwrite(STDERR, json_encode(array_intersect_key($taken['one'], $taken['two'])));
fwrite(STDERR, json_encode(isset($taken['one'][$nodes[0]]) || isset($taken['two'][$nodes[0]])));
$free = array_key_first($taken['one'] ?? []);
fwrite(STDERR, thrown(fn() => new Number($free)));
PHP;
$said = run($code, ['ticket.node_bits' => 3, 'ticket.local_path' => scratch('registry')], ['DIRECTORY' => scratch('registry')]);
echo preg_replace('/^\d+/', '', $said), "\n";
?>
--EXPECTF--
[]falseDig\Ticket\Exception\UnavailableNodeIdException: node ID %d cannot be leased from the local registry %s: it is already leased from another one here, and a family of processes never holds one node ID from two; use another node ID
