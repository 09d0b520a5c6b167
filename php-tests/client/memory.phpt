--TEST--
An answer for which the memory limit has no room ends the script and nothing else: the client's own session ends with it
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 30_000, 'session_timeout' => 60_000]);
$client->create('/e', '', null, Client::EPHEMERAL);
foreach (range(0, 4) as $i) $client->exists("/$i") ?? $client->create("/$i", str_repeat('x', 1_000_000));
$client->exists('/many') ?? $client->create('/many');
for ($i = count($client->getChildren('/many')); $i < 2000; $i++) $client->create("/many/" . str_repeat('x', 200) . $i);
ini_set('display_errors', 0);
ini_set('memory_limit', 3 << 20);
register_shutdown_function(function () { echo strtok(error_get_last()['message'] ?? '', '('), "\n"; });

PHP;
$cases = [
    '$client->getMany(["/0", "/1", "/2", "/3", "/4"]);',
    'for ($all = [];;) $all[] = $client->get("/0", stat: $stat);',
    'for ($all = [];;) $all[] = $client->getChildren("/many");',
    'for ($all = [];;) $all[] = $client->exists("/many");',
    'for ($all = [];;) try { $client->set("/none", ""); } catch (ZookeeperException $error) { $all[] = $error; }',
];
foreach ($cases as $case) {
    echo run($code . $case, client($server)), "\n";
    var_dump($znodes->getData('/e'));
}
// Nothing stays of what is answered.
echo run(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 30_000]);
$one = function () use ($client) {
    $client->get('/many', stat: $stat);
    $client->getChildren('/0', stat: $stat);
    $client->getAcl('/0', $stat);
    $client->exists('/0');
    $client->getMany(['/many', '/none']);
    $client->set('/many', 'x');
    $client->getState();
    try { $client->transaction()->set('/many', 'y')->check('/many', 0)->commit(); } catch (E\TransactionException $error) { $error->getIndex(); }
    $client->transaction()->create('/many/t', 'x')->set('/many', 'y')->delete('/many/t')->commit();
    (new Client())->exists('/0');
};
for ($i = 0; $i < 20; $i++) $one();
gc_collect_cycles();
[$before, $descriptors] = [memory_get_usage(), count(scandir('/proc/self/fd'))];
for ($i = 0; $i < 200; $i++) $one();
gc_collect_cycles();
var_dump(memory_get_usage() - $before, count(scandir('/proc/self/fd')) - $descriptors);
PHP, client($server)), "\n";
?>
--EXPECT--
Allowed memory size of 3145728 bytes exhausted
NULL
Allowed memory size of 3145728 bytes exhausted
NULL
Allowed memory size of 3145728 bytes exhausted
NULL
Allowed memory size of 3145728 bytes exhausted
NULL
Allowed memory size of 3145728 bytes exhausted
NULL
int(0)
int(0)
