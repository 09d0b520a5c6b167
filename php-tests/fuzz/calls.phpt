--TEST--
Random calls with random arguments: exceptions that are known, no crash and no leak
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
mkdir($directory = scratch('fuzz'));
$php = command('', ['ticket.acquire_timeout' => 1, 'ticket.lease' => 'first_use']);
array_splice($php, -2, 2, [__DIR__ . '/random.php']);
$streams = [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']];
$process = proc_open($php, $streams, $pipes, null, ['TICKET_FUZZ_DIR' => $directory] + getenv());
echo stream_get_contents($pipes[1]), proc_close($process), "\n";
?>
--EXPECTF--
seed %d
done
0
