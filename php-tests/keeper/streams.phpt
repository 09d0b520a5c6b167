--TEST--
Whoever reads what PHP prints does not wait for the keeper, and PHP may be started without streams
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
// To the end of a pipe, while the PHP that had the other end lives on in a fork without streams.
$php = start(PRELUDE . <<<'PHP'
echo (new Number())->getNodeId() > 0 ? 'leased' : '';
if (pcntl_fork()) exit;
fclose(STDIN);
fclose(STDOUT);
fclose(STDERR);
sleep(300);
PHP, leasing($server));
foreach ([1, 2] as $stream) {
    stream_set_timeout($php->pipes[$stream], 120);
    var_dump(stream_get_contents($php->pipes[$stream]), feof($php->pipes[$stream]));
}
var_dump(settled(function () use ($server, &$keepers) {
    return count($keepers = keepers($server->dsn()));
}, 1));
$family = array_filter(
    array_map('basename', glob('/proc/[0-9]*')),
    fn($pid) => !in_array($pid, $keepers)
        && str_contains((string) @file_get_contents("/proc/$pid/cmdline"), "ticket.dsn={$server->dsn()}"),
);
array_map(fn($pid) => kill((int) $pid), $family);
eventually(fn() => !keepers($server->dsn()), what: 'the keeper ends');

// Through a shell's pipe.
$line = implode(' ', array_map(escapeshellarg(...), command('echo 1;', leasing($server))));
echo shell_exec("$line | cat"), "\n";

// Without any.
$file = scratch('result');
$code = PRELUDE . <<<'PHP'
file_put_contents(getenv('RESULT'), (new Number())->getNodeId() === status()['node'] ? "leased\n" : 'not leased');
$links = fn($pid) => implode(' ', array_map(fn($n) => (string) @readlink("/proc/$pid/fd/$n"), [0, 1, 2]));
file_put_contents(getenv('RESULT'), $links(status()['keeper']), FILE_APPEND);
PHP;
run($code, leasing($server), ['RESULT' => $file], ['sh', '-c', 'exec "$@" <&- >&- 2>&-', 'sh']);
echo file_get_contents($file), "\n";
echo count(claims($server)), " claims\n";
eventually(fn() => !keepers($server->dsn()), what: 'the keeper ends');
?>
--EXPECT--
string(6) "leased"
bool(true)
string(0) ""
bool(true)
int(1)
1
leased
/dev/null /dev/null /dev/null
0 claims
