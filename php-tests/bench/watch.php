<?php
// How soon does a callback know of a change, and what do watches cost that wait?

require_once __DIR__ . '/measure.php';

/** From a set in one process to a callback in another, in us: prints the median. */
const CHANGES = <<<'PHP'
    use Dig\Zookeeper\Client;
    [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    $path = (new Client())->create('/bench-watch-', '', null, Client::SEQUENCE);
    if (!$child = pcntl_fork()) {
        $client = new Client();
        // As soon as the other one is armed.
        for ($i = 0; $i < 300; $i++) {
            fread($theirs, 1);
            usleep(2000);
            $client->set($path, (string) hrtime(true));
        }
        exit;
    }
    $client = new Client();
    for ($took = []; count($took) < 300;) {
        $seen = 0;
        $client->get($path, function () use (&$seen) { $seen = hrtime(true); });
        fwrite($ours, 'x');
        %s
        $took[] = ($seen - (int) $client->get($path)) / 1e3;
    }
    pcntl_waitpid($child, $status);
    $client->delete($path);
    sort($took);
    echo json_encode($took[150]);
    PHP;

return function (Bench $bench): array {
    $dsn = $bench->server()->dsn();
    $zookeeper = ticket(12, ['ticket.dsn' => $dsn, 'ticket.lease' => 'first_use']);
    $found = interleaved($bench->rounds, [
        'wait' => fn() => php($zookeeper, sprintf(CHANGES, 'while (!$seen) $client->wait();')),
        'sleep' => fn() => php($zookeeper, sprintf(CHANGES, '$client->interrupt(); while (!$seen) sleep(1);')),
        'kazoo' => fn() => json_decode((string) shell_exec('/usr/bin/python3 ' . __DIR__ . "/kazoo_watch.py $dsn 2>/dev/null"), true),
    ]);
    $kazoo = array_filter($found['kazoo']);
    $soon = new Table('from a set in one process to a callback in another, the median', 'x kazoo');
    foreach (['wait' => 'wait()', 'sleep' => 'sleep(), with interrupt()'] as $name => $label) {
        $soon->row("Dig\\Zookeeper\\Client, $label", $found[$name], 'us', $kazoo ? ratios($found[$name], $found['kazoo']) : [], atMost: $kazoo ? 1.5 : null);
    }
    $kazoo ? $soon->row('kazoo, in Python', $kazoo, 'us') : $soon->missing('kazoo, in Python', '(not to be had)');

    $many = fn() => php($zookeeper, <<<'PHP'
        $client = new Dig\Zookeeper\Client(null, ['timeout' => 60_000]);
        $private = fn($pid) => preg_match_all('/^Private_\w+: +(\d+) kB$/m', file_get_contents("/proc/$pid/smaps_rollup"), $found) ? array_sum($found[1]) : 0;
        $ticks = function ($pid) { $stat = explode(' ', preg_replace('/^.*\) /', '', file_get_contents("/proc/$pid/stat"))); return $stat[11] + $stat[12]; };
        $client->makePath('/bench-many');
        $keeper = Dig\Ticket\status()['keeper'];
        $before = [$private($keeper), $private(getmypid())];
        $began = hrtime(true);
        for ($i = 0; $i < 10_000; $i++) $client->exists("/bench-many/$i", fn() => null);
        $armed = (hrtime(true) - $began) / 1e3 / 10_000;
        $after = [$private($keeper), $private(getmypid())];
        $ticking = $ticks(getmypid());
        $client->wait(5);
        echo json_encode([
            'armed' => $armed, 'keeper' => ($after[0] - $before[0]) / 10, 'php' => ($after[1] - $before[1]) / 10,
            'idle' => ($ticks(getmypid()) - $ticking) * 10,
        ]);
        PHP);
    $found = interleaved($bench->rounds, ['all' => $many])['all'];
    $waiting = new Table('10,000 watches in one process');
    $waiting->row('to arm one', array_column($found, 'armed'), 'us');
    $waiting->row("of the keeper's memory for one", array_column($found, 'keeper'), 'kB a 1000');
    $waiting->row("of PHP's", array_column($found, 'php'), 'kB a 1000');
    $waiting->row('CPU of a PHP that waits for 5 s', array_column($found, 'idle'), 'ms', atMost: 0);

    $processes = fn() => php($zookeeper, <<<'PHP'
        (new Dig\Zookeeper\Client())->makePath('/bench-all');
        $file = tempnam(sys_get_temp_dir(), 'ticket');
        for ($i = 0; $i < 200; $i++) {
            if (!pcntl_fork()) {
                $client = new Dig\Zookeeper\Client(null, ['timeout' => 60_000]);
                $client->get('/bench-all', function () use ($file) { file_put_contents($file, hrtime(true) . "\n", FILE_APPEND); });
                file_put_contents("$file.armed", 'x', FILE_APPEND);
                $client->wait(60);
                exit;
            }
        }
        while (!is_file("$file.armed") || filesize("$file.armed") < 200) { usleep(10_000); clearstatcache(); }
        $sessions = Dig\Zookeeper\status()['shared_sessions'] + Dig\Zookeeper\status()['own_sessions'];
        $began = hrtime(true);
        (new Dig\Zookeeper\Client())->set('/bench-all', 'x');
        while (pcntl_wait($status) > 0);
        $seen = array_map('intval', file($file));
        unlink($file);
        unlink("$file.armed");
        echo json_encode(['sessions' => $sessions, 'told' => count($seen), 'all' => (max($seen) - $began) / 1e6]);
        PHP);
    $found = interleaved($bench->rounds, ['all' => $processes])['all'];
    $all = new Table('200 processes with a watch each');
    $all->row('sessions', array_column($found, 'sessions'), 'sessions', atMost: 1);
    $all->row('are told', array_column($found, 'told'), 'processes', atLeast: 200);
    $all->row('until all are', array_column($found, 'all'), 'ms');
    return [$soon, $waiting, $all];
};
