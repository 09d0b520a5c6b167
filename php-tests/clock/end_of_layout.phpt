--TEST--
The timestamps of a layout end: an exception that says so
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$clock = new Clock();
// 64 - 14 - 22 = 28 bits of milliseconds: three days.
$epoch = (int) (microtime(true) * 1000) - 1000;
$ini = ['ticket.local_path' => scratch('registry'), 'ticket.epoch' => $epoch, 'ticket.node_bits' => 14, 'ticket.sequence_bits' => 22];
$process = start(PRELUDE . <<<'PHP'
$number = new Number();
var_dump($number->generate() < $number->generate());
await();
var_dump($number->getTimestamp() > 1 << 28);
echo thrown(fn() => $number->generate()), "\n";
echo thrown(fn() => $number->generateMany(3)), "\n";
await();
var_dump($number->getTimestamp());
echo thrown(fn() => $number->generate()), "\n";
PHP, $ini, $clock->env());
echo $process->line(), "\n";
$clock->set(4 * 86_400_000);
$process->say('four days later');
echo $process->line(), "\n";
echo str_replace((string) $epoch, 'EPOCH', $process->line() . "\n" . $process->line()), "\n";
$clock->set(-86_400_000);
$process->say('a day before the epoch');
echo str_replace((string) $epoch, 'EPOCH', $process->finish()), "\n";
$clock->set(4 * 86_400_000);
echo strtok(run('new Dig\Ticket\Number();', $ini, $clock->env()), "="), "\n";
?>
--EXPECTF--
bool(true)
bool(true)
Dig\Ticket\Exception\IllegalTimeException: the timestamps of the layout (epoch EPOCH, 14 node bits, 22 sequence bits) have ended; what comes next needs a later ticket.epoch or more bits for the timestamp, and is to be kept apart from these IDs
Dig\Ticket\Exception\IllegalTimeException: the timestamps of the layout (epoch EPOCH, 14 node bits, 22 sequence bits) have ended; what comes next needs a later ticket.epoch or more bits for the timestamp, and is to be kept apart from these IDs
int(0)
Dig\Ticket\Exception\IllegalTimeException: the clock stands before the epoch of the layout (epoch EPOCH, 14 node bits, 22 sequence bits); set it right
Warning: PHP Startup: ticket.node_bits 
