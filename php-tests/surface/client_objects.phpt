--TEST--
Dig\Zookeeper: objects cannot be copied, stored, made by hand or used before they are constructed; exceptions can be extended
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
use Dig\Zookeeper\{Client, Node, SessionState, Stat, Transaction};
use Dig\Zookeeper\Exception as E;

class Idle extends Client
{
    public function __construct() {}
}
class Busy extends Client
{
    public ?string $label = null;
    public function get(string $path, ?callable $watcher = null, ?Stat &$stat = null): ?string
    {
        return $this->label . $path;
    }
}
$client = new Client('127.0.0.1:1');
$transaction = $client->transaction();
$bare = fn(string $class) => (new ReflectionClass($class))->newInstanceWithoutConstructor();
foreach ([
    fn() => clone $client,
    fn() => clone $transaction,
    fn() => serialize($client),
    fn() => serialize($transaction),
    fn() => unserialize('O:20:"Dig\Zookeeper\Client":0:{}'),
    fn() => unserialize('O:18:"Dig\Zookeeper\Stat":0:{}'),
    fn() => $client->label = 1,
    fn() => $transaction->label = 1,
    fn() => new Stat(),
    fn() => new Node(),
    fn() => new Transaction(),
    fn() => $bare(Stat::class),
    fn() => $bare(Transaction::class),
    fn() => clone new Idle(),
] as $body) {
    echo thrown($body), "\n";
}
echo "-- never constructed\n";
$open = [['perms' => 31, 'scheme' => 'world', 'id' => 'anyone']];
foreach ([new Idle(), $bare(Client::class)] as $idle) {
    $said = array_map(fn($body) => thrown($body), [
        fn() => $idle->create('/a'), fn() => $idle->get('/a'), fn() => $idle->set('/a', ''), fn() => $idle->exists('/a'),
        fn() => $idle->getChildren('/a'), fn() => $idle->delete('/a'), fn() => $idle->getAcl('/a'), fn() => $idle->setAcl('/a', $open),
        fn() => $idle->sync(), fn() => $idle->transaction(), fn() => $idle->getMany([]), fn() => $idle->countDescendants('/a'),
        fn() => $idle->makePath('/a'), fn() => $idle->makeNode('/a', ''), fn() => $idle->deletePath('/a'),
        fn() => $idle->addAuth('digest', 'x'), fn() => $idle->whoAmI(), fn() => $idle->getState(), fn() => $idle->getSessionId(),
        fn() => $idle->close(),
    ]);
    echo count($said), ' ', implode("\n", array_unique($said)), "\n";
}
echo "-- extended\n";
$busy = new Busy('127.0.0.1:1');
$busy->label = 'mine';
var_dump($busy->get('/a'), $busy == $busy, $busy == $client);
var_dump($client);
// Constructed again, it is another client.
$busy->close();
var_dump($busy->getState());
$busy->__construct('127.0.0.1:1', ['timeout' => 1]);
echo get_class($busy->transaction()), "\n";
$mine = new class('mine', 3) extends E\NoNodeException {};
var_dump($mine instanceof ZookeeperException, $mine->getPath(), $mine->isOutcomeUnknown(), $mine->getCode());
var_dump((new E\TransactionException())->getIndex());
echo "-- values\n";
var_dump(SessionState::cases() === [
    SessionState::Connecting, SessionState::Connected, SessionState::ReadOnly, SessionState::Suspended, SessionState::Expired,
    SessionState::AuthFailed, SessionState::Closed,
]);
var_dump(PHP_VERSION_ID < 80200 || (new ReflectionClass(Stat::class))->isReadOnly() && (new ReflectionClass(Node::class))->isReadOnly());
// A node's client is one, and it is the node's.
$node = new Dig\Ticket\Node\Zookeeper('127.0.0.1:1');
var_dump($node->getZookeeper() === $node->getZookeeper(), get_class($node->getZookeeper()));
echo thrown(fn() => $bare(Dig\Ticket\Node\Zookeeper::class)->getZookeeper()), "\n";
?>
--EXPECT--
Error: Trying to clone an uncloneable object of class Dig\Zookeeper\Client
Error: Trying to clone an uncloneable object of class Dig\Zookeeper\Transaction
Exception: Serialization of 'Dig\Zookeeper\Client' is not allowed
Exception: Serialization of 'Dig\Zookeeper\Transaction' is not allowed
Exception: Unserialization of 'Dig\Zookeeper\Client' is not allowed
Exception: Unserialization of 'Dig\Zookeeper\Stat' is not allowed
Error: Cannot create dynamic property Dig\Zookeeper\Client::$label
Error: Cannot create dynamic property Dig\Zookeeper\Transaction::$label
Error: Call to private Dig\Zookeeper\Stat::__construct() from global scope
Error: Call to private Dig\Zookeeper\Node::__construct() from global scope
Error: Call to private Dig\Zookeeper\Transaction::__construct() from global scope
ReflectionException: Class Dig\Zookeeper\Stat is an internal class marked as final that cannot be instantiated without invoking its constructor
ReflectionException: Class Dig\Zookeeper\Transaction is an internal class marked as final that cannot be instantiated without invoking its constructor
Error: Trying to clone an uncloneable object of class Dig\Zookeeper\Client
-- never constructed
20 Error: Dig\Zookeeper\Client has not been constructed: a subclass must call parent::__construct()
20 Error: Dig\Zookeeper\Client has not been constructed: a subclass must call parent::__construct()
-- extended
string(6) "mine/a"
bool(true)
bool(false)
object(Dig\Zookeeper\Client)#1 (0) {
}
enum(Dig\Zookeeper\SessionState::Closed)
Dig\Zookeeper\Transaction
bool(true)
NULL
bool(false)
int(3)
NULL
-- values
bool(true)
bool(true)
bool(true)
string(20) "Dig\Zookeeper\Client"
ReflectionException: Class Dig\Ticket\Node\Zookeeper is an internal class marked as final that cannot be instantiated without invoking its constructor
