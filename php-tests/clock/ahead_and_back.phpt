--TEST--
The clock jumps a day ahead and back, while running and across a restart: no ID twice
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$clock = new Clock();
$ini = ['ticket.local_path' => scratch('registry')];
$file = scratch('ids');
$clock->set(-60_000);
run(PRELUDE . 'new Number(5);', $ini, $clock->env());
$clock->set(0);
$code = PRELUDE . <<<PHP
\$number = new Number();
while (true) {
    save('$file', \$number->generateMany(3000));
    echo \$number->getTimestamp(), "\\n";
    if (await() !== 'more') break;
}
PHP;
$process = start($code, $ini, $clock->env());
$seen[] = (int) $process->line();
foreach ([86_400_000, 0, 86_400_000, -5_000, 0] as $offset) {
    $clock->set($offset);
    $process->say('more');
    $seen[] = (int) $process->line();
    if ($offset === 86_400_000 && count($seen) > 3) {
        kill($process->pid());
        $process = start($code, $ini, $clock->env());
        $process->line();
    }
}
echo $process->finish();
$ids = saved($file);
sort($ids);
check(21_000, $ids);
var_dump($seen[1] - $seen[0] > 86_000_000, $seen[2] - $seen[1] < -86_000_000);
?>
--EXPECT--
bool(true)
bool(true)
