--TEST--
Separate processes on one machine have distinct nodes and never issue one ID twice
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$file = scratch('ids');
$code = fn(int $i) => PRELUDE . <<<PHP
\$number = new Number();
echo \$number->getNodeId(), "\\n";
await();
for (\$k = 0; \$k < 10; \$k++) {
    \$ids = [];
    for (\$i = 0; \$i < 25_000; \$i++) \$ids[] = \$number->generate();
    save('$file.$i', \$ids);
}
PHP;
$families = array_map(fn($i) => start($code($i)), range(0, 3));
$nodes = array_map(fn($family) => (int) $family->line(), $families);
foreach ($families as $family) {
    $family->say('go');
}
foreach ($families as $family) {
    echo $family->finish();
}
check(1_000_000, ...array_map(fn($i) => saved("$file.$i"), range(0, 3)));
var_dump(count(array_unique($nodes)));
?>
--INI--
memory_limit=1G
--EXPECT--
int(4)
