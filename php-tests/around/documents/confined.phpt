--TEST--
docs/containers.md: with ticket.dsn PHP leases a node without any right, on a root that is read-only, and with a /dev/shm that is, too
--SKIPIF--
<?php
require __DIR__ . '/../../lib/processes.php';
skip_without_namespaces();
?>
--FILE--
<?php
require __DIR__ . '/../../lib/client.php';
$server = new Server();
// Not in /dev/shm, where the tests have it.
$module = tempnam('/var/tmp', 'ticket-test-');
copy(getenv('TICKET_TEST_MODULE'), $module);
chmod($module, 0755);
register_shutdown_function(fn() => unlink($module));
$confine = <<<'SH'
mount --make-rprivate / && mount -o bind,remount,ro / && mount -t tmpfs -o ro none /dev/shm &&
exec setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs "$@"
SH;
$command = [getenv('TEST_PHP_EXECUTABLE'), '-n', '-d', "extension=$module"];
foreach (leasing($server) as $name => $value) {
    array_push($command, '-d', "$name=$value");
}
$code = <<<'PHP'
foreach (['/var/tmp/x', '/dev/shm/x', '/etc/x'] as $file) var_dump(@file_put_contents($file, 'x'));
echo preg_match('/^CapEff:\s+0+$/m', file_get_contents('/proc/self/status')) ? "no right\n" : "a right\n";
var_dump((new Dig\Ticket\Number())->generate() !== 0, Dig\Ticket\status()['registry'], Dig\Ticket\status()['error']);
PHP;
passthru(implode(' ', array_map('escapeshellarg', ['unshare', '-m', 'sh', '-c', $confine, 'sh', ...$command, '-r', $code])) . ' 2>&1');
echo implode("\n", claims($server)), "\n";
?>
--EXPECT--
bool(false)
bool(false)
bool(false)
no right
bool(true)
string(9) "zookeeper"
NULL

