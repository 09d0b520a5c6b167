<?php
// When was ZooKeeper away for a family? Intervals are [from, to], in ns of hrtime(true).

/**
 * When fewer than two of the three servers served, as watch.php saw it, or none that served could be reached.
 *
 * @param array $watched [when, server, whether it serves], in order
 * @param array $links [when, server, whether the link to it passes], in order; at first they all do
 */
function away(array $watched, array $links, int $until): array
{
    $changes = [];
    foreach (['serves' => $watched, 'passes' => $links] as $what => $those) {
        foreach ($those as $change) {
            $changes[] = [...$change, $what];
        }
    }
    usort($changes, fn($one, $other) => $one[0] <=> $other[0]);
    $state = ['serves' => [], 'passes' => [1 => true, 2 => true, 3 => true]];
    [$away, $from] = [[], $changes[0][0] ?? 0];
    foreach ($changes as [$when, $server, $is, $what]) {
        $state[$what][$server] = (bool) $is;
        $serve = array_filter($state['serves']);
        $there = count($serve) >= 2 && array_filter(array_intersect_key($state['passes'], $serve));
        if (!$there) {
            $from ??= $when;
        } elseif ($from !== null) {
            $away[] = [$from, $when];
            $from = null;
        }
    }
    return $from === null ? $away : [...$away, [$from, $until]];
}

/** In order, and as one those between which there is no more than $gap. */
function merged(array $intervals, int $gap): array
{
    sort($intervals);
    $merged = [];
    foreach ($intervals as [$from, $to]) {
        $last = count($merged) - 1;
        if ($last >= 0 && $from - $merged[$last][1] <= $gap) {
            $merged[$last][1] = max($merged[$last][1], $to);
        } else {
            $merged[] = [$from, $to];
        }
    }
    return $merged;
}

/** How much of $from to $to lies in the intervals. */
function overlap(array $intervals, int $from, int $to): int
{
    $sum = 0;
    foreach (merged($intervals, 0) as [$begin, $end]) {
        $sum += max(0, min($end, $to) - max($begin, $from));
    }
    return $sum;
}
