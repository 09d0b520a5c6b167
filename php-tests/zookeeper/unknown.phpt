--TEST--
The reply to a lease or to a release is lost: the lease is had all the same, once, and given back
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$ini = ['ticket.dsn' => $proxy->dsn(), 'ticket.session_timeout' => 60_000, 'ticket.release_timeout' => 20_000, 'ticket.acquire_timeout' => 20_000];
$code = PRELUDE . <<<'PHP'
$number = new Number();
$number->generate();
echo json_encode([$number->getNodeId(), status()['session_id']]), "\n";
await();
echo Number::parse($number->generate())['timestamp'], ' ', status()['lost'], "\n";
PHP;

for ($round = 0; $round < 5; $round++) {
    $ini['ticket.path'] = "/acquire/$round";
    $proxy->mode('drop_multi_reply');
    $php = start($code, $ini);
    [$node, $session] = json_decode($php->line());
    $name = sprintf('%04d', $node);
    echo $proxy->dropped(), ' ', $round + 1, "\n";
    // One claim, in the session that goes on, and no mark but its own; a spare may have been taken since.
    $others = array_diff($znodes->children("/acquire/$round"), ['.marks', $name]);
    var_dump(array_filter($others, fn($claim) => $claim <= 960) === [], leased($znodes, "/acquire/$round") === [$name]);
    var_dump($znodes->getData("/acquire/$round/$name")[2] === $session);
    $php->say('end');
    [$last, $lost] = explode(' ', $php->finish());
    var_dump(claims($server, "/acquire/$round") === [], mark($znodes, $node, "/acquire/$round") === (int) $last, $lost);
}

$ini['ticket.path'] = '/release';
$php = start($code, $ini);
[$node] = json_decode($php->line());
$proxy->mode('drop_multi_reply');
$php->say('end');
[$last] = explode(' ', $php->finish());
var_dump($proxy->dropped(), claims($server, '/release') === [], mark($znodes, $node, '/release') === (int) $last);
eventually(fn() => sessions($server) === 1, what: 'the session ends before its time');
?>
--EXPECT--
1 1
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
string(1) "0"
2 2
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
string(1) "0"
3 3
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
string(1) "0"
4 4
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
string(1) "0"
5 5
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
string(1) "0"
int(6)
bool(true)
bool(true)
