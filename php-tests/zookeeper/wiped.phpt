--TEST--
ZooKeeper comes back without its data: the family goes on, layout and marks are there again, no ID twice
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$run = scratch('ids');
$ini = ['ticket.dsn' => $server->dsn(), 'ticket.session_timeout' => 3000, 'ticket.window' => 3000, 'ticket.acquire_timeout' => 20_000];
$php = start(PRELUDE . LOAD . <<<PHP
\$number = new Number();
echo \$number->getNodeId(), ' ', status()['session_id'], "\\n";
if (!\$child = pcntl_fork()) {
    load(\$number, '$run', 100);
    exit;
}
load(\$number, '$run', 100);
pcntl_wait(\$status);
echo json_encode([status()['node'], status()['session_id'], status()['error']]), "\\n";
PHP, $ini);
[, $session] = explode(' ', $php->line());
$server->wipe();
$znodes = new Znodes($server);
eventually(function () use ($server, &$names) {
    return $names = leases($server);
}, what: 'there is a claim again');
[$name] = $names;
$mark = mark($znodes, (int) $name);
eventually(fn() => mark($znodes, (int) $name) > $mark, what: 'the mark moves on');
echo $znodes->getData('/sim/ticket/.marks')[0], "\n";
stop($run);
$rest = explode("\n", $php->finish());
[$node, $now, $error] = json_decode(array_pop($rest));
// What was thrown.
echo implode("\n", $rest);
var_dump($node === (int) $name, $now !== $session, $error);
var_dump(claims($server), leased($znodes) === [$name]);
echo count(loaded($run)), "\n";
?>
--EXPECT--
epoch=1262332800000 node_bits=10 sequence_bits=12
bool(true)
bool(true)
NULL
array(0) {
}
bool(true)
2
