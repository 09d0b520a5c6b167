<?php
// Which faults befall whom and when: all of it is drawn from a seed before anything is started.

/**
 * The families of a run, by name: what they are and where their node IDs come from. `loop`: workers that issue all the
 * time; `forks`: the same, but each lives for a third of a second; `own`: each process has a node of its own;
 * `numbered`: the same, by number, from the first of `nodes` on; `fixed`: all of it has the one of `nodes`, and so has
 * another family, its rival; `article`: no family, but the article's PHP (article.php); and servers. Those named clock have a clock of their own, which is set. The registry
 * `local` loses its file at times and `local-clock` does not: where a file is lost *and* the clock set back, as
 * docs/promise.md says, nothing is promised. Those named first have a PID namespace of their own, whose process 1 is
 * theirs: with `waits`, one that only waits for its workers, which lease. The process 1 of `under` has started it and
 * reaps nothing else (first.php). Those named recipes take locks and do what else there is in work.php, and issue IDs
 * meanwhile.
 *
 * @param string $families how many, or the names of those that there shall be: `recipes recipes recipes-fpm`
 */
function fleet(int|string $families): array
{
    $kinds = [
        'loop' => ['loop', 'zookeeper', 3],
        'fpm' => ['fpm', 'zookeeper', 3],
        'local' => ['loop', 'local', 2],
        'own' => ['own', 'zookeeper', 2],
        'clock' => ['loop', 'zookeeper', 2],
        'forks' => ['forks', 'zookeeper', 3],
        'fixed' => ['fixed', 'zookeeper', 2],
        'rival' => ['fixed', 'zookeeper', 2],
        'local-clock' => ['loop', 'local-clock', 2],
        'apache' => ['apache', 'zookeeper', 3],
        'numbered' => ['numbered', 'zookeeper', 2],
        'swoole' => ['swoole', 'zookeeper', 3],
        'local-forks' => ['forks', 'local', 2],
        'own-clock' => ['own', 'zookeeper', 2],
        'article' => ['article', 'article', 3],
        'first' => ['loop', 'zookeeper', 2],
        'first-fpm' => ['fpm', 'zookeeper', 2],
        'first-waits' => ['waits', 'zookeeper', 2],
        'under' => ['loop', 'zookeeper', 2],
        'recipes' => ['loop', 'zookeeper', 4],
        'recipes-fpm' => ['fpm', 'zookeeper', 3],
        'recipes-clock' => ['loop', 'zookeeper', 3],
    ];
    $names = is_numeric($families)
        ? array_map(fn($i) => array_keys($kinds)[$i % count($kinds)], range(0, $families - 1))
        : preg_split('/\s+/', trim($families));
    $fleet = $sets = [];
    foreach ($names as $name) {
        [$kind, $registry, $workers] = $kinds[$name] ?? throw new Exception("There is no family $name, but " . implode(' ', array_keys($kinds)));
        $set = $sets[$name] = ($sets[$name] ?? -1) + 1;
        // Node 0 is given to nobody who does not ask for it; the highest ones seldom.
        $nodes = ['fixed' => [$set ? 1000 + $set : 0], 'numbered' => range(800 + 10 * $set, 809 + 10 * $set)][$kind] ?? [];
        $fleet[$name . '-' . $set + 1] = ['kind' => $kind, 'registry' => $registry, 'workers' => $workers,
            'clock' => str_ends_with($name, 'clock'), 'first' => preg_match('/^(first|under)/', $name, $first) ? $first[1] : '', 'nodes' => $nodes,
            'recipes' => str_starts_with($name, 'recipes')];
    }
    return $fleet;
}

/** Something that begins at a time of the run, and lasts. */
final class Fault
{
    public function __construct(
        /** When, in ms since the run began; */
        public readonly int $at,
        public readonly string $kind,
        /** whom, a family's name or ''; */
        public readonly string $family,
        /** which of its workers, or of the servers, by index modulo how many there are; */
        public readonly int $index,
        /** for how long, in ms, or how long until it is started again; 0: for a moment; */
        public readonly int $ms,
        /** by how much: ms of a clock or a delay, how many processes, or which of two ways. */
        public readonly int $amount,
    ) {
    }

    public function __toString(): string
    {
        [$at, $family] = [$this->at / 1000, $this->family ?: '-'];
        return sprintf('%8.3f s %-22s %-14s %2d %6d ms %6d', $at, $this->kind, $family, $this->index, $this->ms, $this->amount);
    }
}

final class Plan
{
    /** ms until the first fault: all families shall have their nodes by then. */
    public const CALM = 2000;

    /** kind => [which families, what is busy with it, [shortest, longest], what $amount is drawn from] */
    private array $kinds;

    public function __construct(
        private readonly int $seed,
        private readonly int $seconds,
        private readonly array $fleet,
        private readonly int $window,
    ) {
        // Shorter than the window, some shorter and some longer than a session; and longer than the window.
        [$short, $long] = [[(int) ($window / 10), (int) ($window * 0.7)], [(int) ($window * 1.3), $window * 2]];
        // Servers notice within a second that they do not hear each other; a mark is past after 4/3 of the window.
        $noticed = [(int) ($window / 4), (int) ($window * 0.7)];
        $taken = [(int) ($window * 1.6), (int) ($window * 2.2)];
        $moment = [0, 0];
        $this->kinds = [
            'worker.kill' => ['any', 'processes', $moment],
            'worker.stop' => ['any', 'processes', $short],
            'worker.stop.long' => ['any', 'processes', $long],
            'holder.kill' => ['recipes', 'processes', $moment],
            'holder.stop' => ['recipes', 'processes', $short],
            'holder.stop.long' => ['recipes', 'processes', $long],
            'keeper.kill' => ['zookeeper', 'processes', $moment, [0, 1]],
            'standby.kill' => ['zookeeper', 'processes', $moment],
            'keeper.stop' => ['zookeeper', 'processes', $short],
            'keeper.stop.long' => ['zookeeper', 'processes', $long],
            'family.kill' => ['any', 'processes', [100, 2000], [0, 1]],
            'family.end' => ['any', 'processes', [100, 1000]],
            'family.stop' => ['any', 'processes', $short],
            'family.stop.long' => ['any', 'processes', $long],
            'leader.kill' => ['', 'servers', $short],
            'leader.stop' => ['', 'servers', $short],
            'server.kill' => ['', 'servers', $short],
            'server.stop' => ['', 'servers', $short],
            'servers.restart' => ['', 'servers', [3000, 3000]],
            'servers.kill' => ['', 'servers', [(int) ($window / 10), (int) ($window * 0.4)]],
            'servers.stop' => ['', 'servers', $short],
            'servers.stop.long' => ['', 'servers', $long],
            'partition.leader' => ['', 'servers', $noticed, [0, 1]],
            'partition.leader.mute' => ['', 'servers', $noticed],
            'partition.leader.deaf' => ['', 'servers', $noticed],
            'partition.server' => ['', 'servers', $noticed, [0, 1]],
            'partition.server.mute' => ['', 'servers', $noticed],
            'partition.server.deaf' => ['', 'servers', $noticed],
            'partition.all' => ['', 'servers', [(int) ($window / 10), (int) ($window * 0.4)], [0, 1]],
            'partition.all.long' => ['', 'servers', $long, [0, 1]],
            'partition.family' => ['zookeeper', 'servers link', [(int) ($window / 5), (int) ($window * 0.6)], [0, 1]],
            'session.expire' => ['zookeeper', 'link', $moment],
            'theft.stop' => ['fixed', 'processes link', $taken],
            'theft.kill' => ['fixed', 'processes link', $taken],
            'theft.cut' => ['fixed', 'processes link', $taken],
            'link.cut' => ['zookeeper', 'link', $short],
            'link.cut.long' => ['zookeeper', 'link', $long],
            'link.cut.one' => ['zookeeper', 'link', $short],
            'link.silent' => ['zookeeper', 'link', $short],
            'link.requests.lost' => ['zookeeper', 'link', $short],
            'link.replies.lost' => ['zookeeper', 'link', $short],
            'link.multi.unanswered' => ['zookeeper', 'link', [(int) ($window * 0.7), (int) ($window * 0.7)]],
            'link.delay' => ['zookeeper', 'link', $short, [20, 300]],
            'clock.back.little' => ['clock', 'clock', $short, [-900, -100]],
            'clock.back' => ['clock', 'clock', $short, [-20_000, -2000]],
            'clock.back.beside' => ['moves', 'clock', [2500, 5000], [-20_000, -2000]],
            'clock.ahead' => ['clock', 'clock', $short, [500, 20_000]],
            'clock.back.restart' => ['clock', 'clock processes', $short, [-20_000, -2000]],
            'clock.ahead.restart' => ['clock', 'clock processes', $short, [500, 20_000]],
            'storm' => ['command line', 'processes', $moment, [10, 40]],
            'storm.killed' => ['local', 'processes', $moment, [10, 40]],
            'registry.removed' => ['file', 'file', $moment],
        ];
    }

    /** The kinds there are. */
    public function kinds(): array
    {
        return array_keys($this->kinds);
    }

    /** @return Fault[] in the order of their time; the same ones for the same seed, length and fleet */
    public function draw(): array
    {
        mt_srand($this->seed, MT_RAND_MT19937);
        [$plan, $busy, $bag, $at, $end] = [[], [], [], self::CALM, $this->seconds * 1000];
        while ($at < $end) {
            // Each kind comes once before one comes again, but for those that have to wait, which come first then.
            $fits = null;
            foreach ($bag as $i => $kind) {
                $fault = $this->fault($kind, $at);
                $needs = $fault ? $this->needs($fault) : [];
                if ($fault && $at + $fault->ms <= $end && !array_filter($needs, fn($need) => ($busy[$need] ?? 0) > $at)) {
                    $fits = $i;
                    break;
                }
            }
            if ($fits === null) {
                $more = array_diff($this->shuffled(), $bag);
                $bag = [...$bag, ...$more];
                $at += $more ? 0 : 100;
                continue;
            }
            unset($bag[$fits]);
            foreach ($needs as $need) {
                // So that all leases are extended between two times that ZooKeeper is away for all, or away at all.
                $rest = preg_match('/^servers|^partition\.(all|family)/', $fault->kind) ? $this->window : 4000;
                $busy[$need] = $at + $fault->ms + ($need === 'servers' ? $rest : 1000);
            }
            $plan[] = $fault;
            $at += mt_rand(20, 1000);
        }
        return $plan;
    }

    private function shuffled(): array
    {
        // shuffle() is not the same in each version of PHP.
        for ($kinds = $this->kinds(), $i = count($kinds) - 1; $i > 0; $i--) {
            $j = mt_rand(0, $i);
            [$kinds[$i], $kinds[$j]] = [$kinds[$j], $kinds[$i]];
        }
        return $kinds;
    }

    private function fault(string $kind, int $at): ?Fault
    {
        [$who, , $lasts] = $this->kinds[$kind];
        $families = array_keys(array_filter($this->fleet, fn($family) => match ($who) {
            '' => false,
            'any' => true,
            'zookeeper' => $family['registry'] === 'zookeeper',
            'recipes' => $family['recipes'],
            'clock' => $family['clock'],
            'moves' => $family['clock'] && $family['kind'] === 'loop' && $family['registry'] === 'zookeeper',
            'command line' => !in_array($family['kind'], ['fpm', 'apache', 'swoole', 'article', 'waits'], true),
            'local' => str_starts_with($family['registry'], 'local'),
            'file' => $family['registry'] === 'local',
            'fixed' => $family['kind'] === 'fixed',
        }));
        if (!$families && $who !== '') {
            return null;
        }
        $amount = $this->kinds[$kind][3] ?? [0, 0];
        $family = $families ? $families[mt_rand(0, count($families) - 1)] : '';
        return new Fault($at, $kind, $family, mt_rand(0, 2), mt_rand(...$lasts), mt_rand(...$amount));
    }

    /** What no two faults have at a time. A family's processes, its clock and its links may suffer at once. */
    private function needs(Fault $fault): array
    {
        $needs = [];
        // Who has the node is hit, and its rival must be well to get it.
        $nodes = $this->fleet[$fault->family]['nodes'] ?? [];
        $both = str_starts_with($fault->kind, 'theft.') ? array_filter($this->fleet, fn($is) => $is['nodes'] === $nodes) : [];
        foreach (explode(' ', $this->kinds[$fault->kind][1]) as $what) {
            foreach (array_keys($both) ?: [$fault->family] as $family) {
                $needs[] = $what === 'servers' ? $what : "$what $family";
            }
        }
        return $needs;
    }
}
