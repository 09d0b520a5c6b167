<?php
// php caches.php TIMES: caches and services, also with arguments that are none, within error handlers and fibers, so many times,
// under valgrind.

require __DIR__ . '/valgrind.php';
$server = new Server();
$code = 'define("TIMES", ' . (int) ($argv[1] ?? 15) . ');' . <<<'PHP'
use Dig\Zookeeper\{Cache, Client, Discovery};
$client = new Client(null, ['timeout' => 60_000]);
$client->makePath('/config/a/b');
$services = new Discovery();
$registered = $services->register('web', 'x:1', ['a' => ['b' => [1, 2]]]);
$cache = new Cache('/config');
// Asked again within a call that is about to fail.
set_error_handler(function ($level, $message) use ($cache) {
    $cache->get('a');
    $cache->all();
    throw new Exception($message);
});
for ($round = 0; $round < TIMES; $round++) {
    $client->set('/config/a', str_repeat('y', 3000 + $round));
    $client->set('/config/a/b', $round % 2 ? '' : str_repeat('z', 100_000));
    $cache->waitForChange($cache->version(), 0.01);
    $values = [$cache->get('a'), $cache->get('a/b', 60.0), $cache->get('none'), $cache->node('a'), $cache->children(''), $cache->all(), $cache->age(), $cache->isComplete()];
    foreach ([
        fn() => $cache->get(null), fn() => $cache->get('a//b'), fn() => $cache->get('/x'), fn() => $cache->get('a', -1), fn() => $cache->get('a', 0.0),
        fn() => $cache->node("\xff"), fn() => new Cache('x'), fn() => new Cache('/', 'x:'), fn() => clone $cache, fn() => $services->instances(''),
        fn() => $services->instances(null), fn() => $services->one([]), fn() => $services->register('web', 'x:1', ['x' => NAN]),
        fn() => $services->register('web', "\xff"), fn() => $services->register('web', 'x', [fopen('php://memory', 'r')]),
    ] as $wrong) {
        try { $wrong(); } catch (Throwable $last) { }
    }
    $list = $services->instances('web');
    $list[] = $services->one('web');
    $list[0]['meta'][] = (new Discovery())->one('web');
    $list[] = (new Discovery())->instances('none');
    $registered->update("x:$round", ['round' => $round]);
    $fiber = new Fiber(function () use ($cache) { Fiber::suspend($cache->all()); $cache->get('a'); });
    $fiber->start();
    $fiber->resume();
}
foreach (['no JSON', '', '{"address":1}', '{"address":"y","meta":1,"more":[[]]}', str_repeat('[', 2000)] as $i => $value) $client->create("/services/web/$i", $value);
for ($end = hrtime(true) + 60e9; count($services->instances('web')) < 2 && hrtime(true) < $end; usleep(1000));
$registered->unregister();
echo 'done';
PHP;
under_valgrind($code, leasing($server, ['ticket.lease' => 'first_use', 'ticket.zookeeper_timeout' => 60_000]));
