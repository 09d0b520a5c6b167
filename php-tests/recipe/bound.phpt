--TEST--
The keeper of a client with a session of its own is killed: what it resigns from it has resigned from, and the end of that session is told with the next call
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$client->create('/mine', '', flags: Client::EPHEMERAL);
$election = new Election($client, '/e', 'one');
$deposed = 0;
$election->join(null, function () use (&$deposed) { $deposed++; });
until(fn() => $election->isLeader());
echo "leads\n";
await();
// It hears of the keeper's end by this, and no call has told of the session's.
until(function () use ($client, &$deposed) { $client->wait(0.01); return $deposed; });
until(fn() => $election->isLeader());
$election->resign();
$other = new Client();
tell($deposed, $election->isLeader(), json_encode($other->getChildren('/e')));
tell(failed(fn() => $client->exists('/e')), failed(fn() => $client->exists('/e')));
PHP, recipes($server, ['ticket.session_timeout' => 4000]));
$php->line();
kill(keeper($server->dsn()));
$php->say('go');
echo $php->finish();
?>
--EXPECT--
1 false []
SessionExpiredException -112 /e certain nothing was thrown
