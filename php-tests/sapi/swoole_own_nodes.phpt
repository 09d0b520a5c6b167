--TEST--
Swoole: where each worker asks for a node of its own there are as many claims as workers, and one session
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
Swoole::skip();
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
$own = <<<'PHP'
$own = fn() => new Number(ini_get('ticket.dsn') ? new Zookeeper(ini_get('ticket.dsn'), '/sim/ticket') : new Local());
$server->on('WorkerStart', function () use (&$worker, $own) {
    $worker = $own();
});
PHP;
$jail = scratch('jail');
mkdir($jail);
// For each: its lines in the server's script, and how many processes have a node.
$cases = [
    'workers' => ['', 4],
    // An object of the first process's stands for another node in each of its forks, once they use it.
    'made before' => [<<<'PHP'
        $worker = $own();
        $server->on('WorkerStart', fn() => $worker->generate());
        PHP, 5],
    'all kinds' => [<<<'PHP'
        $issue = function () use ($own, $run) {
            for ($number = $own();; usleep(2000)) save("$run." . getmypid(), $number->generateMany(10));
        };
        $server->set(['task_worker_num' => 2, 'enable_coroutine' => false]);
        $server->addProcess(new Swoole\Process($issue));
        $server->on('WorkerStart', function ($server, $id) use (&$worker, &$child, $own, $issue) {
            $worker = $own();
            if ($id === 0) {
                $child = new Swoole\Process($issue);
                $child->start();
            }
        });
        $server->on('WorkerStop', function () use (&$child) {
            if ($child) {
                Swoole\Process::kill($child->pid);
                Swoole\Process::wait();
            }
        });
        $server->on('Task', function () use (&$worker) {
            return page($worker);
        });
        $server->on('Request', function ($request, $response) use ($server, &$worker) {
            $response->end(isset($request->get['task']) ? $server->taskwait('', 30) : page($worker));
        });
        PHP, 8],
    'recycled' => ['$server->set(["max_request" => 20, "max_request_grace" => 5]);', 4],
    // Where there are neither the registry's directory nor the rights to make it.
    'jail' => [unprivileged() ? "\$server->set(['user' => 'nobody', 'group' => 'nogroup', 'chroot' => '$jail']);" : '', 4],
    'one worker' => ['$server->set(["worker_num" => 1, "enable_coroutine" => false]);', 1],
];
foreach (Registry::both() as $registry) {
    foreach (Swoole::MODES as $mode) {
        foreach ($cases as $name => [$script, $many]) {
            $run = scratch('run');
            // So that the family has no node.
            $ini = ['ticket.lease' => 'first_use'] + $registry->ini();
            $server = new Swoole($ini, $mode, "$own\n$script", $run);
            $settled = function () use ($registry, $many) {
                eventually(fn() => $registry->held() === [$many, $registry->one()[1]], what: "$many claims");
            };
            $settled();
            $load = new Load(fn() => $server->ask(rand(0, 1) ? 'task=1' : ''));
            for ($i = 0; $i < 3; $i++) {
                $load->more(100);
                $name === 'recycled' || $settled();
            }
            $processes = $load->end($failures);
            if ($mode === 'SWOOLE_BASE' && $name === 'recycled') {
                Swoole::report($failures);
            } elseif ($failures) {
                print_r($failures);
            }
            $settled();

            // Not of tasks: Swoole ends those who do them before those who wait for them.
            $load = new Load($server->ask(...), 2);
            $load->more(20);
            $others = $server->end($load, $registry, array_keys($processes));
            $saved = loaded($run);
            count($saved) === ($name === 'all kinds' ? 2 : 0) || printf("%d processes save\n", count($saved));
            foreach ($all = together($processes, $others, $saved) as $ids) {
                nodes([$ids]) === 1 || printf("%d nodes of one process\n", nodes([$ids]));
            }
            printf("%s, %s, %s\n", $registry->name, $mode, $name);
        }
    }
}
?>
--EXPECT--
local, SWOOLE_PROCESS, workers
local, SWOOLE_PROCESS, made before
local, SWOOLE_PROCESS, all kinds
local, SWOOLE_PROCESS, recycled
local, SWOOLE_PROCESS, jail
local, SWOOLE_PROCESS, one worker
local, SWOOLE_BASE, workers
local, SWOOLE_BASE, made before
local, SWOOLE_BASE, all kinds
local, SWOOLE_BASE, recycled
local, SWOOLE_BASE, jail
local, SWOOLE_BASE, one worker
zookeeper, SWOOLE_PROCESS, workers
zookeeper, SWOOLE_PROCESS, made before
zookeeper, SWOOLE_PROCESS, all kinds
zookeeper, SWOOLE_PROCESS, recycled
zookeeper, SWOOLE_PROCESS, jail
zookeeper, SWOOLE_PROCESS, one worker
zookeeper, SWOOLE_BASE, workers
zookeeper, SWOOLE_BASE, made before
zookeeper, SWOOLE_BASE, all kinds
zookeeper, SWOOLE_BASE, recycled
zookeeper, SWOOLE_BASE, jail
zookeeper, SWOOLE_BASE, one worker
