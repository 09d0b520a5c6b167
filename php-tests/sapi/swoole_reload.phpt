--TEST--
Swoole: a reload under load, or another keeper, fails no request, or those only that Swoole cuts off
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
Swoole::skip();
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
$script = <<<'PHP'
Swoole\Runtime::enableCoroutine(SWOOLE_HOOK_ALL);
$server->on('Request', function ($request, $response) use (&$worker) {
    // Others are answered meanwhile.
    usleep(1000 * ($request->get['ms'] ?? 0));
    $response->end(page($worker));
});

PHP;
$own = <<<'PHP'
$server->on('WorkerStart', function () use (&$worker) {
    $worker = new Number(ini_get('ticket.dsn') ? new Zookeeper(ini_get('ticket.dsn')) : new Local());
});
PHP;
foreach (Registry::both() as $registry) {
    foreach (Swoole::MODES as $mode) {
        foreach (["the family's node" => '', 'own nodes' => $own] as $name => $lines) {
            // Of those with their own the family has none.
            $ini = ['ticket.lease' => $lines ? 'first_use' : 'startup'] + $registry->ini();
            $server = new Swoole($ini, $mode, $script . $lines);
            $expected = [$lines ? 4 : 1, $registry->one()[1]];
            $settled = fn() => eventually(fn() => $registry->held() === $expected, what: json_encode($expected));
            $quick = new Load($server->ask(...));
            $slow = new Load(fn() => $server->ask('ms=200'), 2);
            for ($reload = 0; $reload < 2; $reload++) {
                $quick->more(100);
                $slow->more(1);
                $server->reload();
                $settled();
            }
            $quick->more(100);
            $keepers = $registry->litter();
            count($keepers) === $registry->one()[1] || print(count($keepers) . ' keepers ');
            foreach ($keepers as $keeper) {
                kill($keeper);
                // By one of those that issue; it takes the same nodes, and the old session ends in its own time.
                eventually(fn() => array_diff($registry->litter(), $keepers), what: 'another keeper');
                $settled();
                $quick->more(100);
            }
            $processes = $quick->end($failures);
            printf("%s, %s, %s: ", $registry->name, $mode, $name);
            if ($mode === 'SWOOLE_BASE') {
                Swoole::report($failures);
            } else {
                echo count($failures), ' failed, ';
            }
            $processes = together($processes, $server->end($slow, $registry, array_keys($processes)));
            echo count($processes) >= 8 ? 'many' : count($processes), ' processes';
            foreach ($lines ? array_map(fn($ids) => [$ids], $processes) : [$processes] as $sharing) {
                nodes($sharing) === 1 || print(' ' . nodes($sharing) . ' nodes');
            }
            echo "\n";
        }
    }
}
?>
--EXPECT--
local, SWOOLE_PROCESS, the family's node: 0 failed, many processes
local, SWOOLE_PROCESS, own nodes: 0 failed, many processes
local, SWOOLE_BASE, the family's node: many processes
local, SWOOLE_BASE, own nodes: many processes
zookeeper, SWOOLE_PROCESS, the family's node: 0 failed, many processes
zookeeper, SWOOLE_PROCESS, own nodes: 0 failed, many processes
zookeeper, SWOOLE_BASE, the family's node: many processes
zookeeper, SWOOLE_BASE, own nodes: many processes
