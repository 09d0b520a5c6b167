--TEST--
A server tells nobody of a znode that may not be read: where that is a child of the cache's own, it is found out, and the cache is none
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
$znodes->create('/c');
$znodes->create('/c/open', 'one');
$php = start(PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Cache;
$cache = new Cache('/c');
echo $cache->get('open'), "\n";
await();
for ($end = hrtime(true) + 60e9; $cache->isComplete() && hrtime(true) < $end;) usleep(1000);
echo failed(fn() => $cache->get('open')), "\n";
await();
for ($end = hrtime(true) + 60e9; !$cache->isComplete() && hrtime(true) < $end;) usleep(1000);
echo $cache->get('open'), "\n";
PHP, client($server));
echo $php->line(), "\n";
$znodes->create('/c/secret', 'x', false, 30);
$php->say('');
echo $php->line(), "\n";
$znodes->delete('/c/secret');
$php->say('');
echo $php->finish(), "\n";
?>
--EXPECT--
one
NoAuthException -102 /c/secret certain
one
