--TEST--
A script waits for its own processes only, hears of no other, and nothing is left of it, wherever it runs
--SKIPIF--
<?php
require __DIR__ . '/../lib/processes.php';
skip_without_namespaces();
?>
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
$dsn = $server->dsn();
$number = '(new Number())->generate();';
$node = "(new Zookeeper('$dsn'))->getId();";
// With a DSN or without; what the first process does, and what workers do.
$scripts = [
    'startup, used by all' => ['startup', $number, $number],
    'startup, used by workers' => ['startup', '', $number],
    'startup, not used' => ['startup', '', ''],
    'first_use, used by all' => ['first_use', $number, $number],
    'first_use, used by workers' => ['first_use', '', $number],
    'first_use, not used' => ['first_use', '', ''],
    'no DSN, used by all' => [null, $node, $node],
    'no DSN, used by workers' => [null, '', $node],
    'no DSN, local' => [null, $number, $number],
    'signal ignored' => ['first_use', 'pcntl_signal(SIGCHLD, SIG_IGN);', $number],
];
foreach ($scripts as $name => [$lease, $first, $worker]) {
    $running = [];
    foreach (places() as $place => $before) {
        $code = WORKERS . "// $dsn\n" . $first . <<<PHP
        for (\$i = 0; \$i < 2; \$i++) worker(function () { $worker });
        if ('$name' === 'signal ignored') {
            // They are reaped by nobody, and the wait returns when the last has ended.
            \$mine = [];
        }
        \$told = strange();
        echo \$told ?: 'fine', "\\n";
        PHP;
        $ini = leasing($server, $lease ? ['ticket.lease' => $lease] : ['ticket.dsn' => '']);
        // The same nodes for none, that none waits for one.
        $ini['ticket.path'] = '/sim/' . count($running);
        $file = scratch('left');
        $running[$place] = [start($code, $ini, [], [...$before, ...looking($file)]), $file];
    }
    $wrong = [];
    foreach ($running as $place => [$php, $file]) {
        $said = with_left($php->finish());
        $children = trim((string) @file_get_contents($file));
        [$said, $children] === ['fine', 'nothing'] || $wrong[] = "$place: " . strtr($said, "\n", ' ') . "; of its children, $children is left";
    }
    settled(fn() => [...keepers($dsn), ...standbys($dsn)], []) === [] || $wrong[] = 'some run on';
    echo "$name: ", implode("\n    ", $wrong) ?: 'fine', "\n";
}
?>
--EXPECT--
startup, used by all: fine
startup, used by workers: fine
startup, not used: fine
first_use, used by all: fine
first_use, used by workers: fine
first_use, not used: fine
no DSN, used by all: fine
no DSN, used by workers: fine
no DSN, local: fine
signal ignored: fine
