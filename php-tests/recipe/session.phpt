--TEST--
The session changes under what is held: servers give it a shorter time, which counts from then on; or they refuse its credentials, which is a loss, and told
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server(['authProvider.1' => 'org.apache.zookeeper.server.auth.KeyAuthenticationProvider']);
$proxy = new Proxy($server);
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$lock = new Lock($client, '/l');
tell($lock->acquire(), $lock->remaining() > 30);
await();
until(fn() => failed(fn() => $client->exists('/')) === 'nothing was thrown');
// It is not held for as long as the server had said before.
for ($end = hrtime(true) + 10e9; $lock->remaining() > 2.4 && hrtime(true) < $end;) usleep(1000);
tell($lock->remaining() <= 2.4);
PHP, recipes($server));
echo $php->line(), "\n";
$server->kill();
$server->start(config: ['maxSessionTimeout' => 4000]);
$php->say('go');
echo $php->finish(), "\n";

$znodes = new Znodes($server);
// Of numbers, those are let in that it divides.
$znodes->create('/key', '3');
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$client->addAuth('key', '9');
$lock = new Lock($client, '/m');
$lost = 0;
$lock->onLost(function () use (&$lost) { $lost++; });
$election = new Election($client, '/e');
$deposed = 0;
$election->join(null, function () use (&$deposed) { $deposed++; });
tell($lock->acquire(), $election->awaitLeadership());
await();
tell(until(function () use ($client, &$lost, &$deposed) { $client->wait(0.01); return $lost && $deposed; }), $lock->isHeld(), $election->isLeader());
tell(failed(fn() => $lock->acquire()), failed(fn() => $election->awaitLeadership()));
$client->close();
await();
$client = new Client();
$client->addAuth('key', '9');
tell((new Lock($client, '/m'))->acquire());
PHP, recipes($proxy, ['ticket.session_timeout' => 4000]));
echo $php->line(), "\n";
$znodes->set('/key', '7');
$proxy->mode('cut');
$proxy->mode('pass');
$php->say('go');
echo $php->line(), "\n", $php->line(), "\n";
$znodes->set('/key', '3');
$php->say('go');
echo $php->finish();
?>
--EXPECT--
true true
true
true true
true false false
AuthFailedException -115 /m certain AuthFailedException -115 /e certain
true
