--TEST--
kill -9 of PHP, of its keeper, and of both
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$znodes = new Znodes($server);
$code = PRELUDE . <<<'PHP'
$number = new Number();
$last = Number::parse($number->generate())['timestamp'];
echo json_encode([$number->getNodeId(), $last, status()['keeper']]), "\n";
await();
PHP;

// PHP alone. Session and mark would outlast the test: what is gone was given back by the keeper.
$ini = ['ticket.dsn' => $server->dsn(), 'ticket.session_timeout' => 60_000, 'ticket.window' => 60_000];
$php = start($code, $ini);
[$node, $last, $keeper] = json_decode($php->line());
var_dump(mark($znodes, $node) > $last + 60_000);
kill($php->pid());
eventually(fn() => claims($server) === [], what: 'the claim is gone');
var_dump(mark($znodes, $node) === $last);
eventually(fn() => !file_exists("/proc/$keeper"), what: 'the keeper is gone');
eventually(fn() => sessions($server) === 1, what: 'so is the session');

// Its keeper alone: the node goes on, though the old session has its claim for long. Whatever had to wait would
// throw.
$run = scratch('ids');
$php = start(PRELUDE . LOAD . <<<PHP
\$number = new Number();
first(\$number);
\$status = fn() => json_encode(array_map(fn(\$key) => status()[\$key], ['node', 'keeper', 'session_id']));
echo \$status(), "\\n";
load(\$number, '$run');
echo \$status(), "\\n", json_encode([status()['lost'], status()['waits']]), "\\n";
PHP, ['ticket.window' => 6000, 'ticket.acquire_timeout' => 0] + $ini);
[$node, $keeper, $session] = json_decode($php->line());
$claim = sprintf('/sim/ticket/%04d', $node);
var_dump($znodes->getData($claim)[2] === $session);
kill($keeper);
$owner = fn() => $znodes->getData($claim)[2] ?? null;
eventually(fn() => !in_array($owner(), [$session, null], true), what: 'the claim is another session\'s');
// Longer than what the first keeper had reserved.
$mark = mark($znodes, $node);
eventually(fn() => mark($znodes, $node) > $mark + 8000, what: 'the mark moves on');
$claimed = $owner();
stop($run);
$now = json_decode($php->line());
var_dump($now[0] === $node, $now[1] !== $keeper, $now[2] === $claimed);
echo $php->finish(), "\n";
loaded($run);

// Both: the claim lasts as long as the session, and the node is nobody's until its mark. It is the only one.
$ini = [
    'ticket.dsn' => $server->dsn(),
    'ticket.path' => '/both',
    'ticket.node_bits' => 1,
    // It ends when the test says so, for a busy machine may not let the next one ask before.
    'ticket.session_timeout' => 60_000,
    'ticket.window' => 9000,
    'ticket.clock_tolerance' => 0,
];
$php = start($code, $ini);
[$node, $last, $keeper] = json_decode($php->line());
kill_both($keeper);
kill($php->pid());
var_dump($znodes->children('/both') === ['.marks', '1']);
$mark = mark($znodes, '1', '/both');
var_dump($mark > $last);
$next = start(PRELUDE . <<<'PHP'
$number = new Number();
$told = [];
do {
    try { $id = $number->generate(); } catch (Exception $e) {
        $reason = preg_replace('/\d+ ms/', 'N ms', strstr($e->getMessage(), ' = 20 ms: '));
        if (preg_match('/mark|taken/', $reason) && !in_array($reason, $told)) echo $told[] = $reason, "\n";
    }
} while (!isset($id));
echo Number::parse($id)['timestamp'], "\n";
await();
PHP, ['ticket.acquire_timeout' => 20] + $ini);
echo $next->line(), "\n";
$znodes->expire($znodes->getData('/both/1')[2]);
echo $next->line(), "\n";
var_dump((int) $next->line() > $mark);
$next->finish();
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
[0,0]
bool(true)
bool(true)
= N ms: no node ID is free: 1 of 1 are taken; end some of their owners, or use a layout with more node bits (ticket.node_bits) under another path, for IDs that are kept apart from these
= N ms: the mark of node 1 is N ms ahead of the clock, more than ticket.clock_tolerance = N ms, and no other free node's is nearer: its last owner was killed or is paused and has reserved that time, or the clock was set back; the node can be had when the clock has come closer
bool(true)
