--TEST--
Beside threads that hold the C library's locks a keeper is started, and is noticed as little as without them
--SKIPIF--
<?php
require __DIR__ . '/../lib/processes.php';
skip_without_namespaces();
?>
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
$code = WORKERS . <<<'PHP'
(new Number())->generate();
worker(fn() => (new Number())->generate());
echo strange();
PHP;
foreach (array_slice(places(), 0, 2) as $place => $before) {
    $wrong = [];
    for ($run = 0; $run < 10; $run++) {
        $ini = leasing($server, ['ticket.lease' => $run % 2 ? 'startup' : 'first_use']);
        $with = [...$before, ...looking($file = scratch('left'), 2)];
        $said = with_left(run($code, $ini, [], $with));
        $left = trim((string) @file_get_contents($file));
        [$said, $left] === ['', 'nothing'] || $wrong[] = strtr($said, "\n", ' ') . "; of its children, $left is left";
    }
    echo "$place: ", $wrong ? count($wrong) . ' of 10, such as ' . $wrong[0] : 'fine', "\n";
}
?>
--EXPECT--
as any process: fine
as process 1: fine
