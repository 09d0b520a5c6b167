--TEST--
new Number(5) in three services of one machine share node 5 without a repeat
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$file = scratch('ids');
$code = fn(int $i) => PRELUDE . <<<PHP
\$number = new Number(5);
echo \$number->getNodeId(), "\\n";
await();
for (\$k = 0; \$k < 10; \$k++) {
    \$ids = [];
    for (\$i = 0; \$i < 10_000; \$i++) \$ids[] = \$number->generate();
    save('$file.$i', \$ids);
}
PHP;
$services = array_map(fn($i) => start($code($i)), range(0, 2));
foreach ($services as $service) {
    echo $service->line(), "\n";
}
foreach ($services as $service) {
    $service->say('go');
}
foreach ($services as $service) {
    echo $service->finish();
}
check(300_000, ...array_map(fn($i) => saved("$file.$i"), range(0, 2)));
?>
--INI--
memory_limit=1G
--EXPECT--
5
5
5
