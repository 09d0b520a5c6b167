--TEST--
The kernel says that this machine is a copy (by injection): what the original has registered is left to it, and this one registers anew
--FILE--
<?php
require __DIR__ . '/../lib/discovery.php';
// As in keeper/cloned.phpt.
$server = new Server();
$znodes = new Znodes($server);
$kernel = scratch('kernel');
foreach (['uevent', 'kmsg'] as $source) {
    touch("$kernel.$source.read");
    chmod("$kernel.$source.read", 0666);
}
$php = start(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
$registration = (new Discovery())->register('web', 'a:1');
$path = $registration->getPath();
echo "$path\n";
await();
var_dump(soon(fn() => $registration->getPath() !== $path && $registration->isRegistered()));
echo $registration->getPath(), "\n";
await();
PHP, discovery($server), ['LD_PRELOAD' => preload('kernel.c'), 'TICKET_TEST_KERNEL' => $kernel]);
$original = $php->line();
$session = $znodes->getData($original)[2];
fwrite(stream_socket_client("udg://$kernel.kmsg"), '5,339,5140900,-;random: crng reseeded due to virtual machine fork');
$php->say('go');
echo $php->line(), "\n";
$copy = $php->line();
// Nobody has ended the original's.
var_dump($znodes->getData($original)[2] === $session, ($znodes->getData($copy)[2] ?? $session) !== $session);
$php->finish();
eventually(fn() => registered($znodes) === [$original], what: "only the original's");
echo "left\n";
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
left
