--TEST--
The keeper and what stands by for it are not dumpable: nobody but root reads their memory, and no core dump holds it
--SKIPIF--
<?php
if (trim(shell_exec('id -u')) !== '0') die('skip: another user needs root; run the tests as root to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
// Whoever changes its user is not dumpable by that alone; so one that has none to change.
$nobody = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'];
$php = start(PRELUDE . 'echo (new Number())->generate() > 0, "\n"; await();', leasing($server), [], $nobody);
echo $php->line(), "\n";
// The files of a process that is not dumpable are root's.
$owner = fn(int $pid) => fileowner("/proc/$pid/environ");
var_dump($owner($php->pid()) > 0, $owner(keeper($server->dsn())), $owner(standbys($server->dsn())[0]));
// So are those of the next one.
kill(keeper($server->dsn()));
var_dump($owner(keeper($server->dsn())));
echo $php->finish(), "\n";
?>
--EXPECT--
1
bool(true)
int(0)
int(0)
int(0)
