<?php
// How long do many families take that want a node at once, from one server?

require_once __DIR__ . '/measure.php';

/**
 * Waits until stdin ends, acquires, says when it had what it wanted, and waits until descriptor 3 ends. All write to one
 * file, each line by one call.
 */
const ONE_OF_MANY = <<<'PHP'
    file_put_contents($argv[1], "ready\n", FILE_APPEND);
    fgets(STDIN);
    %s
    file_put_contents($argv[1], hrtime(true) . " $held\n", FILE_APPEND);
    fgets(fopen('php://fd/3', 'r'));
    PHP;

/** For how long a crowd is watched, in s. */
const PATIENCE = 60;

/**
 * So many processes acquire at once: seconds until all have, requests to the server for each, what each holds. That may be
 * fewer than there are, after PATIENCE.
 */
function crowd(Server $server, int $many, array $ini, string $acquire): array
{
    [$said, $go, $end] = [scratch('said'), scratch('go'), scratch('end')];
    foreach ([$go, $end] as $pipe) {
        exec('mkfifo ' . escapeshellarg($pipe));
    }
    // Ends of ours keep them open, and are not inherited.
    [$going, $ending] = [fopen($go, 'r+e'), fopen($end, 'r+e')];
    $command = [...command_line($ini), script(sprintf(ONE_OF_MANY, $acquire)), $said];
    $log = ['file', '/dev/null', 'w'];
    for ($processes = []; count($processes) < $many;) {
        $processes[] = proc_open($command, [['file', $go, 'r'], $log, $log, ['file', $end, 'r']], $pipes);
    }
    $said = fn(string $line): array => preg_match_all("/^$line$/m", (string) @file_get_contents($said), $found) ? $found : [[], [], []];
    eventually(fn() => count($said('ready')[0]) === $many, 120, 'all are ready');
    $received = fn() => preg_match('/^zk_packets_received\s+(\d+)/m', $server->ask('mntr', PATIENCE), $found)
        ? (int) $found[1] : throw new Exception('the server does not tell how many requests it has received');
    $before = $received();
    $began = hrtime(true);
    fclose($going);
    do {
        usleep(5000);
        [, $when, $held] = $said('(\d+) (\S+)');
    } while (count($held) < $many && hrtime(true) < $began + PATIENCE * 1_000_000_000);
    $requests = ($received() - $before) / $many;
    fclose($ending);
    array_map(proc_close(...), $processes);
    // The one thing here that may fail: two families on one node.
    count(array_unique($held)) === count($held) || throw new Exception(count($held) . ' hold ' . count(array_unique($held)));
    return [($when ? max($when) - $began : 0) / 1e9, $requests, count($held)];
}

return function (Bench $bench): array {
    $server = $bench->server();
    $leasing = ['ticket.lease' => 'first_use', 'ticket.acquire_timeout' => PATIENCE * 1000];
    $leasing = ticket(12, ['ticket.dsn' => $server->dsn()] + $leasing);
    $acquire = '$number = new Dig\Ticket\Number(); $id = $number->generate(); $held = $number->getNodeId();';
    $connect = 'require ' . var_export(__DIR__ . '/../lib/zookeeper.php', true)
        . "; \$znodes = new Znodes('{$server->dsn()}'); \$held = \$znodes->session;";
    $time = new Table('until all hold a node, or a session', 'x session');
    $requests = new Table('requests to the server, of each');
    foreach ($bench->crowd as $many) {
        $found = interleaved(min($bench->rounds, max(1, intdiv(600, $many))), [
            'lease' => fn() => crowd($server, $many, $leasing, $acquire),
            'session' => fn() => crowd($server, $many, [], $connect),
        ]);
        [$leases, $sessions] = array_map(fn($results) => array_column($results, 0), [$found['lease'], $found['session']]);
        foreach (['lease' => "$many families, a node", 'session' => "$many PHPs, only a session"] as $which => $what) {
            $requests->row($what, array_column($found[$which], 1), 'each');
            if (($least = min(array_column($found[$which], 2))) < $many) {
                $time->missing($what, "after " . PATIENCE . " s only $least of them");
            } else {
                $time->row($what, array_column($found[$which], 0), 's', $which === 'lease' ? ratios($leases, $sessions) : []);
            }
        }
    }
    $requests->note("no two held the same; a session is opened by the tests' own client in plain PHP");
    return [$time, $requests];
};
