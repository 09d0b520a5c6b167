--TEST--
A keeper that was killed is replaced when half a window is left, by processes that only issue
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$clock = new Clock();
$php = start(PRELUDE . <<<'PHP'
$number = new Number();
$number->generate();
$began = $number->getTimestamp();
echo status()['keeper'], "\n";
$old = (int) await();
echo $number->getTimestamp() - $began > 500_000 ? 'the clock moved' : 'the clock did not move', "\n";
for ($i = 0; $i < 6000 && in_array(status()['keeper'], [null, $old], true); $i++) {
    $number->generate();
    usleep(10_000);
}
echo $i < 6000 ? 'another keeper' : 'no keeper', "\n";
PHP, leasing($server, ['ticket.window' => 600_000]), $clock->env());
($keeper = (int) $php->line()) > 1 || die($php->finish());
kill_both($keeper);
// Of the 800 s that were reserved 250 are left, so no call has to wait for it.
$clock->set(550_000);
$php->say((string) $keeper);
echo $php->finish(), "\n";
?>
--EXPECT--
the clock moved
another keeper
