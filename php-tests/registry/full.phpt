--TEST--
1023 nodes taken: the next one is told how many and where, and gets the first that is free
--INI--
ticket.lease=first_use
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
use Dig\Ticket\{Number, Node\Local};

$file = scratch('nodes');
$directory = scratch('registry');
$node = new Local($directory);
$children = [];
for ($child = 0; $child < 1023; $child++) {
    $pid = pcntl_fork();
    if ($pid === 0) {
        file_put_contents($file, pack('q', $node->getId()), FILE_APPEND);
        sleep(300);
        exit(1);
    }
    $children[] = $pid;
}
while (clearstatcache() || filesize($file) < 1023 * 8) {
    usleep(10_000);
}
$nodes = saved($file);
sort($nodes);
var_dump($nodes === range(1, 1023));
echo str_replace($directory, 'DIRECTORY', thrown(fn() => $node->getId())), "\n";
echo get_class($node), ' ', substr(thrown(fn() => new Number($node)), 0, 55), "\n";
exec('kill -9 ' . array_pop($children));
pcntl_wait($status);
var_dump(in_array($node->getId(), range(1, 1023), true));
exec('kill -9 ' . implode(' ', $children));
while (pcntl_wait($status) > 0);
?>
--EXPECT--
bool(true)
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID is free in the local registry DIRECTORY: 1023 of 1023 are taken; end some of its users, or give all of them a layout with more node bits (ticket.node_bits) and another directory, if no ID of this layout is kept
Dig\Ticket\Node\Local Dig\Ticket\Exception\UnavailableNodeIdException: no nod
bool(true)
