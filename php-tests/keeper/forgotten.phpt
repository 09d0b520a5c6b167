--TEST--
A node that was not to be had, and that nobody asks for any more, is not taken when it is free
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$proxy = new Proxy($server);
$first = ['ticket.lease' => 'first_use'];
$holder = start(PRELUDE . 'new Number(5); echo "leased\\n"; await();', leasing($server, $first));
$holder->line();
// With times so long that nothing else is to be asked.
$long = ['ticket.session_timeout' => 60_000, 'ticket.window' => 60_000, 'ticket.acquire_timeout' => 300];
$php = start(PRELUDE . <<<'PHP'
echo answered(fn() => new Number(5)), "\n";
await();
while (thrown(fn() => new Number(5)) !== 'nothing was thrown');
echo "had\n";
PHP, $first + leasing($proxy, $long));
echo preg_replace('/.* 300 ms: /', '', $php->line()), "\n";
// So that the proxy counts.
$proxy->mode('delay', 1);
eventually(function () use ($proxy) {
    $before = $proxy->disturbed();
    usleep(1_000_000);
    return $proxy->disturbed() === $before;
}, what: 'ZooKeeper is not asked any more');
$holder->finish();
echo run(PRELUDE . 'new Number(5); echo "for others";', leasing($server, $first)), "\n";
$php->say('');
echo $php->finish(), "\n";
?>
--EXPECT--
node ID 5 is taken by another owner; end that one, or use another node ID
for others
had
