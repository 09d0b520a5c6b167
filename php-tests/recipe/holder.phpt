--TEST--
However a holder ends, the next one gets it at once, long before a session's time is over; a fork neither holds what its parent does nor frees it
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$znodes = new Znodes($server);
// A family of its own, whose session is not the holder's.
$waiter = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$lock = new Lock(new Client(), '/l');
while (await() === 'acquire') {
    tell($lock->acquire());
    $lock->release();
}
PHP, recipes($server));
$ways = [
    'released' => '$lock->release(); await();',
    'killed' => 'await();',
    'stopped, and killed' => 'await();',
    'end of the script' => '',
    'exit' => '(function () { try { exit; } finally { echo "never"; } })();',
    'exception' => 'ini_set("display_errors", "0"); throw new Exception();',
    'unset' => 'unset($lock); await();',
    'unset with its client' => 'unset($lock, $client); await();',
    'closed' => '$client->close(); await();',
    'another program' => 'pcntl_exec("/bin/cat");',
    'a fork is left' => 'if (!pcntl_fork()) { await(); exit; } exec("kill -9 " . getmypid());',
    'a program is left' => 'proc_open(["sleep", "20"], array_fill(0, 3, ["file", "/dev/null", "r+"]), $pipes); exec("kill -9 " . getmypid());',
];
foreach ($ways as $way => $code) {
    $php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
        $client = new Client();
        $lock = new Lock($client, '/l');
        $lock->acquire();
        echo "held\n";
        await();
        PHP . $code, recipes($server));
    $php->line();
    $waiter->say('acquire');
    in_line($znodes, '/l', 2);
    match ($way) {
        'killed' => kill($php->pid()),
        'stopped, and killed' => [pause($php->pid()), kill($php->pid())],
        default => $php->say('go'),
    };
    echo "$way: ", $waiter->line(), "\n";
    in_line($znodes, '/l', 0);
    $php->finish();
}
$waiter->say('end');
echo $waiter->finish();


// In one family.
echo run(PRELUDE . CLIENT . RECIPES . <<<'PHP'
$lock = new Lock(new Client(), '/l');
$lock->acquire();
$path = $lock->getPath();
$token = $lock->token();
foreach (['exit', 'kill', 'close', 'release', 'acquire'] as $end) {
    if (!pcntl_fork()) {
        tell($end, $lock->isHeld(), $lock->remaining(), $lock->getPath(), failed(fn() => $lock->token()), failed(fn() => $lock->check()));
        match ($end) {
            'exit' => exit,
            'kill' => exec('kill -9 ' . getmypid()),
            'close' => (function () { $GLOBALS['lock'] = null; gc_collect_cycles(); exit; })(),
            'release' => [$lock->release(), exit()],
            // By a connection of its own it can wait for it.
            'acquire' => [tell($lock->acquire(0.0), (new Lock(new Client(), '/l'))->acquire(0.1), $lock->isHeld()), exit()],
        };
    }
    pcntl_wait($status);
}
$lock->check();
tell($lock->isHeld(), $lock->getPath() === $path, $lock->token() === $token, (new Client())->exists($path) !== null);
// A fork waits for its parent, and holds it when that has released it.
if (!pcntl_fork()) {
    tell('a fork', $lock->acquire(), $lock->token() > $token);
    exit;
}
until(fn() => count((new Client())->getChildren('/l')) === 2);
$lock->release();
pcntl_wait($status);
// A parent waits for forks of which one is killed.
[$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
if (!$child = pcntl_fork()) {
    $lock->acquire();
    fwrite($theirs, "held\n");
    pcntl_async_signals(false);
    sleep(600);
}
fgets($ours);
pcntl_async_signals(true);
pcntl_signal(SIGALRM, fn() => exec("kill -9 $child"));
pcntl_alarm(1);
tell('a parent', $lock->acquire(), $lock->isHeld());
pcntl_wait($status);
$lock->release();

// A fork is made while its parent waits.
if (!$holder = pcntl_fork()) {
    $lock->acquire();
    fwrite($theirs, "held\n");
    pcntl_signal(SIGUSR1, function () { exit; });
    while (true) sleep(600);
}
fgets($ours);
$forks = [];
pcntl_signal(SIGALRM, function () use ($lock, &$forks) {
    if (!$forks[] = pcntl_fork()) {
        $GLOBALS['is_fork'] = true;
        tell('in the handler', $lock->isHeld(), failed(fn() => $lock->acquire(0.0)));
    }
});
pcntl_alarm(1);
$is_fork = false;
$said = '';
// The holder ends as soon as the fork has.
pcntl_signal(SIGCHLD, function ($signal, $info) use ($holder, &$forks) {
    if (in_array($info['pid'], $forks, true)) exec("kill -USR1 $holder");
});
$said = failed(function () use ($lock, &$held) { $held = $lock->acquire(); });
tell($is_fork ? 'the fork' : 'its parent', $said, $held, $lock->isHeld());
$is_fork && tell('the fork', $lock->acquire(0.0));
PHP, recipes($server)), "\n";
in_line($znodes, '/l', 0);
?>
--EXPECT--
released: true
killed: true
stopped, and killed: true
end of the script: true
exit: true
exception: true
unset: true
unset with its client: true
closed: true
another program: true
a fork is left: true
a program is left: true
exit false 0 null LockLostException -1003 /l certain LockLostException -1003 /l certain
kill false 0 null LockLostException -1003 /l certain LockLostException -1003 /l certain
close false 0 null LockLostException -1003 /l certain LockLostException -1003 /l certain
release false 0 null LockLostException -1003 /l certain LockLostException -1003 /l certain
acquire false 0 null LockLostException -1003 /l certain LockLostException -1003 /l certain
false false false
true true true true
a fork true true
a parent true true
in the handler false InvalidStateException -9 - certain
the fork InvalidStateException -9 - certain null false
the fork false
its parent nothing was thrown true true
