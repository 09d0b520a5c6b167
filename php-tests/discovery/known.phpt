--TEST--
isRegistered() says no more than a keeper knows: nothing where there is none, and the next one finds out
--FILE--
<?php
require __DIR__ . '/../lib/discovery.php';
$server = new Server();
$php = start(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
$one = (new Discovery())->register('web', 'a:1');
var_dump($one->isRegistered());
await();
// A keeper that is killed has a thread that ends a moment after it.
var_dump(soon(fn() => !$one->isRegistered()));
// This needs a keeper.
(new Client())->exists('/');
var_dump(soon(fn() => $one->isRegistered()));
PHP, discovery($server));
echo $php->line(), "\n";
kill_both(keeper($server->dsn()));
$php->say('go');
echo $php->finish(), "\n";
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
