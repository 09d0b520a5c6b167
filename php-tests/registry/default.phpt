--TEST--
Without any setting the registry is /dev/shm/ticket
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$command = [getenv('TEST_PHP_EXECUTABLE'), '-n', '-d', 'extension=' . getenv('TICKET_TEST_MODULE'), '-r',
    'echo ini_get("ticket.local_path"), " ", (new Dig\Ticket\Number())->generate() > 0 ? "issued" : "?";'];
echo shell_exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1'), "\n";
?>
--EXPECT--
/dev/shm/ticket issued
