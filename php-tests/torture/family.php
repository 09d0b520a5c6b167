<?php
// php family.php DIRECTORY FAMILY KIND WORKERS RATE [NODE...]: a family of processes on the command line. It issues,
// forks workers which issue, and forks anew whichever ends. It is told on stdin to fork a storm (`storm MANY`, `race
// MANY`); it ends, and its workers do, when descriptor 3 says end-of-file. The first process of the kind `waits` does
// nothing but fork workers and wait for them. Workers of the kind `recipes` do what is in work.php, those of a storm some
// of it. Where a wait returns what it has not forked, it notes that as `foreign`.

use Dig\Ticket\Node\Zookeeper;
use Dig\Ticket\NodeInterface;
use Dig\Ticket\Number;

require __DIR__ . '/work.php';
[, $directory, $family, $kind, $workers, $rate] = $argv;
[$workers, $rate] = [(int) $workers, (int) $rate];
$end = fopen('php://fd/3', 'r');
$nodes = array_map('intval', array_slice($argv, 6));

/** Says which node, as an application may. */
final class Node implements NodeInterface
{
    public function __construct(private int $id)
    {
    }

    public function getId(): int
    {
        return $this->id;
    }
}

/** What makes the Number of the process of that place in the family, 0 for the first; one place may have several. */
$make = fn(int $place) => fn() => new Number(match ($kind) {
    'own' => new Zookeeper(ini_get('ticket.dsn'), ini_get('ticket.path')),
    'fixed' => $place % 2 ? new Node($nodes[0]) : $nodes[0],
    'numbered' => $nodes[$place % count($nodes)],
    default => null,
});

/** Sleeps for a tick, or shorter if there is something to read. */
function pause(array $streams): array
{
    $none = [];
    return stream_select($streams, $none, $none, 0, Issuer::TICK * 1000) ? $streams : [];
}

/** Whether it shall end. */
$ends = function () use ($end): bool {
    [$read, $none] = [[$end], []];
    return stream_select($read, $none, $none, 0) > 0;
};

/** A child that issues for so many ticks; 0: to the end; -1: without a pause, until it is killed. */
$fork = function (int $ticks, int $place) use ($directory, $family, $kind, $make, $rate, $end, $ends, &$issuer): int {
    static $forks = 0;
    // Each second one goes on with its parent's object.
    $inherited = ++$forks % 2 ? $issuer->number() : null;
    if ($pid = pcntl_fork()) {
        return $pid;
    }
    $own = new Issuer($directory, $family, $make($place), $inherited);
    if ($kind === 'recipes') {
        $work = new Work($directory, $family, $own->idle($rate, $ends), dirname($directory) . '/healed');
        while ($work->turn() && $ticks === 0) {
        }
    }
    for ($n = 0; $ticks <= 0 || $n < $ticks; $n++) {
        $ticks < 0 ? $own->race() : $own->tick($rate);
        // One that nobody killed ends by itself.
        if ($ticks < 0 ? $n > 2000 : pause([$end])) {
            break;
        }
    }
    $own->write();
    exit;
};

$issuer = new Issuer($directory, $family, $make(0));
$children = [];
$ended = function (int $pid) use (&$children, $issuer): void {
    isset($children[$pid]) || $issuer->note('foreign', $pid);
    unset($children[$pid]);
};
while (true) {
    while (count($children) < $workers) {
        $place = min(array_diff(range(1, $workers), $children));
        $children[$fork(['forks' => 30, 'waits' => 100][$kind] ?? 0, $place)] = $place;
    }
    if ($kind === 'waits') {
        // What stops a worker early stops this one, too.
        ($pid = pcntl_wait($status)) > 0 && $ended($pid);
        if ($ends()) {
            break;
        }
        continue;
    }
    $issuer->tick($rate);
    $ready = pause(['end' => $end, 'told' => STDIN]);
    if (isset($ready['end'])) {
        break;
    }
    if (isset($ready['told'])) {
        if (!preg_match('/^(storm|race) (\d+)$/', (string) fgets(STDIN), $told)) {
            break;
        }
        $storm = [];
        for ($i = 0; $i < $told[2]; $i++) {
            $storm[] = $pid = $fork($told[1] === 'race' ? -1 : 5, $workers + 1 + $i);
            $children[$pid] = $workers + 1 + $i;
        }
        if ($told[1] === 'race') {
            foreach ($storm as $pid) {
                usleep(1000);
                exec("kill -9 $pid");
            }
        }
        $issuer->note('forked', count($storm));
    }
    while (($pid = pcntl_waitpid(-1, $status, WNOHANG)) > 0) {
        $ended($pid);
    }
}
$issuer->write();
while (($pid = pcntl_wait($status)) > 0) {
    $ended($pid);
}
$issuer->write();
