--TEST--
Random calls with random arguments: exceptions that are known, no crash and no leak
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
mkdir($directory = scratch('fuzz'));
$script = __DIR__ . '/random.php';
$php = command('', ['ticket.acquire_timeout' => 1, 'ticket.lease' => 'first_use', 'open_basedir' => "$directory:$script"]);
array_splice($php, -2, 2, [$script]);
$streams = [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']];
$process = proc_open($php, $streams, $pipes, null, ['TICKET_FUZZ_DIR' => $directory] + getenv());
echo stream_get_contents($pipes[1]), proc_close($process), "\n";
echo count(glob("$directory/*/registry")) > 5 ? 'registries' : 'no registry', " of random names\n";
?>
--EXPECTF--
seed %d
done
0
registries of random names
