--TEST--
A client that was interrupted while it became bound is told, too, when the keeper is killed
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$php = start(PRELUDE . CLIENT . <<<'PHP'
pcntl_async_signals(true);
pcntl_signal(SIGUSR1, fn() => throw new RuntimeException('interrupted'));
$client = new Client(null, ['timeout' => 30_000, 'session_timeout' => 60_000]);
$client->exists('/');
echo "ready\n";
await();
echo thrown(fn() => $client->create('/e', '', null, Client::EPHEMERAL)), "\n";
await();
echo failed(fn() => $client->exists('/')), "\n";
echo failed(fn() => $client->exists('/')), "\n";
PHP, client($proxy));
echo $php->line(), "\n";
[$keeper] = keepers($proxy->dsn());
$before = $proxy->disturbed();
$proxy->mode('drop_replies');
$php->say('go');
eventually(fn() => $proxy->disturbed() > $before, what: 'it becomes bound');
signal($php->pid(), 'USR1');
echo $php->line(), "\n";
$proxy->mode('pass');
eventually(fn() => $znodes->getData('/e') !== null, what: 'it was carried out');
kill($keeper);
$php->say('go');
echo $php->finish(), "\n";
?>
--EXPECT--
ready
RuntimeException: interrupted
SessionExpiredException -112 / certain
nothing was thrown
