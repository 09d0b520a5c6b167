<?php
// Whether what was done to a family or to the servers was felt there, by what processes and servers said themselves.

require_once __DIR__ . '/judge.php';

final class Evidence
{
    /** What was done counts as its cause so long after it. */
    private const LATER = 3_000_000_000;

    /**
     * @param array $watched as watch.php writes it
     * @param int $clock ms that the real time is ahead of CLOCK_MONOTONIC
     */
    public function __construct(private Judge $judge, private array $watched, private Facts $facts, private int $clock)
    {
    }

    /** Of one entry of Faults::$done; null where nobody would tell. */
    public function felt(array $done): ?bool
    {
        [$what, $from, $to, $whom, , $servers] = $done;
        $family = strtok($whom, ' ');
        return match (true) {
            $what === 'partition.family' => $this->refused($servers, $from, $to) && $this->disconnected($family, $from, $to),
            $servers !== [] => $this->refused($servers, $from, $to),
            $what === 'session.expire' => $this->sessions($family, $from, $to),
            in_array($what, ['link.cut', 'link.cut.long', 'link.silent'], true) => $this->disconnected($family, $from, $to),
            str_starts_with($what, 'theft.') => $this->judge->taken($family, $from, $to),
            str_starts_with($what, 'clock.') => $this->clock($family, $from, $to),
            str_starts_with($what, 'storm') => $this->forked($family, $from, $to),
            default => null,
        };
    }

    /** What a process saw in that time, and the last before it. */
    private function seen(string $family, int $from, int $to): array
    {
        $seen = $this->judge->seen[$family] ?? [];
        return array_filter($seen, fn($one) => $one[0] >= $from && $one[0] <= $to + self::LATER);
    }

    /** Whether each of these servers had stopped serving. */
    private function refused(array $servers, int $from, int $to): bool
    {
        $in = fn($change) => !$change[2] && $change[0] >= $from - 500_000_000 && $change[0] <= $to + self::LATER;
        return !array_diff($servers, array_column(array_filter($this->watched, $in), 1));
    }

    private function disconnected(string $family, int $from, int $to): bool
    {
        return [] !== array_filter($this->seen($family, $from, $to), fn($one) => $one[1] !== 'connected');
    }

    private function sessions(string $family, int $from, int $to): bool
    {
        $before = array_filter($this->judge->seen[$family] ?? [], fn($one) => $one[0] < $from);
        usort($before, fn($one, $other) => $one[0] <=> $other[0]);
        $was = $before ? end($before)[2] : null;
        return [] !== array_filter($this->seen($family, $from, $to), fn($one) => $one[2] !== $was);
    }

    /** Whether the extension saw the clock where it was set to. */
    private function clock(string $family, int $from, int $to): bool
    {
        foreach ($this->facts->clocks[$family] ?? [] as [$when, $ms]) {
            if ($when >= $from && $when <= $to && $ms) {
                $at = fn($one) => $one[3] !== null && abs($one[3] - $this->clock - $ms) < 50;
                return [] !== array_filter($this->seen($family, $from, $to), $at);
            }
        }
        return false;
    }

    private function forked(string $family, int $from, int $to): bool
    {
        $forked = fn($one) => $one[0] >= $from && $one[0] <= $to + self::LATER;
        return [] !== array_filter($this->judge->forked[$family] ?? [], $forked);
    }
}
