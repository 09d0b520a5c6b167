<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$code = PRELUDE . CLIENT . WATCH . <<<'PHP'
$client = new Client(null, ['timeout' => 30_000]);
$client->create('/a', '1');
$stays = $client->watch('/a', note('stays'));
$client->get('/a', note('once'));
echo "armed\n";
await();
echo noted($client, 2);
echo $client->get('/a'), ' ', $client->set('/a', '3')->version, "\n";
echo failed(fn() => $client->watch('/a', note('new'))), "\n";
$client->get('/a', note('once'));
$client->set('/a', '4');
echo noted($client, 1);
echo "again\n";
await();
// With a server that does it is armed again.
echo noted($client, 1);
$client->set('/a', '5');
echo noted($client, 1);
var_dump($stays->isActive());
PHP;
// Many of them ask once for all.
$many = PRELUDE . CLIENT . WATCH . <<<'PHP'
$client = new Client(null, ['timeout' => 30_000]);
$told = [];
for ($i = 0; $i < 30; $i++) {
    $client->watch("/m$i", function () use (&$told, $i) { $told[$i] = true; });
}
$states = [];
$client->onSession(function ($state) use (&$states) { $states[] = $state->name; });
echo "armed\n";
await();
// All have been told that they may have missed something.
while (count($told) < 30) {
    $client->wait(0.05);
}
for ($i = 0; $i < 100; $i++) {
    $client->exists('/m0');
}
$client->dispatch();
$lost = count(array_keys($states, 'Suspended'));
echo $lost <= 4 ? "few\n" : "$lost connections were lost\n";
PHP;
$php = start($code, client($proxy, ['ticket.session_timeout' => 20_000]));
echo $php->line(), "\n";
$proxy->mode('cut');
(new Znodes($server))->set('/a', '2');
$proxy->mode('old');
$php->say('go on');
while (($line = $php->line()) !== 'again' && $line !== '') {
    echo "$line\n";
}
$proxy->mode('cut');
$proxy->mode('pass');
$php->say('go on');
echo $php->finish(), "\n";
$php = start($many, client($proxy, ['ticket.session_timeout' => 20_000]));
echo $php->line(), "\n";
$proxy->mode('cut');
$proxy->mode('old');
$php->say('go on');
echo $php->finish(), "\n";
?>
