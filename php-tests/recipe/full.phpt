--TEST--
A stopped keeper, and more to be said than there is room for: what is held stays so, a call ends in time, and all that was released is free when the keeper goes on
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$znodes = new Znodes($server);
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client(null, ['timeout' => 30_000]);
$kept = new Lock($client, '/kept');
$kept->acquire();
$client->create('/e');
$all = [];
for ($i = 0; $i < 200; $i++) {
    $all[] = $lock = new Lock($client, "/l/$i");
    $lock->acquire();
}
// These stand in line.
for ($i = 0; $i < 600; $i++) {
    $all[] = $election = new Election($client, '/e');
    $election->join();
}
// Nothing is heard of that meanwhile: the keeper does not hear more than it can answer either. Unless it was too slow for all of it.
[$other, $late] = [new Client(), hrtime(true) + 5e9];
tell('held', until(function () use ($client, $other, $late) {
    if (hrtime(true) > $late) $client->wait(0.0);
    return count($other->getChildren('/e')) === 600;
}));
unset($lock, $election, $other);
await();
$all = [];
tell('gone', $kept->isHeld());
// Its connection is full: it waits for room, and not in vain.
pcntl_async_signals(true);
pcntl_signal(SIGALRM, function () { echo "waits\n"; });
pcntl_alarm(1);
tell(failed(fn() => $client->exists('/kept')), $kept->isHeld());
await();
$kept->release();
PHP, recipes($server));
echo $php->line(), "\n";
$keeper = keeper($server->dsn());
pause($keeper);
$php->say('go');
echo $php->line(), "\n", $php->line(), "\n";
signal($keeper, 'CONT');
echo $php->line(), "\n";
in_line($znodes, '/e', 0);
eventually(fn() => array_merge(...array_map(fn($i) => $znodes->children("/l/$i"), range(0, 199))) === [], what: 'all are free');
echo count($znodes->children('/kept')), "\n";
$php->say('go');
echo $php->finish();
in_line($znodes, '/kept', 0);
?>
--EXPECT--
held true
gone true
waits
nothing was thrown true
1
