--TEST--
A process's own node that others of the family use by number goes on when the process ends
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
// No call waits: with a timeout of 0 it would throw.
$php = start(PRELUDE . <<<'PHP'
$pair = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
if (!pcntl_fork()) {
    $node = new Zookeeper(ini_get('ticket.dsn'));
    do $said = thrown(fn() => fwrite($pair[1], $node->getId() . "\n")); while ($said !== 'nothing was thrown');
    fgets($pair[1]);
    exit;
}
fclose($pair[1]);
$number = new Number((int) fgets($pair[0]));
$ids = [$number->generate()];
fwrite($pair[0], "end\n");
pcntl_wait($status);
for ($i = 0; $i < 500; $i++) {
    $ids[] = $number->generate();
    usleep(1000);
}
save(getenv('FILE'), $ids);
echo $number->getNodeId(), "\n";
await();
PHP, leasing($server, ['ticket.lease' => 'first_use', 'ticket.acquire_timeout' => 0, 'ticket.window' => 30_000]), ['FILE' => $file = scratch('ids')]);
$node = $php->line();
check(501, saved($file));
var_dump(leases($server) === [sprintf('%04d', $node)]);
echo $php->finish();
eventually(fn() => claims($server) === [], what: 'it ends with the family');
?>
--EXPECT--
bool(true)
