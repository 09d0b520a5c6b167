--TEST--
Credentials that were accepted are kept, each once, and presented to the next server; those of one client have 1 MiB together
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$php = start(PRELUDE . CLIENT . <<<'PHP'
function caught(callable $do): object { try { $do(); } catch (Throwable $e) { return $e; } return (object) []; }
$client = new Client(null, ['timeout' => 20_000]);
$users = fn() => array_count_values(array_column($client->whoAmI(), 'scheme'));
for ($i = 0; $i < 1000; $i++) $client->addAuth('digest', 'user:password');
$long = str_repeat('x', 700_000);
$client->addAuth('digest', "long:$long");
$e = caught(fn() => $client->addAuth('digest', "longer:$long"));
echo $e->getCode(), ' ', $e->getMessage(), "\n";
// It is there.
$client->addAuth('digest', "long:$long");
echo $client->exists('/') ? 'served ' : '', $users()['digest'], "\n";
$handle = new \Zookeeper(ini_get('ticket.dsn'));
$handle->addAuth('digest', "long:$long");
echo get_class(caught(fn() => $handle->addAuth('digest', "longer:$long"))), ' ', (int) $handle->exists('/zookeeper'), "\n";
await();
echo $users()['digest'], "\n";
PHP, client($proxy));
for ($lines = 0; $lines < 3; $lines++) {
    echo $php->line(), "\n";
}
// Another connection, where the session goes on.
$proxy->mode('cut');
$proxy->mode('pass');
$php->say('go');
echo $php->line(), "\n";
?>
--EXPECT--
-5 nothing was sent: the credentials of a client may have 1048576 bytes together, 64 more for each, since all that were accepted are kept, to be presented to the next server; make another client for others
served 2
ZookeeperMarshallingException 1
2
