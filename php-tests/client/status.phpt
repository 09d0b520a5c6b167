--TEST--
status(): connections, sessions, requests and failures of all clients of the family
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
echo run(PRELUDE . CLIENT . <<<'PHP'
function clients() { return array_diff_key(Dig\Zookeeper\status(), ['caches' => 0, 'cache_memory' => 0]); }
echo json_encode(clients()), "\n";
$light = [new Client(), new Client(), new Client()];
foreach ($light as $client) $client->exists('/');
echo failed(fn() => $light[0]->get('/none')), "\n";
$bound = new Client();
$bound->getSessionId();
$light[0]->exists('/', fn() => null);
$light[0]->watch('/', fn() => null)->cancel();
$light[1]->watch('/', fn() => null);
$bound->getChildren('/', fn() => null);
for ($end = hrtime(true) + 30e9; clients()['watches'] > 3 && hrtime(true) < $end; usleep(1000));
echo json_encode(clients()), "\n";
if (!$child = pcntl_fork()) {
    $light[1]->exists('/');
    echo clients()['connections'], "\n";
    exit;
}
pcntl_waitpid($child, $status);
$bound->close();
unset($light, $client);
for ($end = hrtime(true) + 30e9; clients()['connections'] > 0 && hrtime(true) < $end; usleep(1000));
echo json_encode(clients()), "\n";
PHP, client($server)), "\n";
?>
--EXPECT--
{"connections":0,"shared_sessions":0,"own_sessions":0,"watches":0,"held":0,"registrations":0,"requests":0,"failures":0}
NoNodeException -101 /none certain
{"connections":4,"shared_sessions":1,"own_sessions":1,"watches":3,"held":0,"registrations":0,"requests":9,"failures":1}
5
{"connections":0,"shared_sessions":1,"own_sessions":0,"watches":0,"held":0,"registrations":0,"requests":11,"failures":1}
