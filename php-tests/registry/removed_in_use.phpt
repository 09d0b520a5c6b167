--TEST--
The registry's file is removed again and again while processes issue from it: no ID twice
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$directory = scratch('registry');
$file = scratch('ids');
$ini = ['ticket.local_path' => $directory];
$code = fn(int $i) => PRELUDE . <<<PHP
// The same node for all, so that nothing but the words keeps them apart.
\$number = new Number(5);
echo "\\n";
\$end = hrtime(true) + 4e9;
while (hrtime(true) < \$end) {
    save('$file.$i', \$number->generateMany(500));
    usleep(1000);
}
PHP;
$processes = array_map(fn($i) => start($code($i), $ini), range(0, 1));
foreach ($processes as $process) {
    $process->line();
}
for ($i = 2; $i < 22; $i++) {
    $i % 4 ? unlink("$directory/registry") : exec("rm -r $directory 2>/dev/null");
    // Or only the file, if it was made again just then. Someone who never saw the old file makes the new one, and issues from it at once.
    echo run(PRELUDE . "save('$file.$i', (new Number(5))->generateMany(5000));", $ini);
    usleep(120_000);
}
foreach ($processes as $process) {
    echo $process->finish();
}
$lists = array_map('saved', glob("$file.*"));
check(array_sum(array_map('count', $lists)), ...$lists);
var_dump(count($lists), count($lists[0]) > 5000);
?>
--INI--
memory_limit=1G
--EXPECT--
int(22)
bool(true)
