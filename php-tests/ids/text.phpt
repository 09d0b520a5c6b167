--TEST--
IDs as text: 13 characters that sort as the numbers do, and back
--FILE--
<?php
use Dig\Ticket\Number;

require __DIR__ . '/../lib/ticket.php';

foreach ([0, 1, 31, 32, 2235121160873336832, PHP_INT_MAX, PHP_INT_MIN, -1] as $id) {
    $text = Number::toText($id);
    echo $id, ' ', $text, ' ', json_encode([
        Number::fromText($text) === $id, Number::fromText(strtolower($text)) === $id,
        Number::fromText(strtr($text, '01', 'oL')) === $id, Number::fromText(strtr($text, '01', 'Oi')) === $id,
    ]), "\n";
}

$ids = [...(new Number())->generateMany(1000), ...array_map(fn() => random_int(PHP_INT_MIN, PHP_INT_MAX), range(1, 1000))];
$texts = array_map(Number::toText(...), $ids);
sort($texts, SORT_STRING);
// As unsigned numbers: the negative ones are the greatest.
usort($ids, fn($a, $b) => ($a < 0 <=> $b < 0) ?: $a <=> $b);
var_dump(array_map(Number::toText(...), $ids) === $texts);
var_dump(array_map(Number::fromText(...), $texts) === $ids);

$wrong = [
    '', '000000000000', '00000000000000', '0000-00000000', ' 000000000000', "000000000000\n", 'G000000000000', 'g000000000000',
    'U000000000000', '00000000000\'U', "00000000000\0" . '0', 'ä00000000000', '2235121160873336832',
];
foreach ($wrong as $text) {
    echo thrown(fn() => Number::fromText($text)), "\n";
}
echo thrown(fn() => Number::fromText([])), "\n", thrown(fn() => Number::toText('x')), "\n", thrown(fn() => Number::toText()), "\n";
?>
--EXPECT--
0 0000000000000 [true,true,true,true]
1 0000000000001 [true,true,true,true]
31 000000000000Z [true,true,true,true]
32 0000000000010 [true,true,true,true]
2235121160873336832 1Y15YVA3X0R00 [true,true,true,true]
9223372036854775807 7ZZZZZZZZZZZZ [true,true,true,true]
-9223372036854775808 8000000000000 [true,true,true,true]
-1 FZZZZZZZZZZZZ [true,true,true,true]
bool(true)
bool(true)
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must have 13 characters, it has 0 bytes
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must have 13 characters, it has 12 bytes
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must have 13 characters, it has 14 bytes
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must have digits and letters without U only, '-' is at position 5
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must have digits and letters without U only, ' ' is at position 1
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must have digits and letters without U only, '\n' is at position 13
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must begin with 0 to 9 or A to F, for an ID has 64 bits, 'G' is at position 1
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must begin with 0 to 9 or A to F, for an ID has 64 bits, 'g' is at position 1
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must have digits and letters without U only, 'U' is at position 1
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must have digits and letters without U only, '\'' is at position 12
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must have digits and letters without U only, '\x00' is at position 12
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must have digits and letters without U only, '\xc3' is at position 1
ValueError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must have 13 characters, it has 19 bytes
TypeError: Dig\Ticket\Number::fromText(): Argument #1 ($text) must be of type string, array given
TypeError: Dig\Ticket\Number::toText(): Argument #1 ($id) must be of type int, string given
ArgumentCountError: Dig\Ticket\Number::toText() expects exactly 1 argument, 0 given
