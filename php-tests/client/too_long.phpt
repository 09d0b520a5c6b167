--TEST--
What is too long for servers whose jute.maxbuffer is less than ticket.max_packet is not sent for ever, and its sentence names both; sentences about TTLs, a chroot that is missing, a parent's ACL; a sequential znode below the root
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server(['jute.maxbuffer' => 300_000]);
echo run(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 20_000]);
$told = function (callable $do): string {
    try { return json_encode($do()); } catch (Throwable $e) {}
    $sure = $e instanceof ZookeeperException && method_exists($e, 'isOutcomeUnknown') && $e->isOutcomeUnknown() ? ' (unknown)' : '';
    return substr(strrchr(get_class($e), '\\'), 1) . ' ' . preg_replace(['/127\.0\.0\.1:\d+/', '/\d{6} bytes/'], ['SERVER', 'N bytes'], $e->getMessage()) . $sure;
};
echo $told(fn() => $client->getMany(array_map(fn($i) => '/' . str_repeat('x', 1000) . $i, range(1, 500)))), "\n";
echo $told(fn() => $client->create('/long', str_repeat('x', 400_000))), "\n";
echo $told(fn() => $client->makePath('/a/b', str_repeat('x', 400_000))), "\n";
echo $told(fn() => $client->create('/ttl', '', null, 0, 1000)), "\n";
$nowhere = new Client(ini_get('ticket.dsn') . '/nowhere', ['timeout' => 20_000]);
echo $told(fn() => $nowhere->makePath('/')), "\n", $told(fn() => $nowhere->makePath('/a/b')), "\n";
$client->makePath('/app');
$below = new Client(ini_get('ticket.dsn') . '/app', ['timeout' => 20_000]);
echo preg_match('~^/\d{10}$~', $client->create('/', 'v', null, Client::SEQUENCE)), "\n";
echo $told(fn() => $below->create('/', 'v', null, Client::SEQUENCE)), "\n", $told(fn() => $below->transaction()->create('/', 'v', null, Client::SEQUENCE)->commit()), "\n";
echo json_encode(preg_grep('/^app./', $client->getChildren('/'))), "\n";
$client->create('/closed', '', [['perms' => Client::PERM_READ, 'scheme' => 'world', 'id' => 'anyone']]);
echo $told(fn() => $client->create('/closed/a')), "\n";
echo $client->get('/app') === '' ? 'served' : '', "\n";
PHP, client($server)), "\n";
?>
--EXPECT--
ConnectionLossException the connection to the server was lost (ZooKeeper SERVER); if it is lost whenever this is sent, its N bytes are too long for the servers: ticket.max_packet is to be less than their jute.maxbuffer
ConnectionLossException /long: the connection to the server was lost (ZooKeeper SERVER); if it is lost whenever this is sent, its N bytes are too long for the servers: ticket.max_packet is to be less than their jute.maxbuffer; whether it was carried out is not known: read before you write again (unknown)
ConnectionLossException /a: the connection to the server was lost (ZooKeeper SERVER); if it is lost whenever this is sent, its N bytes are too long for the servers: ticket.max_packet is to be less than their jute.maxbuffer; whether it was carried out is not known: read before you write again (unknown)
UnimplementedException /ttl: this server has no TTLs: they need zookeeper.extendedTypesEnabled=true there, and 3.5.3 or later (ZooKeeper SERVER)
NoNodeException the chroot of SERVER/nowhere does not exist; correct it, or make it with a client of those servers that is given none
NoNodeException the chroot of SERVER/nowhere does not exist; correct it, or make it with a client of those servers that is given none
1
BadArgumentsException /: it is no valid request: right below a chroot none can be made whose name is but a number; give it a name, or use a client without a chroot (ZooKeeper SERVER/app)
TransactionException / (operation 0): it is no valid request: right below a chroot none can be made whose name is but a number; give it a name, or use a client without a chroot (ZooKeeper SERVER/app)
[]
NoAuthException /closed/a: the ACL of the znode above it does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER)
served
