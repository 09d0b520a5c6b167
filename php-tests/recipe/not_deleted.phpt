--TEST--
Who may create a znode and not delete it is told so when it releases; a callback that throws within acquire() leaves nothing held
--FILE--
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
PHP, recipes($server));
?>
--EXPECT--
true
true /l/...: it is not held any more, but its znode may not be deleted, and others wait until that may be, or the session of this family has ended; allow /l to be deleted from (PERM_DELETE, setAcl())
false 1
false 2
of the watch false true
