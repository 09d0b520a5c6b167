--TEST--
Other code of the process closes what leads to the keeper: that is said, IDs go on as far as they were reserved, and nothing is started
--SKIPIF--
<?php
exec(escapeshellarg(PHP_BINARY) . ' -n -d extension=ffi -m 2>&1', $modules);
if (!in_array('FFI', $modules, true)) die('skip: this needs PHP\'s extension ffi, to close what PHP has not opened');
?>
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$starts = scratch('starts');
$php = start(PRELUDE . <<<'PHP'
use Dig\Zookeeper\Client;
$number = new Number();
$ids = $number->generateMany(1000);
$other = new Zookeeper(ini_get('ticket.dsn'), '/other');
$client = new Client();
$client->exists('/');
// Another one of the family, which keeps what it has.
if (!$fork = pcntl_fork()) {
    fclose(STDOUT);
    fclose(STDERR);
    sleep(600);
    exit;
}
$libc = FFI::cdef('int close(int fd);');
foreach (scandir('/proc/self/fd') as $fd) {
    str_starts_with((string) @readlink("/proc/self/fd/$fd"), 'socket:') && $libc->close((int) $fd);
}
// What other code opens then has the same numbers.
for ($pairs = []; count($pairs) < 10;) {
    $pairs[] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
}
echo "closed\n";
await();
array_push($ids, ...$number->generateMany(1000));
echo count(array_unique($ids)), "\n";
foreach ([fn() => $other->getId(), fn() => $client->exists('/'), fn() => (new Client())->exists('/')] as $use) {
    echo preg_replace('/^.* within [^:]+: /', '', thrown($use)), "\n";
}
foreach (array_merge(...$pairs) as $socket) {
    stream_set_blocking($socket, false);
    echo fread($socket, 100);
}
exec("kill -9 $fork");
pcntl_wait($status);
PHP, leasing($server) + ['extension' => 'ffi'], ['LD_PRELOAD' => preload(), 'TICKET_TEST_STARTS' => $starts]);
echo $php->line(), "\n";
$before = filesize($starts);
$php->say('go on');
echo $php->finish(), "\n";
clearstatcache();
var_dump($before > 0, filesize($starts) === $before);
?>
--EXPECT--
closed
2000
Dig\Ticket\Exception\UnavailableNodeIdException: other code in this process has closed the descriptors that lead to ticket's keeper; let it close only those that it opened itself
Dig\Zookeeper\Exception\ZookeeperException: other code in this process has closed the descriptors that lead to ticket's keeper; let it close only those that it opened itself
Dig\Zookeeper\Exception\ZookeeperException: other code in this process has closed the descriptors that lead to ticket's keeper; let it close only those that it opened itself
bool(true)
bool(true)
