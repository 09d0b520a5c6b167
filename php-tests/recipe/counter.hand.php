<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Counter;
$client = new Client();
$counter = new Counter($client, '/a/b/counter');
var_dump($counter->get(), $counter->add(), $counter->add(41), $counter->add(-2), $counter->get());
var_dump($counter->compareAndSet(7, 1), $counter->compareAndSet(40, 7), $counter->get());
echo preg_replace('/ [0-9a-f]{16}\./', ' change ', $client->get('/a/b/counter')), "\n";
for ($i = 0; $i < 40; $i++) {
    (new Counter($client, '/a/b/counter'))->add();
}
echo count(explode(' ', $client->get('/a/b/counter'))), " words\n";
// Made by hand, or by kazoo.
$client->set('/a/b/counter', '100');
var_dump($counter->add());
$client->set('/a/b/counter', '');
var_dump($counter->add(5), $counter->compareAndSet(5, PHP_INT_MAX));
foreach ([
    fn() => $counter->add(1), fn() => new Counter($client, '/'), fn() => new Counter($client, 'x'),
] as $mistake) {
    try {
        $mistake();
    } catch (ValueError $e) {
        echo $e->getMessage(), "\n";
    }
}
var_dump($counter->get() === PHP_INT_MAX);
$client->set('/a/b/counter', 'words of others');
foreach ([fn() => $counter->get(), fn() => $counter->add(), fn() => $counter->compareAndSet(0, 1)] as $mistake) {
    try {
        $mistake();
    } catch (E\InvalidStateException $e) {
        echo $e->getMessage(), "\n";
    }
}
echo $client->get('/a/b/counter'), "\n";
PHP;
echo run($code, client($server));
?>
