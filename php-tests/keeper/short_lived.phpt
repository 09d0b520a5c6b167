--TEST--
Processes that come and go do not use up the nodes: what one had, the next one of the family can have at once
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$file = scratch('ids');
// 15 nodes and a long window: were a node out of reach until its last owner's mark has passed, the 16th child would
// have none.
$said = run(PRELUDE . <<<'PHP'
for ($i = 0; $i < 40; $i++) {
    if (!pcntl_fork()) {
        echo thrown(function () use ($i) {
            $node = new Zookeeper(ini_get('ticket.dsn'));
            // Its own node by number is its own all the same.
            $number = new Number($i % 2 ? $node : $node->getId());
            save(getenv('FILE'), $number->generateMany(5000));
        }), "\n";
        exit;
    }
    pcntl_wait($status);
}
PHP, leasing($server, [
    'ticket.node_bits' => 4, 'ticket.lease' => 'first_use', 'ticket.window' => 30_000, 'ticket.acquire_timeout' => 20_000,
]), ['FILE' => $file]);
print_r(array_count_values(explode("\n", $said)));
$ids = saved($file);
check(40 * 5000, ...array_chunk($ids, 5000));
?>
--EXPECT--
Array
(
    [nothing was thrown] => 40
)
