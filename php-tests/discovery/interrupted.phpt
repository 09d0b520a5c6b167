--TEST--
Handlers of signals run while register() waits: what they throw ends it, and a fork of theirs has nothing of it
--FILE--
<?php
require __DIR__ . '/../lib/discovery.php';
$server = new Server();
echo run(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
pcntl_async_signals(true);
$away = new Discovery('/services', '127.0.0.1:1');
pcntl_signal(SIGALRM, fn() => throw new Exception('mine'));
pcntl_alarm(1);
echo thrown(fn() => $away->register('web', 'a:1')), "\n";
echo json_encode(soon(fn() => clients()['registrations'] === 0)), "\n";
$child = null;
pcntl_signal(SIGALRM, function () use (&$child) { $child ??= pcntl_fork(); $child || print('fork: '); });
pcntl_alarm(1);
$said = failed(fn() => $away->register("web", "a:1"));
echo strtok($said, ' '), "\n";
$child === 0 && exit;
pcntl_waitpid($child, $status);
echo json_encode(soon(fn() => clients()['registrations'] === 0)), "\n";
PHP, discovery($server, ['ticket.zookeeper_timeout' => 3000])), "\n";
?>
--EXPECT--
Exception: mine
true
fork: InvalidStateException
OperationTimeoutException
true
