<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$znodes = new Znodes($server);
$znodes->create('/l');
// Read, create and admin.
$znodes->setAcl('/l', 1 | 4 | 16);
echo run(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$lock = new Lock($client, '/l');
tell($lock->acquire());
$path = $lock->getPath();
try {
    $lock->release();
} catch (E\NoAuthException $e) {
    tell($e->getPath() === $path, str_replace(basename($path), '...', $e->getMessage()));
}
tell($lock->isHeld(), count($client->getChildren('/l')));
// It stands behind that, and leaves its own behind as well.
tell(failed(fn() => $lock->acquire(0.1)) === "NoAuthException -102 $path certain", count($client->getChildren('/l')));

$client->create('/watched');
$client->watch('/watched', function () { throw new Exception('of the watch'); });
(new Client())->set('/watched', 'x');
$lock = new Lock($client, '/other');
// It is heard of while it is acquired, if not before.
for ($said = null; !$said;) {
    try {
        $lock->acquire();
        $lock->release();
        (new Client())->set('/watched', 'x');
    } catch (Exception $e) {
        $said = $e->getMessage();
    }
}
tell($said, $lock->isHeld(), until(fn() => $client->getChildren('/other') === []));
PHP, recipes($server)), "\n";

// However many of them there are, one a second is tried again; and all are gone soon when they may be.
$znodes->setAcl('/l', 31);
$znodes->create('/m');
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$admin = new Client();
$holder = new Lock($admin, '/m');
$holder->acquire();
$client = new Client();
echo "held\n";
await();
for ($i = 0; $i < 200; $i++) {
    try {
        (new Lock($client, '/m'))->acquire(0.0);
    } catch (E\NoAuthException) {
    }
}
echo count($client->getChildren('/m')), "\n";
await();
tell(until(fn() => count($client->getChildren('/m')) === 1), $holder->isHeld());
PHP, recipes($server));
echo $php->line(), "\n";
$znodes->setAcl('/m', 1 | 4 | 16);
$php->say('go on');
echo $php->line(), "\n";
$received = function () use ($server): int {
    $asked = stream_socket_client("tcp://{$server->dsn()}");
    fwrite($asked, 'mntr');
    preg_match('/zk_packets_received\s+(\d+)/', stream_get_contents($asked), $found);
    return (int) $found[1];
};
[$before, $began] = [$received(), hrtime(true)];
sleep(2);
$each = ($received() - $before) / ((hrtime(true) - $began) / 1e9);
// Sessions are kept alive besides; each of the 200 would be one.
echo $each < 50 ? "few requests\n" : "$each requests a second\n";
$znodes->setAcl('/m', 31);
$php->say('go on');
echo $php->finish(), "\n";
?>
