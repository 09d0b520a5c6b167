--TEST--
generateMany() returns a list that rises, and shares the sequence with generate()
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$number = new Dig\Ticket\Number();
$ids = [];
foreach ([1, 2, 4095, 4096, 4097, 100_000, 3] as $count) {
    $list = $number->generateMany($count);
    var_dump(array_is_list($list) && count($list) === $count);
    $ids = [...$ids, ...$list, $number->generate()];
}
check(1 + 2 + 4095 + 4096 + 4097 + 100_000 + 3 + 7, $ids);
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
