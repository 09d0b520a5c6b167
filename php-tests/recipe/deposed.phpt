--TEST--
awaitLeadership() is true only of a leadership that is not over, also where nothing was asked between; where its client is closed it says so
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$election = new Election($client, '/e', getenv('NAME'));
while (($what = await()) !== '') {
    tell(match ($what) {
        'path' => $election->getPath(),
        'close' => $client->close(),
        'await' => $election->awaitLeadership(),
        'look' => $election->awaitLeadership(0.0),
        'a moment' => $election->awaitLeadership(0.2),
        'failed' => failed($election->awaitLeadership(...)) . ', ' . failed($election->join(...)) . ', ' . failed($election->resign(...)),
    });
}
PHP;
$ask = function (object $php, string $what): string {
    $php->say($what);
    return $php->line();
};
$a = start($code, recipes($server, ['ticket.session_timeout' => 3000]), ['NAME' => 'a']);
$b = start($code, recipes($server), ['NAME' => 'b']);
foreach (['its znode is deleted', 'its keeper is stopped'] as $way) {
    foreach (['look', 'a moment'] as $how) {
        $was = $ask($a, 'await');
        $path = $ask($a, 'path');
        $b->say('await');
        in_line($znodes, '/e', 2);
        if ($way === 'its znode is deleted') {
            $znodes->delete($path);
        } else {
            $keeper = array_values(array_intersect(keepers($server->dsn()), descendants($a->pid())))[0];
            pause($keeper);
        }
        echo "$way: $was, ", $b->line();
        // It is seen to be gone, and it stands in line again.
        $way === 'its znode is deleted' && in_line($znodes, '/e', 2);
        // Nothing was asked of it meanwhile, and b leads.
        echo ', ', $ask($a, $how), "\n";
        $way === 'its znode is deleted' || signal($keeper, 'CONT');
        $b->finish();
        $b = start($code, recipes($server), ['NAME' => 'b']);
    }
}
$ask($a, 'await');
$ask($a, 'close');
echo $ask($a, 'failed'), "\n";
$a->finish();
$b->finish();
?>
--EXPECT--
its znode is deleted: true, true, false
its znode is deleted: true, true, false
its keeper is stopped: true, true, false
its keeper is stopped: true, true, false
ClosedException -116 - certain, ClosedException -116 - certain, nothing was thrown
