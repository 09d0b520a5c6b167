--TEST--
Signals while a call waits: handlers run, and may end it; the time limit and exit end the script; the client goes on
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
pcntl_async_signals(true);
$client = new Client(null, ['timeout' => 120_000, 'session_timeout' => 60_000]);
$client->makePath('/a');
$client->set('/a', '');
$ask = fn() => get_class($client->set('/a', 'asked'));
$seen = 0;
PHP;
// What a call waits for is not answered before the signal has been seen to.
$cases = [
    'goes on' => <<<'PHP'
pcntl_signal(SIGUSR1, function () use (&$seen) { $seen++; echo "seen\n"; });
echo "ready\n";
await();
var_dump($ask(), $seen);
PHP,
    'thrown' => <<<'PHP'
pcntl_signal(SIGUSR1, fn() => throw new DomainException('enough'));
echo "ready\n";
await();
echo thrown($ask), "\n";
await();
var_dump($client->get('/a'));
PHP,
    'in use' => <<<'PHP'
pcntl_signal(SIGUSR1, function () use ($client) {
    $other = new Client(null, ['timeout' => 1]);
    echo json_encode([failed(fn() => $client->get('/a')), failed(fn() => $client->close()), failed(fn() => $other->get('/a'))]), "\n";
});
echo "ready\n";
await();
var_dump($ask());
PHP,
    'made anew' => <<<'PHP'
pcntl_signal(SIGUSR1, function () use (&$client) { $client->__construct(null, ['timeout' => 60_000]); echo "seen\n"; });
echo "ready\n";
await();
var_dump($ask(), $client->get('/a'));
PHP,
    'fiber' => <<<'PHP'
pcntl_signal(SIGUSR1, fn() => Fiber::suspend());
$fiber = new Fiber(function () use ($ask) { echo "ready\n"; await(); echo thrown($ask), "\n"; });
$fiber->start();
PHP,
    'fork' => <<<'PHP'
pcntl_signal(SIGUSR1, function () use (&$fork) { $fork = pcntl_fork() === 0; });
echo "ready\n";
await();
$said = failed($ask);
if ($fork) exit("the fork, at once: $said\n");
echo "its parent: $said\n";
pcntl_wait($status);
PHP,
    'exit' => <<<'PHP'
register_shutdown_function(function () { echo "shutdown\n"; });
pcntl_signal(SIGUSR1, function () { exit("exit\n"); });
echo "ready\n";
await();
$ask();
echo "not reached\n";
PHP,
    'fatal' => <<<'PHP'
ini_set('display_errors', 0);
register_shutdown_function(function () { echo error_get_last()['type'] === E_USER_ERROR ? "shutdown\n" : "?\n"; });
pcntl_signal(SIGUSR1, function () { trigger_error('fatal', E_USER_ERROR); });
echo "ready\n";
await();
$ask();
echo "not reached\n";
PHP,
];
foreach ($cases as $how => $case) {
    echo "-- $how\n";
    $proxy->mode('pass');
    $php = start($code . $case, client($proxy, ['error_reporting' => E_ALL & ~E_DEPRECATED]));
    $php->line() === 'ready' || exit($php->finish());
    $proxy->mode('hold');
    $php->say('ask');
    // It has asked, and waits for an answer that is held.
    eventually(fn() => $znodes->getData('/a')[0] === 'asked', PATIENCE, 'the call waits');
    signal($php->pid(), 'USR1');
    echo $how === 'exit' || $how === 'fatal' ? '' : $php->line() . "\n";
    $proxy->mode('pass');
    $php->say('on');
    echo $php->finish(), "\n";
}
?>
--EXPECT--
-- goes on
seen
string(18) "Dig\Zookeeper\Stat"
int(1)
-- thrown
DomainException: enough
string(5) "asked"
-- in use
["InvalidStateException -9 - certain","InvalidStateException -9 - certain","OperationTimeoutException -7 \/a certain"]
string(18) "Dig\Zookeeper\Stat"
-- made anew
seen
string(18) "Dig\Zookeeper\Stat"
string(5) "asked"
-- fiber
FiberError: Cannot switch fibers in current execution context

-- fork
the fork, at once: ConnectionLossException -4 /a unknown
its parent: nothing was thrown
-- exit
exit
shutdown
-- fatal
shutdown
