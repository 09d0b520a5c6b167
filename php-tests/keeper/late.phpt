--TEST--
A keeper that a child starts, which was forked long before, serves its parent and its siblings
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
// As a program with the local registry does, and one that leases only when it needs to.
foreach ([['ticket.dsn' => ''], ['ticket.lease' => 'first_use']] as $ini) {
    $path = 'ticket.path=/' . bin2hex(random_bytes(4));
    $php = start(PRELUDE . <<<'PHP'
    $dsn = getenv('DSN');
    for ($i = 0; $i < 3; $i++) {
        $pair = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        if (!pcntl_fork()) {
            fclose($pair[0]);
            fgets($pair[1]);
            fwrite($pair[1], (new Zookeeper($dsn, '/own'))->getId() . "\n");
            fgets($pair[1]);
            // The keeper goes on without the one that started it.
            exit;
        }
        fclose($pair[1]);
        $pipes[] = $pair[0];
    }
    $ask = function ($pipe) { fwrite($pipe, "\n"); return (int) fgets($pipe); };
    echo "forked\n";
    await();
    $ids[] = $ask($pipes[0]);
    fwrite($pipes[0], "\n");
    pcntl_wait($status);
    $ids[] = $ask($pipes[1]);
    $ids[] = (new Zookeeper($dsn, '/own'))->getId();
    $ids[] = $ask($pipes[2]);
    echo json_encode($ids), "\n";
    await();
    PHP, $ini + leasing($server, ['ticket.path' => substr($path, 12)]), ['DSN' => $server->dsn()]);
    echo $php->line(), ', ', count(keepers($path)) ?: 'no', " keeper\n";
    $php->say('');
    $ids = json_decode($php->line());
    // The first of them has ended, and its node is free for another.
    $names = array_map(fn($id) => sprintf('%04d', $id), array_slice($ids, 1));
    sort($names);
    eventually(fn() => claims($server, '/own') === $names, what: 'three claims');
    echo count($ids), ' IDs, ', settled(fn() => sessions($server), 1), " session\n";
    $php->finish();
    eventually(fn() => claims($server, '/own') === [], what: 'all are released');
}
?>
--EXPECT--
forked, no keeper
4 IDs, 1 session
forked, no keeper
4 IDs, 1 session
