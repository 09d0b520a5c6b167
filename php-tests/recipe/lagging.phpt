--TEST--
A session comes back to a server that has not seen yet what was made in it: nothing is taken for gone that is there
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$proxy = new Proxy($server);
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$lock = new Lock($client, '/l');
$lost = 0;
$lock->onLost(function () use (&$lost) { $lost++; });
tell($lock->acquire());
while (await() !== '') {
    tell($lock->getPath());
    await();
    // A session of another kind is back as well.
    until(fn() => failed(fn() => $client->exists('/')) === 'nothing was thrown');
    for ($i = 0; $i < 100; $i++) $client->wait(0.01);
    $client->transaction()->check($lock)->commit();
    tell($lost, $lock->isHeld());
}
PHP, recipes($proxy));
echo $php->line(), "\n";
for ($i = 0; $i < 3; $i++) {
    $php->say('path');
    $path = $php->line();
    $watched = fn() => str_contains($server->ask('wchp'), $path);
    eventually($watched, what: 'it watches its own');
    $proxy->mode('cut');
    eventually(fn() => !$watched(), what: 'the server has noticed');
    $proxy->lag($path);
    $php->say('go');
    echo $php->line(), "\n";
}
echo $php->finish();
?>
--EXPECT--
true
0 true
0 true
0 true
