<?php
// Reads the histories of a run (history.php) and says what is wrong with its locks, elections, queues and counters.
//
// That something is held is known only of moments: isHeld() returned true, so it was held at some moment between call and
// return. Of a holding, which has one token and is never taken up again once it is lost, it follows that it was held from
// the return of the first such answer to the call of the last one, at least. Two were held at once for certain when each
// one's last was called after the other one's first had returned. Nothing else is called so, however likely it is.

require_once __DIR__ . '/work.php';

/** What had one token in one process. Times are [call, return]. */
final class Holding
{
    /** The first and the last time that it was seen to be held. */
    public ?array $first = null;
    public ?array $last = null;
    /** When it was seen not to be held any more. */
    public ?array $gone = null;
    /** Whether it was seen to be held after that, or after it was given up. */
    public bool $again = false;
    /** When it was given up, if it was. */
    public ?array $released = null;
    /** When acquire() was called, and returned. */
    public ?array $acquired = null;

    public function __construct(
        public readonly string $recipe,
        public readonly string $path,
        public readonly string $process,
        public readonly int $token,
    ) {
    }

    public static function both(self $one, self $other): bool
    {
        return $one->last[0] > $other->first[1] && $other->last[0] > $one->first[1];
    }
}

/** What a run has left behind. */
final class Left
{
    public function __construct(
        /** By path of a queue: the values of what is in it. */
        public readonly array $queues = [],
        /** By path of a counter: what it is. */
        public readonly array $counters = [],
        /** The znodes that acks have made. */
        public readonly array $done = [],
    ) {
    }

    public static function behind(Znodes $znodes): self
    {
        $znodes->sync('/');
        $values = fn($path) => array_map(
            fn($entry) => $znodes->getData("$path/entries/$entry")[0] ?? '',
            $znodes->children("$path/entries"),
        );
        $counter = fn($path) => (int) ($znodes->getData($path)[0] ?? '');
        return new self(
            array_combine(RECIPES['queue'], array_map($values, RECIPES['queue'])),
            array_combine(RECIPES['counter'], array_map($counter, RECIPES['counter'])),
            array_map(fn($name) => DONE . "/$name", $znodes->children(DONE)),
        );
    }
}

final class Recipes
{
    private const EXCLUSIVE = ['lock', 'write', 'election'];
    private const TOLD = 30;

    /** What must not be, in words. */
    public array $problems = [];
    private int $untold = 0;
    /** By recipe, op and how it ended: how often. */
    public array $counts = [];
    /** By recipe: holdings that were seen. */
    public array $held = [];
    /** By recipe: those that were lost before they were given up. */
    public array $lost = [];
    public int $processes = 0;
    public int $entries = 0;
    /** Ops of which nobody knows whether they were done, and of the queue's and the counters' how many were. */
    public array $unknown = [];
    /** ns from when a holder was killed, also with its keeper, or gave up, to when the next got what it waited for. */
    public array $afterKill = [];
    public array $afterKillOfAll = [];
    public array $afterRelease = [];
    /** ns that the processes waited for what they got in their last round. */
    public array $lastWaits = [];

    /** @var Holding[][] by path, and then by process and token */
    private array $holdings = [];
    /** By path and value. */
    private array $puts = [];
    private array $takes = [];
    private array $acks = [];
    /** By path: [call, return, by, result, whether it is certain]. */
    private array $adds = [];
    /** By path: [zxid, token, process]. */
    private array $guards = [];
    /** By path: [call, return, Holding] of what was acquired. */
    private array $grants = [];
    /** Paths of znodes that acks were to make: how the acks ended. */
    private array $with = [];
    /** By process: when its last round began; and those that came to its end. */
    private array $rounds = [];
    private array $ends = [];

    /**
     * @param int $began when the run did
     * @param string[] $has the recipes that were to be used
     * @param array $killed by process: when it was, and whether its keeper was
     */
    public function __construct(private readonly int $began, private readonly array $has, private readonly array $killed = [])
    {
    }

    /** @param string[] $files histories */
    public function judge(array $files, Left $left): void
    {
        foreach ($files as $file) {
            $this->processes++;
            try {
                foreach (History::read($file) as $entry) {
                    $this->entries++;
                    $this->read($entry);
                }
            } catch (Exception $torn) {
                $this->problem("torn: {$torn->getMessage()}");
            }
        }
        foreach ($this->holdings as $path => $holdings) {
            $seen = array_values(array_filter($holdings, fn($holding) => $holding->first));
            foreach ($seen as $holding) {
                $this->held[$holding->recipe] = ($this->held[$holding->recipe] ?? 0) + 1;
                $lost = $holding->gone && (!$holding->released || $holding->gone[1] < $holding->released[0]);
                $this->lost[$holding->recipe] = ($this->lost[$holding->recipe] ?? 0) + (int) $lost;
            }
            usort($seen, fn($one, $other) => $one->first[1] <=> $other->first[1]);
            $this->overlaps($path, $seen);
            $this->tokens($path, $holdings, $seen);
            $this->handOvers($path, $seen);
        }
        foreach ($this->guards as $path => $guards) {
            sort($guards);
            foreach (array_slice($guards, 1) as $i => [$zxid, $token, $process]) {
                if ($token < $guards[$i][1]) {
                    $this->problem("guard: $path, at $zxid $process wrote with token $token what needs the lock, and {$guards[$i][2]} had at {$guards[$i][0]} with {$guards[$i][1]}");
                }
            }
        }
        foreach (array_keys($this->puts + $this->takes + $this->acks + $left->queues) as $path) {
            $this->queue($path, $left->queues[$path] ?? []);
        }
        $done = array_flip($left->done);
        foreach ($this->with as $znode => $acks) {
            $there = isset($done[$znode]);
            if (in_array('ok', $acks, true) && !$there) {
                $this->problem("queue: an ack was done, but not what was in its transaction, $znode");
            }
            if ($there && array_unique($acks) === ['fail']) {
                $this->problem("queue: an ack failed, but what was in its transaction was done, $znode");
            }
        }
        foreach (array_keys($this->adds + $left->counters) as $path) {
            $this->counter($path, $left->counters[$path] ?? 0);
        }
        foreach (array_diff_key($this->rounds, $this->ends, $this->killed) as $process => $at) {
            $this->problem("in vain: $process waits since {$this->at($at)} for the end of its last round");
        }
        foreach ($this->has as $recipe) {
            $did = match ($recipe) {
                'queue' => min($this->done('queue', 'put'), $this->done('queue', 'ack')),
                'counter' => $this->done('counter', 'add'),
                default => $this->held[$recipe] ?? 0,
            };
            $did || $this->problem("nothing was done: $recipe");
        }
        if ($this->untold) {
            $this->problems[] = "and $this->untold more";
        }
    }

    public function done(string $recipe, string $op): int
    {
        return $this->counts[$recipe][$op]['ok'] ?? 0;
    }

    private function problem(string $what): void
    {
        if (count($this->problems) < self::TOLD) {
            $this->problems[] = $what;
        } else {
            $this->untold++;
        }
    }

    private function at(int $ns): string
    {
        return sprintf('%.6f', ($ns - $this->began) / 1e9);
    }

    private function read(array $entry): void
    {
        ['process' => $process, 'recipe' => $recipe, 'op' => $op, 'path' => $path, 'call' => $call, 'ok' => $ok] = $entry;
        $return = $entry['return'] ?? PHP_INT_MAX;
        $this->counts[$recipe][$op][$ok] = ($this->counts[$recipe][$op][$ok] ?? 0) + 1;
        switch ($op) {
            case 'last':
                $this->rounds[$process] ??= $call;
                break;
            case 'end':
                $this->ends[$process] = true;
                break;
            case 'acquire':
                if ($ok === 'ok') {
                    $holding = isset($entry['token']) ? $this->holding($entry) : null;
                    if ($holding?->acquired) {
                        $this->problem("tokens: $process got token {$entry['token']} of $path twice, {$this->at($holding->acquired[1])} and {$this->at($return)}");
                    } elseif ($holding) {
                        $holding->acquired = [$call, $return];
                    }
                    $this->grants[$path][] = [$call, $return, $holding];
                    isset($this->rounds[$process]) && $this->lastWaits[] = $return - $call;
                }
                break;
            case 'held':
                $this->sample($entry, [$call, $return]);
                break;
            case 'lost':
                // From then on it is not held.
                $this->holding($entry)->gone ??= [$call, $return];
                break;
            case 'release':
            case 'resign':
                if ($ok === 'ok' && isset($entry['token'])) {
                    $this->holding($entry)->released = [$call, $return];
                }
                break;
            case 'guard':
                if ($ok === 'ok') {
                    $this->guards[$path][] = [$entry['zxid'], $entry['token'], $process];
                }
                break;
            case 'put':
                $this->puts[$path][$entry['value']] = $ok;
                break;
            case 'take':
                if ($ok === 'ok' && $entry['value'] !== null) {
                    $this->takes[$path][$entry['value']][] = [$entry['deliveries'], $entry['name'], $process, $return];
                }
                break;
            case 'ack':
                $this->acks[$path][$entry['value']][] = [$entry['deliveries'], $ok, $process, $return];
                if (isset($entry['with'])) {
                    $this->with[$entry['with']][] = $ok;
                }
                break;
            case 'add':
                $ok === 'fail' || $this->adds[$path][] = [$call, $return, $entry['value'], $entry['result'] ?? null, $ok === 'ok'];
                break;
            case 'cas':
                [$old, $new] = $entry['value'];
                $ok === 'fail' || $this->adds[$path][] = [$call, $return, $new - $old, $ok === 'ok' ? $new : null, $ok === 'ok'];
                break;
        }
    }

    private function holding(array $entry): Holding
    {
        ['process' => $process, 'recipe' => $recipe, 'path' => $path, 'token' => $token] = $entry;
        return $this->holdings[$path]["$process $token"] ??= new Holding($recipe, $path, $process, $token);
    }

    private function sample(array $entry, array $when): void
    {
        $holding = $this->holding($entry);
        if (!$entry['value']) {
            $holding->gone ??= $when;
            return;
        }
        $after = $holding->gone ?? $holding->released;
        if ($after && $when[0] > $after[1] && !$holding->again) {
            $holding->again = true;
            $what = $holding->gone ? 'was lost' : 'was given up';
            $this->problem("held again: $holding->path, token $holding->token of $holding->process at {$this->at($when[0])}; it $what at {$this->at($after[1])}");
        }
        $holding->first ??= $when;
        $holding->last = $when;
    }

    private function told(Holding $holding): string
    {
        [$first, $last] = array_map(fn($when) => "{$this->at($when[0])}..{$this->at($when[1])}", [$holding->first, $holding->last]);
        return "$holding->process ($holding->recipe, token $holding->token; first seen $first, last $last)";
    }

    /** @param Holding[] $seen in the order in which they were first seen to be held */
    private function overlaps(string $path, array $seen): void
    {
        $active = [];
        foreach ($seen as $holding) {
            // What ended before this one was seen ended before all that come.
            $active = array_filter($active, fn($one) => $one->last[0] > $holding->first[1]);
            $beside = array_filter($active, fn($one) => Holding::both($one, $holding));
            $active[] = $holding;
            if ($holding->recipe === 'semaphore') {
                if ($many = $this->together(array_values($beside), PERMITS)) {
                    $all = implode(', ', array_map($this->told(...), [...$many, $holding]));
                    $this->problem("overlap: $path was had by " . count($many) + 1 . ' of ' . PERMITS . ": $all");
                }
                continue;
            }
            foreach ($beside as $other) {
                if ($holding->recipe !== 'read' || $other->recipe !== 'read') {
                    $this->problem("overlap: $path was held by {$this->told($other)}, and {$this->told($holding)}");
                }
            }
        }
    }

    /** So many of them that each was held with each other, and hence all at one moment; or none. */
    private function together(array $holdings, int $many): array
    {
        if ($many === 0) {
            return [];
        }
        foreach ($holdings as $i => $holding) {
            $rest = array_filter(array_slice($holdings, $i + 1), fn($other) => Holding::both($holding, $other));
            if ($many === 1) {
                return [$holding];
            }
            if ($found = $this->together(array_values($rest), $many - 1)) {
                return [$holding, ...$found];
            }
        }
        return [];
    }

    /**
     * Who is seen to hold after another has has a higher token; readers have no order.
     *
     * @param Holding[] $holdings
     * @param Holding[] $seen in the order in which they were first seen to be held
     */
    private function tokens(string $path, array $holdings, array $seen): void
    {
        $of = [];
        foreach ($holdings as $holding) {
            if (isset($of[$holding->token])) {
                $this->problem("tokens: $path, {$of[$holding->token]} and $holding->process had token $holding->token");
            }
            $of[$holding->token] = $holding->process;
        }
        $later = $seen;
        usort($later, fn($one, $other) => $one->last[0] <=> $other->last[0]);
        [$i, $highest] = [0, ['all' => null, 'exclusive' => null]];
        foreach ($later as $holding) {
            for (; $i < count($seen) && $seen[$i]->first[1] < $holding->last[0]; $i++) {
                foreach (['all', ...in_array($seen[$i]->recipe, self::EXCLUSIVE, true) ? ['exclusive'] : []] as $which) {
                    if ($seen[$i]->token > ($highest[$which]?->token ?? -1)) {
                        $highest[$which] = $seen[$i];
                    }
                }
            }
            $before = match (true) {
                in_array($holding->recipe, self::EXCLUSIVE, true) => $highest['all'],
                $holding->recipe === 'read' => $highest['exclusive'],
                default => null,
            };
            // What is an overlap has been told.
            if ($before && $before->token > $holding->token && !Holding::both($before, $holding)) {
                $this->problem("tokens: $path was held by {$this->told($before)}, and then by {$this->told($holding)}");
            }
        }
    }

    /**
     * How long it took until the next one that waited got what a holder had.
     *
     * @param Holding[] $seen
     */
    private function handOvers(string $path, array $seen): void
    {
        $grants = $this->grants[$path] ?? [];
        usort($grants, fn($one, $other) => $one[1] <=> $other[1]);
        $ends = [];
        foreach ($seen as $holding) {
            [$killed, $keeper] = $this->killed[$holding->process] ?? [null, false];
            if (!in_array($holding->recipe, ['lock', 'write'], true)) {
                continue;
            }
            if ($holding->released && !$holding->gone || $holding->released && $holding->gone[0] > $holding->released[1]) {
                $ends[] = [$holding->released[0], 'afterRelease', $holding];
            } elseif (!$holding->released && !$holding->gone && $killed !== null && $killed - $holding->last[1] < 1_000_000_000) {
                $ends[] = [$killed, $keeper ? 'afterKillOfAll' : 'afterKill', $holding];
            }
        }
        usort($ends, fn($one, $other) => $one[0] <=> $other[0]);
        $i = 0;
        foreach ($ends as [$end, $what, $holding]) {
            while ($i < count($grants) && $grants[$i][1] < $end) {
                $i++;
            }
            // Who came only then did not wait.
            if ($i < count($grants) && $grants[$i][0] < $end && $grants[$i][2] !== $holding) {
                $this->{$what}[] = $grants[$i][1] - $end;
            }
        }
    }

    private function queue(string $path, array $left): void
    {
        $left = array_count_values($left);
        [$puts, $takes, $acks] = [$this->puts[$path] ?? [], $this->takes[$path] ?? [], $this->acks[$path] ?? []];
        foreach (array_keys($puts + $takes + $acks + $left) as $value) {
            // A number in quotes is one as a key.
            $value = (string) $value;
            $what = "queue: $path, $value";
            $put = $puts[$value] ?? 'never';
            $times = $left[$value] ?? 0;
            $deliveries = array_column($takes[$value] ?? [], 0);
            $names = array_unique(array_column($takes[$value] ?? [], 1));
            $told = implode(', ', array_map(fn($ack) => "$ack[2] ($ack[1], delivery $ack[0], {$this->at($ack[3])})", $acks[$value] ?? []));
            $there = $takes[$value] ?? $times;
            if (in_array($put, ['never', 'fail'], true) && $there) {
                $this->problem("$what: " . ($put === 'never' ? 'was not put' : 'was put, though that was told to have failed'));
            }
            if (count($names) > 1 || $times > 1) {
                $this->problem("$what: is there twice, " . implode(' ', $names));
            }
            foreach (count($names) > 1 ? [] : array_count_values($deliveries) as $delivery => $twice) {
                if ($twice > 1) {
                    $by = implode(', ', array_column(array_filter($takes[$value], fn($take) => $take[0] === $delivery), 2));
                    $this->problem("$what: delivery $delivery came twice, to $by");
                }
            }
            $certain = array_filter($acks[$value] ?? [], fn($ack) => $ack[1] === 'ok');
            if (count($certain) > 1) {
                $this->problem("$what: acked twice, $told");
            }
            // An ack of a delivery before the last did nothing: the item was still there.
            $last = max([0, ...$deliveries]);
            foreach ($certain as $ack) {
                if ($ack[0] < $last || $times) {
                    $this->problem("$what: acked, and " . ($times ? 'still there' : "delivered again as $last") . ", $told");
                }
            }
            $gone = array_filter($acks[$value] ?? [], fn($ack) => $ack[1] !== 'fail' && $ack[0] === $last);
            if ($put === 'ok' && !$gone && !$times) {
                $this->problem("$what: lost" . ($told ? ", $told" : ''));
            }
            if ($put === 'ok' && $times && $this->ends) {
                $this->problem("$what: left, though all that came to their end saw nothing");
            }
            if ($put === 'info') {
                $this->unknown['put'][] = (bool) $there;
            }
            if ($gone && !$certain) {
                $this->unknown['ack'][] = !$times;
            }
        }
    }

    private function counter(string $path, int $is): void
    {
        $adds = $this->adds[$path] ?? [];
        $certain = array_filter($adds, fn($add) => $add[4]);
        $sum = array_sum(array_column($certain, 2));
        // What they may have added, each of them or not.
        $sums = [0 => true];
        foreach (array_column(array_filter($adds, fn($add) => !$add[4]), 2) as $by) {
            foreach (array_keys($sums) as $so_far) {
                $sums[$so_far + $by] = true;
            }
            $this->unknown['add'][] = null;
        }
        if (!isset($sums[$is - $sum])) {
            $this->problem("counter: $path is $is; " . count($certain) . " adds that were done make $sum, and those of which nobody knows "
                . min(array_keys($sums)) . ' to ' . max(array_keys($sums)));
        }
        if (array_filter($adds, fn($add) => $add[2] !== 1)) {
            return;
        }
        $results = array_filter(array_count_values(array_column($certain, 3)), fn($times) => $times > 1);
        foreach ($results as $result => $times) {
            $this->problem("counter: $path, $times adds returned $result");
        }
        // One that was called when another had returned came after it.
        $returned = $certain;
        usort($returned, fn($one, $other) => $one[1] <=> $other[1]);
        usort($certain, fn($one, $other) => $one[0] <=> $other[0]);
        [$i, $highest] = [0, 0];
        foreach ($certain as [$call, , , $result]) {
            for (; $returned[$i][1] < $call; $i++) {
                $highest = max($highest, $returned[$i][3]);
            }
            if ($result < $highest) {
                $this->problem("counter: $path, an add at {$this->at($call)} returned $result, and one before it $highest");
            }
        }
    }

    /** Its part of the report: by name, what is to be told. */
    public function figures(): array
    {
        $times = function (array $all): string {
            sort($all);
            $ms = fn(float $share) => sprintf('%.1f ms', $all[(int) ceil($share * count($all)) - 1] / 1e6);
            return $all ? count($all) . " times, p50 {$ms(0.5)}, p99 {$ms(0.99)}, longest {$ms(1)}" : 'never';
        };
        $figures = ['processes' => $this->processes, 'entries in their histories' => number_format($this->entries)];
        foreach (['lock', 'read', 'write', 'semaphore'] as $recipe) {
            $refused = $this->counts[$recipe]['acquire'] ?? [];
            $figures[$recipe . ($recipe === 'semaphore' ? '' : 's')] = ($this->held[$recipe] ?? 0) . ' times held, of which '
                . ($this->lost[$recipe] ?? 0) . ' lost; ' . ($refused['fail'] ?? 0) . ' times not got, ' . ($refused['info'] ?? 0) . ' unknown';
        }
        $figures['terms of leaders'] = ($this->held['election'] ?? 0) . ', of which ' . ($this->lost['election'] ?? 0) . ' lost';
        $figures['written while locked'] = array_sum(array_map(fn($recipe) => $this->done($recipe, 'guard'), ['lock', 'write']))
            . ', refused ' . array_sum(array_map(fn($recipe) => $this->counts[$recipe]['guard']['fail'] ?? 0, ['lock', 'write']));
        $unknown = fn(string $op) => isset($this->unknown[$op])
            ? '; of ' . count($this->unknown[$op]) . ' unknown ' . count(array_filter($this->unknown[$op])) . ' were done' : '';
        $figures['items put'] = $this->done('queue', 'put') . $unknown('put');
        $again = 0;
        foreach ($this->takes as $values) {
            $again += array_sum(array_map(fn($takes) => count($takes) - 1, $values));
        }
        $figures['items acked'] = $this->done('queue', 'ack') . $unknown('ack') . "; $again deliveries again";
        $figures['added to counters'] = $this->done('counter', 'add') + $this->done('counter', 'cas') . ' times, '
            . count($this->unknown['add'] ?? []) . ' unknown';
        $figures['from a kill to the next holder'] = $times($this->afterKill);
        $figures['from a kill with the keeper'] = $times($this->afterKillOfAll);
        $figures['from a release to the next holder'] = $times($this->afterRelease);
        $figures['waited when faults had ended'] = $times($this->lastWaits);
        return $figures;
    }
}
