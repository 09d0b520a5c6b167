--TEST--
new Number() with ticket.dsn: one node and one session for the whole family
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
foreach (['startup', 'first_use'] as $lease) {
    $php = start(PRELUDE . <<<'PHP'
    // Each child makes one of its own.
    for ($i = 0; $i < 8; $i++) {
        if (!pcntl_fork()) {
            pcntl_fork();
            $number = new Number();
            $ids = $number->generateMany(100);
            echo json_encode([Number::parse($ids[0])['node'], $number->getNodeId(), status()['node'], getmypid(), ...$ids]) . "\n";
            pcntl_wait($status);
            sleep(300);
        }
    }
    $number = new Number();
    $ids = $number->generateMany(100);
    echo json_encode([Number::parse($ids[0])['node'], $number->getNodeId(), status()['node'], getmypid(), ...$ids]) . "\n";
    sleep(300);
    PHP, leasing($server, ['ticket.lease' => $lease, 'ticket.path' => "/$lease"]));
    [$nodes, $ids, $pids] = [[], [], []];
    for ($i = 0; $i < 17; $i++) {
        $said = json_decode($php->line());
        array_push($nodes, ...array_slice($said, 0, 3));
        $pids[] = $said[3];
        $ids[] = array_slice($said, 4);
    }
    check(1700, ...$ids);
    echo count(array_unique($nodes)), ' node, ', settled(fn() => sessions($server), 1), ' session, ';
    echo leases($server, "/$lease") === [sprintf('%04d', $nodes[0])] ? 'its claim' : 'another claim', "\n";
    array_map(kill(...), $pids);
    eventually(fn() => !claims($server, "/$lease"), what: 'the claim goes');
}
?>
--EXPECT--
1 node, 1 session, its claim
1 node, 1 session, its claim
