--TEST--
The clock stands still: the IDs of its millisecond, and then an exception and no endless wait
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$clock = new Clock();
$ini = ['ticket.local_path' => scratch('registry'), 'ticket.acquire_timeout' => 0];
$clock->set(-60_000);
run(PRELUDE . 'new Number(5);', $ini, $clock->env());
$clock->set(0, still: true);
$process = start(PRELUDE . <<<'PHP'
$number = new Number(5);
$now = $number->getTimestamp();
usleep(20_000);
var_dump($number->getTimestamp() === $now, count($number->generateMany(3840)));
echo thrown(fn() => $number->generateMany(3840)), "\n";
await();
var_dump(count($number->generateMany(10_000)));
PHP, $ini, $clock->env());
echo $process->line(), "\n", $process->line(), "\n", $process->line(), "\n";
$clock->set(0);
$process->say('it goes');
echo $process->finish(), "\n";
?>
--EXPECT--
bool(true)
int(3840)
Dig\Ticket\Exception\IllegalTimeException: the clock stands still: all IDs of its millisecond are issued
int(10000)
