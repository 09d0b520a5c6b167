--TEST--
A keeper has nothing of the PHP it comes from: session, streams, descriptors, directory, user, memory
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$root = trim(shell_exec('id -u')) === '0';
$php = start(PRELUDE . <<<'PHP'
// What a keeper could take along.
chdir('/usr');
$mine = [fopen('/etc/passwd', 'r'), stream_socket_server('tcp://127.0.0.1:0'), tmpfile()];
$data = [];
for ($i = 0; $i < 100_000; $i++) {
    $data[] = str_repeat(chr(65 + $i % 26), 1000);
}
pcntl_signal(SIGTERM, fn() => exit('handled'));
pcntl_sigprocmask(SIG_BLOCK, [SIGUSR1]);
(new Zookeeper(ini_get('ticket.dsn')))->getId();
// What PHP lets go of now the keeper alone would have.
$data = null;
gc_mem_caches();
echo status()['keeper'], ' ', status()['vm_generation'], "\n";
await();
(new Number())->generate();
echo status()['keeper'], "\n";
PHP, leasing($server, ['ticket.lease' => 'first_use', 'memory_limit' => -1]));
($keeper = (int) $line = $php->line()) > 1 || die($php->finish());
$status = function (string $field) use ($keeper) {
    preg_match("/^$field:[ \t]*(.*)$/m", file_get_contents("/proc/$keeper/status"), $found);
    return preg_replace('/\s+/', ' ', trim($found[1]));
};
// After the name: state, parent, group, session, terminal.
$stat = explode(' ', explode(') ', file_get_contents("/proc/$keeper/stat"))[1]);
echo 'name ', $status('Name'), "\n";
echo 'session of its own: '; var_dump($stat[2] == $keeper && $stat[3] == $keeper && $stat[4] == 0);
echo 'in ', readlink("/proc/$keeper/cwd"), "\n";
echo 'blocked ', $status('SigBlk'), "\n";
$caught = hexdec($status('SigCgt'));
echo 'handles SIGTERM: '; var_dump(($caught >> SIGTERM - 1 & 1) === 1);

$links = fn() => array_filter(array_map(fn($link) => (string) @readlink($link), glob("/proc/$keeper/fd/*")));
// The link to the family, the connection of the process that has a node of its own, the one to ZooKeeper. And where the
// kernel tells that this machine is a copy, if it may listen there.
$listens = (int) str_contains($line, 'uevent');
echo settled(fn() => count(preg_grep('/^socket:/', $links())) - $listens, 3), " sockets\n";
$kinds = array_map(fn($link) => preg_replace(['/^anon_inode:\[?(\w+)\]?$/', '/:\[\d+\]$/'], ['$1', ''], $link), $links());
$kinds = array_diff($kinds, ['socket', '/dev/null', 'eventpoll', 'eventfd', 'timerfd', 'pidfd', '/dev/kmsg']);
// The end of a pipe whose other end what stands by for it has.
echo implode(' ', $kinds), " beside\n";
echo implode(' ', array_map(fn($n) => readlink("/proc/$keeper/fd/$n"), [0, 1, 2])), "\n";

$nobody = $status('Uid') === '65534 65534 65534 65534' && $status('Gid') === '65534 65534 65534 65534'
    && $status('Groups') === '' && hexdec($status('CapEff')) === 0;
$mine = $status('Uid') === implode(' ', array_fill(0, 4, trim(shell_exec('id -u'))));
echo 'unprivileged: '; var_dump($root ? $nobody : $mine);

$private = 0;
foreach (['Private_Clean', 'Private_Dirty'] as $field) {
    preg_match("/^$field:\s*(\d+) kB/m", file_get_contents("/proc/$keeper/smaps_rollup"), $found);
    $private += (int) $found[1];
}
echo 'private memory: ', $private > 0 && $private <= 10 * 1024 ? 'small' : "$private kB", "\n";

foreach (['TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2', 'PIPE', 'ALRM'] as $signal) {
    signal($keeper, $signal);
}
$php->say('');
var_dump((int) $php->line() === $keeper);
echo $php->finish();
?>
--EXPECT--
name ticket-keeper
session of its own: bool(true)
in /
blocked 0000000000000000
handles SIGTERM: bool(false)
3 sockets
pipe beside
/dev/null /dev/null /dev/null
unprivileged: bool(true)
private memory: small
bool(true)
