--TEST--
parse() takes the article's IDs apart, also those past the sign bit
--FILE--
<?php
use Dig\Ticket\Number;

foreach ([0, 1, (1 << 22) | (5 << 12) | 7, 2235121160873336832, PHP_INT_MAX, PHP_INT_MIN, -1] as $id) {
    echo $id, ' ', json_encode(Number::parse($id)), "\n";
}
$number = new Number(5);
$parts = Number::parse($number->generate());
// A new registry's first IDs are up to 500 ms ahead of the clock.
$ahead = $parts['timestamp'] - Number::CUSTOM_EPOCH - $number->getTimestamp();
var_dump($parts['node'], $ahead <= 500 && $ahead > -60_000);
?>
--EXPECT--
0 {"timestamp":1262332800000,"node":0,"sequence":0}
1 {"timestamp":1262332800000,"node":0,"sequence":1}
4214791 {"timestamp":1262332800001,"node":5,"sequence":7}
2235121160873336832 {"timestamp":1795227211295,"node":262,"sequence":0}
9223372036854775807 {"timestamp":3461356055551,"node":1023,"sequence":4095}
-9223372036854775808 {"timestamp":3461356055552,"node":0,"sequence":0}
-1 {"timestamp":5660379311103,"node":1023,"sequence":4095}
int(5)
bool(true)
