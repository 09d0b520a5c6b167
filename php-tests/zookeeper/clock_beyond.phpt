--TEST--
The clock is set back beyond the tolerance: the family moves to another node; a fixed node throws and recovers
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$znodes = new Znodes($server);
$clock = new Clock();
$file = scratch('ids');
$ini = ['ticket.dsn' => $server->dsn(), 'ticket.session_timeout' => 60_000, 'ticket.window' => 3000];
$php = start(PRELUDE . <<<PHP
\$numbers = [new Number(), new Number(5)];
\$ids = array_map(fn(\$number) => \$number->generateMany(2000), \$numbers);
\$then = \$numbers[0]->getTimestamp();
echo \$numbers[0]->getNodeId(), ' ', Number::parse(end(\$ids[0]))['timestamp'], "\\n";
await();
\$now = \$numbers[0]->generateMany(2000);
echo \$numbers[0]->getTimestamp() - \$then < -3_000_000 ? 'the clock moved' : 'the clock did not move', "\\n";
echo thrown(fn() => \$numbers[1]->generate()), "\\n";
echo json_encode([\$numbers[0]->getNodeId(), Number::parse(\$now[0])['node'], status()['node'], status()['moves']]), "\\n";
await();
\$again = array_map(fn(\$number) => \$number->generateMany(2000), \$numbers);
save('$file', array_merge(\$now, ...\$ids, ...\$again));
echo json_encode([Number::parse(\$again[1][0])['node'], status()['moves'], status()['lost'], status()['clock_steps'] > 0]), "\\n";
PHP, $ini, $clock->env());
[$old, $last] = explode(' ', $php->line());
$clock->set(-3_600_000);
$php->say('set back');
echo $php->line(), "\n", preg_replace('/is \d+ ms behind/', 'is N ms behind', $php->line()), "\n";
[$new, $of, $node, $moves] = json_decode($php->line());
var_dump($new !== (int) $old, $new === $of && $new === $node, $moves);
// To one of those that are kept for this.
var_dump($new > 768);
$claimed = fn(int $node) => in_array(sprintf('%04d', $node), claims($server));
eventually(fn() => !$claimed((int) $old), what: 'the old claim is gone');
var_dump($claimed(5) && $claimed($new));
var_dump(mark($znodes, (int) $old) === (int) $last);
$clock->set(0);
$php->say('set right');
echo $php->finish(), "\n";
var_dump(claims($server));
$ids = saved($file);
sort($ids);
check(10_000, $ids);
?>
--EXPECT--
the clock moved
Dig\Ticket\Exception\IllegalTimeException: the clock is N ms behind the high-water mark of node 5, more than ticket.clock_tolerance = 1000 ms and ticket.acquire_timeout = 5000 ms bridge, and this node ID was asked for and no other; IDs can be had again when the clock has caught up
bool(true)
bool(true)
int(1)
bool(true)
bool(true)
bool(true)
[5,1,0,true]
array(0) {
}
