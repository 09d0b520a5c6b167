--TEST--
No client sees a change before the event of its watch, however fast changes come
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
// 100,000 take a minute or two.
$updates = (int) (getenv('TICKET_TEST_UPDATES') ?: 6_000);
$server = new Server();
$write = PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 60_000]);
while ($client->set('/a', '')->version < (int) getenv('UPDATES'));
PHP;
$read = PRELUDE . CLIENT . WATCH . <<<'PHP'
[$light, $bound] = [new Client(null, ['timeout' => 60_000]), new Client(null, ['timeout' => 60_000])];
$light->create('/a');
$light->create('/b');
$bound->getSessionId();
[$seen, $armed, $stays, $early] = [[0, 0], 0, [0, 0], 0];
foreach ([$light, $bound] as $i => $client) {
    // The last one that it was told of cannot be older than what was read; which one it is, no server says before 3.9.
    $client->watch('/a', function (Event $event) use (&$stays, $i) { $stays[$i] += $event->type === Event::CHANGED; });
}
echo "ready\n";
do {
    foreach ([$light, $bound] as $i => $client) {
        $told = false;
        $client->get('/a', function () use (&$told) { $told = true; }, $first);
        $armed++;
        do {
            $client->get('/a', stat: $stat);
            $changed = $stat->mzxid !== $first->mzxid;
            $early += $changed && !$told;
        } while (!$told && !$changed && $first->version < (int) getenv('UPDATES'));
        $early += $stays[$i] < $stat->version;
    }
} while ($stat->version < (int) getenv('UPDATES'));
while ($light->wait(0.2) + $bound->wait(0.2));
var_dump($early, $armed > 100, $stays[0] >= (int) getenv('UPDATES'), $stays[0] === $stays[1]);
PHP;
$reader = start($read, client($server), ['UPDATES' => $updates]);
$reader->line();
$writers = array_map(fn() => start($write, client($server), ['UPDATES' => $updates]), [1, 2]);
foreach ($writers as $writer) {
    echo $writer->finish();
}
echo $reader->finish(), "\n";
?>
--EXPECT--
int(0)
bool(true)
bool(true)
bool(true)
