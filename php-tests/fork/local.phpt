--TEST--
Eight forked children on Node\Local: each has a node of its own, no ID twice
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
use Dig\Ticket\{Number, Node\Local};

$node = new Local();
$number = new Number($node);
$file = scratch('ids');
for ($child = 0; $child < 8; $child++) {
    if (pcntl_fork() === 0) {
        // Half on objects that were made before the fork.
        $mine = $child % 2 ? $number : new Number(new Local());
        $ids = [];
        for ($i = 0; $i < 200_000; $i++) {
            $ids[] = $mine->generate();
        }
        file_put_contents("$file.$child", pack('q*', ...$ids));
        $same = $mine->getNodeId() === $node->getId() && $node->getId() === (new Local())->getId();
        file_put_contents("$file.$child.node", $same ? $mine->getNodeId() : 'not the same');
        file_put_contents("$file.done", '.', FILE_APPEND);
        // All stay until all have theirs: a node is free again when its process ends.
        while (strlen(file_get_contents("$file.done")) < 8) {
            usleep(1000);
        }
        exit(0);
    }
}
while (pcntl_wait($status) > 0) {
    echo pcntl_wexitstatus($status);
}
echo "\n";
check(1_600_000, ...array_map(fn($child) => saved("$file.$child"), range(0, 7)));
$nodes = array_map(fn($child) => (int) file_get_contents("$file.$child.node"), range(0, 7));
$nodes[] = $number->getNodeId();
$nodes[] = (new Number())->getNodeId();
var_dump(count(array_unique($nodes)), min($nodes) > 0);
?>
--INI--
memory_limit=1G
--EXPECT--
00000000
int(10)
bool(true)
