--TEST--
The clock is set back beyond the tolerance: the lease moves to another node; a fixed node throws and recovers
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$clock = new Clock();
$ini = ['ticket.local_path' => scratch('registry')];
$file = scratch('ids');
// The registry is old, so that nodes that nobody used since have their marks in the past.
$clock->set(-86_400_000);
run(PRELUDE . 'new Number(5);', $ini, $clock->env());
$clock->set(0);
$process = start(PRELUDE . <<<PHP
\$numbers = [new Number(), new Number(new Local()), new Number(5)];
\$ids = fn() => array_map(fn(\$number) => \$number->generateMany(2000), array_slice(\$numbers, 0, 2));
\$nodes = fn() => array_map(fn(\$number) => \$number->getNodeId(), \$numbers);
\$before = [\$nodes(), \$numbers[0]->getTimestamp()];
\$all = array_merge(...\$ids(), ...[\$numbers[2]->generateMany(2000)]);
echo "\\n"; await();
\$all = array_merge(\$all, ...\$ids());
echo \$numbers[0]->getTimestamp() - \$before[1] < -3_000_000 ? 'the clock moved' : 'the clock did not move', "\\n";
echo json_encode(array_map(fn(\$a, \$b) => \$a === \$b, \$nodes(), \$before[0])), "\\n";
echo thrown(fn() => \$numbers[2]->generate()), "\\n";
echo thrown(fn() => \$numbers[2]->generateMany(5)), "\\n";
// A child goes on with the family's new node, and so does a new object.
if (pcntl_fork() === 0) {
    \$one = \$numbers[0]->getNodeId();
    save('$file', array_merge(\$numbers[0]->generateMany(500), (new Number())->generateMany(500)));
    exit(\$one === (new Number())->getNodeId() && \$one === \$numbers[0]->getNodeId() ? 0 : 1);
}
pcntl_wait(\$status);
echo \$status, "\\n"; await();
\$all = array_merge(\$all, \$numbers[2]->generateMany(2000), ...\$ids());
save('$file', \$all);
ob_start();
(new ReflectionExtension('ticket'))->info();
preg_match('/Moves to another node => (.*)/', ob_get_clean(), \$moves);
echo \$moves[1], "\\n";
PHP, $ini, $clock->env());
$process->line();
$clock->set(-3_600_000);
$process->say('set back');
echo $process->line(), "\n", $process->line(), "\n", preg_replace('/is \d+ ms behind/', 'is N ms behind', $process->line()), "\n";
echo get_debug_type($process->line()), "\n", $process->line(), "\n";
$clock->set(0);
$process->say('set right');
echo $process->finish(), "\n";
$ids = saved($file);
sort($ids);
check(17_000, $ids);
?>
--EXPECT--
the clock moved
[false,false,true]
Dig\Ticket\Exception\IllegalTimeException: the clock is N ms behind the high-water mark of node 5, more than ticket.clock_tolerance = 1000 ms and ticket.acquire_timeout = 5000 ms bridge, and this node ID was asked for and no other; IDs can be had again when the clock has caught up
string
0
2
