--TEST--
No keeper outlives its family while ZooKeeper is away either, and PHP's end does not wait for it
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
// So long that a wait for it would be noticed, and none is shorter by chance.
$patience = ['ticket.release_timeout' => 600_000, 'ticket.session_timeout' => 1000];
$none = function (string $what, Server|string $from) {
    $dsn = is_string($from) ? $from : $from->dsn();
    eventually(fn() => !keepers("ticket.dsn=$dsn"), what: "$what: the keeper's end");
    echo "$what: no keeper\n";
};
$lease = PRELUDE . <<<'PHP'
(new Number())->generate();
echo "leased\n";
await();
while (!in_array(status()['session'], explode(' ', getenv('UNTIL')), true)) usleep(10_000);
// IDs go on.
(new Number())->generate();
echo "away\n", status()['keeper'], "\n";
await();
PHP;
foreach (['killed' => 'disconnected expired', 'paused' => 'expired'] as $how => $until) {
    foreach (['ends', 'is killed'] as $end) {
        $server ??= new Server();
        $ini = leasing($server, $patience + ['ticket.window' => 30_000]);
        $php = start($lease, $ini, ['UNTIL' => $until]);
        $php->line();
        $how === 'killed' ? $server->kill() : $server->pause();
        $php->say('');
        $what = "ZooKeeper {$php->line()} ($how), PHP $end";
        ($keeper = (int) $php->line()) > 1 || die($php->finish());
        if ($end === 'ends') {
            // The keeper cannot do anything either: nobody is to be waited for.
            pause($keeper);
            $php->say('');
            eventually(fn() => !proc_get_status($php->process)['running'], what: 'PHP ends');
            signal($keeper, 'CONT');
        } else {
            kill($php->pid());
        }
        $none($what, $server);
        $server->kill();
        $server = null;
    }
}

// Never there.
$nowhere = '127.0.0.1:' . free_port();
$unknown = bin2hex(random_bytes(4)) . '.invalid:2181';
echo run('', leasing($nowhere, $patience)), run('', leasing($unknown, $patience));
$none('nobody listens', $nowhere);
$none('no such host', $unknown);

// Accepts and is silent.
$silent = stream_socket_server('tcp://127.0.0.1:0');
$name = stream_socket_get_name($silent, false);
echo run('', leasing($name, $patience));
$php = start('sleep(300);', leasing($name, $patience));
stream_socket_accept($silent);
kill($php->pid());
$none('silent', $name);
?>
--EXPECT--
ZooKeeper away (killed), PHP ends: no keeper
ZooKeeper away (killed), PHP is killed: no keeper
ZooKeeper away (paused), PHP ends: no keeper
ZooKeeper away (paused), PHP is killed: no keeper
nobody listens: no keeper
no such host: no keeper
silent: no keeper
