--TEST--
The leader is killed, then all servers are away for less than the window: no call fails, and none waits
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$ensemble = new Ensemble();
$run = scratch('ids');
// Whatever had to wait for a lease would throw.
$ini = [
    'ticket.dsn' => $ensemble->dsn(),
    'ticket.session_timeout' => 1000,
    'ticket.window' => 20_000,
    'ticket.acquire_timeout' => 0,
];
$php = start(PRELUDE . LOAD . <<<PHP
\$number = new Number();
first(\$number);
echo \$node = \$number->getNodeId(), "\\n";
if (!\$child = pcntl_fork()) {
    load(\$number, '$run');
    exit;
}
load(\$number, '$run');
pcntl_wait(\$status);
echo json_encode([\$number->getNodeId() === \$node, status()['waits'], status()['lost'], status()['moves']]), "\\n";
PHP, $ini);
$node = (int) $php->line();
// A server that has not yet heard of the leader takes no session.
$znodes = function () use ($ensemble) {
    eventually(function () use ($ensemble, &$znodes) {
        try {
            return $znodes = new Znodes($ensemble->dsn());
        } catch (Exception) {
            return false;
        }
    }, what: 'a session');
    return $znodes;
};
// Extended by a keeper that has lost its server, or not.
$extended = function () use ($znodes, $node) {
    $mark = mark($znodes(), $node);
    eventually(fn() => mark($znodes(), $node) > $mark, what: 'the mark moves on');
};

$leader = $ensemble->leader();
$leader->kill();
$ensemble->leader();
$extended();
$leader->start();

foreach ($ensemble->servers as $server) {
    $server->pause();
}
// Longer than the session.
usleep(1_500_000);
foreach ($ensemble->servers as $server) {
    $server->resume();
}
$ensemble->leader();
$extended();
stop($run);
echo $php->finish(), "\n";
echo count(loaded($run)), "\n";
?>
--EXPECT--
[true,0,0,0]
2
