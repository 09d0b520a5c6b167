--TEST--
make torture: the same seed makes the same plan, another seed another one, and each kind of fault comes
--FILE--
<?php
require __DIR__ . '/plan.php';
$plan = fn(int $seed, int $seconds) => new Plan($seed, $seconds, fleet(22), 6000);
$draw = fn(int $seed, int $seconds = 60) => implode("\n", $plan($seed, $seconds)->draw());
$first = $draw(7);
mt_srand(1);
var_dump($draw(7) === $first, $draw(8) === $first);
// Also in another version of PHP.
echo strtok($first, "\n"), "\n";

foreach ([1, 2, 3] as $seed) {
    $faults = $plan($seed, 300)->draw();
    $kinds = array_unique(array_map(fn($fault) => $fault->kind, $faults));
    var_dump(array_diff($plan($seed, 300)->kinds(), $kinds));
    // In their order, and over when the run is.
    $times = array_map(fn($fault) => $fault->at, $faults);
    $sorted = $times;
    sort($sorted);
    var_dump($times === $sorted, max(array_map(fn($fault) => $fault->at + $fault->ms, $faults)) <= 300_000);
    // The servers suffer one fault at a time.
    $until = 0;
    foreach ($faults as $fault) {
        if ($fault->family === '' || $fault->kind === 'partition.family') {
            $fault->at >= $until || print("$fault overlaps\n");
            $until = $fault->at + $fault->ms;
        }
    }
}
?>
--EXPECT--
bool(true)
bool(false)
   2.000 s theft.stop             rival-1         2  10906 ms      0
array(0) {
}
bool(true)
bool(true)
array(0) {
}
bool(true)
bool(true)
array(0) {
}
bool(true)
bool(true)
