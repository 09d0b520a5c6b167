--TEST--
There is one keeper per family, whoever needs it and however many notice that it is gone
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
// Nodes by number are from the quarter that leases of any node leave alone.
// Each of the children says what it sees, does what it is told, and all are told by one line each: to lease a node
// from 800 on, which is none of those that the family's own is chosen from.
$family = PRELUDE . <<<'PHP'
$pipes = [];
for ($i = 0; $i < 8; $i++) {
    $pair = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    if (!pcntl_fork()) {
        foreach ($pipes as $pipe) fclose($pipe);
        fclose($pair[0]);
        while ($node = (int) fgets($pair[1])) {
            new Number($node + $i);
            (new Number())->generate();
            fwrite($pair[1], json_encode([(new Number())->getNodeId(), status()['keeper']]) . "\n");
        }
        exit;
    }
    fclose($pair[1]);
    $pipes[] = $pair[0];
}
while ($node = await()) {
    foreach ($pipes as $pipe) fwrite($pipe, "$node\n");
    $said = array_map('fgets', $pipes);
    echo implode(' ', array_unique(array_map('trim', $said))), "\n";
}
PHP;
$look = function (string $what, array $seen, int $claims, int $old = 0) use ($server) {
    [$node, $keeper] = $seen + [1 => 0];
    // A new keeper takes over one claim after the other.
    $claimed = fn() => count($names = leases($server)) === $claims && in_array(sprintf('%04d', $node), $names);
    eventually($claimed, what: "$what: $claims claims");
    // One that came second ends at once.
    $now = settled(fn() => keepers($server->dsn()), [$keeper]);
    echo "$what: ", $now === [$keeper] && $keeper !== $old ? 'one keeper' : json_encode([$now, $seen, $old]), "\n";
    return $keeper;
};
$preload = preload();
$starts = scratch('starts');
$started = fn() => strlen(file_get_contents($starts));
$php = start($family, leasing($server), ['LD_PRELOAD' => $preload, 'TICKET_TEST_STARTS' => $starts]);
$php->say(800);
$seen = json_decode($php->line());
$keeper = $look('used by 8', $seen, 9);
// One session, whatever number of leases and processes.
echo settled(fn() => sessions($server), 1), " session\n";
kill_both($keeper);
$php->say(850);
$again = json_decode($php->line());
$keeper = $look('killed', $again, 17, $keeper);
var_dump($again[0] === $seen[0]);

// A stopped one is not replaced: those who want what only it can do wait for it. It holds the lock, so nobody
// takes its place, or even tries to.
$before = $started();
pause($keeper);
$php->say(900);
$one = fn() => keepers($server->dsn()) === [$keeper];
for ($i = 0; $i < 20 && $one(); $i++) {
    usleep(20_000);
}
var_dump($one(), $before > 0 && $started() === $before);
signal($keeper, 'CONT');
$look('stopped', json_decode($php->line()), 25) === $keeper || print("another one\n");
$php->finish();

eventually(fn() => !sessions($server), what: 'the first family has ended');

// Keepers that come late, so that others are started meanwhile: one of them stays.
$path = '/' . bin2hex(random_bytes(4));
$ini = leasing($server, ['ticket.path' => $path]);
$php = start($family, $ini, ['LD_PRELOAD' => $preload, 'TICKET_TEST_LATE' => 300]);
$php->say(800);
$seen = json_decode($php->line());
$mark = "ticket.path=$path";
eventually(fn() => count(keepers($mark)) === 1, what: 'one keeper stays');
$php->say(850);
echo count(json_decode($php->line())), "\n";
usleep(700_000);
var_dump(settled(fn() => count(keepers($mark)), 1), settled(fn() => sessions($server), 1));
$php->finish();

// Nor does more than one stand by for it: here none does before two have been started, by the family's two processes.
$path = '/' . bin2hex(random_bytes(4));
$starts = scratch('starts');
$env = ['LD_PRELOAD' => $preload, 'TICKET_TEST_STARTS' => $starts, 'TICKET_TEST_AWAITED' => 2];
$php = start(PRELUDE . <<<'PHP'
[$mine, $its] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
if (!pcntl_fork()) {
    fclose($mine);
    (new Number())->generate();
    fwrite($its, "issued\n");
    fgets($its);
    exit;
}
fclose($its);
echo fgets($mine);
await();
PHP, leasing($server, ['ticket.path' => $path]), $env);
echo $php->line(), filesize($starts) > 1 ? '' : ', one start', "\n";
var_dump(settled(fn() => count(standbys("ticket.path=$path")), 1));
$php->finish();
?>
--EXPECT--
used by 8: one keeper
1 session
killed: one keeper
bool(true)
bool(true)
bool(true)
stopped: one keeper
2
int(1)
int(1)
issued
int(1)
