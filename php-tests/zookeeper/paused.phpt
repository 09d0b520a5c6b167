--TEST--
A family is stopped for longer than its session while another takes its node: no ID twice
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
// One node for both, 1. 0 is only for those who ask for it.
$ini = [
    'ticket.dsn' => $server->dsn(),
    'ticket.node_bits' => 1,
    'ticket.session_timeout' => 600,
    'ticket.window' => 1500,
];
$runs = [scratch('first'), scratch('second')];
$first = start(PRELUDE . LOAD . <<<PHP
\$number = new Number();
first(\$number);
if (!\$child = pcntl_fork()) {
    ob_start(fn() => '');
    load(\$number, '$runs[0]', 200);
    exit;
}
echo json_encode([getmypid(), \$child, status()['keeper']]), "\\n";
load(\$number, '$runs[0]', 200);
pcntl_wait(\$status);
echo "stopped\\n";
await();
first(\$number);
echo json_encode([status()['node'], status()['lost'], status()['moves']]), "\\n";
PHP, ['ticket.acquire_timeout' => 100] + $ini);
$all = json_decode($first->line());
usleep(300_000);
array_map(pause(...), $all);
$mark = mark(new Znodes($server), '1');
$second = start(PRELUDE . LOAD . <<<PHP
\$number = new Number();
echo Number::parse(\$number->generate())['timestamp'], "\\n";
load(\$number, '$runs[1]', 200);
PHP, ['ticket.acquire_timeout' => 20_000] + $ini);
var_dump((int) $second->line() > $mark);
foreach ($all as $pid) {
    signal($pid, 'CONT');
}
// It does not know yet that it lost its node, and then it does.
do {
    $line = $first->line();
} while ($line !== '' && !str_contains($line, 'are taken'));
echo str_replace('127.N.N.N:N', 'DSN', $line), "\n";
usleep(300_000);
stop($runs[0]);
while (!in_array($first->line(), ['stopped', ''], true));
stop($runs[1]);
echo $second->finish();
// Now the node is free, and the same process goes on.
$first->say('go on');
echo $first->finish(), "\n";
$lists = array_merge(loaded($runs[0]), loaded($runs[1]));
check(array_sum(array_map(count(...), $lists)), ...$lists);
echo count($lists), "\n";
?>
--EXPECT--
bool(true)
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (N.N.N.N:N, path /sim/ticket) within ticket.acquire_timeout = N ms: no node ID is free: N of N are taken; end some of their owners, or use a layout with more node bits (ticket.node_bits) under another path, for IDs that are kept apart from these
[1,1,0]
3
