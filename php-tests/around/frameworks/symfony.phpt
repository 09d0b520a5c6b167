--TEST--
TicketId: the values it takes, their order, and Symfony's serializer
--EXTENSIONS--
ctype
mbstring
tokenizer
--SKIPIF--
<?php
require __DIR__ . '/../../lib/frameworks.php';
skip_without_libraries('Symfony/Component/Serializer', 'Symfony/Component/PropertyAccess');
?>
--FILE--
<?php
require __DIR__ . '/../../lib/frameworks.php';
application('symfony/src', 'Symfony/Component/Serializer', 'Symfony/Component/PropertyAccess');

use Dig\Ticket\Bridge\Symfony\TicketIdNormalizer;
use Dig\Ticket\Bridge\TicketId;
use Dig\Ticket\Number;
use Symfony\Component\Serializer\Encoder\JsonEncoder;
use Symfony\Component\Serializer\Normalizer\ObjectNormalizer;
use Symfony\Component\Serializer\Serializer;

$valid = ['0', '7', '-1', (string) PHP_INT_MAX, (string) PHP_INT_MIN, 7, TicketId::fromInt(7)];
$invalid = ['', ' 7', '7 ', "7\n", '+7', '-0', '07', '7.0', '7e0', '0x7', '９', '9223372036854775808', '-9223372036854775809', '99999999999999999999', "7\0",
    "\xff", 7.0, true, null, [7], new stdClass()];
echo implode(array_map(fn($value) => TicketId::isValid($value) ? '+' : '-', [...$valid, ...$invalid])), "\n";
foreach (['x', "\xff", str_repeat('1', 100), 7.0] as $value) {
    echo thrown(fn() => TicketId::normalize($value)), "\n";
}

$one = TicketId::generate();
$two = TicketId::generate();
var_dump($one->compare($two), $two->compare($one), $one->compare($one), TicketId::fromInt(-1)->compare($two));
var_dump($one->equals(TicketId::fromString("$one")), $one->equals($two), $one->equals("$one"));
var_dump(TicketId::fromText($one->toText())->equals($one), TicketId::fromInt($one->toInt())->equals($one));
var_dump($one->getDateTime() == Number::time($one->toInt()), json_encode($one) === "\"$one\"", unserialize(serialize($one))->equals($one));

class Shipped
{
    public function __construct(public TicketId $order, public ?TicketId $parcel = null)
    {
    }
}
$serializer = new Serializer([new TicketIdNormalizer(), new ObjectNormalizer()], [new JsonEncoder()]);
echo $json = $serializer->serialize(new Shipped(TicketId::fromString('9007199254740993')), 'json'), "\n";
var_dump($serializer->deserialize($json, Shipped::class, 'json') == new Shipped(TicketId::fromString('9007199254740993')));
echo $serializer->deserialize('{"order":9007199254740993,"parcel":"5"}', Shipped::class, 'json')->order, "\n";
foreach (['"x"', '1.5', '[]'] as $bad) {
    echo thrown(fn() => $serializer->deserialize("{\"order\":$bad}", Shipped::class, 'json')), "\n";
}
?>
--EXPECT--
+++++++---------------------
InvalidArgumentException: "x" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
InvalidArgumentException: "\ufffd" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
InvalidArgumentException: "1111111111111111111111111111111111111111" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
InvalidArgumentException: float is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
int(-1)
int(1)
int(0)
int(1)
bool(true)
bool(false)
bool(false)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
{"order":"9007199254740993","parcel":null}
bool(true)
9007199254740993
Symfony\Component\Serializer\Exception\NotNormalizableValueException: "x" is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
Symfony\Component\Serializer\Exception\NotNormalizableValueException: float is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
Symfony\Component\Serializer\Exception\NotNormalizableValueException: array is not an ID: it is to be an integer of 64 bits, or a string of its decimal digits
