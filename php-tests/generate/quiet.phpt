--TEST--
The extension starts no thread, opens no low descriptor and prints nothing
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$code = <<<'PHP'
(new Dig\Ticket\Number())->generate();
(new Dig\Ticket\Node\Local())->getId();
$open = array_map('intval', array_diff(scandir('/proc/self/fd'), ['.', '..']));
$ours = array_filter($open, fn($fd) => str_contains((string) @readlink("/proc/self/fd/$fd"), '/registry/'));
echo count(scandir('/proc/self/task')) - 2, ' ', count($ours), ' ', min($ours) >= 10 ? 'high' : 'low';
PHP;
var_dump(run($code));
var_dump(run(''));
// Nothing is inherited by a program that is started.
var_dump(run('(new Dig\Ticket\Number())->generate(); passthru("ls -l /proc/self/fd | grep -c /registry/");'));
?>
--EXPECT--
string(8) "1 2 high"
string(0) ""
string(1) "0"
