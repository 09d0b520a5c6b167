--TEST--
Children that need the first ID at the same moment agree on one node
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$ini = ['ticket.local_path' => scratch('registry'), 'ticket.lease' => 'first_use'];
for ($family = 0; $family < 40; $family++) {
    $nodes = run(PRELUDE . <<<'PHP'
    $start = hrtime(true) + 10_000_000;
    for ($i = 0; $i < 4; $i++) {
        if (pcntl_fork() === 0) {
            while (hrtime(true) < $start);
            echo (new Number())->getNodeId() . "\n";
            exit;
        }
    }
    while (pcntl_wait($status) > 0);
    PHP, $ini);
    $nodes = explode("\n", trim($nodes));
    if (count($nodes) !== 4 || count(array_unique($nodes)) !== 1) {
        echo implode(' ', $nodes), "\n";
    }
}
?>
done
--EXPECT--
done
