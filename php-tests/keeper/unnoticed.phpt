--TEST--
PHP notices nothing of its keeper: no child to wait for, no signal, no thread, no descriptor in what it executes
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$preload = preload();
$file = scratch('child');
$code = PRELUDE . <<<'PHP'
$wait = fn() => print('wait ' . pcntl_wait($status, WNOHANG) . "\n");
$replaced = function () {
    static $node = 800;
    echo status()['keeper'], "\n";
    await();
    // A lease that only a keeper can take (from the quarter that leases of any node leave alone): this starts one.
    new Number($node++);
};
$heard = [];
(new Number())->generate();
$wait();
pcntl_async_signals(true);
pcntl_signal(SIGCHLD, function ($signal, $info) use (&$heard) { $heard[] = $info['pid']; });
// How often it has heard of a child's end, and of whose at last.
$told = function ($own) use (&$heard) {
    return 'heard ' . count($heard) . (end($heard) === $own ? ', of its own' : '');
};
$replaced();
$wait();
echo $told(0), "\n";

// An own child has ended and is waited for before the keeper is started; its signal is held back.
pcntl_sigprocmask(SIG_BLOCK, [SIGCHLD]);
if (!$own = pcntl_fork()) exit;
$ended = pcntl_wait($status);
$replaced();
pcntl_sigprocmask(SIG_UNBLOCK, [SIGCHLD]);
echo $told($own), $ended === $own ? '' : ', another', "\n";
$wait();

// An own child ends while the keeper is being started: the preload sees to that.
if (!$own = pcntl_fork()) { sleep(300); exit; }
file_put_contents(getenv('TICKET_TEST_CHILD'), $own);
$replaced();
echo $told($own), pcntl_wait($status) === $own ? '' : ', another', "\n";
$wait();

// A program that wants to hear of no child.
pcntl_signal(SIGCHLD, SIG_IGN);
$replaced();
$wait();
pcntl_signal(SIGCHLD, SIG_DFL);

pcntl_sigprocmask(SIG_UNBLOCK, [SIGUSR1], $blocked);
echo count($blocked), " blocked\n";
(new Zookeeper(ini_get('ticket.dsn'), '/own'))->getId();
echo count(glob('/proc/self/task/*')), " thread\n";
// The two ends of the link, and the connection of the process; all else comes from the test's own parents.
$sockets = fn(array $links) => preg_grep('/^socket:/', $links);
$mine = $sockets(array_map(fn($link) => (string) @readlink($link), glob('/proc/self/fd/*')));
exec('readlink /proc/self/fd/*', $links);
echo count(array_diff($mine, $sockets($links))), " sockets that a child has not\n";
PHP;
foreach (['' => [], 'where children are of the usual kind only' => ['TICKET_TEST_EMULATED' => 1]] as $where => $env) {
    echo "$where\n";
    $php = start($code, leasing($server), $env + ['LD_PRELOAD' => $preload, 'TICKET_TEST_CHILD' => $file]);
    echo $php->line(), "\n";
    foreach ([2, 2, 2, 1] as $lines) {
        ($old = (int) $php->line()) > 1 || die($php->finish());
        kill_both($old);
        $php->say('');
        while ($lines--) {
            echo $php->line(), "\n";
        }
    }
    echo $php->finish(), "\n";
}
?>
--EXPECT--

wait -1
wait -1
heard 0
heard 1, of its own
wait -1
heard 2, of its own
wait -1
wait -1
0 blocked
1 thread
3 sockets that a child has not
where children are of the usual kind only
wait -1
wait -1
heard 0
heard 1, of its own
wait -1
heard 2, of its own
wait -1
wait -1
0 blocked
1 thread
3 sockets that a child has not
