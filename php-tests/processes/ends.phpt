--TEST--
PHP's end waits for what it has started and ends what is stopped, and does not wait for what it may not end
--SKIPIF--
<?php
require __DIR__ . '/../lib/processes.php';
skip_without_namespaces();
?>
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
$mark = fn() => '/' . bin2hex(random_bytes(4));
$watch = [...PID_NAMESPACE, built('place'), 'watch'];

// A keeper that has closed its session, on a busy machine. With one of another registry that it cannot reach, PHP would not
// wait for so long.
$ini = leasing($server, ['ticket.path' => $mark()]);
$said = run(PRELUDE . '(new Number())->generate(); echo "issued\n";', $ini, ['LD_PRELOAD' => preload(), 'TICKET_TEST_SLOW' => 1000], $watch);
echo 'slow: ', with_left($said), "\n";

foreach (['as any process', 'as process 1', 'under a process 1 that does not reap'] as $place) {
    $before = places()[$place];
    $ini = leasing($server, ['ticket.path' => $path = $mark(), 'ticket.lease' => 'first_use']);
    $php = start(WORKERS . 'worker(fn() => 0); echo "ready\n"; await(); echo strangers() ?: "fine", "\n";', $ini, [], [...$before, ...looking($file = scratch('left'))]);
    ($ready = fgets($php->pipes[1])) === "ready\n" || die($ready . $php->finish());
    // It has done nothing yet.
    eventually(fn() => standbys($path), what: 'what stands by');
    pause($standby = standbys($path)[0]);
    $said = with_left($php->finish());
    echo "stopped, $place: $said; of its children ", trim((string) @file_get_contents($file)), " is left\n";
    // For what is wrong.
    alive($standby) && print("it is there still\n") && signal($standby, 'KILL');
}

// What the worker has started is to end with it, for process 1 would be given that.
$code = WORKERS . <<<'PHP'
$mark = ini_get('ticket.path');
(new Number())->generate();
until(fn() => count(ours($mark)) === 2);
$old = ours($mark);
if (!$worker = pcntl_fork()) {
    kill($old['standby'][0][0], $old['keeper'][0][0]);
    putenv('TICKET_TEST_MAY_NOT_KILL=1');
    new Number(5);
    exit;
}
echo pcntl_waitpid($worker, $status) === $worker ? 'the worker ends' : 'it does not';
PHP;
echo "may not: ", run($code, leasing($server, ['ticket.path' => $mark()]), ['LD_PRELOAD' => preload()], PID_NAMESPACE), "\n";
?>
--EXPECT--
slow: issued
stopped, as any process: fine; of its children nothing is left
stopped, as process 1: fine; of its children nothing is left
stopped, under a process 1 that does not reap: fine; of its children nothing is left
may not: the worker ends
