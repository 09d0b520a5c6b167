--TEST--
A clock that is hours ahead when the machine starts: a registry made then says so and how it goes on; an older one goes on at once
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$clock = new Clock();
const HOURS = 3_600_000;
$file = scratch('ids');
$code = PRELUDE . <<<PHP
\$number = new Number();
\$said = thrown(function () use (\$number) {
    save('$file', \$number->generateMany(5000));
});
echo \$number->getTimestamp(), ' ', \$said;
PHP;
$run = fn(string $directory) => explode(' ', run($code, ['ticket.local_path' => $directory], $clock->env()), 2);

// Kept on disk, say, since a time when the clock was right; and one in /dev/shm, made at the start.
[$older, $new] = [scratch('older'), scratch('new')];
$clock->set(-HOURS);
$run($older);
$clock->set(8 * HOURS);
$ahead = [$run($older), $run($new)];
$clock->set(0);
$right = [$run($older), $run($new)];
$times = fn(string $text) => preg_replace(['/\d+ ms behind/', '/node \d+/'], ['N ms behind', 'node M'], $text);
echo $ahead[0][1], ', ', $ahead[1][1], "\n", $right[0][1], "\n", preg_replace('/\d{4}-\d\d-\d\dT[\d:]+Z/', 'TIME', $times($right[1][1])), "\n";
// The older one did issue at the right time; and what is said of the times is so.
var_dump((int) $ahead[0][0] - (int) $right[0][0] > 7 * HOURS);
preg_match_all('/\d{4}-\d\d-\d\dT[\d:]+Z/', $right[1][1], $found);
[$made, $shown] = array_map('strtotime', $found[0]);
var_dump(abs($made - $shown - 8 * 3600) < 60, abs($shown - time()) < 60);
// The clock has caught up.
$clock->set(8 * HOURS + 60_000);
echo $run($new)[1], "\n";
// By hand: nothing of the time ahead is kept, nobody uses it, and it is removed.
$clock->set(0);
$ids = saved($file);
unlink("$new/registry");
unlink($file);
echo $run($new)[1], "\n";
$ids = [...$ids, ...saved($file)];
sort($ids);
check(30_000, $ids);
?>
--EXPECT--
nothing was thrown, nothing was thrown
nothing was thrown
Dig\Ticket\Exception\IllegalTimeException: the clock is N ms behind the high-water mark of node M, more than ticket.clock_tolerance = 1000 ms and ticket.acquire_timeout = 5000 ms bridge, and no free node ID has its mark in the past: the local registry was made when the clock showed TIME, and it shows TIME now, as where it is ahead when the machine starts and is then synchronised; start PHP after that; IDs can be had again when the clock has caught up
bool(true)
bool(true)
bool(true)
nothing was thrown
nothing was thrown
