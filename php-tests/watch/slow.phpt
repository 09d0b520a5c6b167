--TEST--
A reader that is slow, or stopped: what waits for it is bounded, and what it was not told is said; others notice nothing
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$ini = client($server);
// So long are the paths, and so many changes there are, that they are several times what may wait.
$code = PRELUDE . CLIENT . WATCH . <<<'PHP'
[$slow, $quick, $writer] = [new Client(), new Client(), new Client()];
$path = '/' . str_repeat('x', 1000);
$writer->create($path);
$writer->create('/last');
[$seen, $resync, $told] = [[0, 0], [0, 0], false];
foreach ([$slow, $quick] as $i => $client) {
    $client->watch($path, function (Event $event) use (&$seen, &$resync, $i) {
        $event->type === Event::RESYNC ? $resync[$i]++ : $seen[$i]++;
    });
    $client->watch('/last', function () use (&$told) { $told = true; });
    // What fires once is never dropped.
    $client->get('/last', note("once $i"));
}
function memory(): int { return (int) preg_replace('/.*^VmRSS:\s*(\d+).*/ms', '$1', file_get_contents('/proc/' . KEEPER . '/status')); }
/** Also a slow machine is given time for it. */
function until(Client $client, callable $holds): void { for ($end = hrtime(true) + 60e9; !$holds() && hrtime(true) < $end;) $client->wait(0.2); }
define('KEEPER', (int) await());
$before = memory();
$most = 0;
for ($i = 1; $i <= 6000; $i++) {
    $writer->set($path, "$i");
    if ($i % 200 === 0) { until($quick, function () use (&$seen, &$resync, $i) { return $seen[1] + $resync[1] >= $i; }); $most = max($most, memory()); }
}
$writer->set('/last', 'x');
until($quick, function () use (&$notes) { return count($notes) === 1; });
var_dump($seen, $resync[1], $most - $before < 12_000);
// Now it looks.
$told = false;
until($slow, function () use (&$notes, &$told) { return count($notes) === 2 && $told; });
while ($slow->wait(0.5));
$many = $seen[0];
var_dump($many > 100, $many < 6000, $resync[0] > 0, $told, count($notes));
// And it is told all that comes then.
$seen[0] = 0;
for ($i = 1; $i <= 20; $i++) $writer->set($path, "$i");
until($slow, function () use (&$seen) { return $seen[0] >= 20; });
while ($slow->wait(0.1));
var_dump($seen[0]);
PHP;
$php = start($code, $ini);
eventually(fn() => keepers($server->dsn()), what: 'a keeper');
$php->say((string) keepers($server->dsn())[0]);
echo $php->finish(), "\n";
?>
--EXPECT--
array(2) {
  [0]=>
  int(0)
  [1]=>
  int(6000)
}
int(0)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
int(2)
int(20)
