<?php
// How much longer does PHP take, from its start to its end, with the extension that nobody uses?

require_once __DIR__ . '/measure.php';

const RUNS = 40;

/**
 * Medians in ms of whole processes that run nothing, by name: measured by hyperfine, or else here.
 *
 * @param array<string, string[]> $commands
 * @return array<string, float>
 */
function whole(array $commands, bool $hyperfine): array
{
    if ($hyperfine) {
        $file = scratch('hyperfine');
        $lines = array_map(fn($command) => implode(' ', array_map(escapeshellarg(...), $command)), $commands);
        $how = ['hyperfine', '-N', '--style=none', '--warmup=2', '--runs=' . RUNS, "--export-json=$file", ...array_values($lines)];
        exec(implode(' ', array_map(escapeshellarg(...), $how)) . ' 2>&1', $printed, $failed);
        $failed && throw new Exception(implode("\n", $printed));
        $medians = array_column(json_decode(file_get_contents($file), true)['results'], 'median');
        return array_combine(array_keys($commands), array_map(fn($s) => $s * 1000, $medians));
    }
    $streams = array_fill(0, 3, ['file', '/dev/null', 'r+']);
    $times = interleaved(RUNS, array_map(fn($command) => function () use ($command, $streams): float {
        $began = hrtime(true);
        proc_close(proc_open($command, $streams, $pipes)) === 0 || throw new Exception(implode(' ', $command) . ' failed');
        return (hrtime(true) - $began) / 1e6;
    }, $commands));
    return array_map(median(...), $times);
}

return function (Bench $bench): array {
    $hyperfine = (bool) exec('command -v hyperfine');
    $zookeeper = ticket(12, ['ticket.dsn' => $bench->server()->dsn()]);
    $with = [
        'without it' => [],
        'local registry' => ticket(),
        'ticket.dsn, first_use' => $zookeeper + ['ticket.lease' => 'first_use'],
        'ticket.dsn, startup' => $zookeeper,
    ];
    $commands = array_map(fn($ini) => [...command_line($ini), '-r', ''], $with);
    for ($rounds = [], $round = 0; $round < $bench->rounds; $round++) {
        // Each time in another order.
        $names = array_keys($commands);
        $from = $round % count($names);
        $rounds[] = whole(array_merge(array_slice($commands, $from), array_slice($commands, 0, $from)), $hyperfine);
    }
    $table = new Table("php -n -r ''", 'ms more');
    foreach (array_keys($commands) as $name) {
        $times = array_column($rounds, $name);
        $bare = $name === 'without it';
        $table->row($name, $times, 'ms', $bare ? [] : less($times, array_column($rounds, 'without it')), atMost: $bare ? null : 1);
    }
    $table->note('whole processes, ' . RUNS . ' of each in a round, their median, by '
        . ($hyperfine ? exec('hyperfine --version') : 'proc_open(), for hyperfine is not installed'));
    return [$table];
};
