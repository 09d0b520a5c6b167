--TEST--
The connection is cut while a request is under way: a read is asked again, a write's outcome is told as unknown
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 20_000, 'session_timeout' => 60_000]);
$client->create('/a', '1');
echo "ready\n";
await();
echo $client->get('/a'), "\n";
await();
echo failed(fn() => $client->set('/a', '2')), "\n";
echo $client->get('/a'), "\n";
PHP;
$php = start($code, client($proxy));
echo $php->line(), "\n";
foreach (['read', 'write'] as $what) {
    $proxy->mode('drop_replies');
    $before = $proxy->disturbed();
    $php->say('go');
    eventually(fn() => $proxy->disturbed() > $before, what: "the $what has arrived");
    // Cuts the connection.
    $proxy->mode('pass');
    echo $php->line(), "\n";
}
echo $php->finish(), "\n";
var_dump($znodes->getData('/a')[0]);
?>
--EXPECT--
ready
1
ConnectionLossException -4 /a unknown
2
string(1) "2"
