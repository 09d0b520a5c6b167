<?php
// The report of a run, in words.

require_once __DIR__ . '/judge.php';
require_once __DIR__ . '/plan.php';
require_once __DIR__ . '/recipes.php';

final class Report
{
    private const COUNTED = <<<'TEXT'
      IDs: what the processes have written, in the order of issue, sorted by registry with sort(1); a killed process loses
        what it had not written, 250 ms at most (a process of storm.killed: one call).
      order: an ID that is not greater than the one before it of the same process; but a process of a family whose clock
        is set back may move to another node, once for each time that it is.
      away: fewer than two servers grant sessions, or a family reaches none that does, or its keeper is stopped; what is away again within
        3 s was away all the time, for the leases need that long to be extended. Where the keeper was killed before, from then on.
      two at once: an owner issues above all that the one before it might have, so what two families have issued on a
        node never mixes, by the IDs' own timestamps; a life of a family that was started anew is another owner.
      taken: a family issued on a node while the article's PHP had the claim, and a session of the family's lived when
        the second of them took it, and had for 1 s or had when the first did. Lost before, it knows of no claim, and
        the article's PHP of no mark: then both may be on a node, and IDs equal, as where one has a node after the
        other. IDs of the article's PHP are those after which ZooKeeper said that the claim was there.
      foreign pids: what pcntl_wait() returned to a family on the command line that it had not forked.
      zombies of ours: processes named ticket-* that have ended and that nobody has reaped, in the PID namespace of a
        family that ended as it should, where process 1 has started the family and waits for nothing else; but for a
        keeper each time that what stood by for it was killed, whose child it was.
      calls that failed: those without one of the excuses below. A call may fail when ZooKeeper has been away for longer
        than the window (but for 1 s in which to connect again), until 15 s after it is back; when the clock is set
        back or far ahead meanwhile, for then no lease can move or be extended; and before the first ID of a family, or
        of a process with a node of its own, until 15 s after its start or after ZooKeeper is back.
      slow calls: of generate(), by CLOCK_MONOTONIC, which no fault sets, but for a process's first one. The time in which
        the process was stopped is taken off calls of 5 ms or more. Those that did not sleep were only kept from running
        by others. A call that waits for a lease is slow and does not fail.
      claims: when all issue again each family has one (or two: a spare), and there is none of anybody else.
      to recover: from when ZooKeeper was back, or else a call failed, to the next ID of that process.
      held: seen to be by isHeld() or isLeader(), from the first answer's return to the last one's call. Two that had a
        lock at once, or three of two a semaphore, or led, had so by these times. Lost: seen not to be held, or told to be
        lost, before it was given up. (No fault ends the session of a lock by force: of that no holder can know in time.)
      tokens: who is seen to hold after another has a higher one. Guards: what a transaction wrote that ZooKeeper was to
        refuse unless the lock was held, in ZooKeeper's own order.
      items: each put is acked once, and gone; one whose put or ack has no known end, once or not at all. Counters are what
        was added, and of additions without a known end some or none.
      from a kill to the next holder: of those that waited; with the keeper, its session has to end first.
      in vain: when no more faults come, each worker takes each lock, leads, counts, and empties the queue.
      excluded: ZooKeeper emptied or rolled back, and the local registry's file lost where the clock is set back; there
        nothing is promised.
    TEXT;

    /**
     * @param string[] $head what the run was, e.g. its seed
     * @param Fault[] $plan
     * @param array $done what was really done, as Faults notes it
     */
    public static function write(array $head, array $plan, array $done, Judge $judge, Facts $facts, ?Recipes $recipes = null): string
    {
        $ms = fn(float $ns) => $ns < 1e5 ? sprintf('%.1f us', $ns / 1e3) : sprintf('%.1f ms', $ns / 1e6);
        $s = fn(float $ns) => sprintf('%.2f s', $ns / 1e9);
        $at = fn(int $ns) => sprintf('%8.3f s', ($ns - $facts->began) / 1e9);
        $lines = [...$head, '', $judge->problems ? 'FAILED:' : 'Nothing is wrong.'];
        array_push($lines, ...array_map(fn($problem) => "  $problem", $judge->problems));
        $lines[] = '';
        $lines[] = self::line('IDs', number_format($judge->ids));
        $lines[] = self::line('processes', $judge->processes);
        $lines[] = self::line('faults', count(array_filter($done, self::isDone(...))) . ' done of ' . count($plan) . ' planned');
        $lines[] = self::line('duplicates', $judge->duplicates);
        $lines[] = self::line('order violations', $judge->disorders);
        $lines[] = self::line('two at once on a node', $judge->shared);
        $lines[] = self::line('moves after a clock was set back', $judge->moved);
        $beside = $judge->beside;
        $lines[] = self::line("nodes that the article's PHP had", $beside->held);
        $lines[] = self::line('taken from it, or by it', $beside->taken);
        $lines[] = self::line('both on a node, a session lost', $beside->excused);
        $lines[] = self::line('IDs equal to its', $beside->equal);
        $lines[] = self::line('foreign pids seen by a wait', $judge->foreign);
        $lines[] = self::line('zombies of ours, left after', "$judge->zombies, $judge->ends ends where none are reaped");
        foreach ($judge->failed as $why => $calls) {
            $lines[] = self::line($why === 'unexcused' ? 'calls that failed' : "failed: $why", $calls);
        }
        foreach ([50, 99, 99.99] as $share) {
            $lines[] = self::line("p$share", $ms($judge->quantile($share / 100)));
        }
        $lines[] = self::line('slowest call', $ms($judge->slow ? $judge->slow[0][0] : $judge->quantile(1)));
        $lines[] = self::line('calls of 5 ms or more', "$judge->slowCalls, of which $judge->waited slept");
        $recovered = array_column($judge->recovered, 0);
        foreach (['to the first ID of a family' => $judge->started, 'to recover' => $recovered] as $what => $times) {
            sort($times);
            $n = count($times);
            $lines[] = self::line($what, $n ? "$n times, median {$s($times[$n >> 1])}, longest {$s($times[$n - 1])}" : 'never');
        }
        $perMillion = $judge->ids ? $judge->sorting / $judge->ids * 1e6 : 0;
        $lines[] = self::line('sorting', sprintf('%.1f s, %.2f s per million', $judge->sorting, $perMillion));
        if ($recipes) {
            array_push($lines, '', 'Recipes');
            foreach ($recipes->figures() as $what => $figure) {
                $lines[] = self::line($what, $figure);
            }
        }
        array_push($lines, '', 'How it is counted', self::COUNTED);

        array_push($lines, '', 'Calls by family' . str_repeat(' ', 26) . 'calls       p50       p99    p99.99');
        foreach ($judge->latency as $family => $buckets) {
            $quantiles = array_map(fn($share) => $ms($judge->quantile($share, $family)), [0.5, 0.99, 0.9999]);
            $lines[] = sprintf('  %-33s %10d%10s%10s%10s', $family, array_sum($buckets), ...$quantiles);
        }
        array_push($lines, '', 'The slowest calls, and what befell the family or the servers within 2 s before');
        foreach ($judge->slow as [$ns, $began, $process, $slept]) {
            $family = strtok($process, '.');
            $during = array_filter($done, fn($fault) => $fault[1] < $began + $ns && $fault[2] + 2e9 > $began
                && in_array(strtok($fault[3], ' '), [$family, 'server', 'all', 'one'], true));
            $during = implode(', ', array_column($during, 0));
            $lines[] = "  {$at($began)} {$ms($ns)} $process " . ($slept ? 'slept' : 'did not sleep') . ": $during";
        }
        array_push($lines, '', 'The longest times to recover');
        foreach (array_slice($judge->recovered, 0, 10) as [$ns, $again, $process]) {
            $lines[] = "  {$s($ns)} until {$at($again)} $process";
        }

        array_push($lines, '', 'Nodes that were asked for by number: whose they were, one after the other');
        $numbers = array_unique(array_merge(...array_column($facts->fleet, 'nodes')));
        foreach (array_intersect_key($judge->hands, array_flip($numbers)) as $node => $hands) {
            $times = count($hands) > 12 ? [...array_slice($hands, 0, 12), count($hands) - 12 . ' more'] : $hands;
            $lines[] = self::line("node $node", implode(', ', $times));
        }

        array_push($lines, '', 'Faults by kind' . str_repeat(' ', 26) . 'planned      done      felt');
        $kinds = array_count_values(array_map(fn($fault) => $fault->kind, $plan));
        ksort($kinds);
        foreach ($kinds as $kind => $times) {
            $those = array_filter($done, fn($one) => $one[0] === $kind && self::isDone($one));
            $felt = array_filter(array_column($those, 6), is_bool(...));
            $lines[] = sprintf('  %-36s %9d %9d %9s', $kind, $times, count($those), $felt ? count(array_filter($felt)) : '');
        }
        array_push($lines, '', 'The plan: when, what, to whom, index, for how long, how much');
        array_push($lines, ...array_map(strval(...), $plan));
        array_push($lines, '', 'What was done: when, until, what, to whom');
        foreach ($done as [$what, $from, $to, $whom, $why, , $felt]) {
            $whom .= $why === '' ? [-1 => '', 0 => ': not felt', 1 => ': felt'][$felt === null ? -1 : (int) $felt] : ": NOT DONE, $why";
            $lines[] = "{$at($from)} {$at($to)} " . sprintf('%-22s', $what) . ' ' . trim($whom);
        }
        foreach (array_filter($facts->away) as $family => $intervals) {
            array_push($lines, '', "Away for $family");
            foreach ($intervals as [$from, $to]) {
                $lines[] = "{$at($from)} {$at($to)} " . $s($to - $from);
            }
        }
        return implode("\n", $lines) . "\n";
    }

    private static function isDone(array $one): bool
    {
        return $one[4] === '' && $one[0] !== 'family does not end';
    }

    private static function line(string $what, string|int $value): string
    {
        return sprintf('  %-38s %s', $what, $value);
    }
}
