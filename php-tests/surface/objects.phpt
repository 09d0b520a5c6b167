--TEST--
Objects cannot be copied, stored, extended at run time or used before they are constructed
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
use Dig\Ticket\{Number, NodeInterface, Node\Local};

class Idle extends Number
{
    public function __construct() {}
}
class Busy extends Number
{
    public ?string $label = null;
    public function generate(): int
    {
        return parent::generate();
    }
}
$number = new Number();
$node = new Local();
$bare = fn(string $class) => (new ReflectionClass($class))->newInstanceWithoutConstructor();
foreach ([
    fn() => clone $number,
    fn() => clone $node,
    fn() => serialize($number),
    fn() => serialize($node),
    fn() => unserialize('O:17:"Dig\Ticket\Number":0:{}'),
    fn() => $number->label = 1,
    fn() => $node->label = 1,
    fn() => (new Idle())->generate(),
    fn() => (new Idle())->generateMany(2),
    fn() => (new Idle())->getNodeId(),
    fn() => (new Idle())->getTimestamp(),
    fn() => $bare(Number::class)->generate(),
    fn() => $bare(Local::class)->getId(),
    fn() => new Number($bare(Local::class)),
    fn() => clone new Idle(),
    fn() => new NodeInterface(),
] as $body) {
    echo thrown($body), "\n";
}
var_dump(serialize(new DateTimeZone('UTC')) !== '', $node instanceof NodeInterface);
$busy = new Busy(5);
$busy->label = 'mine';
var_dump($busy->generate() < $busy->generate(), $busy->label, $busy == $busy, $number == $node);
// Called again, the constructor sets the object to another node.
$busy->__construct(6);
var_dump($busy->getNodeId());
var_dump($number);
?>
--EXPECTF--
Error: Trying to clone an uncloneable object of class Dig\Ticket\Number
Error: Trying to clone an uncloneable object of class Dig\Ticket\Node\Local
Exception: Serialization of 'Dig\Ticket\Number' is not allowed
Exception: Serialization of 'Dig\Ticket\Node\Local' is not allowed
Exception: Unserialization of 'Dig\Ticket\Number' is not allowed
Error: Cannot create dynamic property Dig\Ticket\Number::$label
Error: Cannot create dynamic property Dig\Ticket\Node\Local::$label
Error: Dig\Ticket\Number has not been constructed: a subclass must call parent::__construct()
Error: Dig\Ticket\Number has not been constructed: a subclass must call parent::__construct()
Error: Dig\Ticket\Number has not been constructed: a subclass must call parent::__construct()
Error: Dig\Ticket\Number has not been constructed: a subclass must call parent::__construct()
Error: Dig\Ticket\Number has not been constructed: a subclass must call parent::__construct()
%s
%s
Error: Trying to clone an uncloneable object of class Dig\Ticket\Number
Error: Cannot instantiate interface Dig\Ticket\NodeInterface
bool(true)
bool(true)
bool(true)
string(4) "mine"
bool(true)
bool(false)
int(6)
object(Dig\Ticket\Number)#%d (0) {
}
