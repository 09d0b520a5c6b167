<?php
// What families issued beside the article's PHP (article.php), which looks at claims and at nothing else. Neither takes a
// node that the other has a claim on, as long as the other's session lives; that is all that is promised.

/**
 * Where a family issued on a node while the article's PHP had the claim, one of them must have taken it: who came second.
 * That was wrong if a session of the family's lived then, through which it would have known of the claim, or had one
 * itself. (A family whose session was lost goes on to its mark, and knows of no claim; the article's PHP knows of no mark.
 * So IDs may be equal then, and where one has the node after the other. They are counted apart.)
 */
final class Beside
{
    /** A session that began so long ago, in ns, has been told what there is. */
    private const TOLD = 1_000_000_000;
    /** By how much the times of a server's log may be wrong, in ns. */
    private const INEXACT = 5_000_000;

    /** How often the article's PHP had a node. */
    public int $held = 0;
    /** How often one took the other's. */
    public int $taken = 0;
    /** How often both issued on a node when the family's session had been lost. */
    public int $excused = 0;
    /** How many IDs were equal. */
    public int $equal = 0;
    /** What the article's PHP had: [from, to, whose], by node and by process and time. */
    private array $claims = [];
    /** Its IDs, each with that process and time. */
    private array $theirs = [];
    /** By node: the first and the last timestamp of those. */
    private array $ranges = [];
    /** By family and life, or by process where each has a node of its own: when a call was made that issued, in us, and where. */
    private array $calls = [];
    /** How many IDs of such a one were equal to those of such a process and time. */
    private array $equals = [];

    public function __construct(private readonly Facts $facts)
    {
    }

    /** Reads a journal: those of the article's first. */
    public function read(string $file, iterable $lines): void
    {
        [$family, $life, $process] = explode('.', basename($file));
        $is = $this->facts->fleet[$family];
        $who = "$family.$life" . (in_array($is['kind'], ['own', 'numbered', 'article'], true) ? ".$process" : '');
        $at = 0;
        foreach ($is['registry'] === 'local' || $is['registry'] === 'local-clock' ? [] : $lines as $line) {
            $ids = fn() => unpack('P*', (string) file_get_contents(substr($file, 0, -3) . 'ids', false, null, $at * 8, $line['ids'] * 8));
            if (isset($line['held'])) {
                [$node, $from, $to] = $line['held'];
                $claim = "$process $from";
                $this->claims[$node][$claim] = [$from, $to, $who];
                $this->theirs += array_fill_keys($ids(), $claim);
            }
            $near = false;
            foreach ($line['spans'] ?? [] as [$node, $first, $last, $began]) {
                $range = $this->ranges[$node] ?? [PHP_INT_MAX, 0];
                if (isset($line['held'])) {
                    $this->ranges[$node] = [min($first, $range[0]), max($last, $range[1])];
                } else {
                    $this->calls[$who][] = intdiv($began, 1000) << 10 | $node;
                    $near = $near || $first <= $range[1] && $last >= $range[0];
                }
            }
            foreach ($near ? array_intersect_key($this->theirs, array_flip($ids())) : [] as $claim) {
                $this->equal++;
                $this->equals[$who][$claim] = ($this->equals[$who][$claim] ?? 0) + 1;
            }
            $at += $line['ids'];
        }
    }

    /** What is wrong; `$seen` as Judge has it. */
    public function judge(array $seen): array
    {
        $this->held = array_sum(array_map(count(...), $this->claims));
        $problems = [];
        foreach ($this->calls as $who => $calls) {
            $ids = array_unique(array_filter(array_column($seen[strtok($who, '.')] ?? [], 2)));
            $sessions = array_intersect_key($this->facts->sessions, array_flip(array_map(fn($id) => intval($id, 16), $ids)));
            sort($calls);
            foreach ($this->stays($calls) as [$node, $stay]) {
                foreach ($this->claims[$node] as $claim => [$from, $to, $whose]) {
                    if (!array_filter($stay, fn($call) => $from <= $call && $call <= $to)) {
                        continue;
                    }
                    $later = max($from, $stay[0]);
                    $earlier = $stay[0] >= $from ? max($from, $later - self::TOLD) : $stay[0];
                    $lived = fn($session) => ($session[0] ?? 0) <= $earlier && ($session[1] ?? PHP_INT_MAX) - self::INEXACT > $later;
                    if (!array_filter($sessions, $lived)) {
                        $this->excused++;
                        continue;
                    }
                    $this->taken++;
                    [$second, $first] = $stay[0] >= $from ? [$who, $whose] : [$whose, $who];
                    $problems[] = sprintf('taken: %s took node %d at %.3f s, which %s had; equal IDs: %d',
                        $second, $node, ($later - $this->facts->began) / 1e9, $first, $this->equals[$who][$claim] ?? 0);
                }
            }
        }
        return $problems;
    }

    /**
     * When it issued, each time that it had one of the nodes that the article's PHP also had: [node, calls]. It has come
     * anew if it was on another one; but one process may be told a moment after another that all have moved.
     */
    private function stays(array $calls): array
    {
        [$stays, $now, $before] = [[], [], null];
        foreach ($calls as $call) {
            [$node, $when] = [$call & 1023, ($call >> 10) * 1000];
            if (isset($this->claims[$node])) {
                $stay = $stays[$now[$node] ?? -1][1] ?? [];
                if (!$stay || ($before !== $node && $when - end($stay) >= self::TOLD)) {
                    $now[$node] = count($stays);
                    $stays[] = [$node, []];
                }
                $stays[$now[$node]][1][] = $when;
            }
            $before = $node;
        }
        return $stays;
    }
}
