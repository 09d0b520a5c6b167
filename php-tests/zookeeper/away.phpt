--TEST--
ZooKeeper is away for longer than the window: calls throw, then go on by themselves; no ID twice
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$run = scratch('ids');
$ini = [
    'ticket.dsn' => $server->dsn(),
    'ticket.session_timeout' => 3000,
    'ticket.window' => 3000,
    'ticket.acquire_timeout' => 0,
];
$php = start(PRELUDE . LOAD . <<<PHP
\$number = new Number();
first(\$number);
echo \$number->getNodeId(), "\\n";
if (!\$child = pcntl_fork()) {
    ob_start(fn() => '');
    load(\$number, '$run', 100);
    exit;
}
load(\$number, '$run', 100);
pcntl_wait(\$status);
first(\$number);
echo json_encode([\$number->getNodeId(), status()['session'], status()['error'], status()['lost']]), "\\n";
PHP, $ini);
$node = (int) $php->line();
$mark = mark(new Znodes($server), $node);
$server->kill();
// Nothing is thrown before the mark is reached.
$line = $php->line();
var_dump(microtime(true) * 1000 > $mark);
// With the reason, of which there may be two.
echo preg_replace('/the connection to ZooKeeper is lost.*|no server accepts.*/', 'REASON', $line), "\n";
$server->start();
$since = microtime(true) * 1000;
$znodes = new Znodes($server);
// What is written once more was known to the family before.
for ($i = 0; $i < 2; $i++) {
    $mark = mark($znodes, $node);
    eventually(fn() => mark($znodes, $node) > $mark, what: 'the mark moves on');
}
stop($run);
$rest = explode("\n", $php->finish());
$status = json_decode(array_pop($rest));
var_dump($status === [$node, 'connected', null, 0]);
// By the end it may have been told other reasons.
var_dump(preg_grep('/^Dig.Ticket.Exception.UnavailableNodeIdException: /', $rest, PREG_GREP_INVERT));
$lists = loaded($run);
// Issued again after the break.
foreach ($lists as $list) {
    var_dump(($list[count($list) - 1] >> 22) + 1262332800000 > $since);
}
?>
--EXPECT--
bool(true)
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (N.N.N.N:N, path /sim/ticket) within ticket.acquire_timeout = N ms: REASON
bool(true)
array(0) {
}
bool(true)
bool(true)
