--TEST--
The clock is set back within the tolerance: IDs go on rising on the same node
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
foreach ([300, 900] as $back) {
    $clock = new Clock();
    $clock->set(-60_000);
    $ini = ['ticket.local_path' => scratch('registry')];
    run(PRELUDE . 'new Number(5);', $ini, $clock->env());
    $clock->set(0);
    $process = start(PRELUDE . <<<'PHP'
    foreach ([new Number(), new Number(5), new Number(new Local())] as $i => $number) {
        // What has really passed, however long the machine has paused: begun earlier and ended later than the clock's.
        $began = hrtime(true);
        $before = [$number->getNodeId(), $number->getTimestamp(), $ids = $number->generateMany(5000)];
        echo "$i\n";
        await();
        $now = $number->getTimestamp();
        echo json_encode([
            $now - $before[1] - (hrtime(true) - $began) / 1e6,
            $number->generate() > end($ids),
            max($ids) < min($more = $number->generateMany(20_000)),
            $number->getNodeId() === $before[0],
            $more[0] >> 22 >= $now,
        ]), "\n";
        await();
    }
    PHP, $ini, $clock->env());
    for ($i = 0; $i < 3; $i++) {
        $process->line();
        $clock->set(-$back);
        $process->say('set back');
        [$moved, $rises, $many, $same, $forward] = json_decode($process->line());
        // Timestamps are whole ms.
        var_dump($moved < -$back + 2, $rises && $many && $forward, $same);
        $clock->set(0);
        $process->say('set right');
    }
    echo $process->finish();
}
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
