--TEST--
A name that DNS does not answer for, or late, holds up nothing; nor does one of which most addresses are bad
--SKIPIF--
<?php
exec('unshare -m --propagation unchanged sh -c "mount --make-rprivate / && mount --bind /dev/null /etc/resolv.conf" 2>&1', $output, $status);
if ($status !== 0) die('skip: this needs the right to mount (CAP_SYS_ADMIN): ' . implode(' ', $output));
if (!@stream_socket_server('udp://127.0.0.254:53', $code, $message, STREAM_SERVER_BIND)) die("skip: this needs port 53 of 127.0.0.254: $message");
?>
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$dns = new Child([PHP_BINARY, '-n', __DIR__ . '/../lib/dns.php', '127.0.0.254'], [['pipe', 'r'], ['pipe', 'w'], ['redirect', 1]]);
trim(fgets($dns->pipes[1])) === 'ready' || die('no DNS server');
// Seen by what is started below, and by nobody else.
$files = ['/etc/resolv.conf' => "nameserver 127.0.0.254\noptions timeout:30 attempts:1\n", '/etc/nsswitch.conf' => "hosts: files dns\n"];
$mounts = 'mount --make-rprivate /';
foreach ($files as $file => $text) {
    file_put_contents($copy = scratch('file'), $text);
    $mounts .= file_exists($file) ? " && mount --bind $copy $file" : '';
}
$before = ['unshare', '-m', '--propagation', 'unchanged', 'sh', '-c', "$mounts && exec \"\$@\"", 'sh'];
$server = new Server();
$port = explode(':', $server->dsn())[1];
$ini = ['ticket.session_timeout' => 60_000, 'ticket.acquire_timeout' => 10_000];
$code = PRELUDE . <<<'PHP'
$said = thrown(fn() => (new Number())->generate());
echo $said, ', ', json_encode([status()['session'], status()['error']]);
PHP;
$refuses = free_port();
$cases = [
    'silent' => [$server->dsn(), ['a.test', 'b.test', 'c.test:1', 'd.test']],
    'silent, and a name' => ["good.test:$port", ['a.test', 'b.test', 'c.test:1', 'd.test']],
    'slow' => ["good.test:$port", ["slow.test:$refuses", "slow2.test:$refuses", "slow3.test:$refuses", "slow4.test:$refuses"]],
    'many' => ["many.test:$port", []],
];
foreach ($cases as $kind => [$good, $others]) {
    $starts = [];
    for ($place = 0; $place <= count($others); $place++) {
        $servers = $others;
        array_splice($servers, $place, 0, [$good]);
        $starts[] = start($code, leasing(implode(',', $servers), $ini), [], $before);
    }
    echo "$kind: ", implode(' ', array_unique(array_map(fn($php) => $php->finish(), $starts))), "\n";
}
$says = PRELUDE . <<<'PHP'
do $said = thrown(fn() => (new Number())->generate()); while (!preg_match('/for the host a.* in \d{3,} ms.*refused|refused.*for the host a.* in \d{3,} ms/', $said));
echo $said;
PHP;
$said = run($says, leasing("a.test:1,127.0.0.1:$refuses", ['ticket.acquire_timeout' => 300]), [], $before);
echo preg_replace(['/.* = 300 ms: /', '/\d{3,} ms/', "/$refuses/"], ['', 'N ms', 'PORT'], $said), "\n";

$goes_on = PRELUDE . <<<'PHP'
$number = new Number();
while (true) {
    $said = thrown(fn() => $number->generate());
    echo status()['keeper'] ?? 0, ' ', status()['session_id'] ?? $said, "\n";
    await();
}
PHP;
$has_another = function (object $php, string $session) {
    eventually(function () use ($php, $session) {
        usleep(20_000);
        $php->say('');
        return preg_match('/^\d+ (0x\w+)$/', $php->line(), $now) && $now[1] !== $session;
    }, 20, 'another session');
};
$tell = function (string $line) use ($dns) {
    fwrite($dns->pipes[0], "$line\n");
    fgets($dns->pipes[1]);
};

// One that has moved is not looked for where it was, however late DNS says so: somebody else may be there.
$moves = free_port();
$way = new Proxy($server, "127.0.0.1:$moves");
$php = start($goes_on, leasing("good.test:$moves", ['ticket.session_timeout' => 2000] + $ini), [], $before);
[$keeper, $session] = explode(' ', $php->line());
$tell('moved 2 700');
// The somebody may be slow: by then the keeper would have gone on with its session where it is now.
pause((int) $keeper);
unset($way);
[$way, $other] = [new Proxy($server, "127.0.0.2:$moves"), new Server(['clientPort' => $moves])];
eventually(fn() => claims($server) === [], what: 'the end of the session');
signal((int) $keeper, 'CONT');
$has_another($php, $session);
echo 'moved, and made there: ', implode(' ', (new Znodes($other))->children('/')), "\n";
kill($php->pid());

// A keeper that cannot look up the name goes by what an earlier one has found.
$tell('moved 1 0');
$php = start($goes_on, leasing("good.test:$port", $ini), [], $before);
[$keeper, $session] = explode(' ', $php->line());
$tell('fails');
kill_both((int) $keeper);
$has_another($php, $session);
echo "goes on\n";
?>
--EXPECT--
silent: nothing was thrown, ["connected",null]
silent, and a name: nothing was thrown, ["connected",null]
slow: nothing was thrown, ["connected",null]
many: nothing was thrown, ["connected",null]
no server accepts a session: 127.0.0.1:PORT refused the connection; is ZooKeeper running there?; DNS has not answered for the host a.test in N ms
moved, and made there: zookeeper
goes on
