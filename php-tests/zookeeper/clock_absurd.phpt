--TEST--
A mark years ahead is skipped and told; one that is a little ahead is waited for
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$znodes = new Znodes($server);
$znodes->mkdir('/sim/ticket');
$znodes->create('/sim/ticket/.marks', 'epoch=1262332800000 node_bits=2 sequence_bits=12');
// Of three nodes, one was used by a clock that was wrong, one is another's, and one is to be had in a second.
$now = (int) (microtime(true) * 1000);
$absurd = sprintf('until=%d nonce=0123456789abcdef', $now + 4 * 365 * 86_400_000 + 3_600_000);
$znodes->create('/sim/ticket/.marks/1', $absurd);
$znodes->create('/sim/ticket/2', 'someone', true);
$ahead = $now + 2500;
$znodes->create('/sim/ticket/.marks/3', "until=$ahead nonce=0123456789abcdef");
$ini = ['ticket.dsn' => $server->dsn(), 'ticket.node_bits' => 2];
[$node, $timestamp, $error] = json_decode(run(PRELUDE . <<<'PHP'
['node' => $node, 'timestamp' => $timestamp] = Number::parse((new Number())->generate());
echo json_encode([$node, $timestamp, status()['error']]);
PHP, ['ticket.acquire_timeout' => 60_000] + $ini));
$fixed = run(PRELUDE . 'echo answered(fn() => new Number(1));', ['ticket.acquire_timeout' => 300, 'ticket.lease' => 'first_use'] + $ini);
var_dump($node, $timestamp > $ahead);
echo $error, "\n", preg_replace('/\d{9,} ms/', 'N ms', str_replace($server->dsn(), 'DSN', $fixed)), "\n";
var_dump($znodes->getData('/sim/ticket/.marks/1')[0] === $absurd);
// As it says.
$znodes->delete('/sim/ticket/.marks/1');
echo run(PRELUDE . 'echo Number::parse((new Number(1))->generate())["node"];', $ini), "\n";
?>
--EXPECT--
int(3)
bool(true)
the mark of node 1 is 1460 days ahead of the clock, so some clock is or was wrong; it can be had after that time, and others are used meanwhile
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 300 ms: the mark of node 1 is N ms ahead of the clock, more than ticket.clock_tolerance = 1000 ms: its last owner was killed or is paused and has reserved that time, or the clock was set back; the node can be had when the clock has come closer
bool(true)
1
