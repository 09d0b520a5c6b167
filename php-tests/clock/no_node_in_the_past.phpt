--TEST--
No node's mark is past: wait if that helps within ticket.acquire_timeout, else throw
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$clock = new Clock();
$ini = ['ticket.local_path' => scratch('registry')];
$code = PRELUDE . <<<'PHP'
$number = new Number();
$started = hrtime(true);
$said = thrown(fn() => $number->generate());
echo json_encode([$number->getTimestamp(), $said, (hrtime(true) - $started) / 1e6]);
PHP;
$now = json_decode(run($code, $ini, $clock->env()));
// The registry has just been made, so all its words are ahead of a clock that is set back.
$clock->set(-2500);
$waits = json_decode(run($code, $ini, $clock->env()));
$clock->set(-3_600_000);
$refuses = json_decode(run($code, $ini, $clock->env()));
$clock->set(-10_000);
$impatient = json_decode(run($code, $ini + ['ticket.acquire_timeout' => 100], $clock->env()));
var_dump($waits[0] - $now[0] < 5000, $waits[1], $waits[2] > 200);
var_dump($refuses[0] < $now[0] - 3_500_000);
echo preg_replace(['/\d+ ms behind/', '/node \d+/'], ['N ms behind', 'node M'], $refuses[1]), "\n";
var_dump(strtok($impatient[1], ":"));
// The clock is right again, and so are the IDs.
$clock->set(0);
var_dump(json_decode(run($code, $ini, $clock->env()))[1]);
?>
--EXPECT--
bool(true)
string(18) "nothing was thrown"
bool(true)
bool(true)
Dig\Ticket\Exception\IllegalTimeException: the clock is N ms behind the high-water mark of node M, more than ticket.clock_tolerance = 1000 ms and ticket.acquire_timeout = 5000 ms bridge, and no free node ID has its mark in the past; IDs can be had again when the clock has caught up (or, if it was ahead before and no ID from that time is kept, when all users of the registry have ended and it is removed)
string(41) "Dig\Ticket\Exception\IllegalTimeException"
string(18) "nothing was thrown"
