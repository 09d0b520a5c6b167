--TEST--
Credentials that are refused end one client, and nobody else notices
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
echo run(PRELUDE . CLIENT . <<<'PHP'
$other = new Client();
$other->create('/a', '1');
$bound = new Client();
$bound->create('/e', '1', null, Client::EPHEMERAL);
$client = new Client();
echo $client->get('/a'), "\n";
echo failed(fn() => $client->addAuth('no-such-scheme', 'x')), "\n";
echo failed(fn() => $client->get('/a')), "\n";
var_dump($client->getState());
$given = new Client(null, ['auth' => [['no-such-scheme', 'x']], 'timeout' => 20_000]);
echo failed(fn() => $given->get('/a')), "\n";
echo $other->get('/a'), $bound->get('/e'), (new Client())->get('/a'), "\n";
PHP, client($server)), "\n";
?>
--EXPECT--
1
AuthFailedException -115 - certain
AuthFailedException -115 /a certain
enum(Dig\Zookeeper\SessionState::AuthFailed)
AuthFailedException -115 /a certain
111
