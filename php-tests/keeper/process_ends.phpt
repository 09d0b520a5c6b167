--TEST--
A process's own node is free when the process has ended, whatever it leaves behind
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
// One after the other says its process ID and its node; the last line of input ends the family's first process.
$php = start(PRELUDE . <<<'PHP'
// Children that have inherited everything ask for nothing and are in the way of nobody.
$node = new Zookeeper(ini_get('ticket.dsn'), '/own');
$number = new Number($node);
$say = fn() => print(getmypid() . ' ' . $node->getId() . "\n");
$say();
for (await(); $how = await();) {
    if (pcntl_fork()) {
        continue;
    }
    $say();
    if ($how === 'exit') exit;
    if ($how === 'grandchild' && !pcntl_fork()) {
        echo getmypid(), "\n";
        sleep(300);
    }
    sleep(300);
}
PHP, leasing($server));
$claimed = fn(int ...$nodes) => claims($server, '/own') === array_map(fn($node) => sprintf('%04d', $node), $nodes);
$left = function (string $what, int ...$nodes) use ($claimed) {
    sort($nodes);
    eventually(fn() => $claimed(...$nodes), what: "$what: " . implode(', ', $nodes));
    echo "$what\n";
};
$next = fn() => array_map('intval', explode(' ', $php->line()));
[$parent, $own] = $next();
$left('one', $own);
$php->say('');

$php->say('exit');
$next();
$left('a child ends', $own);
$php->say('stay');
[$pid, $node] = $next();
$left('a child lives', $own, $node);
kill($pid);
$left('kill -9 of it', $own);
$php->say('grandchild');
[$pid, $node] = $next();
[$grandchild] = $next();
$left('a grandchild has its connection', $own, $node);
kill($pid);
$left('kill -9 of its parent', $own);
echo file_exists("/proc/$grandchild/exe") ? "the grandchild lives\n" : '';

// The family's first process may end before those that it has forked, and its own node with it.
$php->say('stay');
[$pid, $node] = $next();
kill($parent);
$left('kill -9 of the first', $node);
kill($pid);
kill($grandchild);
$left('all');
eventually(fn() => !keepers($server->dsn()), what: 'the keeper ends');
?>
--EXPECT--
one
a child ends
a child lives
kill -9 of it
a grandchild has its connection
kill -9 of its parent
the grandchild lives
kill -9 of the first
all
