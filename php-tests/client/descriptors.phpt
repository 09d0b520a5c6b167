--TEST--
An answer for which PHP has no descriptor free is told as that, and the client keeps its session
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
echo run(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 30_000]);
$client->create('/long', str_repeat('x', 200_000));
$client->create('/e', '', null, Client::EPHEMERAL);
$session = $client->getSessionId();
while ($file = @fopen('/dev/null', 'r')) $files[] = $file;
$said = thrown(fn() => $client->get('/long'));
$files = [];
echo preg_match('/may not open another file.*ulimit -n/', $said) ? 'said' : $said, "\n";
echo strlen($client->get('/long')), "\n";
var_dump($client->exists('/e')?->ephemeralOwner === $session, $client->getSessionId() === $session);
PHP, client($server), [], ['prlimit', '--nofile=100:100']), "\n";
?>
--EXPECT--
said
200000
bool(true)
bool(true)
