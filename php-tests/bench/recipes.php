<?php
// What does a lock cost beside what ZooKeeper needs for it, how soon has the next one it, and who is woken?

require_once __DIR__ . '/measure.php';

/** Times of one call each, in us; and the median. */
const TIMES = <<<'PHP'
    use Dig\Zookeeper\{Client, Lock};
    function times(callable $one, int $times): array {
        for ($i = 0; $i < $times; $i++) {
            $began = hrtime(true);
            $one();
            $took[] = (hrtime(true) - $began) / 1e3;
        }
        return $took;
    }
    function middle(array $took): float {
        sort($took);
        return $took[intdiv(count($took), 2)];
    }

    PHP;

/** Both writes and the lock by turns, each with a session that it has had before. */
const ALONE = TIMES . <<<'PHP'
    $client = new Client();
    $path = '/bench-lock-' . getmypid();
    $client->makePath($path);
    $client->getSessionId();
    $flags = Client::EPHEMERAL | Client::SEQUENCE;
    $writes = fn() => $client->delete($client->create("$path/x-", '', null, $flags));
    $lock = new Lock($client, $path);
    $both = function () use ($lock) {
        $lock->acquire();
        $lock->release();
    };
    $took = ['writes' => [], 'lock' => []];
    times($writes, 200);
    times($both, 200);
    for ($i = 0; $i < 20; $i++) {
        array_push($took['writes'], ...times($writes, 50));
        array_push($took['lock'], ...times($both, 50));
    }
    function held(int $n, object $lock): float {
        $began = hrtime(true);
        for ($i = 0; $i < $n; $i++) $held = $lock->isHeld();
        return (hrtime(true) - $began) / $n;
    }
    function clock(int $n): float {
        $began = hrtime(true);
        for ($i = 0; $i < $n; $i++) $time = hrtime(true);
        return (hrtime(true) - $began) / $n;
    }
    $lock->acquire();
    held(1000, $lock);
    clock(1000);
    for ($held = $clock = []; count($held) < 5;) {
        $clock[] = clock(300_000);
        $held[] = held(300_000, $lock);
    }
    $lock->release();
    echo json_encode([...array_map(middle(...), $took), 'held' => middle($held), 'clock' => middle($clock)]);
    PHP;

/** Does what lines tell it, and says when it has done that, or has begun to. `%s` is the path. */
const ONE_IN_LINE = TIMES . <<<'PHP'
    $client = new Client();
    $path = '%s';
    $client->makePath($path);
    $lock = new Lock($client, $path);
    while (($line = fgets(STDIN)) !== false) {
        $said = hrtime(true);
        switch (trim($line)) {
            case 'acquire':
                $lock->acquire();
                $said = hrtime(true);
                break;
            case 'release':
                $said = hrtime(true);
                $lock->release();
                break;
            // One more is in line, and watches.
            case 'line':
                while (count($client->getChildren($path)) < 2) usleep(500);
                usleep(3000);
                break;
            // As one that was asleep asks, and one that asks again and again.
            case 'trips':
                for ($took = []; count($took) < 50;) {
                    usleep(3000);
                    array_push($took, ...times(fn() => $client->exists($path), 1));
                }
                $said = json_encode([middle($took), middle(times(fn() => $client->exists($path), 500))]);
                break;
            // One that holds it.
            case 'fork':
                if (!pcntl_fork()) {
                    $lock->acquire();
                    echo getmypid(), "\n";
                    sleep(60);
                    exit;
                }
                continue 2;
        }
        echo "$said\n";
    }
    PHP;

/** So many forks stand in line, and hold it one after the other. */
const CROWD = TIMES . <<<'PHP'
    for ($i = 0; $i < %d; $i++) {
        if (!pcntl_fork()) {
            $lock = new Lock(new Client(null, ['timeout' => 60_000]), '%s');
            $lock->acquire();
            $lock->release();
            exit;
        }
    }
    while (pcntl_wait($status) > 0);
    echo "1\n";
    PHP;

/** The same with kazoo. */
function kazoo_lock(string $dsn): ?array
{
    return json_decode((string) shell_exec('/usr/bin/python3 ' . __DIR__ . "/kazoo_lock.py $dsn 2>/dev/null"), true);
}

/** A path that nobody else has used. */
function unused(): string
{
    static $made = 0;
    return '/bench-line-' . getmypid() . '-' . $made++;
}

function tell(object $to, string $what): void
{
    fwrite($to->pipes[0], "$what\n");
}

function told(object $to, string $what): mixed
{
    tell($to, $what);
    return $to->result();
}

/**
 * From release() in one family to the return of acquire() in another, and how long an exists() takes there after as long a sleep,
 * and without one; in us.
 */
function hand_over(array $ini, int $times): array
{
    $code = sprintf(ONE_IN_LINE, unused());
    $two = [launch($ini, $code), launch($ini, $code)];
    told($two[0], 'acquire');
    for ($took = []; count($took) < $times;) {
        [$from, $to] = count($took) % 2 ? [$two[1], $two[0]] : $two;
        tell($to, 'acquire');
        told($from, 'line');
        $began = told($from, 'release');
        $took[] = ($to->result() - $began) / 1e3;
        if (count($took) % 50 === 0) {
            $trips[] = told($from, 'trips');
        }
    }
    array_map(fn($one) => $one->finish(), $two);
    return ['took' => median($took), 'trip' => median(array_column($trips, 0)), 'again' => median(array_column($trips, 1))];
}

/** From a SIGKILL of the holder to the next one's grant, in ms: the holder is a family, or a fork of one that goes on. */
function killed(array $ini, bool $fork, int $times): array
{
    $code = sprintf(ONE_IN_LINE, unused());
    [$next, $family] = [launch($ini, $code), launch($ini, $code)];
    // One that is there already: it takes no time to start it.
    $kills = proc_open(['bash', '-c', 'while read pid; do kill -KILL $pid; done'], [['pipe', 'r']], $pipes);
    for ($took = []; count($took) < $times;) {
        $pid = $fork ? told($family, 'fork') : proc_get_status($family->process)['pid'];
        $fork || told($family, 'acquire');
        tell($next, 'acquire');
        told($family, 'line');
        $began = hrtime(true);
        fwrite($pipes[0], "$pid\n");
        $took[] = ($next->result() - $began) / 1e6;
        told($next, 'release');
        if (!$fork) {
            $family = launch($ini, $code);
        }
    }
    fclose($pipes[0]);
    proc_close($kills);
    array_map(fn($one) => $one->finish(), [$next, $family]);
    return $took;
}

/** 200 processes in line, of four families: requests to the server, and watches that fire, for each release. */
function crowd(Server $server, array $ini): array
{
    $path = unused();
    $first = launch($ini, sprintf(ONE_IN_LINE, $path));
    told($first, 'acquire');
    for ($families = []; count($families) < 4;) {
        $families[] = launch($ini, sprintf(CROWD, 50, $path));
    }
    $znodes = new Znodes($server);
    eventually(fn() => count($znodes->children($path)) === 201, 60, 'all are in line');
    $znodes->close();
    // All have seen who is before them.
    sleep(1);
    $counted = function () use ($server): array {
        preg_match_all('/^zk_(packets_received|sum_node_deleted_watch_count)\s+(\d+)/m', $server->ask('mntr'), $found);
        return array_combine($found[1], array_map('intval', $found[2]));
    };
    $before = $counted();
    $began = hrtime(true);
    told($first, 'release');
    array_map(fn($one) => $one->result(), $families);
    $took = (hrtime(true) - $began) / 1e6;
    $after = $counted();
    $each = array_map(fn($one, $other) => ($one - $other) / 200, $after, $before);
    array_map(fn($one) => $one->finish(), [$first, ...$families]);
    return [...array_combine(array_keys($after), $each), 'took' => $took / 200];
}

return function (Bench $bench): array {
    $server = $bench->server();
    $zookeeper = ticket(12, ['ticket.dsn' => $server->dsn(), 'ticket.lease' => 'first_use']);
    $found = interleaved($bench->rounds, [
        'alone' => fn() => php($zookeeper, ALONE),
        'hand' => fn() => hand_over($zookeeper, 200),
        'kazoo' => fn() => kazoo_lock($server->dsn()),
    ]);
    $of = fn($name, $what) => array_column(array_filter($found[$name]), $what);
    [$writes, $lock, $took, $trip] = [$of('alone', 'writes'), $of('alone', 'lock'), $of('hand', 'took'), $of('hand', 'trip')];
    $kazoo = fn($what) => $of('kazoo', $what);
    $beside = function (Table $table, string $what) use ($kazoo): void {
        $kazoo($what) ? $table->row("kazoo's Lock, in Python", $kazoo($what), 'us') : $table->missing("kazoo's Lock, in Python", '(not to be had)');
    };

    $alone = new Table('acquire() and release() of a lock that nobody else wants, the median', 'x create and delete');
    $alone->row('Dig\Zookeeper\Lock', $lock, 'us', ratios($lock, $writes), atMost: 1.2);
    $alone->row('create() and delete() of a znode', $writes, 'us');
    $beside($alone, 'alone');
    $alone->note("by turns in the same process; the znode as a lock has it, ephemeral and sequential, of the client's own session");

    $hand = new Table('from release() in one family to the return of acquire() in another, the median', 'x exists()');
    $hand->row('Dig\Zookeeper\Lock', $took, 'us', ratios($took, $trip), atMost: 2);
    $hand->row('exists(): a round trip', $trip, 'us');
    $hand->row('the same again and again', $of('hand', 'again'), 'us');
    $beside($hand, 'hand');
    $hand->note('both processes have slept for 3 ms, as before each exists(); what is asked again and again finds all awake');

    $held = new Table('isHeld()');
    $held->row('Dig\Zookeeper\Lock', $of('alone', 'held'), 'ns', atMost: 60);
    $held->row('hrtime(true)', $of('alone', 'clock'), 'ns');
    $held->note('loops of 300,000, theirs included; by turns in the same process');

    $rounds = min(3, $bench->rounds);
    $found = interleaved($rounds, ['crowd' => fn() => crowd($server, $zookeeper)])['crowd'];
    $crowd = new Table('200 processes in line, for each release');
    $crowd->row('requests to the server', array_column($found, 'packets_received'), 'each', atMost: 2.1);
    $crowd->row('watches that fire', array_column($found, 'sum_node_deleted_watch_count'), 'each', atMost: 1.1);
    $crowd->row('time', array_column($found, 'took'), 'ms');
    $crowd->note('what is released, and the one look at the line of the only one that is woken; who holds it for longer looks for its');
    $crowd->note('own znode besides, whose watch fires with that of the next one then');

    $killed = new Table('from a SIGKILL of the holder to the grant of the next one, 20 times', columns: ['min', 'p50', 'max'], judged: 2);
    $killed->row('all that there is of a family', killed($zookeeper, false, 20), 'ms', atMost: 20);
    $killed->row('a fork of a family that goes on', killed($zookeeper, true, 20), 'ms', atMost: 20);
    return [$alone, $hand, $held, $crowd, $killed];
};
