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
// Whatever this process was started with, the low descriptors are free there.
$free = ['sh', '-c', 'exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec "$@"', 'sh'];
var_dump(run($code, [], [], $free));
var_dump(run(''));
// Nothing is inherited by a program that is started.
var_dump(run('(new Dig\Ticket\Number())->generate(); passthru("ls -l /proc/self/fd | grep -c /registry/");'));
?>
--EXPECT--
string(8) "1 2 high"
string(0) ""
string(1) "0"
