<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$ini = [
    'ticket.dsn' => $server->dsn(),
    'ticket.path' => '/last/node',
    'ticket.node_bits' => 1,
    'ticket.session_timeout' => 60_000,
];
$code = PRELUDE . <<<'PHP'
$number = new Number();
do {
    try { $told = $number->generate(); } catch (Exception $e) { $told = get_class($e) . ': ' . $e->getMessage(); }
} while (is_string($told) && !str_contains($told, 'taken'));
echo "$told\n";
await();
PHP;
for ($round = 0; $round < 5; $round++) {
    $racers = array_map(fn() => start($code, ['ticket.acquire_timeout' => 0] + $ini), [0, 1]);
    $told = array_map(fn($racer) => $racer->line(), $racers);
    $won = array_keys(array_filter($told, is_numeric(...)));
    $lost = array_values(array_filter($told, fn($line) => !is_numeric($line)));
    echo count($won), ' ', str_replace($server->dsn(), 'DSN', $lost[0]), "\n";
    var_dump(claims($server, '/last/node') === ['1']);
    // The one that waits longer than that gets it when it is free.
    $third = start($code, ['ticket.acquire_timeout' => 30_000] + $ini);
    $racers[1 - $won[0]]->finish();
    $racers[$won[0]]->finish();
    var_dump((int) $third->line() > (int) $told[$won[0]]);
    $third->finish();
}
?>
