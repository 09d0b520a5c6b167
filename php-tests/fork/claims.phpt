--TEST--
A claim lasts as long as its owner, and the family's as long as any of it
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
// Seven nodes, so that who is free shows.
$ini = ['ticket.local_path' => scratch('registry'), 'ticket.node_bits' => 3];
$take = PRELUDE . <<<'PHP'
try { echo (new Number())->getNodeId(), "\n"; } catch (Exception $e) { echo thrown(fn() => throw $e), "\n"; }
await();
PHP;

// The family's claim outlives the process that took it.
$family = start(PRELUDE . <<<'PHP'
echo (new Number())->getNodeId(), "\n";
if (pcntl_fork()) exit;
echo getmypid(), "\n";
await();
PHP, $ini);
$node = (int) $family->line();
$orphan = (int) $family->line();
$others = array_map(fn() => start($take, $ini), range(1, 6));
foreach ($others as $other) {
    $nodes[] = (int) $other->line();
}
sort($nodes);
var_dump($nodes === array_values(array_diff(range(1, 7), [$node])));
echo preg_replace('~/\S+/~', '/', run($take, $ini)), "\n";
// kill -9 of the last of the family: its node is free at once.
kill($orphan);
var_dump((int) run($take, $ini) === $node);

// A process's own node is free when it ends, though a child of it lives on: of three nodes, the parent has
// one, its child one, a stranger one, and then the parent is gone.
$ini = ['ticket.lease' => 'first_use', 'ticket.node_bits' => 2, 'ticket.local_path' => scratch('registry')];
$own = PRELUDE . <<<'PHP'
$local = new Local();
try { echo $local->getId(), "\n"; } catch (Exception $e) { echo get_class($e), "\n"; }
PHP;
$parent = start($own . <<<'PHP'
if (pcntl_fork()) sleep(300);
echo $local->getId(), "\n", getmypid(), "\n";
sleep(300);
PHP, $ini);
[$first, $second, $child] = [(int) $parent->line(), (int) $parent->line(), (int) $parent->line()];
$stranger = start("$own await();", $ini);
$third = (int) $stranger->line();
$full = run($own, $ini);
kill($parent->pid());
var_dump(count(array_unique([$first, $second, $third])), $full, (int) run($own, $ini) === $first);
kill($child);
$stranger->finish();
foreach ($others as $other) {
    $other->finish();
}
?>
--EXPECTF--
bool(true)
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID is free in the local registry /registry.%x: 7 of 7 are taken; end some of its users, or give all of them a layout with more node bits (ticket.node_bits) and another directory, if no ID of this layout is kept
bool(true)
int(3)
string(47) "Dig\Ticket\Exception\UnavailableNodeIdException"
bool(true)
