--TEST--
new Number(5) with ticket.dsn: exactly this node, for one family at a time
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
// The family's is taken last, so that it is another one.
$ini = leasing($server, ['ticket.lease' => 'first_use']);
$has = PRELUDE . <<<'PHP'
final class Fixed implements Dig\Ticket\NodeInterface
{
    public function __construct(private int $id) {}
    public function getId(): int { return $this->id; }
}
$number = new Number(5);
(new Number())->generate();
$nodes = [
    $number,
    new Number(new Fixed(5)),
    // The family's lease, whichever way it is asked for.
    new Number(status()['node']),
    new Number(new Fixed(status()['node'])),
    new Number(0),
    new Number(1023),
];
echo json_encode(array_map(fn($number) => Number::parse($number->generate())['node'], $nodes)), "\n";
foreach ([-1, 1024] as $id) {
    echo thrown(fn() => new Number($id)), "\n", thrown(fn() => new Number(new Fixed($id))), "\n";
}
// A fork shares them.
if (!pcntl_fork()) {
    echo (new Number(5))->getNodeId(), ' ', Number::parse($number->generate())['node'], "\n";
    exit;
}
pcntl_wait($status);
await();
PHP;
$php = start($has, $ini);
$nodes = json_decode($php->line());
$family = $nodes[2];
echo str_replace($family, 'FAMILY', json_encode($nodes)), "\n";
for ($i = 0; $i < 5; $i++) {
    echo $php->line(), "\n";
}
$names = array_map(fn($node) => sprintf('%04d', $node), [0, 5, $family, 1023]);
sort($names);
// The family may have a spare by now.
var_dump(array_values(array_intersect(claims($server), $names)) === $names, settled(fn() => sessions($server), 1));

// Another family.
$asks = PRELUDE . <<<'PHP'
echo answered(fn() => new Number(5)), "\n";
await();
while (($said = thrown(fn() => new Number(5))) !== 'nothing was thrown');
echo "$said\n";
PHP;
$other = start($asks, ['ticket.acquire_timeout' => 300] + $ini);
echo str_replace($server->dsn(), 'DSN', $other->line()), "\n";
$php->finish();
$other->say('');
echo $other->finish(), "\n";
var_dump(claims($server));
?>
--EXPECT--
[5,5,FAMILY,FAMILY,0,1023]
ValueError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must be between 0 and 1023
ValueError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must have a node ID that is between 0 and 1023, Fixed::getId() returned -1
ValueError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must be between 0 and 1023
ValueError: Dig\Ticket\Number::__construct(): Argument #1 ($node) must have a node ID that is between 0 and 1023, Fixed::getId() returned 1024
5 5
bool(true)
int(1)
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 300 ms: node ID 5 is taken by another owner; end that one, or use another node ID
nothing was thrown
array(0) {
}
