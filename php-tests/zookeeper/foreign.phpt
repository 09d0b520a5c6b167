--TEST--
Claims of others, like those that the article's PHP makes, are left alone
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$article = new Znodes($server);
$article->mkdir('/sim/ticket');
$article->create('/sim/ticket/0005', '10.0.0.7', true);
$ini = ['ticket.dsn' => $server->dsn(), 'ticket.acquire_timeout' => 2000, 'ticket.session_timeout' => 2000];
$claim = $article->getData('/sim/ticket/0005');
$php = start(PRELUDE . <<<'PHP'
$other = new Number();
echo $other->generate() === 0 ? 'no ID' : 'an ID', "\n";
echo answered(fn() => new Number(5)), "\n";
await();
for ($ids = []; !$ids;) {
    try { $ids[] = (new Number(5))->generate(); } catch (Exception) {}
}
echo json_encode(Number::parse($ids[0])['node']), "\n";
await();
PHP, $ini);
echo $php->line(), "\n", str_replace($server->dsn(), 'DSN', $php->line()), "\n";
var_dump($article->getData('/sim/ticket/0005') === $claim, $article->getData('/sim/ticket/.marks/0005'));
$article->delete('/sim/ticket/0005');
$php->say('it is gone');
echo $php->line(), "\n";
[$data, , $owner] = $article->getData('/sim/ticket/0005');
var_dump(str_starts_with($data, 'nonce='), $owner !== $claim[2]);
$php->finish();
var_dump($article->getData('/sim/ticket/0005'));

// All but two nodes are others', some written without zeroes.
$ini = ['ticket.node_bits' => 4, 'ticket.path' => '/fleet', 'ticket.acquire_timeout' => 10_000] + $ini;
$article->mkdir('/fleet');
foreach (array_diff(range(1, 15), [7, 9]) as $node) {
    $article->create($node < 4 ? "/fleet/$node" : sprintf('/fleet/%02d', $node), '10.0.0.7', true);
}
$before = claims($server, '/fleet');
for ($i = 0; $i < 8; $i++) {
    $nodes[] = (int) run(PRELUDE . 'echo (new Number())->getNodeId();', $ini);
}
// Another's takes our node's name while we have it: that one is ours until we end.
$php = start(PRELUDE . 'echo (new Number())->getNodeId(), "\n"; await();', $ini);
$node = (int) $php->line();
echo substr(thrown(fn() => $article->create(sprintf('/fleet/%02d', $node))), 0, 40), "\n";
$php->finish();
var_dump(array_diff($nodes, [7, 9]), claims($server, '/fleet') === $before);
?>
--EXPECT--
an ID
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 2000 ms: node ID 5 is taken by another owner; end that one, or use another node ID
bool(true)
NULL
5
bool(true)
bool(true)
NULL
Exception: ZooKeeper refuses operation 1
array(0) {
}
bool(true)
