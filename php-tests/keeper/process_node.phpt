--TEST--
Node\Zookeeper: a node of this very process, the same for its life, another one in a fork
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$php = start(PRELUDE . <<<'PHP'
$dsn = ini_get('ticket.dsn');
$node = new Zookeeper($dsn);
$own = $node->getId();
echo $own > 0 && $own <= 1023 ? 'a node' : $own, "\n";
$same = fn(Zookeeper ...$nodes) => count(array_unique(array_map(fn($node) => $node->getId(), $nodes))) === 1;
echo 'same for all objects: '; var_dump($same($node, $node, new Zookeeper($dsn), new Zookeeper($dsn, '/sim/ticket')));
echo "not the family's: "; var_dump((new Number())->getNodeId() !== $own);

// Issues on it, and by number too: it is the family's to use.
$numbers = [new Number($node), new Number(new Zookeeper($dsn)), new Number($own)];
foreach ($numbers as $number) {
    var_dump($number->getNodeId() === $own && Number::parse($number->generate())['node'] === $own);
    $ids[] = $number->generate();
}
var_dump($ids[0] < $ids[1] && $ids[1] < $ids[2]);

$pair = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
if (!pcntl_fork()) {
    // With its parent's objects.
    $id = $numbers[0]->generate();
    $again = (new Zookeeper($dsn))->getId();
    fwrite($pair[1], json_encode([$node->getId(), $again, Number::parse($id)['node'], $numbers[0]->getNodeId()]) . "\n");
    exit;
}
$theirs = json_decode(fgets($pair[0]));
pcntl_wait($status);
echo 'another one in a fork: '; var_dump(count(array_unique($theirs)) === 1 && $theirs[0] !== $own);
echo "the parent's is unaffected: "; var_dump($node->getId() === $own && Number::parse($numbers[0]->generate())['node'] === $own);
echo "$own {$theirs[0]}\n";
await();
echo $node->getId(), "\n";
PHP, leasing($server));
for ($i = 0; $i < 9; $i++) {
    echo $php->line(), "\n";
}
[$own, $theirs] = explode(' ', $php->line());
// The fork's claim is gone, its parent's is not.
$claims = function () use ($server, $own, $theirs) {
    $claims = leases($server);
    return count($claims) === 2 && in_array(sprintf('%04d', $own), $claims) && !in_array(sprintf('%04d', $theirs), $claims);
};
eventually($claims, what: "the fork's claim goes");
$php->say('');
var_dump($php->line() === $own);
$php->finish();
echo count(claims($server)), " claims\n";
?>
--EXPECT--
a node
same for all objects: bool(true)
not the family's: bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
another one in a fork: bool(true)
the parent's is unaffected: bool(true)
bool(true)
0 claims
