--TEST--
Children of children, orphans and children whose parent never used the extension share the family's node
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$file = scratch('ids');
$generations = function (int $depth) use (&$generations, $file) {
    if (pcntl_fork() === 0) {
        if ($depth > 1) {
            // Ends at once: its child is an orphan.
            $generations($depth - 1);
        }
        $number = new Dig\Ticket\Number();
        $ids = [];
        for ($i = 0; $i < 20_000; $i++) {
            $ids[] = $number->generate();
        }
        file_put_contents("$file.tmp$depth." . getmypid(), pack('q*', ...$ids));
        rename("$file.tmp$depth." . getmypid(), "$file.ids$depth." . getmypid());
        exit(0);
    }
};
for ($i = 0; $i < 4; $i++) {
    $generations(3);
}
while (count($files = glob("$file.ids*")) < 12) {
    usleep(1000);
}
check(240_000, ...array_map('saved', $files));
$number = new Dig\Ticket\Number();
$nodes = array_map(fn($file) => Dig\Ticket\Number::parse(saved($file)[0])['node'], $files);
var_dump(array_unique($nodes) === [$number->getNodeId()]);
?>
--EXPECT--
bool(true)
