--TEST--
Servers are parted from each other: who is cut off loses its clients, whoever it was, and the others go on
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$ensemble = new Ensemble([], true);
$serves = fn(int $id) => str_contains($ensemble->servers[$id]->ask('srvr', 0.5), 'Mode:');
$leader = fn() => array_search($ensemble->leader(), $ensemble->servers, true);
$status = <<<'PHP'
$number = new Dig\Ticket\Number();
$number->generate();
while (fgets(STDIN)) {
    $number->generate();
    echo Dig\Ticket\status()['session'], "\n";
}
PHP;
foreach (['leader' => ['cut', 'mute'], 'follower' => ['drop_all', 'deaf']] as $who => $modes) {
    foreach ($modes as $mode) {
        $led = $leader();
        $id = $who === 'leader' ? $led : $led % 3 + 1;
        [$other, $third] = array_values(array_diff([1, 2, 3], [$id]));
        // One that knows only the server that is cut off.
        $php = start($status, leasing($ensemble->servers[$id], ['ticket.window' => 30_000]));
        $session = function () use ($php) {
            $php->say('?');
            return $php->line();
        };
        eventually(fn() => $session() === 'connected', what: 'it is connected');
        $before = $ensemble->part($id, 'pass');
        $ensemble->part($id, $mode);
        eventually(fn() => !$serves($id), what: "server $id stops serving");
        eventually(fn() => $session() !== 'connected', what: 'its client loses it');
        eventually(fn() => $serves($other) && $serves($third), what: 'the others serve');
        (new Znodes($ensemble->servers[$other]))->mkdir("/$who/$mode");
        // It does not come back as long as that lasts.
        usleep(1_500_000);
        $gone = !$serves($id) && $session() !== 'connected';
        $disturbed = $ensemble->part($id, 'pass') > $before;
        eventually(fn() => $serves(1) && $serves(2) && $serves(3), what: 'all serve');
        eventually(fn() => $session() === 'connected', what: 'it is connected again');
        echo "$who $mode: ", json_encode([$gone, $disturbed, $php->finish()]), "\n";
    }
}
foreach ([1, 2, 3] as $id) {
    $ensemble->part($id, 'cut');
}
eventually(fn() => !$serves(1) && !$serves(2) && !$serves(3), what: 'none serves');
foreach ([1, 2, 3] as $id) {
    $ensemble->part($id, 'pass');
}
eventually(fn() => $serves(1) && $serves(2) && $serves(3), what: 'all serve');
$nodes = fn() => (new Znodes($ensemble->dsn()))->children('/leader');
eventually(fn() => count($nodes()) === 2, what: 'what was written is there');

// When a session was, as the servers have it on their disks.
$now = fn() => (int) (microtime(true) * 1000);
[$from, $other, $one] = [$now(), new Znodes($ensemble->dsn()), new Znodes($ensemble->dsn(), 2000)];
$one->close();
$to = $now();
$sessions = $ensemble->sessions();
[$began, $ended] = $sessions[intval($one->session, 16)];
var_dump($from <= $began && $began <= $ended && $ended <= $to, array_keys($sessions[intval($other->session, 16)]));
?>
--EXPECT--
leader cut: [true,true,""]
leader mute: [true,true,""]
follower drop_all: [true,true,""]
follower deaf: [true,true,""]
bool(true)
array(1) {
  [0]=>
  int(0)
}
