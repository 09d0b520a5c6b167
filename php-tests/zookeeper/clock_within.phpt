--TEST--
The clock is set back within the tolerance: IDs go on rising on the same node, while it is extended
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$znodes = new Znodes($server);
$clock = new Clock();
$run = scratch('ids');
$ini = [
    'ticket.dsn' => $server->dsn(),
    'ticket.session_timeout' => 10_000,
    'ticket.window' => 4500,
    'ticket.acquire_timeout' => 0,
];
$php = start(PRELUDE . LOAD . <<<PHP
\$number = new Number();
first(\$number);
\$at = [\$number->getNodeId()];
echo \$at[0], "\\n";
load(\$number, '$run');
echo json_encode([\$number->getNodeId() === \$at[0], status()['moves'], status()['clock_steps']]), "\\n";
PHP, $ini, $clock->env());
$node = (int) $php->line();
foreach ([-300, -900] as $back) {
    $clock->set($back);
    $mark = mark($znodes, $node);
    eventually(fn() => mark($znodes, $node) > $mark + 1000, what: 'the mark moves on');
}
stop($run);
// What was thrown would come first.
echo $php->finish(), "\n";
var_dump(leased($znodes) === [sprintf('%04d', $node)]);
// It saw the clock move: the IDs count on from before, so their timestamps come to stand.
[$ids] = loaded($run);
$times = array_map(fn($id) => $id >> 22, $ids);
$still = 0;
foreach ($times as $i => $time) {
    $still += $i > 0 && $time === $times[$i - 1];
}
var_dump($still > 50);
?>
--EXPECT--
[true,0,2]
bool(true)
bool(true)
