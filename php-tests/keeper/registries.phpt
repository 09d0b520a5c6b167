--TEST--
Node\Zookeeper: each DSN and path is a registry with one session per family, and none gives a node that another gave
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$other = new Server();
$php = start(PRELUDE . <<<'PHP'
[$dsn, $other] = explode(' ', getenv('DSNS'));
$ids = [(new Zookeeper($dsn))->getId(), (new Zookeeper($dsn, ''))->getId(), (new Zookeeper($dsn, '/a/b'))->getId()];
$ids[] = (new Zookeeper($other))->getId();
for ($i = 0; $i < 4; $i++) {
    if (!pcntl_fork()) {
        foreach (['/sim/ticket', '', '/a/b'] as $path) (new Zookeeper($dsn, $path))->getId();
        echo "\n";
        sleep(300);
    }
}
echo json_encode($ids), "\n";
await();
PHP, leasing('', ['ticket.session_timeout' => 5000]), ['DSNS' => "{$server->dsn()} {$other->dsn()}"]);
for ($i = 0; $i < 5; $i++) {
    $ids = json_decode($php->line()) ?? $ids;
}
$claims = [leases($server), leases($server, '/dig/ticket'), leases($server, '/a/b'), leases($other)];
$has = fn($names, $id) => in_array(sprintf('%04d', $id), $names) ? count($names) : "none of $id";
echo implode(' ', array_map($has, $claims, $ids)), " claims\n";
echo count(array_unique($ids)), ' IDs, ', settled(fn() => sessions($server), 3), ' and ', settled(fn() => sessions($other), 1), " sessions\n";
array_map(fn($pid) => kill((int) $pid), explode(' ', trim(file_get_contents("/proc/{$php->pid()}/task/{$php->pid()}/children"))));
$php->finish();
eventually(fn() => !sessions($server) && !sessions($other), what: 'the sessions end');

// One node, that is to be had from either: the first has it.
$php = start(PRELUDE . <<<'PHP'
[$dsn, $other] = explode(' ', getenv('DSNS'));
echo (new Zookeeper($dsn, '/few'))->getId(), "\n";
foreach ([[$dsn, '/few/other'], [$other, '/few']] as [$server, $path]) {
    echo str_replace([$dsn, $other], ['DSN', 'OTHER'], answered(fn() => (new Zookeeper($server, $path))->getId())), "\n";
}
// By number: the lease that there is.
echo (new Number(1))->getNodeId(), "\n";
PHP, ['ticket.node_bits' => 1, 'ticket.acquire_timeout' => 1500] + leasing($server, ['ticket.lease' => 'first_use']), [
    'DSNS' => "{$server->dsn()} {$other->dsn()}",
]);
echo $php->finish(), "\n";
?>
--EXPECT--
5 5 5 1 claims
4 IDs, 3 and 1 sessions
1
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /few/other) within ticket.acquire_timeout = 1500 ms: no node ID is free: 0 of 1 are taken, and 1 are leased from another registry here; end some of their owners, or use a layout with more node bits (ticket.node_bits) under another path, for IDs that are kept apart from these
Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (OTHER, path /few) within ticket.acquire_timeout = 1500 ms: no node ID is free: 0 of 1 are taken, and 1 are leased from another registry here; end some of their owners, or use a layout with more node bits (ticket.node_bits) under another path, for IDs that are kept apart from these
1
