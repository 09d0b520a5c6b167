--TEST--
The lease of a process takes five reads: of its session, of the layout, of the claims, of mark and claim of the node that it takes
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$reads = fn() => preg_match('/^zk_cnt_readlatency\s+(\d+)/m', $server->ask('mntr'), $found)
    ? (int) $found[1]
    : throw new Exception('the server does not count reads');
$code = PRELUDE . "echo (new Number(new Zookeeper('{$server->dsn()}')))->generate();";
[$ids, $took] = [[], []];
for ($i = 0; $i < 3; $i++) {
    $before = $reads();
    $ids[] = run($code);
    $took[] = $reads() - $before;
}
// One that is slow says now and then that it lives, which is a read, too.
var_dump(count(array_unique($ids)), min($took));
?>
--EXPECT--
int(3)
int(5)
