--TEST--
The clock is set back between two runs: no ID repeats, a fixed node throws, another one takes over
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$clock = new Clock();
$ini = ['ticket.local_path' => scratch('registry')];
$file = scratch('ids');
$clock->set(-86_400_000);
run(PRELUDE . 'new Number(5);', $ini, $clock->env());
$clock->set(0);
$issue = PRELUDE . <<<PHP
foreach ([5, null] as \$node) {
    \$problem = thrown(function () use (\$node) {
        \$number = new Number(\$node);
        save('$file', \$number->generateMany(10_000));
        echo \$number->getTimestamp(), "\\n";
    });
    echo strtok(\$problem, ":"), "\\n";
}
PHP;
$first = explode("\n", run($issue, $ini, $clock->env()));
$clock->set(-3_600_000);
$second = explode("\n", run($issue, $ini, $clock->env()));
// kill -9 makes no difference: nothing is written at the end of a run.
$clock->set(-7_200_000);
$killed = start("$issue echo \"done\\n\"; await();", $ini, $clock->env());
while (($line = $killed->line()) !== 'done') {
    $third[] = $line;
}
kill($killed->pid());
$clock->set(0);
$last = explode("\n", run($issue, $ini, $clock->env()));
echo json_encode([$first[1], $first[3], $second[0], $second[2], $third[0], $third[2], $last[1], $last[3]], JSON_PRETTY_PRINT), "\n";
var_dump((int) $second[1] < (int) $first[0] - 3_000_000, (int) $third[1] < (int) $first[0] - 6_000_000);
$ids = saved($file);
sort($ids);
check(60_000, $ids);
?>
--EXPECT--
[
    "nothing was thrown",
    "nothing was thrown",
    "Dig\\Ticket\\Exception\\IllegalTimeException",
    "nothing was thrown",
    "Dig\\Ticket\\Exception\\IllegalTimeException",
    "nothing was thrown",
    "nothing was thrown",
    "nothing was thrown"
]
bool(true)
bool(true)
