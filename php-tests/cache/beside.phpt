--TEST--
Pictures come about beside writers that never pause: with servers before 3.6, and where more changes at a time than one answer has
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$write = PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 60_000]);
foreach (['/c', '/c/counter', '/c/bulk'] as $path) $client->create($path);
$bulk = function (string $do, int $n) use ($client) {
    for ($i = 0; $i < 600; $i += 300) {
        $t = $client->transaction();
        for ($k = $i; $k < $i + 300; $k++) $t->$do("/c/bulk/$k", str_pad("$n ", 3000, 'y'));
        $t->commit();
    }
};
$bulk('create', 0);
echo "ready\n";
$until = hrtime(true) + 14e9;
if (getenv('BULK') && pcntl_fork() === 0) {
    $client = new Client(null, ['timeout' => 60_000]);
    for ($n = 0; hrtime(true) < $until; usleep(300_000)) $bulk('set', ++$n);
    exit;
}
for ($n = 0; hrtime(true) < $until; usleep(1500)) {
    $client->set(getenv('BULK') ? '/c/counter' : '/c/bulk/' . random_int(0, 199), (string) ++$n);
}
PHP;
foreach (['older' => [$proxy, 0], 'now' => [$server, 1]] as $what => [$of, $bulk]) {
    $proxy->mode('old');
    $writer = start($write, client($server), ['BULK' => $bulk]);
    $writer->line();
    $php = start(PRELUDE . CLIENT . <<<'PHP'
        $cache = new Dig\Zookeeper\Cache('/c');
        $oldest = 0;
        for ($end = hrtime(true) + 10e9; hrtime(true) < $end; usleep(10_000)) $oldest = max($oldest, $cache->age());
        echo $oldest < 4 ? 'fresh' : "$oldest s old";
        PHP, client($of, ['ticket.cache_size' => '64M', 'ticket.zookeeper_timeout' => 60_000]));
    echo "$what: ", $php->finish(), "\n";
    echo $writer->finish();
    $server->wipe();
}
?>
--EXPECT--
older: fresh
now: fresh
