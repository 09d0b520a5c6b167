--TEST--
IDs in blocks over Thrift: clients in PHP and in Python at once get none twice, also when workers are killed and ZooKeeper is away; SIGTERM ends all
--EXTENSIONS--
posix
--FILE--
<?php
require __DIR__ . '/../../lib/service.php';
const EXAMPLE = __DIR__ . '/../../../examples/rpc';
mkdir($generated = scratch('generated'));
// The command that the example names, for both languages.
foreach (['php:server', 'py'] as $language) {
    exec("thrift -r --gen $language -o $generated " . EXAMPLE . '/ticket.thrift 2>&1', $said, $status);
    $status === 0 or exit(implode("\n", $said));
}
putenv("TICKET_RPC_GENERATED=$generated/gen-php");
require EXAMPLE . '/client.php';

$zookeeper = new Server();
$port = free_port();
$command = command('', leasing($zookeeper));
array_splice($command, -2, 2, ['-d', 'extension=posix', EXAMPLE . '/server.php', (string) $port, '4']);
$server = new Child($command, [['file', '/dev/null', 'r'], ['file', $log = scratch('log'), 'w'], ['redirect', 1]]);
$parent = $server->pid;
/** Those that serve, and not what is the keeper's. */
$workers = function () use ($parent): array {
    $children = preg_split('/ /', trim((string) @file_get_contents("/proc/$parent/task/$parent/children")), -1, PREG_SPLIT_NO_EMPTY);
    return array_values(array_filter(array_map(intval(...), $children), fn($pid) => alive($pid) && !str_starts_with((string) @file_get_contents("/proc/$pid/comm"), 'ticket-')));
};
eventually(function () use ($port) {
    $reached = @fsockopen('127.0.0.1', $port);
    return $reached && fclose($reached);
}, what: 'it listens');
eventually(fn() => count($workers()) === 4, what: 'four workers');

file_put_contents($script = scratch('python'), <<<'PY'
import sys
sys.path.insert(0, sys.argv[1])
from thrift.transport import TSocket, TTransport
from thrift.protocol import TBinaryProtocol
from ticket_rpc import Ids
socket = TSocket.TSocket('127.0.0.1', int(sys.argv[2]))
socket.setTimeout(30000)
transport = TTransport.TFramedTransport(socket)
client = Ids.Client(TBinaryProtocol.TBinaryProtocol(transport))
transport.open()
for count in [1] * 200 + [1000] * 20:
    print(*client.generateMany(count), sep='\n')
PY);
/** Three clients at once, and what each was given. */
$ask = function () use ($port, $script, $generated): array {
    $clients = [];
    foreach ([['/usr/bin/python3', $script, "$generated/gen-py", $port], [PHP_BINARY, '-n', EXAMPLE . '/client.php', $port, 200, 1],
        [PHP_BINARY, '-n', EXAMPLE . '/client.php', $port, 20_000, 1000]] as $command) {
        $clients[] = [new Child(array_map(strval(...), $command), [['file', '/dev/null', 'r'], ['file', $out = scratch('ids'), 'w'], ['redirect', 1]]), $out];
    }
    return array_map(function (array $client): array {
        eventually(fn() => !$client[0]->runs(), what: 'a client that ends');
        return array_map(intval(...), file($client[1], FILE_IGNORE_NEW_LINES));
    }, $clients);
};
$first = $ask();
echo implode(' ', array_map(count(...), $first)), "\n";

// One that is connected loses its worker, whichever that is.
$blocks = new Blocks($port, 10);
$own = [$blocks->next()];
foreach ($old = $workers() as $pid) {
    kill($pid);
}
eventually(fn() => count($workers()) === 4 && !array_intersect($old, $workers()), what: 'four others');
for ($i = 0; $i < 25; $i++) {
    $own[] = $blocks->next();
}
$zookeeper->kill();
$second = $ask();
check(2 * 40_400 + 26, $own, ...$first, ...$second);
foreach ([0, 1001] as $count) {
    try {
        (new Blocks($port, $count))->next();
    } catch (Example\Rpc\BadRequest $e) {
        echo $e->message, "\n";
    }
}
// Also those that a silent client keeps.
$silent = [fsockopen('127.0.0.1', $port), fsockopen('127.0.0.1', $port)];
$all = [$parent, ...$workers()];
$server->signal(SIGTERM);
eventually(fn() => !$server->runs() && !array_filter($all, alive(...)), what: 'the end of all');
echo file_get_contents($log);
?>
--EXPECT--
20200 200 20000
count must be from 1 to 1000, and is 0
count must be from 1 to 1000, and is 1001
