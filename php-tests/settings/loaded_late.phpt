--TEST--
A module that is loaded after PHP has started issues nothing, and says where to load it
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$code = PRELUDE . <<<'PHP'
dl('ticket.so') || die('not loaded');
$said = array_map(thrown(...), [fn() => new Number(), fn() => Number::parse(1), fn() => new Local(), fn() => status()]);
echo implode("\n", array_unique($said));
PHP;
$command = [getenv('TEST_PHP_EXECUTABLE'), '-n', '-d', 'extension_dir=' . getenv('TICKET_TEST_DIR'), '-d', 'enable_dl=1', '-r', $code];
echo stream_get_contents(popen(implode(' ', array_map(escapeshellarg(...), $command)) . ' 2>&1', 'r')), "\n";
?>
--EXPECT--
Dig\Ticket\Exception\UnavailableNodeIdException: ticket was loaded after PHP had started; load it in php.ini (extension=ticket.so), or with -d where PHP is started, and not by dl() or for a pool
