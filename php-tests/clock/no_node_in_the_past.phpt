--TEST--
No node's mark is past: wait if that helps within ticket.acquire_timeout, else throw
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$clock = new Clock();
// It leases when it is told to, so that the time that PHP takes to start does not count.
$ini = ['ticket.local_path' => scratch('registry'), 'ticket.lease' => 'first_use'];
$code = PRELUDE . <<<'PHP'
$number = new Number();
echo "\n";
await();
$now = $number->getTimestamp();
$started = hrtime(true);
$said = thrown(fn() => $number->generate());
echo json_encode([$now, $said, (hrtime(true) - $started) / 1e6]), "\n";
PHP;
/** With a clock that is so many ms before that of the first, who made the registry; 0: that is right. */
$try = function (int $back, int $timeout = 5000) use ($clock, $ini, $code, &$first) {
    $process = start($code, ['ticket.acquire_timeout' => $timeout] + $ini, $clock->env());
    $process->line();
    $clock->set($back ? $first - (int) (microtime(true) * 1000) - $back : 0);
    $process->say('');
    $said = json_decode($process->line());
    $process->finish();
    return $said;
};
$now = $try(0);
$first = $now[0] + 1262332800000;
// The registry has just been made, so all its words are ahead of a clock that is set back.
$waits = $try(5000, 60_000);
$refuses = $try(3_600_000);
$impatient = $try(10_000, 100);
var_dump($waits[0] < $now[0], $waits[1], $waits[2] > 200);
var_dump($refuses[0] < $now[0] - 3_000_000);
echo preg_replace(['/\d+ ms behind/', '/node \d+/', '/\d{4}-\d\d-\d\dT[\d:]+Z/'], ['N ms behind', 'node M', 'TIME'], $refuses[1]), "\n";
var_dump(strtok($impatient[1], ":"));
// The clock is right again, and so are the IDs.
var_dump($try(0)[1]);
?>
--EXPECT--
bool(true)
string(18) "nothing was thrown"
bool(true)
bool(true)
Dig\Ticket\Exception\IllegalTimeException: the clock is N ms behind the high-water mark of node M, more than ticket.clock_tolerance = 1000 ms and ticket.acquire_timeout = 5000 ms bridge, and no free node ID has its mark in the past: the local registry was made when the clock showed TIME, and it shows TIME now, as where it is ahead when the machine starts and is then synchronised; start PHP after that; IDs can be had again when the clock has caught up
string(41) "Dig\Ticket\Exception\IllegalTimeException"
string(18) "nothing was thrown"
