--TEST--
After kill -9 and a restart on the same node no ID repeats
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$file = scratch('ids');
$ini = ['ticket.local_path' => scratch('registry')];
$code = PRELUDE . <<<PHP
\$number = new Number(5);
while (true) {
    save('$file', \$number->generateMany(1000));
    echo "\\n";
}
PHP;
for ($run = 0; $run < 20; $run++) {
    $process = start($code, $ini);
    for ($i = 0; $i < random_int(1, 20); $i++) {
        $process->line();
    }
    kill($process->pid());
}
// All in one file, each run's after those of the run before. What a kill cut short is not whole.
$bytes = file_get_contents($file);
$ids = array_values(unpack('q*', substr($bytes, 0, intdiv(strlen($bytes), 8) * 8)));
check(count($ids), $ids);
var_dump(count($ids) >= 20_000);
?>
--INI--
memory_limit=1G
--EXPECT--
bool(true)
