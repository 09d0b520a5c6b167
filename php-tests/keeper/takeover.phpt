--TEST--
After kill -9 of the keeper the next one goes on with the same nodes, and releases those whose process has ended
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
// Nodes by number are from the quarter that leases of any node leave alone.
$php = start(PRELUDE . <<<'PHP'
$dsn = ini_get('ticket.dsn');
$node = new Zookeeper($dsn);
$numbers = [new Number(), new Number($node), new Number(800)];
$nodes = fn() => array_map(fn($number) => Number::parse($number->generate())['node'], $numbers);
$idle = [];
for ($i = 0; $i < 2; $i++) {
    $pair = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    if (!$pid = pcntl_fork()) {
        fwrite($pair[1], (new Zookeeper($dsn))->getId() . "\n");
        sleep(300);
        exit;
    }
    $idle[] = [$pid, (int) fgets($pair[0])];
}
echo json_encode([$nodes(), $idle, status()['keeper']]), "\n";
for ($new = 850; await(); $new++) {
    // What only a keeper can do.
    new Number($new);
    echo json_encode([$nodes(), $node->getId(), status()['keeper'], status()['lost']]), "\n";
}
foreach ($idle as [$pid]) exec("kill -9 $pid 2>&1");
PHP, leasing($server, ['ticket.acquire_timeout' => 20_000]));
[$nodes, $idle, $keeper] = json_decode($php->line());
$names = function (int ...$nodes) {
    $names = array_map(fn($node) => sprintf('%04d', $node), $nodes);
    sort($names);
    return $names;
};
eventually(fn() => leases($server) === $names(...$nodes, ...array_column($idle, 1)), what: 'five claims');
// One of the idle ones ends while there is no keeper, the other one under the next keeper, which it never spoke to.
kill_both($keeper);
kill($idle[0][0]);
$php->say('go on');
[$again, $own, $next, $lost] = json_decode($php->line());
var_dump($next > 1 && $next !== $keeper, $again === $nodes, $own === $nodes[1], $lost);
$claimed = fn(array $nodes) => fn() => leases($server) === $names(850, ...$nodes);
eventually($claimed([...$nodes, $idle[1][1]]), what: 'four of them');
echo "taken over\n";
kill($idle[1][0]);
eventually($claimed($nodes), what: 'three of them');
echo "released\n";

// And the process's node goes on to be its own.
kill($next);
$php->say('again');
[$again, $own, $last] = json_decode($php->line());
var_dump($last > 1 && $last !== $next, $again === $nodes, $own === $nodes[1]);
$php->finish();
// What a killed keeper had as a spare goes with its session.
eventually(fn() => !claims($server), what: 'no claims');
echo "0 claims\n";
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
int(0)
taken over
released
bool(true)
bool(true)
bool(true)
0 claims
