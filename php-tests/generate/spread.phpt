--TEST--
IDs issued at a low rate do not all end in the same bits
--FILE--
<?php
$number = new Dig\Ticket\Number();
$ends = [];
for ($i = 0; $i < 300; $i++) {
    usleep(2100);
    $ends[] = $number->generate() & 4095;
}
var_dump(count(array_unique($ends)) > 100, max($ends) <= 255);
?>
--EXPECT--
bool(true)
bool(true)
