--TEST--
Swoole: one node for a server and all that it forks, and nothing is left of them
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
Swoole::skip();
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
// For each: its lines in the server's script, and how many processes answer.
$cases = [
    'workers' => ['', [2, 3, 4]],
    // By the first process, for its forks.
    'made before' => [<<<'PHP'
        $number = new Number();
        $server->on('WorkerStart', function () use (&$worker, $number) {
            $worker = $number;
        });
        PHP, [2, 3, 4]],
    // Workers for tasks answer, too. A process that the server starts and one that a worker starts save theirs.
    'all kinds' => [<<<'PHP'
        $issue = function () use ($run) {
            for ($number = new Number();; usleep(2000)) save("$run." . getmypid(), $number->generateMany(10));
        };
        $server->set(['task_worker_num' => 2]);
        $server->addProcess(new Swoole\Process($issue));
        $server->on('WorkerStart', function ($server, $id) use (&$worker, &$child, $issue) {
            $worker = new Number();
            // Not in a coroutine, as workers that answer are by now: one must not fork.
            if ($id === 4) {
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
        PHP, [4, 5, 6]],
    'recycled' => ['$server->set(["max_request" => 20, "max_request_grace" => 5]);', range(7, 200)],
    // Ten coroutines for each request, which take turns with those of others. Ten at a time their IDs go out as they
    // were issued.
    'coroutines' => [<<<'PHP'
        Swoole\Runtime::enableCoroutine(SWOOLE_HOOK_ALL);
        $server->on('Request', function ($request, $response) use (&$worker, &$issued) {
            $issue = function () use (&$worker, &$issued) {
                usleep(rand(0, 5000));
                $issued[] = $worker->generate();
                file_get_contents('/proc/self/stat');
            };
            Swoole\Coroutine\batch(array_fill(0, 10, $issue));
            $response->end(getmypid() . ' ' . hrtime(true) . ' ' . implode(' ', array_splice($issued, 0, 10)));
        });
        PHP, [2, 3, 4]],
    'no coroutines' => ['$server->set(["enable_coroutine" => false]);', [2, 3, 4]],
    'daemon' => ['', [2, 3, 4]],
    'one worker' => ['$server->set(["worker_num" => 1, "enable_coroutine" => false]);', [1]],
];
foreach (Registry::both() as $registry) {
    foreach (Swoole::MODES as $mode) {
        foreach ($cases as $name => [$script, $answering]) {
            $run = scratch('run');
            $server = new Swoole($registry->ini(), $mode, $script, $run, $name === 'daemon');
            $load = new Load(fn() => $server->ask(rand(0, 1) ? 'task=1' : ''), 6);
            for ($i = 0; $i < 3; $i++) {
                $load->more(100);
                $registry->holds();
            }
            $processes = $load->end($failures);
            if ($mode === 'SWOOLE_BASE' && $name === 'recycled') {
                Swoole::report($failures);
            } elseif ($failures) {
                print_r($failures);
            }
            in_array(count($processes), $answering) || printf("%d processes answer\n", count($processes));

            // Not of tasks: Swoole ends those who do them before those who wait for them.
            $load = new Load($server->ask(...), 2);
            $load->more(20);
            $others = $server->end($load, $registry, array_keys($processes));
            $saved = loaded($run);
            count($saved) === ($name === 'all kinds' ? 2 : 0) || printf("%d processes save\n", count($saved));
            printf("%s, %s, %s: %d node\n", $registry->name, $mode, $name, nodes(together($processes, $others, $saved)));
        }
    }
}
?>
--EXPECT--
local, SWOOLE_PROCESS, workers: 1 node
local, SWOOLE_PROCESS, made before: 1 node
local, SWOOLE_PROCESS, all kinds: 1 node
local, SWOOLE_PROCESS, recycled: 1 node
local, SWOOLE_PROCESS, coroutines: 1 node
local, SWOOLE_PROCESS, no coroutines: 1 node
local, SWOOLE_PROCESS, daemon: 1 node
local, SWOOLE_PROCESS, one worker: 1 node
local, SWOOLE_BASE, workers: 1 node
local, SWOOLE_BASE, made before: 1 node
local, SWOOLE_BASE, all kinds: 1 node
local, SWOOLE_BASE, recycled: 1 node
local, SWOOLE_BASE, coroutines: 1 node
local, SWOOLE_BASE, no coroutines: 1 node
local, SWOOLE_BASE, daemon: 1 node
local, SWOOLE_BASE, one worker: 1 node
zookeeper, SWOOLE_PROCESS, workers: 1 node
zookeeper, SWOOLE_PROCESS, made before: 1 node
zookeeper, SWOOLE_PROCESS, all kinds: 1 node
zookeeper, SWOOLE_PROCESS, recycled: 1 node
zookeeper, SWOOLE_PROCESS, coroutines: 1 node
zookeeper, SWOOLE_PROCESS, no coroutines: 1 node
zookeeper, SWOOLE_PROCESS, daemon: 1 node
zookeeper, SWOOLE_PROCESS, one worker: 1 node
zookeeper, SWOOLE_BASE, workers: 1 node
zookeeper, SWOOLE_BASE, made before: 1 node
zookeeper, SWOOLE_BASE, all kinds: 1 node
zookeeper, SWOOLE_BASE, recycled: 1 node
zookeeper, SWOOLE_BASE, coroutines: 1 node
zookeeper, SWOOLE_BASE, no coroutines: 1 node
zookeeper, SWOOLE_BASE, daemon: 1 node
zookeeper, SWOOLE_BASE, one worker: 1 node
