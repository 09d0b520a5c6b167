--TEST--
onLost() is called when the time is over, also while ZooKeeper is away; who has waited as long as it was to is told so, though ZooKeeper is away by then
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$lock = new Lock($client, '/l');
$election = new Election($client, '/e');
$lost = [];
$lock->onLost(function () use (&$lost) { $lost[] = 'lost'; });
$election->join(null, function () use (&$lost) { $lost[] = 'deposed'; });
tell($lock->acquire(), $election->awaitLeadership());
await();
until(function () use ($client, &$lost) { $client->wait(0.01); return count($lost) === 2; });
sort($lost);
// ZooKeeper is away still, and nobody else has it yet.
tell(json_encode($lost), $lock->isHeld(), $election->isLeader(), failed(fn() => (new Client(null, ['timeout' => 100]))->exists('/')));
PHP;
foreach (['cut', 'drop_all'] as $mode) {
    $php = start($code, recipes($proxy, ['ticket.session_timeout' => 12_000]));
    echo $php->line(), "\n";
    $proxy->mode($mode);
    $php->say('go');
    echo "$mode: ", $php->line(), ' ', count($znodes->children('/l')), "\n";
    $proxy->mode('pass');
    $php->finish();
    in_line($znodes, '/l', 0);
    in_line($znodes, '/e', 0);
}

$znodes->create('/w');
$znodes->create('/w/_c_0-lock-0000000000');
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$lock = new Lock(new Client(), '/w');
$began = hrtime(true);
// It stands in line before ZooKeeper goes.
tell($lock->acquire(3.0), hrtime(true) - $began < 15e9 ? 'soon' : 'late');
PHP, recipes($proxy));
// Its answer has come, and it watches.
eventually(fn() => str_contains($server->ask('wchp'), '/w/_c_0-lock-'), what: 'it waits');
$proxy->mode('cut');
echo $php->line(), "\n";
$proxy->mode('pass');
echo $php->finish();
in_line($znodes, '/w', 1);
?>
--EXPECT--
true true
cut: ["deposed","lost"] false false OperationTimeoutException -7 / certain 1
true true
drop_all: ["deposed","lost"] false false OperationTimeoutException -7 / certain 1
false soon
