<?php
// How long do many families take that want a node at once, from one server?

require_once __DIR__ . '/measure.php';

/**
 * Waits until stdin ends, acquires, says when it had what it wanted, and waits until the pipe that it is told of ends.
 * It writes to one file with all others, by one call.
 */
const ONE_OF_MANY = <<<'PHP'
    file_put_contents($argv[1], "ready\n", FILE_APPEND);
    fgets(STDIN);
    %s
    file_put_contents($argv[1], hrtime(true) . " $held\n", FILE_APPEND);
    fgets(fopen($argv[2], 'r'));
    PHP;

/** So many processes acquire at once: seconds until all have, requests to the server for each, what each holds. */
function crowd(Server $server, int $many, array $ini, string $acquire): array
{
    [$said, $go, $end] = [scratch('said'), scratch('go'), scratch('end')];
    foreach ([$go, $end] as $pipe) {
        exec('mkfifo ' . escapeshellarg($pipe));
    }
    // Ends of ours keep them open, and are not inherited.
    [$going, $ending] = [fopen($go, 'r+e'), fopen($end, 'r+e')];
    $command = [...command_line($ini), script(sprintf(ONE_OF_MANY, $acquire)), $said, $end];
    $log = ['file', "$said.log", 'a'];
    for ($processes = []; count($processes) < $many;) {
        $processes[] = proc_open($command, [['file', $go, 'r'], $log, $log], $pipes);
    }
    $lines = function (string $which, array &$found = null) use ($said): int {
        return preg_match_all("/^$which\$/m", (string) @file_get_contents($said), $found);
    };
    eventually(fn() => $lines('ready') === $many, 120, 'all are ready');
    $received = fn() => (int) (preg_match('/^zk_packets_received\s+(\d+)/m', $server->ask('mntr'), $found) ? $found[1] : 0);
    $before = $received();
    $began = hrtime(true);
    fclose($going);
    try {
        eventually(fn() => $lines('\d+ \S+') === $many, 120, 'all hold what they want');
    } catch (Exception $error) {
        throw new Exception($error->getMessage() . "\n" . file_get_contents("$said.log"));
    } finally {
        $lines('(\d+) (\S+)', $found);
        $requests = $received() - $before;
        fclose($ending);
        array_map(proc_close(...), $processes);
    }
    return [(max($found[1]) - $began) / 1e9, $requests / $many, $found[2]];
}

return function (Bench $bench): array {
    $server = $bench->server();
    $leasing = ticket(12, ['ticket.dsn' => $server->dsn(), 'ticket.lease' => 'first_use', 'ticket.acquire_timeout' => 60_000]);
    $acquire = '$number = new Dig\Ticket\Number(); $id = $number->generate(); $held = $number->getNodeId();';
    $connect = 'require ' . var_export(__DIR__ . '/../lib/zookeeper.php', true)
        . "; \$znodes = new Znodes('{$server->dsn()}'); \$held = \$znodes->session;";
    $time = new Table('until all hold a node, or a session', 'x session');
    $requests = new Table('requests to the server, of each');
    foreach ($bench->crowd as $many) {
        // The largest takes a minute.
        $found = interleaved(min($bench->rounds, max(1, intdiv(600, $many))), [
            'lease' => fn() => crowd($server, $many, $leasing, $acquire),
            'session' => fn() => crowd($server, $many, [], $connect),
        ]);
        foreach (array_merge(...array_values($found)) as [, , $held]) {
            // The one thing here that may fail: two families on one node.
            count(array_unique($held)) === $many || throw new Exception("$many families, " . count(array_unique($held)) . ' nodes');
        }
        [$leases, $sessions] = array_map(fn($results) => array_column($results, 0), [$found['lease'], $found['session']]);
        $time->row("$many families, a node", $leases, 's', ratios($leases, $sessions));
        $time->row("$many PHPs, only a session", $sessions, 's');
        $requests->row("$many families", array_column($found['lease'], 1), 'each');
        $requests->row("$many PHPs", array_column($found['session'], 1), 'each');
    }
    $requests->note('the nodes of each crowd were distinct; a session is opened by the tests\' own client in plain PHP');
    return [$time, $requests];
};
