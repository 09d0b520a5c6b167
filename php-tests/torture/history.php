<?php
// What processes did with recipes, as a history that any checker can read: a file for each process, `NAME.history`, and
// in it a line of JSON for each thing it did. A process does one thing at a time. Each line has
//
//   process  FAMILY.LIFE.PID-START: unique, for a process ID may come again
//   family   FAMILY
//   recipe   lock, read, write (the two locks of one path), semaphore, election, queue, counter; `run`: of the process
//   op       what it did, see below
//   path     of the recipe
//   call     CLOCK_MONOTONIC, ns, before: one clock for all processes of the machine, which no fault sets
//   return   after; null: it has not returned
//   ok       ok: done; fail: certainly not done; info: nobody knows, at the call's end or ever (Jepsen's :info)
//   error    what was thrown, if anything was
//
// An op that does something has a line when it is called, with `return` null and `ok` info, and one when it has returned,
// with the same `call`, which then counts. Who was killed has only the first. (So for Jepsen a line without `return` is
// an :invoke, and the other one its completion; Porcupine and Knossos take pairs of `call` and `return`.) `held`, `lost`,
// `elected` and `deposed` have one line. The last line of a process that was killed may be torn, no other one.
//
//   acquire  waits for `value` seconds; has `token` when it is held, and `max` of a semaphore; fail: not within that time
//   held     isHeld() or isLeader() of the holding, or term, of that `token` has returned `value`. Not each time that it
//            was asked is told: the first, the last before the answer was another or the lock was given up, and some between
//   lost     the callback was called
//   release  `value` release, or drop: the object was let go of
//   guard    a transaction that ZooKeeper carries out only while it is held: the `zxid` of what it wrote
//   join, resign, elected, deposed   of an election; the last two are its callbacks
//   put      of `value`, which is put nowhere else; `name` of the item
//   take     gave `value`, `name`, `deliveries`; null: there was none
//   ack, giveBack   of `value` at `deliveries`; `with`: the ack was a part of a transaction that made znode `with`
//   add      of `value` gave `result`
//   cas      of `value` [old, new]; fail: it was not `old`
//   get      gave `result`
//   start, last, end   of recipe `run`: the process began; began its last round, when no more faults come; got all it
//            waited for and found the queue empty

require_once __DIR__ . '/issuer.php';

final class History
{
    /** Between two lines that say the same of a lock, in ns. */
    private const SELDOM = 20_000_000;

    private $stream;
    private string $file;
    private array $who;
    /** By path: what of `held` is not yet told, and the last that was. */
    private array $untold = [];
    private array $told = [];

    public function __construct(string $directory, string $family)
    {
        $this->file = Issuer::file($directory, $family);
        $this->who = ['process' => basename($this->file), 'family' => strtok($family, '.')];
        $new = !file_exists("$this->file.history");
        // Each line is written at once.
        $this->stream = fopen("$this->file.history", 'a');
        $new && $this->note('run', 'start', '');
    }

    public function name(): string
    {
        return $this->who['process'];
    }

    /** Whether it has come to the end of its last round. */
    public function ended(): bool
    {
        return file_exists("$this->file.end");
    }

    /** That it has, also for who does not read histories. */
    public function end(): void
    {
        $this->note('run', 'end', '');
        touch("$this->file.end");
    }

    /** Does it, and tells before and after. `$do` returns what else is to be told; what it throws is that it failed. */
    public function did(string $recipe, string $op, string $path, array $more, callable $do): array
    {
        $this->flush($path);
        $entry = ['recipe' => $recipe, 'op' => $op, 'path' => $path, 'call' => hrtime(true)] + $more;
        $this->write(['return' => null, 'ok' => 'info'] + $entry);
        try {
            $done = $do();
            $entry = ['return' => hrtime(true)] + $done + ['ok' => 'ok'] + $entry;
        } catch (Dig\Zookeeper\Exception\ZookeeperException $error) {
            $entry = ['return' => hrtime(true), 'ok' => $error->isOutcomeUnknown() ? 'info' : 'fail',
                'error' => substr(strrchr('\\' . get_class($error), '\\'), 1) . ': ' . $error->getMessage()] + $entry;
        }
        $this->write($entry);
        return $entry;
    }

    /** Something that has no length. */
    public function note(string $recipe, string $op, string $path, array $more = []): void
    {
        $this->flush($path);
        $now = hrtime(true);
        $this->write(['recipe' => $recipe, 'op' => $op, 'path' => $path, 'call' => $now, 'return' => $now, 'ok' => 'ok'] + $more);
    }

    /** What isHeld() has said. */
    public function held(string $recipe, string $path, int $token, int $call, int $return, bool $held): void
    {
        $last = $this->told[$path] ?? null;
        $same = $last && [$last['recipe'], $last['token'], $last['value']] === [$recipe, $token, $held];
        $same || $this->flush($path);
        $this->untold[$path] = ['recipe' => $recipe, 'op' => 'held', 'path' => $path, 'call' => $call, 'return' => $return,
            'ok' => 'ok', 'token' => $token, 'value' => $held];
        if (!$same || $call - $last['call'] > self::SELDOM) {
            $this->flush($path);
        }
    }

    /** Tells what was last said of that path, or of all. */
    public function flush(?string $path = null): void
    {
        foreach ($path === null ? $this->untold : array_intersect_key($this->untold, [$path => 0]) as $of => $entry) {
            $this->write($this->told[$of] = $entry);
            unset($this->untold[$of]);
        }
    }

    private function write(array $entry): void
    {
        fwrite($this->stream, json_encode($this->who + $entry, JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR) . "\n");
    }

    /** The entries of a file in their order, each once: of an op that has returned, what it returned. */
    public static function read(string $file): iterable
    {
        $called = null;
        $stream = fopen($file, 'r');
        for ($number = 1; false !== $line = fgets($stream); $number++) {
            // Torn by a kill: what it says has not been called, or has no end.
            if (!str_ends_with($line, "\n")) {
                break;
            }
            $entry = json_decode($line, true) ?? throw new Exception(basename($file) . ", line $number: $line");
            if ($called && $called['call'] !== $entry['call']) {
                // A callback or a sample within a call.
                if ($entry['return'] !== null && $entry['call'] > $called['call']) {
                    yield $entry;
                    continue;
                }
                yield $called;
            }
            $called = null;
            if ($entry['return'] === null) {
                $called = $entry;
            } else {
                yield $entry;
            }
        }
        $called && yield $called;
    }
}
