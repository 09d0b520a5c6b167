--TEST--
The end of a bound client that is lost on its way is told again: its ephemeral znodes do not wait for their session's time
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server(['maxSessionTimeout' => 600_000]);
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$php = start(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 30_000, 'session_timeout' => 600_000]);
$client->create('/e', '', null, Client::EPHEMERAL);
echo "bound\n";
await();
unset($client);
echo "unset\n";
await();
PHP, client($proxy));
echo $php->line(), "\n";
$before = $proxy->disturbed();
$proxy->mode('drop_requests');
$php->say('go');
echo $php->line(), "\n";
eventually(fn() => $proxy->disturbed() > $before, what: 'the end was lost');
$proxy->mode('cut');
$proxy->mode('pass');
eventually(fn() => $znodes->getData('/e') === null, 40, 'the session has ended');
echo $php->finish(), "\n";
?>
--EXPECT--
bound
unset
