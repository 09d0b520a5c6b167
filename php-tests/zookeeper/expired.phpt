--TEST--
The session is expired by force: the same node in a new session, and no call fails
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$znodes = new Znodes($server);
$run = scratch('ids');
// Whatever had to wait for a lease would throw.
$ini = [
    'ticket.dsn' => $server->dsn(),
    // By force only: a busy machine loses shorter ones.
    'ticket.session_timeout' => 10_000,
    'ticket.window' => 6000,
    'ticket.acquire_timeout' => 0,
];
$php = start(PRELUDE . LOAD . <<<PHP
\$number = new Number();
first(\$number);
\$status = fn() => json_encode(array_map(fn(\$key) => status()[\$key], ['node', 'session_id', 'error', 'lost', 'moves']));
echo \$status(), "\\n";
load(\$number, '$run');
echo \$status(), "\\n";
PHP, $ini);
[$node, $session] = json_decode($php->line());
$claim = sprintf('/sim/ticket/%04d', $node);
$owner = fn() => $znodes->getData($claim)[2] ?? null;
$sessions = [$session];
for ($i = 0; $i < 3; $i++) {
    $znodes->expire(end($sessions));
    eventually(fn() => !in_array($owner(), [null, ...$sessions], true), what: 'the claim is a new session\'s');
    $sessions[] = $owner();
}
$mark = mark($znodes, $node);
// As far ahead as ever: not further with each session.
var_dump($mark <= microtime(true) * 1000 + 8000);
eventually(fn() => mark($znodes, $node) > $mark + 3000, what: 'the mark moves on');
stop($run);
$after = json_decode($php->finish());
var_dump($after === [$node, end($sessions), null, 0, 0]);
// Never another one in between.
var_dump(leased($znodes) === [sprintf('%04d', $node)]);
echo count(loaded($run)), "\n";
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
1
