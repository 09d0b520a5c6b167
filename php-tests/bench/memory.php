<?php
// How much memory does a PHP process take more, how much the keeper, and how much of a core when nothing is to be done?

require_once __DIR__ . '/measure.php';

/** KiB of a process, of all these kinds. */
const MEMORY = <<<'PHP'
    function memory(string|int $pid, array $kinds): int {
        preg_match_all('/^(\w+): +(\d+) kB$/m', file_get_contents("/proc/$pid/smaps_rollup"), $found);
        return array_sum(array_intersect_key(array_combine($found[1], $found[2]), array_flip($kinds)));
    }

    PHP;

/** KiB of a PHP's own after this, its keeper's private and resident ones, and the private ones of what stands by. */
function after(array $ini, string $code): array
{
    return php($ini, MEMORY . <<<PHP
        $code;
        // What the keeper still shares with PHP, until one of them writes, is no less PHP's.
        \$own = max(memory('self', ['Private_Clean', 'Private_Dirty']), memory('self', ['Anonymous']));
        \$keeper = function_exists('Dig\Ticket\status') ? Dig\Ticket\status()['keeper'] : null;
        \$of_keeper = fn(string ...\$kinds) => \$keeper ? memory(\$keeper, \$kinds) : 0;
        \$standby = \$keeper ? explode(' ', explode(') ', file_get_contents("/proc/\$keeper/stat"))[1])[1] : null;
        \$of_standby = \$standby ? memory(\$standby, ['Private_Clean', 'Private_Dirty']) : 0;
        echo json_encode([\$own, \$of_keeper('Private_Clean', 'Private_Dirty'), \$of_keeper('Rss'), \$of_standby]);
        PHP);
}

/** ns and ticks of 10 ms that a process has run so far, all of its threads. */
function ran(int $pid): array
{
    $threads = array_map(fn($file) => (int) strtok((string) @file_get_contents($file), ' '), glob("/proc/$pid/task/*/schedstat"));
    $stat = file_get_contents("/proc/$pid/stat");
    $fields = explode(' ', substr($stat, strrpos($stat, ')') + 2));
    return [array_sum($threads), $fields[11] + $fields[12]];
}

return function (Bench $bench): array {
    $zookeeper = ticket(12, ['ticket.dsn' => $bench->server()->dsn()]);
    $id = '$id = (new Dig\Ticket\Number())->generate()';
    // The module's pages belong to all who have loaded it.
    $beside = function (array $ini, string $code) use ($id): array {
        $other = launch(ticket(), "$id; echo \"1\\n\"; fgets(STDIN);");
        $other->result();
        $memory = after($ini, $code);
        $other->finish();
        return $memory;
    };
    $found = interleaved($bench->rounds, [
        'bare' => fn() => $beside([], '$id = hrtime(true)'),
        'local' => fn() => $beside(ticket(), $id),
        'zookeeper' => fn() => $beside($zookeeper, $id),
        'only' => fn() => after(ticket(), $id),
    ]);
    $own = array_map(fn($results) => array_column($results, 0), $found);
    $php = new Table('memory of a PHP process after one ID', 'KiB more');
    $php->row('without ticket', $own['bare'], 'KiB');
    $php->row('local registry', $own['local'], 'KiB', less($own['local'], $own['bare']), atMost: 256);
    $php->row('ZooKeeper', $own['zookeeper'], 'KiB', less($own['zookeeper'], $own['bare']), atMost: 256);
    $php->row('the only PHP that has loaded it', $own['only'], 'KiB', less($own['only'], $own['bare']));
    $php->note('private, or anonymous if that is more; the last row has the pages of the module itself besides, which all');
    $php->note('processes share that have loaded it');

    $keeper = new Table('the keeper');
    $keeper->row('private', array_column($found['zookeeper'], 1), 'KiB', atMost: 10_240);
    $keeper->row('resident, shared with PHP', array_column($found['zookeeper'], 2), 'KiB', atMost: 10_240);
    $keeper->row('private, of the process that stands by', array_column($found['zookeeper'], 3), 'KiB');

    $code = '$id = (new Dig\Ticket\Number())->generate(); echo Dig\Ticket\status()["keeper"], "\n"; fgets(STDIN);';
    $idle = launch($zookeeper, $code);
    $pid = $idle->result();
    // What it does to start with is not idling.
    sleep(1);
    $before = ran($pid);
    sleep(20);
    [$ns, $ticks] = less(ran($pid), $before);
    $idle->finish();
    $cpu = new Table('the keeper that idles, of a core');
    $cpu->row("by the scheduler's ns", [$ns / 20e9 * 100], '%', atMost: 0.05);
    $cpu->row('by utime and stime', [$ticks / 100 / 20 * 100], '%', atMost: 0.05);
    $cpu->note('in 20 s with the default window, 30 s; utime and stime are counted in ticks of 10 ms, 0.05 % each');
    return [$php, $keeper, $cpu];
};
