--TEST--
Where a process that forks all the time fails to start what stands by, a worker starts a keeper all the same
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
$code = PRELUDE . <<<'PHP'
if (!$worker = pcntl_fork()) {
    echo thrown(fn() => (new Number())->generate());
    exit;
}
// Each fork tries it first.
do {
    if (!$pid = pcntl_fork()) exit;
    pcntl_waitpid($pid, $status);
    usleep(2000);
} while (pcntl_waitpid($worker, $status, WNOHANG) === 0);
PHP;
// However long it takes to fork again, it is as if that took no time.
$ini = leasing($server, ['ticket.lease' => 'first_use', 'ticket.acquire_timeout' => 400]);
echo run($code, $ini, ['LD_PRELOAD' => preload(), 'TICKET_TEST_EMULATED' => 1, 'TICKET_TEST_SLOWER' => 100]), "\n";
?>
--EXPECT--
nothing was thrown
