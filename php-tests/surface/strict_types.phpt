--TEST--
declare(strict_types=1) is followed
--FILE--
<?php
declare(strict_types=1);
require __DIR__ . '/../lib/ticket.php';
use Dig\Ticket\Number;

$number = new Number(5);
foreach ([fn() => new Number('5'), fn() => $number->generateMany('3'), fn() => Number::parse(1.0)] as $body) {
    echo thrown($body), "\n";
}
?>
--EXPECT--
TypeError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must be of type Dig\Ticket\NodeInterface|int|null, string given
TypeError: Dig\Ticket\Number::generateMany(): Argument #1 ($count) must be of type int, string given
TypeError: Dig\Ticket\Number::parse(): Argument #1 ($id) must be of type int, float given
