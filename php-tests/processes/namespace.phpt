--TEST--
After unshare() for a PID namespace nothing is started in the script's place: it says why, forks, and they issue
--SKIPIF--
<?php
require __DIR__ . '/../lib/processes.php';
skip_without_namespaces();
?>
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
$code = WORKERS . "\$dsn = '{$server->dsn()}';" . <<<'PHP'
$issue = fn() => thrown(fn() => ini_get('ticket.dsn') ? (new Number())->generate() : (new Zookeeper($dsn))->getId());
// It has used it before, or not.
await() && print("before: {$issue()}\n");
pcntl_unshare(CLONE_NEWPID);
// Only those who run already may be asked.
echo "first: {$issue()}\n";
$pairs = $pids = [];
for ($i = 0; $i < 2; $i++) {
    [$mine_end, $its] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    if (($pid = pcntl_fork()) === 0) {
        fgets($its);
        fwrite($its, $issue() . "\n");
        fgets($its);
        exit;
    }
    $pid > 0 || exit("no fork\n");
    [$mine[], $pairs[]] = [$pid, $mine_end];
}
foreach ($pairs as $i => $end) {
    fwrite($end, "\n");
    echo $i ? 'another: ' : 'its process 1: ', fgets($end);
}
// Its process 1 last: all in the namespace ends with it, and no fork is possible after that.
foreach (array_reverse($mine) as $i => $pid) {
    fwrite($pairs[1 - $i], "\n");
    $waited[] = pcntl_wait($status);
}
$mine = array_reverse($mine);
echo strange();
PHP;
foreach (['startup', 'first_use', 'no DSN'] as $lease) {
    foreach ([true, false] as $before) {
        $ini = ['ticket.acquire_timeout' => $before || $lease === 'startup' ? 20_000 : 1000];
        $ini += $lease === 'no DSN' ? ['ticket.dsn' => ''] : ['ticket.lease' => $lease];
        $php = start($code, leasing($server, $ini), [], looking($file = scratch('left')));
        $php->say($before ? 'before' : '');
        echo $lease, $before ? ', used before' : '', "\n", str_replace($server->dsn(), 'DSN', $php->finish()), "\n";
        trim(file_get_contents($file)) === 'nothing' || print("of its children, " . file_get_contents($file));
    }
}

// What a worker has started that cannot see which namespace it is in is the family's, and goes on after it.
$code = WORKERS . <<<'PHP'
$mark = ini_get('ticket.path');
$both = fn() => count(ours($mark)) === 2;
(new Number())->generate();
until($both);
$old = ours($mark);
worker(function () use ($old) {
    kill($old['standby'][0][0], $old['keeper'][0][0]);
    chroot(getenv('ROOT'));
    new Number(5);
});
$new = ours($mark);
echo count($new), $new == $old ? ' old ones' : ' new ones', strange();
PHP;
mkdir($root = scratch('root'));
echo 'in a chroot: ', run($code, leasing($server, ['ticket.path' => '/' . bin2hex(random_bytes(4))]), ['ROOT' => $root]), "\n";
?>
--EXPECT--
startup, used before
before: nothing was thrown
first: nothing was thrown
its process 1: nothing was thrown
another: nothing was thrown
startup
first: nothing was thrown
its process 1: nothing was thrown
another: nothing was thrown
first_use, used before
before: nothing was thrown
first: nothing was thrown
its process 1: nothing was thrown
another: nothing was thrown
first_use
first: Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 1000 ms: this process has called unshare() for a new PID namespace, whose first process ticket's keeper would be, so that no fork was possible after the keeper's end; use ticket before that, or in a fork
its process 1: nothing was thrown
another: nothing was thrown
no DSN, used before
before: nothing was thrown
first: nothing was thrown
its process 1: nothing was thrown
another: nothing was thrown
no DSN
first: Dig\Ticket\Exception\UnavailableNodeIdException: no node ID could be leased from ZooKeeper (DSN, path /sim/ticket) within ticket.acquire_timeout = 1000 ms: this process has called unshare() for a new PID namespace, whose first process ticket's keeper would be, so that no fork was possible after the keeper's end; use ticket before that, or in a fork
its process 1: nothing was thrown
another: nothing was thrown
in a chroot: 2 new ones
