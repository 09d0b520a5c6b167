--TEST--
Values of any size up to ZooKeeper's limit, to the byte; above it nothing is sent, and nobody else notices
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
echo run(PRELUDE . CLIENT . <<<'PHP'
$other = new Client();
$other->create('/e', '', null, Client::EPHEMERAL);
$session = $other->getSessionId();
$client = new Client();
$client->create('/v');
var_dump($client->get('/v'));
$most = 1_048_576 - 1024;
foreach ([0, 1, 65535, 65536, 65537, 212_992, 1_000_000] as $size) {
    $value = $size ? str_repeat(random_bytes(1), $size - 1) . 'x' : '';
    $stat = $client->set('/v', $value);
    $client->get('/v', stat: $read) === $value && $stat->dataLength === $size && $read == $stat || print("wrong at $size\n");
    $client->getMany(['/v', '/none'])['/v']->value === $value || print("wrong at $size\n");
}
echo failed(fn() => $client->set('/v', str_repeat('x', $most))), "\n";
echo failed(fn() => $client->create('/w', str_repeat('x', 2_000_000))), "\n";
echo strlen($client->get('/v')), "\n";
var_dump($other->getSessionId() === $session);
PHP, client($server)), "\n";
?>
--EXPECT--
string(0) ""
MarshallingException -5 /v certain
MarshallingException -5 /w certain
1000000
bool(true)
