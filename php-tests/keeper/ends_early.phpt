--TEST--
A family that ends while its first lease is under way leaves no keeper and no session either
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$proxy = new Proxy($server);
// What is left behind would stay this long.
$ini = leasing($proxy, ['ticket.session_timeout' => 60_000]);
run('(new Dig\Ticket\Number())->generate();', $ini);
eventually(fn() => !sessions($server), what: 'the registry is there and nobody uses it');

// Each reply takes a second, so that there is time to end PHP before the next one.
$proxy->mode('delay', 1000);
$none = function (string $when) use ($server, $proxy) {
    eventually(fn() => !keepers($proxy->dsn()), what: "$when: no keeper");
    // Its last words may still be on their way.
    eventually(fn() => !sessions($server), what: "$when: no session");
    echo "$when: ", count(claims($server)), " claims\n";
};
$php = start('sleep(300);', $ini);
eventually(fn() => sessions($server), what: 'a session');
kill($php->pid());
$none('before it knows its session');

$connected = PRELUDE . 'while (status()["session"] !== "connected") usleep(1000); echo "\n"; await();';
$php = start($connected, $ini);
$php->line();
kill($php->pid());
$none('before it knows the claims');

$php = start($connected, $ini);
$php->line();
$php->finish();
$none('the same, with a normal end');

// The claims are known a second later, and then the mark is read.
$php = start($connected, $ini);
$php->line();
usleep(1_500_000);
kill($php->pid());
$none('before it knows the mark');
$php = start($connected, $ini);
$php->line();
usleep(2_500_000);
kill($php->pid());
$none('before it knows that it has the claim');

// What it would ask for next it does not ask for any more: not even the mark says that it was there.
$proxy->mode('pass');
$php = start(PRELUDE . 'new Number(5); echo "leased\n"; await(); new Number(6);', $ini);
$php->line();
$proxy->mode('hold');
$held = $proxy->disturbed();
$php->say('');
eventually(fn() => $proxy->disturbed() > $held, what: 'it asks for another node');
kill($php->pid());
$proxy->mode('pass');
$none('while it looks at a node');
$marks = (new Znodes($server))->children('/sim/ticket/.marks');
echo in_array('0005', $marks) ? 'a mark of 5, ' : '', in_array('0006', $marks) ? 'and of 6' : 'none of 6', "\n";
?>
--EXPECT--
before it knows its session: 0 claims
before it knows the claims: 0 claims
the same, with a normal end: 0 claims
before it knows the mark: 0 claims
before it knows that it has the claim: 0 claims
while it looks at a node: 0 claims
a mark of 5, none of 6
