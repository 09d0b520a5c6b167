--TEST--
A session ends at ZooKeeper: light clients do not notice, a bound one is told once and is a light one then
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
$light = new Client(null, ['timeout' => 30_000]);
$bound = new Client(null, ['timeout' => 30_000]);
$light->create('/a', '1');
$bound->create('/e', '1', null, Client::EPHEMERAL);
printf("0x%x\n", $bound->getSessionId());
await();
while ($bound->getState() === SessionState::Connected) usleep(1000);
echo $light->get('/a'), "\n";
echo failed(fn() => $bound->set('/a', '2')), "\n";
echo $bound->get('/a'), ' ', json_encode($bound->exists('/e')), "\n";
echo $bound->create('/e', '2', null, Client::EPHEMERAL), "\n";
await();
for ($i = 0; $i < 200; $i++) {
    try {
        $light->set('/a', "$i");
    } catch (E\ZookeeperException $e) {
        // It was under way just then.
        $e->isOutcomeUnknown() || print("{$e->getMessage()}\n");
        continue;
    }
    $light->get('/a') === "$i" || print("older than what was written\n");
    usleep(5000);
}
echo $bound->get('/e'), "\n";
PHP;
$php = start($code, client($server));
$session = $php->line();
$znodes->expire($session);
$php->say('go');
for ($i = 0; $i < 4; $i++) {
    echo $php->line(), "\n";
}
// The shared one: that which has none of the ephemerals.
preg_match_all('/sid=(0x[0-9a-f]+)/', $server->ask('cons'), $found);
$sessions = array_diff($found[1], [$znodes->session, $znodes->getData('/e')[2]]);
$expired = 0;
foreach ($sessions as $one) {
    try {
        $znodes->expire($one);
        $expired++;
    } catch (Exception) {
        // What is no session.
    }
}
var_dump($expired > 0);
$php->say('go');
echo $php->finish(), "\n";
?>
--EXPECT--
1
SessionExpiredException -112 /a certain
1 null
/e
bool(true)
2
