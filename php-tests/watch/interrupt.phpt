--TEST--
Callbacks between two operations: in a sleep, loops with and without calls, JIT, generators, fibers; beside others' signals; and when not
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$ini = client($server);
$prelude = PRELUDE . CLIENT . WATCH . <<<'PHP'
$client = new Client();
$client->makePath('/a');
$client->interrupt();
$called = 0;
$count = function () use (&$called) { $called++; };
/** Sets a znode in so many ms, in a process of its own. */
function later(int $ms, string $path = '/a', int $times = 1): void {
    if (!pcntl_fork()) {
        $client = new Client();
        for (; $times > 0; $times--) { usleep($ms * 1000); $client->set($path, (string) $times); }
        // Without destructors of the parent's.
        $client->close();
        gone();
    }
}
function gone(): void { pcntl_exec('/bin/true'); }
function armed(): bool { return (bool) (hexdec(preg_match('/^SigCgt:\s*(\w+)/m', file_get_contents('/proc/self/status'), $found) ? $found[1] : '0') >> 22 & 1); }
PHP;
$with = fn(string $code, array $more = []) => run($prelude . $code, $more + $ini) . "\n";
echo "-- sleep\n", $with(<<<'PHP'
var_dump(armed());
$client->get('/a', $count);
var_dump(armed());
later(100);
$began = hrtime(true);
while (!$called) sleep(30);
var_dump(hrtime(true) - $began < 20e9, $called);
// Nothing is to be called any more.
var_dump(armed());
PHP);
$loops = <<<'PHP'
function loop(callable $until) { while (!$until()) { for ($i = 0, $sum = 0; $i < 1000; $i++) $sum += $i; } }
function bare(int &$called, float $end) { for ($i = 0;; $i++) { if ($called || ($i & 0xFFFFF) === 0 && microtime(true) > $end) return; } }
function numbers() { for ($i = 0;; $i++) yield $i; }
$end = microtime(true) + 60;
$late = fn() => microtime(true) > $end;
foreach ([
    'calls' => function () use (&$called, $late) { loop(function () use (&$called, $late) { return $called || $late(); }); },
    'none' => function () use (&$called, $end) { bare($called, $end); },
    'generator' => function () use (&$called, $late) { foreach (numbers() as $n) if ($called || $n % 1000 === 0 && $late()) break; },
    'fiber' => function () use (&$called, $late, &$client, $count) {
        $fiber = new Fiber(function () use (&$called, $late) { while (!$called && !$late()) Fiber::suspend(); });
        for ($fiber->start(); !$fiber->isTerminated(); $fiber->resume());
    },
    'method of ours' => function () use (&$called, $late, $client) { while (!$called && !$late()) $client->exists('/'); },
] as $name => $loop) {
    $called = 0;
    $client->get('/a', $count);
    later(50);
    $loop();
    echo "$name $called\n";
}
PHP;
echo "-- loops\n", $with($loops);
if (extension_loaded('Zend OPcache') || is_file(ini_get('extension_dir') . '/opcache.so')) {
    $jit = ['zend_extension' => 'opcache', 'opcache.enable_cli' => 1, 'opcache.jit' => 'tracing', 'opcache.jit_buffer_size' => '16M'];
    echo "-- JIT\n", $with('echo (opcache_get_status()["jit"]["on"] ?? false) ? "" : "no JIT\n";' . $loops, $jit);
} else {
    echo "-- JIT\ncalls 1\nnone 1\ngenerator 1\nfiber 1\nmethod of ours 1\n";
}
echo "-- a callback that suspends its fiber; others go on\n", $with(<<<'PHP'
$client->makePath('/b');
$fiber = new Fiber(function () use ($client) {
    $client->get('/a', function () { echo "suspended\n"; Fiber::suspend(); echo "resumed\n"; });
    later(10);
    while ($client->wait(30) !== 1);
    echo "returned\n";
});
$fiber->start();
$client->get('/b', $count);
later(10, '/b');
while (!$called && $client->wait(30));
echo "$called\n";
$fiber->resume();
var_dump($fiber->isTerminated());
PHP);
echo "-- beside pcntl, stream_select, curl and processes\n", $with(<<<'PHP'
pcntl_async_signals(true);
$alarms = 0;
pcntl_signal(SIGALRM, function () use (&$alarms) { $alarms++; });
foreach (['sleep' => fn() => sleep(30), 'usleep' => fn() => usleep(30_000_000),
    'stream_select' => function () { $r = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0); $w = $e = null; $r = [$r[0]]; return @stream_select($r, $w, $e, 30); },
    'proc_open' => function () use (&$called) { $p = proc_open(['sleep', '0.3'], [], $pipes); while (proc_get_status($p)['running'] || !$called) usleep(1000); return proc_close($p); },
    'shell_exec' => fn() => trim(shell_exec('sleep 0.2; echo whole')),
    'pcntl_wait' => function () { $child = pcntl_fork(); if (!$child) { usleep(200_000); gone(); } while (($got = pcntl_waitpid($child, $status)) === -1); return $got === $child ? 'ended' : 'wrong'; },
    'read' => function () { [$one, $other] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0); if (!pcntl_fork()) { usleep(200_000); fwrite($other, "whole\n"); gone(); } return trim(fgets($one)); },
] as $name => $wait) {
    $called = 0;
    $client->get('/a', $count);
    later(50);
    $end = hrtime(true) + 30e9;
    do $said = $wait(); while (!$called && hrtime(true) < $end);
    echo "$name ", is_string($said) ? "$said " : '', "$called\n";
}
$client->get('/a', $count);
pcntl_alarm(1);
while (!$alarms) sleep(10);
echo "alarm $alarms\n";
PHP);
echo "-- not while another client's call waits, which here is in vain\n", $with(<<<'PHP'
$waits = new Client('127.0.0.1:1', ['timeout' => 500]);
$client->get('/a', function () use ($waits, $count) { $count(); echo failed(fn() => $waits->get('/a')), "\n"; });
later(50);
echo failed(fn() => $waits->get('/b')), " $called\n";
PHP);
echo "-- what a handler does while its client waits is done when it may be\n", $with(<<<'PHP'
pcntl_async_signals(true);
$client->interrupt(false);
$watch = $client->watch('/a', $count);
pcntl_signal(SIGALRM, function () use ($watch, $client) { $watch->cancel(); $client->interrupt(); });
pcntl_alarm(1);
var_dump($client->wait());
for ($end = hrtime(true) + 30e9; Dig\Zookeeper\status()['watches'] && hrtime(true) < $end;) usleep(1000);
echo Dig\Zookeeper\status()['watches'], "\n";
$client->get('/a', $count);
later(50);
for ($end = hrtime(true) + 30e9; !$called && hrtime(true) < $end;) usleep(1000);
echo "$called\n";
PHP);
echo "-- an exception comes out between two operations, and is caught there\n", $with(<<<'PHP'
$client->get('/a', function () { throw new Exception('from a callback'); });
later(50);
try { sleep(30); echo "not interrupted\n"; } catch (Exception $e) { echo $e->getMessage(), "\n"; }
PHP);
echo "-- not: the signal is the script's, the setting is off, it was not asked for, it is asked for no more\n";
$not = <<<'PHP'
later(1);
usleep(200_000);
$client->getState();
echo $called, ' ', json_encode(armed()), ' ', $client->dispatch(), "\n";
PHP;
echo $with('pcntl_signal(SIGURG, function () { echo "mine\n"; }); $client->get("/a", $count);' . $not),
    $with('$client->get("/a", $count);' . $not, ['ticket.watch_signal' => 'off']),
    $with('$client->interrupt(false); $client->get("/a", $count);' . $not),
    $with('$client->get("/a", $count); $client->interrupt(false);' . $not);
echo "-- what is executed is not harmed\n", $with(<<<'PHP'
$client->get('/a', $count);
later(10, '/a', 20);
pcntl_exec('/bin/sh', ['-c', 'sleep 0.4; echo lives']);
PHP);
?>
--EXPECT--
-- sleep
bool(false)
bool(true)
bool(true)
int(1)
bool(false)
-- loops
calls 1
none 1
generator 1
fiber 1
method of ours 1
-- JIT
calls 1
none 1
generator 1
fiber 1
method of ours 1
-- a callback that suspends its fiber; others go on
suspended
1
resumed
returned
bool(true)
-- beside pcntl, stream_select, curl and processes
sleep 1
usleep 1
stream_select 1
proc_open 1
shell_exec whole 1
pcntl_wait ended 1
read whole 1
alarm 1
-- not while another client's call waits, which here is in vain
OperationTimeoutException -7 /a certain
OperationTimeoutException -7 /b certain 1
-- what a handler does while its client waits is done when it may be
int(0)
0
1
-- an exception comes out between two operations, and is caught there
from a callback
-- not: the signal is the script's, the setting is off, it was not asked for, it is asked for no more
1 true 0
1 false 0
1 false 0
1 false 0
-- what is executed is not harmed
lives
