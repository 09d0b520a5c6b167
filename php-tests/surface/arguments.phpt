--TEST--
Arguments are checked before anything is issued
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
use Dig\Ticket\{Number, NodeInterface, Node\Local};

final class Fixed implements NodeInterface
{
    public function __construct(private mixed $id) {}
    public function getId(): int
    {
        return is_callable($this->id) ? ($this->id)() : $this->id;
    }
}
$number = new Number(5);
foreach ([
    fn() => new Number(-1),
    fn() => new Number(1024),
    fn() => new Number(PHP_INT_MIN),
    fn() => new Number('five'),
    fn() => new Number(1e30),
    fn() => new Number([]),
    fn() => new Number(new stdClass()),
    fn() => new Number(1, 2),
    fn() => new Number(new Fixed(1024)),
    fn() => new Number(new Fixed(-1)),
    fn() => new Number(new Fixed(fn() => throw new DomainException('no idea'))),
    fn() => new Number(new class implements NodeInterface { public function getId(): int { return 9999; } }),
    fn() => $number->generate(1),
    fn() => $number->getNodeId(1),
    fn() => $number->getTimestamp(1),
    fn() => $number->generateMany(),
    fn() => $number->generateMany(0),
    fn() => $number->generateMany(-5),
    fn() => $number->generateMany(1_000_001),
    fn() => $number->generateMany('many'),
    fn() => Number::parse('x'),
    fn() => Number::parse(),
    fn() => new Local(5, 6),
    fn() => new Local([]),
    fn() => new Local(''),
    fn() => new Local('here'),
    fn() => new Local("/tmp/\0"),
    fn() => new Local("/tmp/\xff"),
    fn() => (new Local())->getId(1),
] as $body) {
    echo thrown($body), "\n";
}
echo "-- accepted\n";
var_dump((new Number('7'))->getNodeId());
var_dump((new Number(node: 8))->getNodeId());
var_dump((new Number(new Fixed(9)))->getNodeId());
var_dump((new Number(0))->getNodeId());
var_dump((new Number(1023))->getNodeId());
var_dump((new Number(null))->getNodeId() === (new Number())->getNodeId());
var_dump(count($number->generateMany('3')));
var_dump(count($number->generateMany(1_000_000)));
?>
--EXPECTF--
ValueError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must be between 0 and 1023
ValueError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must be between 0 and 1023
ValueError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must be between 0 and 1023
TypeError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must be of type Dig\Ticket\NodeInterface|int|null, string given
TypeError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must be of type Dig\Ticket\NodeInterface|int|null, float given
TypeError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must be of type Dig\Ticket\NodeInterface|int|null, array given
TypeError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must be of type Dig\Ticket\NodeInterface|int|null, stdClass given
ArgumentCountError: Dig\Ticket\Number::__construct() expects at most 1 argument, 2 given
ValueError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must have a node ID that is between 0 and 1023, Fixed::getId() returned 1024
ValueError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must have a node ID that is between 0 and 1023, Fixed::getId() returned -1
DomainException: no idea
ValueError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must have a node ID that is between 0 and 1023, Dig\Ticket\NodeInterface@anonymous%s::getId() returned 9999
ArgumentCountError: Dig\Ticket\Number::generate() expects exactly 0 arguments, 1 given
ArgumentCountError: Dig\Ticket\Number::getNodeId() expects exactly 0 arguments, 1 given
ArgumentCountError: Dig\Ticket\Number::getTimestamp() expects exactly 0 arguments, 1 given
ArgumentCountError: Dig\Ticket\Number::generateMany() expects exactly 1 argument, 0 given
ValueError: Dig\Ticket\Number::generateMany(): Argument #1 ($count) must be between 1 and 1000000
ValueError: Dig\Ticket\Number::generateMany(): Argument #1 ($count) must be between 1 and 1000000
ValueError: Dig\Ticket\Number::generateMany(): Argument #1 ($count) must be between 1 and 1000000
TypeError: Dig\Ticket\Number::generateMany(): Argument #1 ($count) must be of type int, string given
TypeError: Dig\Ticket\Number::parse(): Argument #1 ($id) must be of type int, string given
ArgumentCountError: Dig\Ticket\Number::parse() expects exactly 1 argument, 0 given
ArgumentCountError: Dig\Ticket\Node\Local::__construct() expects at most 1 argument, 2 given
TypeError: Dig\Ticket\Node\Local::__construct(): Argument #1 ($directory) must be of type ?string, array given
ValueError: Dig\Ticket\Node\Local::__construct(): Argument #1 ($directory) must be an absolute path
ValueError: Dig\Ticket\Node\Local::__construct(): Argument #1 ($directory) must be an absolute path
ValueError: Dig\Ticket\Node\Local::__construct(): Argument #1 ($directory) must not contain any null bytes
ValueError: Dig\Ticket\Node\Local::__construct(): Argument #1 ($directory) must be in UTF-8
ArgumentCountError: Dig\Ticket\Node\Local::getId() expects exactly 0 arguments, 1 given
-- accepted
int(7)
int(8)
int(9)
int(0)
int(1023)
bool(true)
int(3)
int(1000000)
