--TEST--
ticket.max_packet: what a request may have, also where servers take more; ticket.max_sessions: how many clients have a session of their own
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
putenv('JAVA_TOOL_OPTIONS=-Djute.maxbuffer=8388608');
$server = new Server();
putenv('JAVA_TOOL_OPTIONS');
$code = PRELUDE . CLIENT . <<<'PHP'
$client = new Client();
$client->makePath('/v');
foreach ([1000, 1_000_000, 4_000_000, 5_000_000] as $size) {
    $value = str_repeat(random_bytes(1), $size - 1) . 'x';
    $said = failed(fn() => $client->set('/v', $value));
    echo $said === 'nothing was thrown' && $client->get('/v') === $value ? 'kept' : $said, "\n";
}
PHP;
foreach ([1024, 4_200_000] as $most) {
    echo run($code, ['ticket.max_packet' => $most] + client($server)), "\n";
}
echo run(PRELUDE . CLIENT . <<<'PHP'
try { (new Client())->set('/v', str_repeat('x', 1024)); } catch (E\MarshallingException $e) { echo $e->getMessage(), "\n"; }
PHP, ['ticket.max_packet' => 1024] + client($server)), "\n";

echo run(PRELUDE . CLIENT . <<<'PHP'
[$one, $two, $three, $light] = array_map(fn() => new Client(), range(1, 4));
$one->getSessionId();
$two->create('/e', '', null, Client::EPHEMERAL);
echo thrown(fn() => $three->getSessionId()), "\n";
var_dump($three->exists('/e') == $light->exists('/e'), Dig\Zookeeper\status()['own_sessions']);
$one->close();
var_dump($three->getSessionId() > 0, $light->exists('/e') !== null);
PHP, ['ticket.max_sessions' => 2] + client($server)), "\n";
?>
--EXPECT--
kept
MarshallingException -5 /v certain
MarshallingException -5 /v certain
MarshallingException -5 /v certain
kept
kept
kept
MarshallingException -5 /v certain
nothing was sent: it would be 1038 bytes with its paths, values and ACLs, and ZooKeeper is to be sent 1024 at the most (ticket.max_packet, which is to be less than the servers' jute.maxbuffer)
Dig\Zookeeper\Exception\ZookeeperException: the clients of this PHP already have 2 sessions of their own, which is the most they may (ticket.max_sessions); close() those that are not needed, or raise it, if the servers allow that many connections of one address (maxClientCnxns)
bool(true)
int(2)
bool(true)
bool(true)
