--TEST--
Requests arrive and no reply comes back, for longer than the session: the same node afterwards, and no ID twice
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$run = scratch('ids');
$ini = [
    'ticket.dsn' => $proxy->dsn(),
    // Of which two thirds pass before the keeper gives up a connection that is silent: it is to ask once more before.
    'ticket.session_timeout' => 6000,
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
echo json_encode([\$number->getNodeId(), status()['error'], status()['lost']]), "\\n";
PHP, $ini);
$node = (int) $php->line();
// Just after the family was told of one, so that the next is the one that it is not told of.
$mark = mark($znodes, $node);
eventually(fn() => mark($znodes, $node) > $mark, what: 'the mark is extended');
usleep(100_000);
$mark = mark($znodes, $node);
$proxy->mode('drop_replies');
$silent = hrtime(true);
eventually(fn() => mark($znodes, $node) > $mark, what: 'the mark is extended, which the family cannot know');
// All is used up that it knows of.
echo preg_replace('/ = N ms: .*/', ' = N ms', $php->line()), "\n";
while (hrtime(true) < $silent + 7e9) {
    usleep(10_000);
}
$proxy->mode('pass');
$since = microtime(true) * 1000;
// What is written once more was known to the family before.
for ($i = 0; $i < 2; $i++) {
    $mark = mark($znodes, $node);
    eventually(fn() => mark($znodes, $node) > $mark, what: 'the mark moves on');
}
stop($run);
$rest = explode("\n", $php->finish());
var_dump(json_decode(end($rest)) === [$node, null, 0]);
var_dump(leased($znodes) === [sprintf('%04d', $node)]);
foreach (loaded($run) as $list) {
    var_dump(($list[count($list) - 1] >> 22) + 1262332800000 > $since);
}
?>
--EXPECT--
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (N.N.N.N:N, path /sim/ticket) within ticket.acquire_timeout = N ms
bool(true)
bool(true)
bool(true)
bool(true)
