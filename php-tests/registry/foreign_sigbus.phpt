--TEST--
A SIGBUS that is none of the extension's still ends the process as it would without it
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$process = start('(new Dig\Ticket\Number())->generate(); echo "ready\n"; sleep(300);');
echo $process->line(), "\n";
signal($process->pid(), 'BUS');
stream_get_contents($process->pipes[1]);
do {
    usleep(1000);
    $status = proc_get_status($process->process);
} while ($status['running']);
var_dump($status['signaled'], $status['termsig']);
?>
--EXPECT--
ready
bool(true)
int(7)
