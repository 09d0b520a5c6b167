--TEST--
Another layout is used throughout, and a registry of another one is refused
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$ini = ['ticket.local_path' => scratch('registry'), 'ticket.epoch' => 1700000000000, 'ticket.node_bits' => 4, 'ticket.sequence_bits' => 18];
echo run(PRELUDE . <<<'PHP'
$number = new Number(15);
usleep(600_000);
$now = fn() => (int) (microtime(true) * 1000);
[$before, $id, $after] = [$now(), $number->generate(), $now()];
$parts = Number::parse($id);
var_dump($parts['node'], $before <= $parts['timestamp'] && $parts['timestamp'] <= $after);
var_dump($id === (($parts['timestamp'] - 1700000000000) << 22 | 15 << 18 | $parts['sequence']));
[$before, $timestamp, $after] = [$now(), $number->getTimestamp() + 1700000000000, $now()];
var_dump($before <= $timestamp && $timestamp <= $after);
// The constants are the article's.
var_dump(Number::NODE_BIT, thrown(fn() => new Number(16)));
PHP, $ini), "\n";
$code = PRELUDE . 'echo thrown(fn() => (new Number())->generate()), "\n";';
echo str_replace($ini['ticket.local_path'], 'DIRECTORY', run($code, ['ticket.node_bits' => 5] + $ini)), "\n";
echo str_replace($ini['ticket.local_path'], 'DIRECTORY', run($code, ['ticket.epoch' => 1] + $ini)), "\n";
echo run($code, $ini), "\n";
?>
--EXPECT--
int(15)
bool(true)
bool(true)
bool(true)
int(10)
string(90) "ValueError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must be between 0 and 15"
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used: DIRECTORY/registry: it is kept for the layout (epoch 1700000000000, 4 node bits, 18 sequence bits) and this PHP is set to (epoch 1700000000000, 5 node bits, 18 sequence bits); set the same ticket.epoch, ticket.node_bits and ticket.sequence_bits, or use another directory if the IDs of the two are never kept together
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used: DIRECTORY/registry: it is kept for the layout (epoch 1700000000000, 4 node bits, 18 sequence bits) and this PHP is set to (epoch 1, 4 node bits, 18 sequence bits); set the same ticket.epoch, ticket.node_bits and ticket.sequence_bits, or use another directory if the IDs of the two are never kept together
nothing was thrown
