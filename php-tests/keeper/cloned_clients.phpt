--TEST--
The kernel says that this machine is a copy (by injection): clients leave their sessions to the original, and are told
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
// As in cloned.phpt.
$server = new Server();
$znodes = new Znodes($server);
$kernel = scratch('kernel');
foreach (['uevent', 'kmsg'] as $source) {
    touch("$kernel.$source.read");
    chmod("$kernel.$source.read", 0666);
}
$php = start(PRELUDE . CLIENT . <<<'PHP'
$options = ['session_timeout' => 60_000, 'timeout' => 60_000];
[$light, $bound] = [new Client(null, $options), new Client(null, $options)];
$light->create('/a', '1');
$bound->create('/e', '1', null, Client::EPHEMERAL);
printf("0x%x\n", $bound->getSessionId());
await();
while ($bound->getState() === SessionState::Connected) usleep(1000);
echo failed(fn() => $bound->get('/a')), "\n";
echo $bound->get('/a'), $light->get('/a'), "\n";
printf("0x%x\n", $bound->getSessionId());
PHP, client($server), ['LD_PRELOAD' => preload('kernel.c'), 'TICKET_TEST_KERNEL' => $kernel]);
$original = $php->line();
fwrite(stream_socket_client("udg://$kernel.kmsg"), '5,339,5140900,-;random: crng reseeded due to virtual machine fork');
$php->say('go');
echo $php->line(), "\n", $php->line(), "\n";
var_dump($php->line() !== $original);
$php->finish();
// Nobody has ended it.
var_dump($znodes->getData('/e')[2] === $original);
?>
--EXPECT--
SessionExpiredException -112 /a certain
11
bool(true)
bool(true)
