--TEST--
The keeper is killed at any step of a request: reads go on, and what is told of a write is so
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
// Writes each number once, where the version is the last one's, and holds what it is told against what is there.
$code = PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 30_000]);
$client->create('/a', '0');
$version = 0;
$told = ['done' => 0, 'certain' => 0, 'unknown' => 0];
stream_set_blocking(STDIN, false);
echo "ready\n";
for ($n = 1; fgets(STDIN) === false; $n++) {
    try {
        $stat = $client->set('/a', "$n", $version);
        $said = 'done';
        $stat->version === $version + 1 || print("version {$stat->version} after $version\n");
    } catch (E\ConnectionLossException $e) {
        $said = $e->isOutcomeUnknown() ? 'unknown' : 'certain';
    }
    $told[$said]++;
    $value = $client->get('/a', stat: $stat);
    $is = [$value, $stat->version];
    $made = $is === ["$n", $version + 1];
    $not = $is[0] !== "$n" && $is[1] === $version;
    $right = ['done' => $made, 'certain' => $not, 'unknown' => $made || $not][$said];
    $right || print("told $said of $n after $version, there is " . json_encode($is) . "\n");
    $version = $stat->version;
}
echo json_encode($told), "\n";
PHP;
$php = start($code, client($server));
$php->line();
$killed = 0;
$stop = hrtime(true) + 6e9;
do {
    $keeper = keeper($server->dsn());
    // One that has lived for so long is replaced at once.
    usleep(random_int(260_000, 300_000));
    kill($keeper);
    $killed++;
} while ($killed < 20 || hrtime(true) < $stop);
$php->say('enough');
$said = $php->finish();
$told = json_decode($said, true) ?? die($said);
// What was under way can not be known, also where it was a read, which is asked again: every other one is a write.
var_dump($told['done'] > 100, $told['unknown'] > 0, $told['unknown'] <= $killed);
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
