<?php
// What every process of a family does: it issues IDs at a limited rate and keeps a journal. The families load it.

use Dig\Ticket\Exception\TicketException;
use Dig\Ticket\Number;
use function Dig\Ticket\status;

/**
 * Issues, and writes to two files of this process's own: `NAME.ids`, 64 bits for each ID in the order of issue, and
 * `NAME.log`, a line of JSON for each time it wrote. Whoever is killed loses what it had not yet written: no more
 * than EVERY. Times are those of CLOCK_MONOTONIC, in ns, which no test sets.
 */
final class Issuer
{
    /** How often it writes. */
    public const EVERY = 250_000_000;
    /** From here on a call is told singly, so that the time in which its process was stopped can be taken off. */
    public const SLOW = 5_000_000;
    /** What lies between two ticks, in ms. */
    public const TICK = 10;

    private string $file;
    private string $ids = '';
    private bool $new;
    private int $many = 0;
    private array $log = [];
    private int $written;
    private int $ticks = 0;
    private float $due = 0;
    private bool $failing = false;
    /** Since it wrote: [node, first and last timestamp of the IDs issued on it, when it began], anew whenever it moves. */
    private array $spans = [];
    /** What it last told of the session, and of how far the clock is ahead of CLOCK_MONOTONIC, in ms. */
    private array $seen = [];

    /** `$make` makes the Number, when it is first needed; a fork may pass one that it has inherited. */
    public function __construct(string $directory, string $family, private $make, private ?Number $number = null)
    {
        $this->file = self::file($directory, $family);
        $this->new = !file_exists("$this->file.ids");
        $this->clear();
    }

    /** What this process's journal is called, without what it ends in. */
    public static function file(string $directory, string $family): string
    {
        // A process ID may come again. (PHP remembers where /proc/self led, also in a fork.)
        $stat = file_get_contents('/proc/' . getmypid() . '/stat');
        $started = explode(' ', substr($stat, strrpos($stat, ')') + 2))[19];
        return "$directory/$family." . getmypid() . "-$started";
    }

    public function number(): ?Number
    {
        return $this->number;
    }

    /**
     * What is due every TICK at so many IDs per second; now and then as many as a few ms have. After a call that failed,
     * which may have taken a second, the rest is left out.
     */
    public function tick(int $rate): void
    {
        $this->due += $rate * self::TICK / 1000;
        $due = (int) $this->due;
        $this->due -= $due;
        $slept = getrusage()['ru_nvcsw'];
        $calls = array_fill(0, min($due, 8), 1);
        if ($due > 8) {
            $calls[] = $due - 8;
        }
        if (++$this->ticks % 200 === 0) {
            $calls[] = 5000;
        }
        foreach ($calls as $many) {
            if (!$this->call($many, $slept)) {
                break;
            }
        }
        if (hrtime(true) - $this->written > self::EVERY) {
            $this->write();
        }
    }

    /** What a process calls all the time that does something else; it issues what is due, and says what `$ends` does. */
    public function idle(int $rate, ?callable $ends = null): callable
    {
        $next = 0;
        return function () use ($rate, $ends, &$next): bool {
            if (hrtime(true) >= $next) {
                $next = hrtime(true) + self::TICK * 1_000_000;
                $this->tick($rate);
            }
            return $ends && $ends();
        };
    }

    /** Issues without a pause, and writes at once. */
    public function race(): void
    {
        $slept = 0;
        $this->call(50, $slept);
        $this->write();
    }

    private function call(int $many, int &$slept): bool
    {
        $begin = hrtime(true);
        try {
            $this->number ??= ($this->make)();
            if ($many === 1) {
                $id = $this->number->generate();
                $end = hrtime(true);
                $this->ids .= pack('P', $id);
                $this->span($id, $id, $begin);
            } else {
                $ids = $this->number->generateMany($many);
                $end = hrtime(true);
                $this->ids .= pack('P*', ...$ids);
                // A call may move in its midst.
                if (($ids[0] ^ end($ids)) >> 12 & 1023) {
                    array_map(fn($id) => $this->span($id, $id, $begin), $ids);
                } else {
                    $this->span($ids[0], end($ids), $begin);
                }
            }
        } catch (TicketException $error) {
            $this->failed($begin, get_class($error) . ': ' . $error->getMessage());
            return false;
        }
        $this->many += $many;
        if ($this->failing) {
            $this->failing = false;
            $this->log['again'][] = $end;
        }
        if ($this->new) {
            // It may have to wait for its first lease.
            $this->new = false;
            $this->log['first'] = [$begin, $end];
        } elseif ($many === 1) {
            $ns = $end - $begin;
            if ($ns < self::SLOW) {
                $bucket = self::bucket($ns);
                $this->log['calls'][$bucket] = ($this->log['calls'][$bucket] ?? 0) + 1;
            } else {
                // A process that was only kept from running has not slept.
                $now = getrusage()['ru_nvcsw'];
                $this->log['slow'][] = [$begin, $ns, (int) ($now > $slept)];
                $slept = $now;
            }
        }
        return true;
    }

    private function span(int $first, int $last, int $began): void
    {
        $node = $first >> 12 & 1023;
        $n = count($this->spans) - 1;
        if ($n >= 0 && $this->spans[$n][0] === $node && $first >> 22 >= $this->spans[$n][2]) {
            $this->spans[$n][2] = $last >> 22;
        } else {
            $this->spans[] = [$node, $first >> 22, $last >> 22, $began];
        }
    }

    /** What the extension sees of its session and of the clock, when it has changed. */
    private function see(): void
    {
        $status = status();
        $now = fn() => $this->number->getTimestamp() + Number::CUSTOM_EPOCH;
        $ahead = $this->number ? $now() - intdiv(hrtime(true), 1_000_000) : null;
        [$session, $id, $before] = $this->seen + [null, null, null];
        if ($session !== $status['session'] || $id !== $status['session_id'] || abs($ahead - $before) > 20) {
            $this->seen = [$status['session'], $status['session_id'], $ahead];
            $this->log['seen'] = [hrtime(true), ...$this->seen];
        }
    }

    public function note(string $what, int $many): void
    {
        $this->log[$what][] = [hrtime(true), $many];
    }

    /** Eight buckets for a factor of two. */
    public static function bucket(float $ns): int
    {
        return (int) (log(max($ns, 1), 2) * 8);
    }

    private function failed(int $begin, string $what): void
    {
        $this->failing = true;
        $what = preg_replace('/\d+/', 'N', $what);
        $last = count($this->log['failed'] ?? []) - 1;
        // The same one after the other are one entry: [first began, last ended, how many, what].
        if ($last >= 0 && $this->log['failed'][$last][3] === $what) {
            $this->log['failed'][$last][1] = hrtime(true);
            $this->log['failed'][$last][2]++;
        } else {
            $this->log['failed'][] = [$begin, hrtime(true), 1, $what];
        }
    }

    public function write(): void
    {
        if ($this->ids !== '') {
            file_put_contents("$this->file.ids", $this->ids, FILE_APPEND);
        }
        $this->see();
        if ($this->log || $this->many) {
            $line = json_encode(['at' => hrtime(true), 'ids' => $this->many, 'spans' => $this->spans] + $this->log);
            file_put_contents("$this->file.log", "$line\n", FILE_APPEND);
        }
        $this->clear();
    }

    private function clear(): void
    {
        [$this->ids, $this->many, $this->log, $this->spans, $this->written] = ['', 0, [], [], hrtime(true)];
    }
}
