--TEST--
A lease takes five reads: of the session, the layout, the claims, and of mark and claim of a node; no node is looked at for nothing
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
