--TEST--
Clients with ever other profiles leave few sessions behind, and none that the keeper has no descriptor for
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$php = start(PRELUDE . CLIENT . <<<'PHP'
for ($i = 0; $i < 150; $i++) {
    $said[] = failed(fn() => (new Client(null, ['timeout' => 30_000, 'session_timeout' => 20_000 + $i]))->exists('/'));
}
echo implode(', ', array_unique($said)), "\n";
await();
PHP, client($server), [], ['prlimit', '--nofile=100:100']);
echo $php->line(), "\n";
eventually(fn() => sessions($server) <= 16, 20, 'few are left');
echo $php->finish(), "\n";
?>
--EXPECT--
nothing was thrown
