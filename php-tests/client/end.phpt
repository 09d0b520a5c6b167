--TEST--
However many bound clients go while ZooKeeper is silent, PHP waits for one of them, not for each
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$php = start(PRELUDE . CLIENT . <<<'PHP'
for ($i = 0; $i < 4; $i++) {
    $clients[$i] = new Client(null, ['timeout' => 30_000, 'session_timeout' => 60_000]);
    $clients[$i]->create("/e$i", '', null, Client::EPHEMERAL);
}
echo "bound\n";
await();
$waited = 0;
for ($i = 0; $i < 4; $i++) {
    $began = hrtime(true);
    unset($clients[$i]);
    // What waits, waits for a second at the least.
    $waited += hrtime(true) - $began > 9e8;
}
var_dump($waited);
await();
// Where it answers again, it is waited for again.
$heard = new Client(null, ['timeout' => 30_000]);
$heard->create('/heard', '', null, Client::EPHEMERAL);
$heard->close();
$last = new Client(null, ['timeout' => 30_000]);
$last->create('/last', '', null, Client::EPHEMERAL);
unset($last);
var_dump((new Client())->exists('/last'));
PHP, client($server));
echo $php->line(), "\n";
$server->pause();
$php->say('go');
echo $php->line(), "\n";
$server->resume();
$php->say('go');
echo $php->finish(), "\n";
// None of those that were not waited for has been left.
eventually(fn() => sessions($server) === 0, 40, 'all sessions have ended');
?>
--EXPECT--
bound
int(1)
NULL
