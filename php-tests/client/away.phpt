--TEST--
Servers away for longer than sessions last: a client with a session of its own stands as expired, one without never does
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$php = start(PRELUDE . CLIENT . <<<'PHP'
$options = ['timeout' => 20_000, 'session_timeout' => 1000];
[$light, $bound] = [new Client(null, $options), new Client(null, $options)];
$light->exists('/');
$bound->create('/e', '', null, Client::EPHEMERAL);
echo $light->getState()->name, ' ', $bound->getState()->name, "\n";
await();
$seen = [];
for ($end = INF; hrtime(true) < $end; usleep(10_000)) {
    $seen[$light->getState()->name] = true;
    // The other one lasts as long; it may be a moment behind.
    if ($end === INF && $bound->getState() === SessionState::Expired) $end = hrtime(true) + 1e9;
}
unset($seen['Connected']);
echo implode(' ', array_keys($seen)), ' ', $bound->getState()->name, "\n";
await();
echo $light->exists('/') ? 'served' : '', ' ', $light->getState()->name, "\n";
PHP, client($server));
echo $php->line(), "\n";
$server->kill();
$php->say('go');
echo $php->line(), "\n";
$server->start();
$php->say('go');
echo $php->finish(), "\n";
?>
--EXPECT--
Connected Connected
Suspended Expired
served Connected
