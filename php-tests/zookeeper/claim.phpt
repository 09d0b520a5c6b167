--TEST--
A claim is there while PHP runs and gone when php has returned; mark and layout stay
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
// Sessions that outlast the test: what is gone was given back.
$ini = ['ticket.dsn' => $server->dsn(), 'ticket.session_timeout' => 60_000, 'ticket.window' => 3000, 'ticket.release_timeout' => 20_000];
$znodes = new Znodes($server);
$php = start(PRELUDE . <<<'PHP'
$number = new Number();
echo $number->getNodeId(), ' ', status()['session_id'], "\n";
await();
$ids = $number->generateMany(5000);
echo Number::parse(end($ids))['timestamp'], "\n";
PHP, $ini);
[$node, $session] = explode(' ', $php->line());
$name = sprintf('%04d', $node);
var_dump(leases($server) === [$name]);
[$data, , $owner] = $znodes->getData("/sim/ticket/$name");
var_dump($owner === $session);
$claim = preg_replace('/nonce=[0-9a-f]{16} /', 'nonce=NONCE ', $data);
[$keeper] = keepers($server->dsn());
echo str_replace([' host=' . gethostname() . ' ', " keeper=$keeper "], [' host=HOST ', ' keeper=PID '], $claim), "
";
echo $znodes->getData('/sim/ticket/.marks')[0], "\n";

// The mark is 4/3 of a window ahead, and moves on by itself.
$now = fn() => (int) (microtime(true) * 1000);
$first = mark($znodes, (int) $node);
var_dump($first - $now() <= 4000);
eventually(fn() => mark($znodes, (int) $node) > $first + 1500, what: 'the mark moves on');
eventually(fn() => mark($znodes, (int) $node) - $now() > 3600, what: 'the mark is as far ahead again');

$php->say('end');
$last = $php->finish();
var_dump(claims($server), mark($znodes, (int) $node) === (int) $last);
eventually(fn() => sessions($server) === 1, what: 'the session ends');

// Also of a PHP that uses nothing, and of one that ends in the middle of a lease.
for ($i = 0; $i < 10; $i++) {
    run('usleep(' . $i * 3000 . ');', $ini);
    if (claims($server)) {
        echo "left behind\n";
    }
}
var_dump(claims($server));

// IDs of two layouts could meet.
$other = ['ticket.node_bits' => 9, 'ticket.acquire_timeout' => 1500] + $ini;
echo str_replace($server->dsn(), 'DSN', run(PRELUDE . 'echo answered(fn() => (new Number())->generate());', $other)), "\n";
echo $znodes->getData('/sim/ticket/.marks')[0], "\n";
?>
--EXPECTF--
bool(true)
bool(true)
nonce=NONCE host=HOST keeper=PID sapi=cli started=%d-%d-%dT%d:%d:%dZ ticket=%d.%d.%d
epoch=1262332800000 node_bits=10 sequence_bits=12
bool(true)
array(0) {
}
bool(true)
array(0) {
}
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 1500 ms: its layout is (epoch 1262332800000, 10 node bits, 12 sequence bits) and the settings here say (epoch 1262332800000, 9 node bits, 12 sequence bits); IDs of the two could meet: set ticket.epoch, ticket.node_bits and ticket.sequence_bits alike, or another ticket.path, for IDs that are kept apart from these
epoch=1262332800000 node_bits=10 sequence_bits=12
