--TEST--
One server that serves is enough, whatever four others do, and wherever it is in the list; also for a session that has lost its server
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
// Whoever waits for one server after the other waits for longer than a call does.
$ini = ['ticket.session_timeout' => 60_000, 'ticket.acquire_timeout' => 10_000];
$code = PRELUDE . <<<'PHP'
$said = thrown(fn() => (new Number())->generate());
// What others do is not said when there is one that serves.
echo $said, ', ', json_encode([status()['session'], status()['error']]);
PHP;
$cases = ['names that lead nowhere' => ['a.invalid', 'b.invalid', 'c.invalid:1', 'd.invalid']];
$bad = [];
foreach (['silent', 'full', 'closes', 'refuses', 'tls', 'http', 'greets'] as $kind) {
    for ($i = 0; $i < 4; $i++) {
        $bad[$kind][] = new BadServer($kind);
    }
    $cases[$kind] = array_map(fn($one) => $one->dsn(), $bad[$kind]);
}
// Real ones: without quorum, and with no connection left.
$port = fn() => '127.0.0.1:' . free_port() . ':' . free_port();
$alone = new Server(['initLimit' => 10, 'syncLimit' => 5, 'server.1' => $port(), 'server.2' => $port()], 1, false);
eventually(fn() => str_contains($alone->ask('srvr'), 'not currently serving'), 20, 'it is without quorum');
$taken = new Server(['maxClientCnxns' => 1]);
eventually(function () use ($taken, &$held) {
    try {
        return $held = new Znodes($taken);
    } catch (Exception) {
        return false;
    }
}, 20, 'the one connection');
$cases['of several kinds'] = [$alone->dsn(), $bad['silent'][0]->dsn(), $taken->dsn(), $bad['full'][0]->dsn()];
foreach ($cases as $kind => $others) {
    $starts = [];
    for ($place = 0; $place <= 4; $place++) {
        $servers = $others;
        array_splice($servers, $place, 0, [$server->dsn()]);
        $starts[] = start($code, leasing(implode(',', $servers), $ini));
    }
    echo "$kind: ", implode(' ', array_unique(array_map(fn($php) => $php->finish(), $starts))), "\n";
}
// Each had one, and has closed it. What asks whether a server serves takes none.
eventually(fn() => sessions($server) === 0, 20, 'no session is left');

// The same session goes on with another server, there and back.
$ways = [new Proxy($server), new Proxy($server)];
$php = start(PRELUDE . <<<'PHP'
$number = new Number();
$number->generate();
while (true) {
    $status = status();
    echo "{$status['session']} {$status['session_id']}\n";
    await();
}
PHP, leasing(implode(',', [$ways[0]->dsn(), ...$cases['silent'], $ways[1]->dsn()]), $ini));
$first = $php->line();
for ($i = 0; $i < 6; $i++) {
    $used = (int) ($ways[1]->connections() > 0);
    $ways[$used]->mode('cut');
    eventually(fn() => $ways[1 - $used]->connections() > 0, 10, 'another server is found');
    eventually(function () use ($php, $first) {
        $php->say('');
        return $php->line() === $first;
    }, 10, 'the session goes on');
    $ways[$used]->mode('pass');
}
echo explode(' ', $first)[0], ", and goes on\n";
kill($php->pid());

// So it does where all that serve are slow.
$ways = [new Proxy($server), new Proxy($server)];
$more = ['ticket.session_timeout' => 20_000] + $ini;
$php = start(PRELUDE . <<<'PHP'
(new Number())->generate();
do echo status()['session'], ' ', status()['session_id'], "\n"; while (await() !== 'end');
PHP, leasing("{$ways[0]->dsn()},{$ways[1]->dsn()}", $more));
$first = $php->line();
$used = (int) ($ways[1]->connections() > 0);
$ways[$used]->mode('cut');
array_map(fn($way) => $way->mode('delay', 1500), $ways);
$seen = [];
eventually(function () use ($php, &$seen) {
    usleep(20_000);
    $php->say('');
    $seen[] = $php->line();
    return str_starts_with(end($seen), 'connected') && count(array_unique($seen)) > 1;
}, 60, 'it is connected again');
echo end($seen) === $first ? "slow, and goes on\n" : "$first has become " . end($seen) . "\n";
array_map(fn($way) => $way->mode('pass'), $ways);
kill($php->pid());

// One that falls silent is left before the window is over, though the session would last.
$php = start(PRELUDE . '(new Number())->generate(); echo "leased\n"; await();', leasing("{$ways[0]->dsn()},{$ways[1]->dsn()}", $ini));
$php->line();
$used = (int) ($ways[1]->connections() > 0);
$ways[$used]->mode('drop_all');
eventually(fn() => $ways[1 - $used]->connections() > 0, 15, 'the other server is found');
echo "left\n";
?>
--EXPECT--
names that lead nowhere: nothing was thrown, ["connected",null]
silent: nothing was thrown, ["connected",null]
full: nothing was thrown, ["connected",null]
closes: nothing was thrown, ["connected",null]
refuses: nothing was thrown, ["connected",null]
tls: nothing was thrown, ["connected",null]
http: nothing was thrown, ["connected",null]
greets: nothing was thrown, ["connected",null]
of several kinds: nothing was thrown, ["connected",null]
connected, and goes on
slow, and goes on
left
