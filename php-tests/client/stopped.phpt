--TEST--
A client's process is stopped: its ephemeral znodes go when its session's time is over, not before, and it is told once when it goes on
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['session_timeout' => (int) $argv[1]]);
$client->create('/e' . $argv[1], 'x', null, Client::EPHEMERAL);
$session = $client->getSessionId();
echo "ready\n";
await();
echo $client->getState()->name, "\n";
echo failed(fn() => $client->get('/')), "\n";
echo failed(fn() => $client->get('/')), ', ', $client->getSessionId() === $session ? 'the same' : 'another one', "\n";
PHP;
[$short, $long] = array_map(fn($time) => start(str_replace('$argv[1]', $time, $code), client($server)), [1000, 60_000]);
foreach ([$short, $long] as $php) {
    $php->line();
    pause($php->pid());
}
eventually(fn() => $znodes->getData('/e1000') === null, what: 'the short one is gone');
var_dump($znodes->getData('/e60000') !== null);
foreach ([$short, $long] as $php) {
    signal($php->pid(), 'CONT');
    $php->say('go');
    echo $php->finish(), "\n";
}
?>
--EXPECT--
bool(true)
Expired
SessionExpiredException -112 / certain
nothing was thrown, another one
Connected
nothing was thrown
nothing was thrown, the same
