<?php
// What do locks cost, and how soon does the next one have it?

require_once __DIR__ . '/measure.php';

/** For code of a process that waits for a lock that another one holds. */
const WAITER = <<<'PHP'
    $lock = new Dig\Zookeeper\Lock(new Dig\Zookeeper\Client(null, ['session_timeout' => 60_000]), '/bench-lock');
    echo "1\n";
    for (; trim(fgets(STDIN)) === 'go'; $lock->release()) {
        $lock->acquire();
        echo hrtime(true), "\n";
        fgets(STDIN);
    }
    PHP;

return function (Bench $bench): array {
    $dsn = $bench->server()->dsn();
    $zookeeper = ticket(12, ['ticket.dsn' => $dsn, 'ticket.lease' => 'first_use', 'ticket.zookeeper_timeout' => 60_000]);

    // In turns, so that all have the same weather.
    $ours = fn() => php($zookeeper, <<<'PHP'
        use Dig\Zookeeper\{Client, Lock};
        $client = new Client();
        $bound = new Client();
        $bound->makePath('/bench-writes');
        $bound->getSessionId();
        $lock = new Lock($client, '/bench-alone');
        $median = function (array $all) { sort($all); return $all[intdiv(count($all), 2)] / 1e3; };
        $turns = ['lock' => [], 'writes' => [], 'read' => []];
        for ($i = 0; $i < 450; $i++) {
            $at = hrtime(true);
            $lock->acquire();
            $lock->release();
            $turns['lock'][] = hrtime(true) - $at;
            $at = hrtime(true);
            $bound->delete($bound->create('/bench-writes/x-', '', null, Client::EPHEMERAL | Client::SEQUENCE));
            $turns['writes'][] = hrtime(true) - $at;
            $at = hrtime(true);
            $bound->exists('/bench-writes');
            $turns['read'][] = hrtime(true) - $at;
        }
        $lock->acquire();
        for ($i = 0; $i < 20_000; $i++) $lock->isHeld();
        $at = hrtime(true);
        for ($i = 0; $i < 1_000_000; $i++) $lock->isHeld();
        echo json_encode(array_map($median, $turns) + ['held' => (hrtime(true) - $at) / 1e6]);
        PHP);
    $kazoo = fn() => json_decode((string) shell_exec('/usr/bin/python3 ' . __DIR__ . "/kazoo_lock.py $dsn 2>/dev/null"), true);
    $found = interleaved($bench->rounds, ['ours' => $ours, 'kazoo' => $kazoo]);
    [$lock, $writes, $reads] = [array_column($found['ours'], 'lock'), array_column($found['ours'], 'writes'), array_column($found['ours'], 'read')];
    $theirs = array_filter($found['kazoo']);
    $alone = new Table('to acquire and release what nobody else wants, the median', 'x its two writes');
    $alone->row('Dig\Zookeeper\Lock', $lock, 'us', ratios($lock, $writes), atMost: 1.2);
    $alone->row('a create and a delete', $writes, 'us');
    $theirs ? $alone->row('kazoo\'s Lock, in Python', $theirs, 'us', ratios($theirs, $writes)) : $alone->missing('kazoo\'s Lock', '(not to be had)');
    $held = new Table('isHeld(), in a loop');
    $held->row('Dig\Zookeeper\Lock', array_column($found['ours'], 'held'), 'ns', atMost: 60);

    // From a call of release(), or a kill, in one family to the return of acquire() in another.
    $handed = $killed = [];
    for ($round = 0; $round < $bench->rounds; $round++) {
        $pair = [launch($zookeeper, WAITER), launch($zookeeper, WAITER)];
        $times = ['handed' => [], 'killed' => []];
        array_map(fn($one) => $one->result(), $pair);
        $say = fn($one) => fwrite($one->pipes[0], "go\n");
        $say($pair[0]);
        $pair[0]->result();
        for ($i = 0; $i < 60; $i++) {
            [$holder, $waiter] = $pair;
            $say($waiter);
            usleep(5_000);
            $at = hrtime(true);
            if ($kill = $i % 6 === 5) {
                proc_terminate($holder->process, SIGKILL);
            } else {
                $say($holder);
            }
            $times[$kill ? 'killed' : 'handed'][] = ($waiter->result() - $at) / 1e3;
            if ($kill) {
                $holder = launch($zookeeper, WAITER);
                $holder->result();
            }
            $pair = [$waiter, $holder];
        }
        $handed[] = quantile($times['handed'], 0.5);
        $killed[] = max($times['killed']) / 1e3;
        unset($pair, $holder, $waiter);
    }
    $next = new Table('until a waiter of another family has it, the median', 'x a round trip');
    $next->row('from its release', $handed, 'us', ratios($handed, $reads), atMost: 2);
    $next->row('a round trip: exists()', $reads, 'us');
    $dead = new Table('the same, from a kill -9 of the holder: the slowest of ten');
    $dead->row('Dig\Zookeeper\Lock', $killed, 'ms', atMost: 20);
    return [$alone, $held, $next, $dead];
};
