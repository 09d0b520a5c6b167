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
        $before = [$number->getNodeId(), $number->getTimestamp(), $ids = $number->generateMany(5000)];
        echo "$i\n";
        await();
        echo json_encode([
            $number->getTimestamp() - $before[1],
            $number->generate() > end($ids),
            max($ids) < min($more = $number->generateMany(20_000)),
            $number->getNodeId() === $before[0],
            ($more[0] >> 22) - $number->getTimestamp() > -100,
        ]), "\n";
        await();
    }
    PHP, $ini, $clock->env());
    for ($i = 0; $i < 3; $i++) {
        $process->line();
        $clock->set(-$back);
        $process->say('set back');
        [$moved, $rises, $many, $same] = json_decode($process->line());
        var_dump($moved < -$back + 200 && $moved > -$back - 200, $rises && $many, $same);
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
