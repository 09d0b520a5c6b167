--TEST--
1023 nodes taken: the next one is told how many and where, and gets the first that is free
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$znodes = new Znodes($server);
$znodes->mkdir('/sim/ticket');
for ($node = 1; $node <= 1023; $node++) {
    $znodes->create(sprintf('/sim/ticket/%04d', $node), '', true);
}
$php = start(PRELUDE . LOAD . <<<'PHP'
$number = new Number();
echo answered(fn() => $number->generate()), "\n";
echo status()['error'], "\n";
await();
echo Number::parse(first($number))['node'], "\n";
PHP, ['ticket.dsn' => $server->dsn(), 'ticket.acquire_timeout' => 2000]);
echo str_replace($server->dsn(), 'DSN', $php->line()), "\n", $php->line(), "\n";
var_dump($znodes->children('/sim/ticket/.marks'));
$znodes->delete('/sim/ticket/0700');
$php->say('one is free');
echo $php->finish(), "\n";
?>
--EXPECT--
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 2000 ms: no node ID is free: 1023 of 1023 are taken (some of the highest may be spares, which families give back within two times ticket.window); end some of their owners, or use a layout with more node bits (ticket.node_bits) under another path, for IDs that are kept apart from these
no node ID is free: 1023 of 1023 are taken (some of the highest may be spares, which families give back within two times ticket.window); end some of their owners, or use a layout with more node bits (ticket.node_bits) under another path, for IDs that are kept apart from these
array(0) {
}
700
