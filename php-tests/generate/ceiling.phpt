--TEST--
A node issues at most 4096 IDs per millisecond, and waits for the next
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
use Dig\Ticket\Number;

$number = new Number();
// A new registry is up to 500 ms ahead of the clock; let that pass.
usleep(600_000);
$started = $number->getTimestamp();
$ids = [];
for ($i = 0; $i < 100_000; $i++) {
    $ids[] = $number->generate();
}
$ids = [...$ids, ...$number->generateMany(100_000)];
$ended = $number->getTimestamp();
check(200_000, $ids);
$perMillisecond = array_count_values(array_map(fn($id) => $id >> 22, $ids));
var_dump(max($perMillisecond) <= 4096, in_array(4096, $perMillisecond, true));
var_dump(max(array_map(fn($id) => $id & 4095, $ids)) <= 4095);
// Never ahead of the clock while the clock goes on.
var_dump(min($ids) >> 22 >= $started, max($ids) >> 22 <= $ended);
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
