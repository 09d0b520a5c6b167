--TEST--
The kernel says that this machine is a copy (by injection): nothing goes on, nothing is given back, all is leased anew
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
// Nothing is copied here: a library stands in for the kernel where it tells of that. What the original would do is that
// its session goes on.
$server = new Server();
$znodes = new Znodes($server);
$run = scratch('ids');
$kernel = scratch('kernel');
foreach (['uevent', 'kmsg'] as $source) {
    touch("$kernel.$source.read");
    chmod("$kernel.$source.read", 0666);
}
$say = function (string $source, string $told) use ($kernel) {
    fwrite(stream_socket_client("udg://$kernel.$source"), $told);
};
$record = fn(int $priority) => "$priority,339,5140900,-;random: crng reseeded due to virtual machine fork\n";
$event = fn(int $port) => "{$port}change@/devices/platform/VMGENCTR:00\0ACTION=change\0NEW_VMGENID=1\0SEQNUM=4711\0";

$php = start(PRELUDE . <<<PHP
\$number = new Number();
\$ids = [\$number->generate()];
[\$parent, \$stop] = [getmypid(), false];
if (!pcntl_fork()) {
    while (!\$stop) {
        \$stop = file_exists('$run.stop') || !is_dir("/proc/\$parent");
        \$ids[] = \$number->generate();
        usleep(3000);
    }
    save('$run.1', \$ids);
    exit;
}
\$own = new Zookeeper(ini_get('ticket.dsn'));
\$answers = [
    'status' => fn() => status(),
    'own' => fn() => \$own->getId(),
    // What only a keeper can do.
    'other' => fn() => (new Zookeeper(ini_get('ticket.dsn'), '/' . bin2hex(random_bytes(4))))->getId(),
    'node' => fn() => Number::parse(\$number->generate())['node'],
];
while (\$what = await()) {
    echo json_encode(\$answers[\$what]()), "\\n";
}
touch('$run.stop');
pcntl_wait(\$status);
echo json_encode([\$number->generate() > 0, status()['error']]), "\\n";
PHP, leasing($server, [
    'ticket.window' => 30_000,
    // As long as the original lives.
    'ticket.session_timeout' => 60_000,
    'ticket.acquire_timeout' => 60_000,
]), ['LD_PRELOAD' => preload('kernel.c'), 'TICKET_TEST_KERNEL' => $kernel]);
$ask = function (string $what) use ($php) {
    $php->say($what);
    return json_decode($php->line(), true);
};
$claimed = fn(?string $by) => array_filter(
    array_map(fn($name) => $znodes->getData("/sim/ticket/$name")[2] ?? null, array_combine($names = claims($server), $names)),
    fn($owner) => $owner === $by,
);

$ask('own');
$status = $ask('status');
echo $status['vm_generation'], "\n";
// Others may say so, too. Whatever comes of it is done before the keeper answers.
$read = fn(string $source) => strlen(file_get_contents("$kernel.$source.read"));
foreach (['uevent' => $event(7), 'kmsg' => $record(13)] as $source => $told) {
    $before = $read($source);
    $say($source, $told);
    eventually(fn() => $read($source) > $before, what: "$source is read");
    $ask('other');
    $after = $ask('status');
    echo $source, ': '; var_dump([$after['session_id'], $after['node'], $after['voided']] === [$status['session_id'], $status['node'], 0]);
}

$nodes = [$status['node']];
$sessions = [$status['session_id']];
$words = [
    'uevent' => fn() => $say('uevent', $event(0)),
    'kmsg' => fn() => $say('kmsg', $record(5)),
    'both' => fn() => [$say('kmsg', $record(5)), $say('uevent', $event(0))],
    // Told while there is no keeper.
    'later' => function () use ($status, $say, $record) {
        $standby = standby($status['keeper']);
        pause($standby);
        kill($status['keeper']);
        $say('kmsg', $record(5));
        signal($standby, 'CONT');
    },
];
foreach ($words as $name => $word) {
    // One ID with the permit that is void then.
    $ask('node');
    $held = $claimed($status['session_id']);
    $word();
    eventually(function () use ($ask, &$after, $status) {
        $after = $ask('status');
        return $after['session'] === 'connected' && !in_array($after['session_id'], [null, $status['session_id']], true);
    }, what: 'another session');
    $node = $ask('node');
    $own = $ask('own');
    $mark = $znodes->getData(sprintf('/sim/ticket/.marks/%04d', $status['node']));
    $marked = $mark[0];
    preg_match('/^until=(\d+)/', $marked, $until);
    echo $name, ': ';
    var_dump(
        !in_array($node, $nodes, true) && $node !== $own,
        $after['voided'] > $status['voided'],
        // Neither claims nor the session are given back, and the mark is as it was, ahead of the clock.
        count($held) >= 2 && !array_diff_assoc($held, $claimed($status['session_id'])),
        $until[1] > microtime(true) * 1000,
    );
    $kept[$status['node']] = $mark;
    $nodes[] = $node;
    $sessions[] = $after['session_id'];
    $status = $ask('status');
}
var_dump(count(array_unique($sessions)), $status['lost']);
// Nobody has written there since.
foreach ($kept as $node => $mark) {
    $same[] = $mark === $znodes->getData(sprintf('/sim/ticket/.marks/%04d', $node));
}
var_dump(!in_array(false, $same, true));
$php->say('');
echo $php->finish(), "\n";
// The other worker, which had a permit of its own in mind each time.
[$ids] = loaded($run);
$issued = array_map(fn($id) => Dig\Ticket\Number::parse($id)['node'], $ids);
$runs = array_values(array_filter($issued, fn($i) => $i === 0 || $issued[$i] !== $issued[$i - 1], ARRAY_FILTER_USE_KEY));
var_dump(array_values(array_intersect($nodes, $runs)) === $runs, end($runs) === end($nodes));
?>
--EXPECT--
uevent, kmsg
uevent: bool(true)
kmsg: bool(true)
uevent: bool(true)
bool(true)
bool(true)
bool(true)
kmsg: bool(true)
bool(true)
bool(true)
bool(true)
both: bool(true)
bool(true)
bool(true)
bool(true)
later: bool(true)
bool(true)
bool(true)
bool(true)
int(5)
int(0)
bool(true)
[true,null]
bool(true)
bool(true)
