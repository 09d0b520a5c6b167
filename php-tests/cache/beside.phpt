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
$bulk = function (string $do, int $n) use (&$client) {
    for ($i = 0; $i < 600; $i += 300) {
        $t = $client->transaction();
        for ($k = $i; $k < $i + 300; $k++) $t->$do("/c/bulk/$k", str_pad("$n ", 3000, 'y'));
        $t->commit();
    }
};
$bulk('create', 0);
echo "ready\n";
stream_set_blocking(STDIN, false);
$goes_on = fn() => fgets(STDIN) === false && !feof(STDIN);
if (getenv('BULK') && pcntl_fork() === 0) {
    $client = new Client(null, ['timeout' => 60_000]);
    for ($n = 0; !feof(STDIN) && is_wanted(); usleep(300_000)) $bulk('set', ++$n);
    exit;
}
// As long as its parent lives.
function is_wanted(): bool { static $parent; $stat = explode(' ', preg_replace('/^.*\) /', '', file_get_contents('/proc/self/stat'))); return ($parent ??= $stat[1]) === $stat[1]; }
for ($n = 0; $goes_on(); usleep(1500)) {
    $client->set(getenv('BULK') ? '/c/counter' : '/c/bulk/' . random_int(0, 199), (string) ++$n);
}
PHP;
foreach (['older' => [$proxy, 0], 'now' => [$server, 1]] as $what => [$of, $bulk]) {
    $proxy->mode('older');
    $writer = start($write, client($server), ['BULK' => $bulk]);
    $writer->line();
    $php = start(PRELUDE . CLIENT . <<<'PHP'
        $cache = new Dig\Zookeeper\Cache('/c');
        for ($pictures = 0; $pictures < 20; $pictures++) {
            $version = $cache->version();
            if ($cache->waitForChange($version, 60) === $version) break;
        }
        echo "$pictures pictures";
        PHP, client($of, ['ticket.cache_size' => '64M', 'ticket.zookeeper_timeout' => 60_000]));
    echo "$what: ", $php->finish(), "\n";
    $writer->say('end');
    echo $writer->finish();
    $server->wipe();
}
?>
--EXPECT--
older: 20 pictures
now: 20 pictures
