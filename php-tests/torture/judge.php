<?php
// Reads the journals of a run and says what is wrong with it.

require_once __DIR__ . '/issuer.php';
require_once __DIR__ . '/away.php';
require_once __DIR__ . '/beside.php';

/** What a run was, as far as the judge must know it. Times are hrtime(true). */
final class Facts
{
    public function __construct(
        public readonly int $began,
        /** ticket.window, in ns */
        public readonly int $window,
        /** The families by name, as fleet() makes them. */
        public readonly array $fleet,
        /** By family and life: when it was started. */
        public readonly array $lives = [],
        /** By family: when ZooKeeper was away, or what extends its leases was stopped. */
        public readonly array $away = [],
        /** By family: when a keeper may have been missing until somebody needed it, and whether who reaps it was killed. */
        public readonly array $replaced = [],
        /** By family: [when, ms] that its clock was set to. */
        public readonly array $clocks = [],
        /** By process, as the journals name it: when it was stopped. */
        public readonly array $stopped = [],
        /** By session's ID: [from, to], as far as it is known. */
        public readonly array $sessions = [],
    ) {
    }
}

final class Judge
{
    /** What goes away again within this was not there for long enough to be sure that all leases were extended. */
    private const SETTLE = 3_000_000_000;
    /**
     * How long it may take to connect again: what was away for the window but for this may be away for too long. A keeper
     * that has tried for a while pauses for up to 1.5 s, and a busy machine lets it wait.
     */
    private const CONNECT = 3_000_000_000;
    /** How long a call may go on failing when ZooKeeper is back, or a family has started. */
    public const RECOVER = 15_000_000_000;
    /** ticket.clock_tolerance, in ms */
    private const TOLERANCE = 1000;

    /** What must not be, in words. */
    public array $problems = [];
    private int $untold = 0;
    public int $ids = 0;
    public int $processes = 0;
    public int $duplicates = 0;
    public int $disorders = 0;
    /** How often a family issued on a node among what another had issued there: two had it at once. */
    public int $shared = 0;
    /** By node of ZooKeeper's: whose it was, one after the other. */
    public array $hands = [];
    /** By family: [when, session's state, its ID, ms that the clock is ahead of CLOCK_MONOTONIC], as a process saw it. */
    public array $seen = [];
    /** By family: [when, how many], of storms that it has forked. */
    public array $forked = [];
    /** How often a process's IDs went back because its family had to move when its clock was set back. */
    public int $moved = 0;
    /** Calls that failed, and why they may. */
    public array $failed = ['unexcused' => 0, 'away for longer than the window' => 0,
        'the clock was set while away' => 0, 'before the first ID' => 0, 'another family has its node' => 0];
    /** By family: calls per bucket of Issuer::bucket(). */
    public array $latency = [];
    /** The slowest calls: [ns, began, process, slept]. */
    public array $slow = [];
    /** Calls of Issuer::SLOW or longer, and how many of them slept: these waited, others were only kept from running. */
    public int $slowCalls = 0;
    public int $waited = 0;
    /**
     * How long it was from when ZooKeeper was back, or else a call first failed, until the process issued again:
     * [ns, when, process].
     */
    public array $recovered = [];
    /** ns from a family's start to its first ID. */
    public array $started = [];
    /** By second: IDs by registry, calls that failed with and without an excuse. */
    public array $seconds = [];
    /** How long that took, in seconds. */
    public float $sorting = 0;
    /** How often a wait returned a process that was not forked by who waited. */
    public int $foreign = 0;
    /** How many families have ended where process 1 reaps nothing, and how many zombies of ours they left. */
    public int $ends = 0;
    public int $zombies = 0;
    /** What was issued beside the article's PHP. */
    public readonly Beside $beside;
    /** By process, and by family and life: when it got its first ID. */
    private array $firsts = [];
    /** By process: when its first call failed. */
    private array $refused = [];
    /** By node of ZooKeeper's: [first timestamp, last, family and life, when it was written]. */
    private array $spans = [];

    public function __construct(private readonly string $journals, private readonly Facts $facts)
    {
        $this->beside = new Beside($facts);
    }

    public function judge(): void
    {
        foreach (array_map('basename', glob("$this->journals/*", GLOB_ONLYDIR)) as $registry) {
            foreach (glob("$this->journals/$registry/*.ids") as $file) {
                $this->order($file);
            }
            $this->duplicates($registry);
        }
        $logs = glob("$this->journals/*/*.log");
        array_map($this->first(...), $logs);
        foreach ($this->facts->lives as $family => $lives) {
            foreach ($lives as $life => $started) {
                if (isset($this->firsts["$family.$life"])) {
                    $this->started[] = $this->firsts["$family.$life"] - $started;
                }
            }
        }
        array_map($this->owners(...), array_keys($this->spans));
        array_map($this->log(...), $logs);
        array_map($this->left(...), glob("$this->journals/*.left"));
        array_map($this->problem(...), $this->beside->judge($this->seen));
        if ($this->untold) {
            $this->problems[] = "and $this->untold more";
        }
        ksort($this->seconds);
        rsort($this->recovered);
        $this->slow = self::slowest($this->slow);
    }

    private function problem(string $what): void
    {
        if (count($this->problems) < 30) {
            $this->problems[] = $what;
        } else {
            $this->untold++;
        }
    }

    private static function slowest(array $slow): array
    {
        rsort($slow);
        return array_slice($slow, 0, 10);
    }

    /** The same process's IDs rise, unless its lease moved to another node because the clock was set back. */
    private function order(string $file): void
    {
        $this->processes++;
        [$family] = explode('.', basename($file));
        [$backs, $before] = [0, 0];
        foreach ($this->facts->clocks[$family] ?? [] as [, $ms]) {
            $backs += $ms < $before;
            $before = $ms;
        }
        // A process that was killed may have written half an ID; then all that is sorted after it would be shifted.
        if (filesize($file) % 8) {
            ftruncate(fopen($file, 'r+'), filesize($file) & ~7);
            clearstatcache();
        }
        $stream = fopen($file, 'r');
        $last = null;
        while ('' !== $bytes = (string) stream_get_contents($stream, 1 << 16)) {
            $ids = unpack('P*', $bytes);
            $this->ids += count($ids);
            foreach ($ids as $id) {
                if ($last !== null && $id <= $last) {
                    $moved = $id !== $last && ($id ^ $last) >> 12 & 1023 && $backs-- > 0;
                    $moved ? $this->moved++ : $this->disorder($file, $last, $id);
                }
                $last = $id;
            }
        }
    }

    private function disorder(string $file, int $last, int $id): void
    {
        $this->disorders++;
        $this->problem("order: $id after $last in " . basename($file));
    }

    /** One external sort of all IDs of a registry, with bounded memory and less than 256 descriptors. */
    private function duplicates(string $registry): void
    {
        $began = hrtime(true);
        $directory = escapeshellarg("$this->journals/$registry");
        $twice = escapeshellarg("$this->journals/$registry.twice");
        $temporary = escapeshellarg($this->journals);
        $sort = "set -o pipefail; export LC_ALL=C; find $directory -name '*.ids' -print0 | xargs -0r cat"
            . " | od -An -v -tx8 -w8 | sort -S 256M --batch-size=200 -T $temporary | uniq -dc >$twice";
        exec('bash -c ' . escapeshellarg($sort), $_, $failed);
        if ($failed) {
            throw new Exception('The IDs could not be sorted');
        }
        $this->sorting += (hrtime(true) - $began) / 1e9;
        $stream = fopen("$this->journals/$registry.twice", 'r');
        for ($told = 0; $line = fgets($stream);) {
            [$times, $hex] = preg_split('/\s+/', trim($line));
            // No hexdec(), which is a float from 2^63 on.
            $id = unpack('J', hex2bin($hex))[1];
            $this->duplicates += $times - 1;
            // Looking for one takes a while.
            $where = ++$told <= 10 ? implode(', ', $this->where($registry, $id)) : 'several files';
            $this->problem("duplicate: $times times $id in $where");
        }
    }

    private function where(string $registry, int $id): array
    {
        $where = [];
        foreach (glob("$this->journals/$registry/*.ids") as $file) {
            $stream = fopen($file, 'r');
            for ($at = 0; '' !== $bytes = (string) stream_get_contents($stream, 1 << 16); $at += strlen($bytes)) {
                for ($i = -1; false !== $i = strpos($bytes, pack('P', $id), $i + 1);) {
                    if ($i % 8 === 0) {
                        $where[] = basename($file) . ' at ' . ($at + $i) / 8;
                    }
                }
            }
        }
        return $where;
    }

    private static function lines(string $file): iterable
    {
        $stream = fopen($file, 'r');
        while ($line = fgets($stream)) {
            // The last one may have been cut short.
            if ($entry = json_decode($line, true)) {
                yield $entry;
            }
        }
    }

    private function first(string $file): void
    {
        [$family, $life, $process] = explode('.', basename($file));
        $leases = $this->facts->fleet[$family]['registry'] === 'zookeeper';
        $this->beside->read($file, self::lines($file));
        foreach (self::lines($file) as $line) {
            if (isset($line['failed'])) {
                $this->refused[$process] ??= $line['failed'][0][0];
            }
            if (isset($line['first'])) {
                $this->firsts[$process] ??= $line['first'][1];
                $this->firsts["$family.$life"] = min($this->firsts["$family.$life"] ?? PHP_INT_MAX, $line['first'][1]);
            }
            foreach ($leases ? $line['spans'] ?? [] : [] as [$node, $from, $to]) {
                $this->spans[$node][] = [$from, $to, "$family.$life", $line['at']];
            }
            if (isset($line['seen'])) {
                $this->seen[$family][] = $line['seen'];
            }
            foreach ($line['foreign'] ?? [] as [$at, $pid]) {
                $this->foreign++;
                $at = ($at - $this->facts->began) / 1e9;
                $this->problem(sprintf('foreign: a wait of %s returned %d at %.3f s', "$family.$life.$process", $pid, $at));
            }
            $this->forked[$family] = [...$this->forked[$family] ?? [], ...$line['forked'] ?? []];
        }
    }

    /**
     * An owner issues above all that those before it were allowed to, so what two have issued on a node never mixes,
     * even where no ID came twice.
     */
    private function owners(int $node): void
    {
        sort($this->spans[$node]);
        $until = [];
        foreach ($this->spans[$node] as [$from, $to, $owner]) {
            foreach ($until as $other => $end) {
                if ($other !== $owner && $from <= $end) {
                    $this->shared++;
                    $this->problem("two at once: $other issued on node $node until $end, and $owner from $from on");
                    break;
                }
            }
            $until[$owner] = max($until[$owner] ?? 0, $to);
            $family = strtok($owner, '.');
            $this->hands[$node] ??= [];
            if (end($this->hands[$node]) !== $family) {
                $this->hands[$node][] = $family;
            }
        }
    }

    /** Whether another family issued in that time on a node that this one asks for by number. */
    public function taken(string $family, int $from, int $to): bool
    {
        foreach ($this->facts->fleet[$family]['nodes'] ?? [] as $node) {
            foreach ($this->spans[$node] ?? [] as [, , $owner, $at]) {
                if (strtok($owner, '.') !== $family && $from < $at && $at < $to) {
                    return true;
                }
            }
        }
        return false;
    }

    /** What first.php has seen when a family had ended. */
    private function left(string $file): void
    {
        [$running, $zombies] = json_decode(file_get_contents($file), true);
        $this->ends++;
        // A keeper whose parent was killed is process 1's child, and that one's to reap.
        $family = strtok(basename($file), '.');
        $orphans = count(array_filter(array_column($this->facts->replaced[$family] ?? [], 2)));
        for (; $orphans > 0 && ($at = array_search('ticket-keeper', $zombies, true)) !== false; $orphans--) {
            unset($zombies[$at]);
        }
        $this->zombies += count($zombies);
        foreach (['left' => $running, 'zombies' => $zombies] as $what => $names) {
            $names && $this->problem("$what: " . implode(' ', $names) . ' of ' . basename($file, '.left'));
        }
    }

    private function log(string $file): void
    {
        [$family, $life, $process] = explode('.', basename($file));
        $registry = $this->facts->fleet[$family]['registry'];
        $stopped = $this->facts->stopped[$process] ?? [];
        [$unexcused, $since] = [[], null];
        foreach (self::lines($file) as $line) {
            $this->count($line['at'], $registry, $line['ids']);
            foreach ($line['calls'] ?? [] as $bucket => $calls) {
                $this->latency[$family][$bucket] = ($this->latency[$family][$bucket] ?? 0) + $calls;
            }
            foreach ($line['slow'] ?? [] as [$began, $ns, $slept]) {
                $ns -= overlap($stopped, $began, $began + $ns);
                $bucket = Issuer::bucket($ns);
                $this->latency[$family][$bucket] = ($this->latency[$family][$bucket] ?? 0) + 1;
                if ($ns >= Issuer::SLOW) {
                    $this->slow[] = [$ns, $began, "$family.$life.$process", $slept];
                    $this->slowCalls++;
                    $this->waited += $slept;
                }
            }
            if (count($this->slow) > 1000) {
                $this->slow = self::slowest($this->slow);
            }
            foreach ($line['failed'] ?? [] as [$began, $ended, $calls, $what]) {
                $since ??= $began;
                $why = $this->excuse($family, $life, $process, $began);
                $this->failed[$why] += $calls;
                $this->count($began, $why === 'unexcused' ? 'unexcused' : 'failed', $calls);
                if ($why === 'unexcused') {
                    $so_far = $unexcused[$what] ?? [$began, $ended, 0];
                    $unexcused[$what] = [$so_far[0], $ended, $so_far[2] + $calls];
                }
            }
            foreach ($line['again'] ?? [] as $again) {
                $away = $this->facts->away[$family] ?? [];
                // One that issues while ZooKeeper is away has had its clock set.
                if ($since && !array_filter($away, fn($interval) => $interval[0] <= $again && $again <= $interval[1])) {
                    $back = array_filter(array_column($away, 1), fn($end) => $end < $again);
                    $this->recovered[] = [$again - max([$since, ...$back]), $again, "$family.$life.$process"];
                }
                $since = null;
            }
        }
        foreach ($unexcused as $what => [$began, $ended, $calls]) {
            [$from, $to] = [($began - $this->facts->began) / 1e9, ($ended - $this->facts->began) / 1e9];
            $this->problem(sprintf('failed: %d calls from %.3f s to %.3f s of %s: %s', $calls, $from, $to, "$family.$life.$process", $what));
        }
    }

    /** Why a call may fail that began then. */
    private function excuse(string $family, string $life, string $process, int $began): string
    {
        if ($this->taken($family, $began - self::RECOVER, $began + self::RECOVER)) {
            return 'another family has its node';
        }
        $away = $this->facts->away[$family] ?? [];
        $back = max([0, ...array_filter(array_column($away, 1), fn($end) => $end < $began)]);
        $now = array_filter($away, fn($interval) => $interval[0] <= $began && $began <= $interval[1]);
        // A process with a node of its own, or else a family, has none in the beginning.
        $own = in_array($this->facts->fleet[$family]['kind'], ['own', 'numbered'], true);
        if ($began < ($this->firsts[$own ? $process : "$family.$life"] ?? PHP_INT_MAX)) {
            $since = max($back, $this->facts->lives[$family][$life] ?? 0, $own ? $this->refused[$process] : 0);
            if ($now || $began - $since < self::RECOVER) {
                return 'before the first ID';
            }
        }
        foreach (merged($away, self::SETTLE) as [$from, $to]) {
            if ($from <= $began && $began <= $to + self::RECOVER) {
                foreach ($this->facts->replaced[$family] ?? [] as [$begin, $end]) {
                    $from = $end >= $from - self::SETTLE ? min($from, $begin) : $from;
                }
                if ($began - $from >= $this->facts->window && $to - $from >= $this->facts->window - self::CONNECT) {
                    return 'away for longer than the window';
                }
                if ($this->clockMoved($family, $from - self::SETTLE, $began, $began - $from)) {
                    return 'the clock was set while away';
                }
            }
        }
        return 'unexcused';
    }

    /** Whether it was set back beyond the tolerance, so that a lease would have to move, or ahead to the window's end. */
    private function clockMoved(string $family, int $from, int $to, int $passed): bool
    {
        $before = 0;
        foreach ($this->facts->clocks[$family] ?? [] as [$when, $ms]) {
            $step = $ms - $before;
            $before = $ms;
            if ($from <= $when && $when <= $to
                && ($step < -self::TOLERANCE || $passed + $step * 1_000_000 >= $this->facts->window)) {
                return true;
            }
        }
        return false;
    }

    private function count(int $when, string $what, int $many): void
    {
        $second = max(0, intdiv($when - $this->facts->began, 1_000_000_000));
        $this->seconds[$second][$what] = ($this->seconds[$second][$what] ?? 0) + $many;
    }

    /** ns below which that share of the calls was; of one family, or of all. */
    public function quantile(float $share, ?string $family = null): float
    {
        $calls = [];
        foreach ($this->latency as $name => $buckets) {
            foreach ($family === null || $name === $family ? $buckets : [] as $bucket => $many) {
                $calls[$bucket] = ($calls[$bucket] ?? 0) + $many;
            }
        }
        ksort($calls);
        $left = array_sum($calls) * $share;
        foreach ($calls as $bucket => $many) {
            $left -= $many;
            if ($left <= 0) {
                break;
            }
        }
        return isset($bucket) ? 2 ** (($bucket + 1) / 8) : 0;
    }
}
