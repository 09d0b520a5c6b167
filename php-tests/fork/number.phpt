--TEST--
Eight forked children on the family's node: no ID twice
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$number = new Dig\Ticket\Number();
$file = scratch('ids');
for ($child = 0; $child < 8; $child++) {
    if (pcntl_fork() === 0) {
        // Half on the object that was made before the fork, half on a new one.
        $mine = $child % 2 ? $number : new Dig\Ticket\Number();
        $ids = [];
        for ($i = 0; $i < 200_000; $i++) {
            $ids[] = $mine->generate();
        }
        file_put_contents("$file.$child", pack('q*', ...$ids));
        file_put_contents("$file.$child.node", $mine->getNodeId());
        exit(0);
    }
}
while (pcntl_wait($status) > 0) {
    echo pcntl_wexitstatus($status);
}
echo "\n";
check(1_600_000, ...array_map(fn($child) => saved("$file.$child"), range(0, 7)));
$nodes = array_map(fn($child) => (int) file_get_contents("$file.$child.node"), range(0, 7));
var_dump(array_unique($nodes) === [$number->getNodeId()]);
?>
--INI--
memory_limit=1G
--EXPECT--
00000000
bool(true)
