<?php
// How much memory does a PHP process take more, how much the keeper, and how much of a core when nothing is to be done?

require_once __DIR__ . '/measure.php';

/** KiB of this process, or of another one: private and resident. */
const MEMORY = <<<'PHP'
    function memory(string|int $pid): array {
        preg_match_all('/^(Rss|Private_Clean|Private_Dirty): +(\d+) kB$/m', file_get_contents("/proc/$pid/smaps_rollup"), $found);
        [$rss, $clean, $dirty] = array_map('intval', $found[2]);
        return [$clean + $dirty, $rss];
    }

    PHP;

/** Private KiB of a PHP after this, and its keeper's private and resident ones. */
function after(array $ini, string $code): array
{
    return php($ini, MEMORY . <<<PHP
        $code;
        \$own = memory('self')[0];
        // The keeper gives back what it inherited before it does anything else.
        \$keeper = function_exists('Dig\Ticket\status') ? Dig\Ticket\status()['keeper'] : null;
        echo json_encode([\$own, ...\$keeper ? memory(\$keeper) : [0, 0]]);
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
    $found = interleaved($bench->rounds, [
        'bare' => fn() => after([], '$id = hrtime(true)'),
        'local' => fn() => after(ticket(), $id),
        'zookeeper' => fn() => after($zookeeper, $id),
    ]);
    $private = array_map(fn($results) => array_column($results, 0), $found);
    $php = new Table('a PHP process after one ID, private memory', 'KiB more');
    $php->row('without ticket', $private['bare'], 'KiB');
    $php->row('local registry', $private['local'], 'KiB', less($private['local'], $private['bare']), atMost: 256);
    $php->row('ZooKeeper', $private['zookeeper'], 'KiB', less($private['zookeeper'], $private['bare']), atMost: 256);

    $keeper = new Table('the keeper');
    $keeper->row('private', array_column($found['zookeeper'], 1), 'KiB', atMost: 10_240);
    $keeper->row('resident, shared with PHP', array_column($found['zookeeper'], 2), 'KiB', atMost: 10_240);

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
