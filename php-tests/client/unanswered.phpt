--TEST--
A reply that is lost is told as an unknown outcome; what could not be sent is not sent later, and that is certain
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 1000, 'session_timeout' => 60_000]);
$slow = new Client(null, ['timeout' => 20_000, 'session_timeout' => 60_000]);
$client->create('/a', '1');
echo "ready\n";
await();
// Requests arrive, replies do not.
echo failed(fn() => $client->create('/lost', 'x')), "\n";
echo failed(fn() => $client->set('/a', '2')), "\n";
echo failed(fn() => $client->delete('/a', 7)), "\n";
echo failed(fn() => $client->transaction()->create('/multi', 'x')->commit()), "\n";
echo failed(fn() => $client->get('/a')), "\n";
echo "lost\n";
await();
// The server is out of reach.
echo failed(fn() => $client->create('/never', 'x')), "\n";
echo failed(fn() => $client->set('/a', '3')), "\n";
echo failed(fn() => $client->get('/a')), "\n";
echo failed(fn() => $client->getSessionId()), "\n";
echo "refused\n";
// And is within reach again before the time is over.
echo $slow->create('/late', 'x'), "\n";
echo $client->get('/a'), "\n";
PHP;
$php = start($code, client($proxy));
$until = function (string $line) use ($php) {
    while (($said = $php->line()) !== $line) {
        $said === '' ? throw new Exception($php->finish()) : print("$said\n");
    }
};
$until('ready');
$proxy->mode('drop_replies');
$php->say('go');
$until('lost');
var_dump($znodes->getData('/lost')[0], $znodes->getData('/a')[0], $znodes->getData('/multi')[0]);
$proxy->mode('cut');
$php->say('go');
$until('refused');
$proxy->mode('pass');
echo $php->finish(), "\n";
var_dump($znodes->getData('/never'), $znodes->getData('/a')[0]);
?>
--EXPECT--
OperationTimeoutException -7 /lost unknown
OperationTimeoutException -7 /a unknown
OperationTimeoutException -7 /a unknown
OperationTimeoutException -7 - unknown
OperationTimeoutException -7 /a certain
string(1) "x"
string(1) "2"
string(1) "x"
OperationTimeoutException -7 /never certain
OperationTimeoutException -7 /a certain
OperationTimeoutException -7 /a certain
OperationTimeoutException -7 - certain
/late
2
NULL
string(1) "2"
