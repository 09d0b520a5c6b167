--TEST--
1022 marks that cannot be used: the one free node is found, status() tells of them; by number it is said what is there
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$znodes = new Znodes($server);
$znodes->mkdir('/sim/ticket');
$znodes->create('/sim/ticket/.marks', 'epoch=1262332800000 node_bits=10 sequence_bits=12');
// Of the upper quarter, where nobody looks before the others are done with.
$free = 900;
$past = 'until=1262332800001 nonce=0123456789abcdef';
$odd = [
    fn($mark) => $znodes->create($mark, "\0 gar\"bage\n" . str_repeat('x', 5000)),
    fn($mark) => $znodes->create($mark),
    // Nobody may read it; nobody may write it.
    fn($mark) => $znodes->create($mark, $past, false, 4),
    fn($mark) => $znodes->create($mark, $past, false, 1),
];
for ($node = 1; $node <= 1023; $node++) {
    $node === $free || $odd[$node % 4](sprintf('/sim/ticket/.marks/%04d', $node));
}
// Nor is this anybody's.
$znodes->create('/sim/ticket/.marks/what', $past);
$znodes->create('/sim/ticket/.marks/0900', $past);
$znodes->create('/sim/ticket/.marks/0900/below');
$znodes->create('/sim/ticket/+900', 'x');
$znodes->create('/sim/ticket/9000', str_repeat('x', 900_000));
$php = start(PRELUDE . <<<'PHP'
$number = new Number();
echo json_encode([Number::parse($number->generate())['node'], status()['error']]), "\n";
await();
PHP, leasing($server));
[$node, $error] = json_decode($php->line());
echo $node, ' ', preg_match('~^the .*mark.* \(and \d+ other nodes are odd\)$~', $error) ? 'told' : $error, "\n";
// One that goes with its session would be no mark.
$znodes->delete('/sim/ticket/.marks/1012');
$brief = new Znodes($server);
$brief->create('/sim/ticket/.marks/1012', $past, true);
echo preg_replace('~no node ID could .* ms: ~', '', run(PRELUDE . <<<'PHP'
foreach ([1008, 1009, 1010, 1011, 1012] as $node) {
    do $said = thrown(fn() => new Number($node)); while (preg_match('/has not answered yet/', $said));
    echo "$said\n";
}
PHP, leasing($server, ['ticket.acquire_timeout' => 200, 'ticket.lease' => 'first_use']))), "\n";
$php->finish();
?>
--EXPECT--
900 told
Dig\Ticket\Exception\UnavailableNodeIdException: the mark of node 1008, /sim/ticket/.marks/1008, cannot be read: it holds "\x00 gar\"bage\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...", and nobody knows what was issued there; leave it, or have it fenced by examples/fence.php
Dig\Ticket\Exception\UnavailableNodeIdException: the mark of node 1009, /sim/ticket/.marks/1009, cannot be read: it holds "", and nobody knows what was issued there; leave it, or have it fenced by examples/fence.php
Dig\Ticket\Exception\UnavailableNodeIdException: the ACL of /sim/ticket/.marks/1010, the mark of node 1010, denies it; grant read and write to world:anyone, or to whom ticket.zookeeper_auth names
Dig\Ticket\Exception\UnavailableNodeIdException: the ACL of /sim/ticket/.marks/1011, the mark of node 1011, denies it; grant read and write to world:anyone, or to whom ticket.zookeeper_auth names
Dig\Ticket\Exception\UnavailableNodeIdException: the mark of node 1012, /sim/ticket/.marks/1012, is a znode that ZooKeeper deletes by itself, so it keeps nothing; ticket did not make it and does not use the node
