--TEST--
A client's process is stopped: its ephemeral znodes go when its session's time is over, as the server has it, and not before; it is told once when it goes on
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$code = PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['session_timeout' => TIMEOUT]);
$client->create('/eTIMEOUT', 'x', null, Client::EPHEMERAL);
$session = $client->getSessionId();
echo "ready\n";
await();
echo $client->getState()->name, "\n";
echo failed(fn() => $client->get('/')), "\n";
echo failed(fn() => $client->get('/')), ', ', $client->getSessionId() === $session ? 'the same' : 'another one', "\n";
PHP;
// What a server makes of what is asked for.
$server = new Server(['minSessionTimeout' => 3000, 'maxSessionTimeout' => 20_000]);
$znodes = new Znodes($server);
$asked = [100, 60_000];
[$short, $long] = array_map(fn($time) => start(str_replace('TIMEOUT', $time, $code), client($server)), $asked);
foreach ([$short, $long] as $php) {
    $php->line();
    pause($php->pid());
}
$began = hrtime(true);
eventually(fn() => $znodes->getData('/e100') === null, what: 'the short one is gone');
var_dump(hrtime(true) - $began > 2_900_000_000, $znodes->getData('/e60000') !== null);
foreach ([$short, $long] as $php) {
    signal($php->pid(), 'CONT');
    $php->say('go');
    echo $php->finish(), "\n";
}

// One that asks now and then has not been stopped all the time.
$php = start(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['session_timeout' => 3000]);
$client->create('/now-and-then', 'x', null, Client::EPHEMERAL);
echo "ready\n";
stream_set_blocking(STDIN, false);
while (fgets(STDIN) === false) {
    $said = failed(fn() => $client->get('/'));
    if ($said !== 'nothing was thrown') {
        exit("$said\n");
    }
    usleep(1000);
}
echo "asked all the time\n";
PHP, client($server));
$php->line();
for ($end = hrtime(true) + 6e9; hrtime(true) < $end;) {
    pause($php->pid());
    usleep(190_000);
    signal($php->pid(), 'CONT');
    usleep(10_000);
}
$php->say('enough');
echo $php->finish(), "\n";
?>
--EXPECT--
bool(true)
bool(true)
Expired
SessionExpiredException -112 / certain
nothing was thrown, another one
Connected
nothing was thrown
nothing was thrown, the same
asked all the time
