<?php
// What a worker of a recipes' family does: it takes locks, stands for election, puts into a queue and takes from it,
// counts, all of it at the same paths as all others, and keeps a history (history.php). The families load it.

require_once __DIR__ . '/history.php';

use Dig\Zookeeper\{Client, Counter, Election, Lock, Queue, ReadLock, Semaphore, WriteLock};
use Dig\Zookeeper\Exception\{LockLostException, ZookeeperException};

/** What there is at which paths. */
const RECIPES = [
    'lock' => ['/recipes/lock-0', '/recipes/lock-1'],
    'read' => ['/recipes/both-0', '/recipes/both-1'],
    'write' => ['/recipes/both-0', '/recipes/both-1'],
    'semaphore' => ['/recipes/semaphore'],
    'election' => ['/recipes/election'],
    'queue' => ['/recipes/queue'],
    // To the first is added 1 only, so that each value comes once.
    'counter' => ['/recipes/ones', '/recipes/sums'],
];
const CLASSES = ['lock' => Lock::class, 'read' => ReadLock::class, 'write' => WriteLock::class, 'semaphore' => Semaphore::class,
    'election' => Election::class, 'queue' => Queue::class, 'counter' => Counter::class];
/** How many may have the semaphore. */
const PERMITS = 2;
/** Below it is a znode for each lock, written while it is held, and for some of what was acked. */
const GUARDS = '/recipes/guards';
const DONE = '/recipes/done';

final class Work
{
    /** How long it waits in its last round, in s, before it tells that, and waits on. */
    private const PATIENT = 20;

    private readonly History $history;
    private Client $client;
    private ?Election $election = null;
    /** Until when it stays a candidate, if it does not lead, or leads. */
    private int $candidate = 0;
    private ?int $led = null;
    private int $puts = 0;

    /**
     * `$idle` is called all the time when it has nothing to do, and says whether it shall end. When there is the file
     * `$healed`, no more faults come.
     */
    public function __construct(string $directory, string $family, private $idle, private string $healed)
    {
        $this->history = new History($directory, $family);
        // Forks of one process shall not all do the same.
        mt_srand(random_int(0, PHP_INT_MAX));
        $this->client = new Client(null, ['timeout' => 2000]);
    }

    /** Some of it; whether it shall go on. */
    public function turn(): bool
    {
        clearstatcache();
        if (file_exists($this->healed)) {
            $this->history->ended() || $this->last();
            return false;
        }
        $all = array_filter(['lock', 'lock', 'read', 'read', 'write', 'semaphore', 'election', 'queue', 'queue', 'counter'], self::has(...));
        match ($recipe = $all[array_rand($all)]) {
            'election' => $this->candidacy(),
            'queue' => $this->queue(),
            'counter' => $this->count(),
            default => $this->lock($recipe, RECIPES[$recipe][array_rand(RECIPES[$recipe])]),
        };
        return !$this->rest(random_int(0, 20));
    }

    private static function has(string $recipe): bool
    {
        return class_exists(CLASSES[$recipe]);
    }

    /** Where nobody is hit any more each gets what it waits for. */
    private function last(): void
    {
        $this->history->note('run', 'last', '');
        $this->resign();
        foreach (array_filter(['lock', 'read', 'write', 'semaphore'], self::has(...)) as $recipe) {
            foreach (RECIPES[$recipe] as $path) {
                while (!$this->lock($recipe, $path, self::PATIENT, random_int(0, 20))) {
                    if ($this->rest(10)) {
                        return;
                    }
                }
            }
        }
        while (self::has('election') && !$this->elected(self::PATIENT)) {
            if ($this->rest(10)) {
                return;
            }
        }
        $this->resign();
        foreach (self::has('counter') ? RECIPES['counter'] : [] as $path) {
            while ($this->add($path, 1)['ok'] !== 'ok') {
                if ($this->rest(10)) {
                    return;
                }
            }
        }
        // What somebody else has taken may come back.
        while (self::has('queue') && ($this->take(0.1, true)['value'] !== null || !$this->empty())) {
            if ($this->rest(10)) {
                return;
            }
        }
        $this->history->end();
    }

    /** Whether there is nothing in the queue, as the leader knows it. */
    private function empty(): bool
    {
        try {
            $this->client->sync(RECIPES['queue'][0]);
            return (new Queue($this->client, RECIPES['queue'][0]))->count() === 0;
        } catch (ZookeeperException) {
            return false;
        }
    }

    /** Does nothing for so many ms but what is always done; whether it shall end. */
    private function rest(int $ms): bool
    {
        $end = hrtime(true) + $ms * 1_000_000;
        do {
            $ends = ($this->idle)();
            $this->lead();
            if ($ends || ($left = $end - hrtime(true)) <= 0) {
                return $ends;
            }
            usleep(min(2000, intdiv($left, 1000) + 1));
        } while (true);
    }

    /** Takes a lock or a semaphore, has it for so many ms, and gives it up; whether it was got. */
    private function lock(string $recipe, string $path, ?float $timeout = null, ?int $ms = null): bool
    {
        $timeout ??= [0.0, random_int(1, 10) / 10, random_int(1, 10) / 10, 3.0][random_int(0, 3)];
        // Whose it is, for faults.php.
        $options = ['data' => $this->history->name()];
        $lock = match ($recipe) {
            'lock' => new Lock($this->client, $path, $options),
            'read' => new ReadLock($this->client, $path, $options),
            'write' => new WriteLock($this->client, $path, $options),
            'semaphore' => new Semaphore($this->client, $path, PERMITS, $options),
        };
        $got = $this->history->did($recipe, 'acquire', $path, ['value' => $timeout] + ($recipe === 'semaphore' ? ['max' => PERMITS] : []),
            function () use ($lock, $timeout) {
                if (!$lock->acquire($timeout)) {
                    return ['ok' => 'fail'];
                }
                try {
                    return ['token' => $lock->token()];
                } catch (LockLostException) {
                    return ['token' => null];
                }
            });
        if ($got['ok'] !== 'ok' || $got['token'] === null) {
            return false;
        }
        $token = $got['token'];
        // It may be lost before that is said, and then nobody is called.
        $lock->onLost(fn() => $this->history->note($recipe, 'lost', $path, ['token' => $token]));
        // Some for so long that something comes in between.
        $ms ??= random_int(0, 11) ? random_int(0, 60) : random_int(500, 2500);
        for ($end = hrtime(true) + $ms * 1_000_000; $held = $this->held($lock, $recipe, $path, $token);) {
            if (hrtime(true) > $end || $this->rest(random_int(1, 3))) {
                break;
            }
            if ($recipe === 'lock' || $recipe === 'write') {
                random_int(0, 9) || $this->guard($lock, $recipe, $path, $token);
            }
        }
        if (random_int(0, 3)) {
            $this->history->did($recipe, 'release', $path, ['value' => 'release', 'token' => $token], function () use ($lock) {
                $lock->release();
                return [];
            });
            $this->held($lock, $recipe, $path, $token);
        } else {
            $this->history->did($recipe, 'release', $path, ['value' => 'drop', 'token' => $token], function () use (&$lock) {
                $lock->onLost(null);
                $lock = null;
                return [];
            });
        }
        $this->history->flush();
        return $held;
    }

    private function held(object $lock, string $recipe, string $path, int $token): bool
    {
        $call = hrtime(true);
        $held = $lock->isHeld();
        $this->history->held($recipe, $path, $token, $call, hrtime(true), $held);
        return $held;
    }

    /** Writes what ZooKeeper is to refuse unless it is held. */
    private function guard(object $lock, string $recipe, string $path, int $token): void
    {
        $this->history->did($recipe, 'guard', $path, ['token' => $token], function () use ($lock, $path, $token) {
            $guard = GUARDS . '/' . basename($path);
            $this->client->exists($guard) || $this->client->makePath($guard);
            $done = $this->client->transaction()->check($lock)->set($guard, (string) $token)->commit();
            return ['zxid' => $done[1]->mzxid];
        });
    }

    /** Becomes a candidate, or ceases to be one. */
    private function candidacy(): void
    {
        if ($this->election && $this->candidate < hrtime(true)) {
            $this->resign();
        } elseif (!$this->election) {
            $this->candidate = hrtime(true) + random_int(500, 5000) * 1_000_000;
            random_int(0, 1) ? $this->join() : $this->elected(random_int(0, 20) / 10);
        }
    }

    private function election(): Election
    {
        return $this->election ??= new Election($this->client, RECIPES['election'][0], $this->history->name());
    }

    private function join(): void
    {
        $tell = fn(string $what) => fn() => $this->history->note('election', $what, RECIPES['election'][0]);
        $this->history->did('election', 'join', RECIPES['election'][0], [], function () use ($tell) {
            $this->election()->join($tell('elected'), $tell('deposed'));
            return [];
        });
    }

    /** Waits until it leads; whether it does. */
    private function elected(float $timeout): bool
    {
        $got = $this->history->did('election', 'acquire', RECIPES['election'][0], ['value' => $timeout],
            fn() => $this->election()->awaitLeadership($timeout) ? [] : ['ok' => 'fail']);
        return $this->lead() && $got['ok'] === 'ok';
    }

    /** Looks whether it leads. */
    private function lead(): bool
    {
        if (!$this->election) {
            return false;
        }
        try {
            // A term that it has before and after: the question was about that one.
            $this->election->isLeader();
            $token = $this->election->token();
            $call = hrtime(true);
            $leads = $this->election->isLeader();
            $return = hrtime(true);
            if ($leads && $this->election->token() !== $token) {
                return false;
            }
        } catch (LockLostException) {
            $leads = false;
            $token = $this->led;
            $call = hrtime(true);
            // Elected anew meanwhile: that is another term.
            if ($token === null || $this->election->isLeader()) {
                return false;
            }
            $return = hrtime(true);
        }
        if ($leads || $token === $this->led) {
            $this->history->held('election', RECIPES['election'][0], $token, $call, $return, $leads);
        }
        $this->led = $leads ? $token : null;
        return $leads;
    }

    private function resign(): void
    {
        if ($this->election) {
            $this->lead();
            $token = $this->led;
            $this->history->did('election', 'resign', RECIPES['election'][0], $token ? ['token' => $token] : [], function () {
                $this->election->resign();
                return [];
            });
            if ($token !== null) {
                $call = hrtime(true);
                $leads = $this->election->isLeader();
                $this->history->held('election', RECIPES['election'][0], $token, $call, hrtime(true), $leads);
            }
            $this->history->flush();
            [$this->election, $this->led] = [null, null];
        }
    }

    private function queue(): void
    {
        $queue = new Queue($this->client, RECIPES['queue'][0]);
        for ($i = random_int(1, 2); $i > 0; $i--) {
            $value = "{$this->history->name()}.$this->puts." . hrtime(true);
            $this->puts++;
            $this->history->did('queue', 'put', RECIPES['queue'][0], ['value' => $value],
                fn() => ['name' => $queue->put($value, random_int(99, 101))]);
        }
        for ($i = random_int(1, 4); $i > 0 && $this->take(random_int(0, 3) / 10, false)['ok'] === 'ok'; $i--) {
        }
    }

    /** Takes an item, and does something with it. */
    private function take(float $timeout, bool $ack): array
    {
        $queue = new Queue($this->client, RECIPES['queue'][0]);
        $took = $this->history->did('queue', 'take', RECIPES['queue'][0], ['value' => null], function () use ($queue, $timeout, &$message) {
            $message = $queue->take($timeout);
            return $message ? ['value' => $message->value, 'name' => $message->name, 'deliveries' => $message->deliveries] : ['value' => null];
        });
        if ($took['ok'] !== 'ok' || !$message) {
            return $took;
        }
        $ack || $this->rest(random_int(0, 9) ? random_int(0, 20) : random_int(500, 2500));
        $which = ['value' => $message->value, 'deliveries' => $message->deliveries];
        $giveBack = fn() => $this->history->did('queue', 'giveBack', RECIPES['queue'][0], $which, function () use ($message) {
            $message->giveBack();
            return [];
        });
        if (!$ack && !random_int(0, 9)) {
            $giveBack();
            return $took;
        }
        $with = random_int(0, 7) ? null : DONE . "/$message->value";
        $acked = $this->history->did('queue', 'ack', RECIPES['queue'][0], $which + ($with ? ['with' => $with] : []), function () use ($message, $with) {
            $with === null || $this->client->exists(DONE) || $this->client->makePath(DONE);
            $message->ack($with === null ? null : $this->client->transaction()->create($with, ''));
            return [];
        });
        // If it was not done somebody else may have it.
        $acked['ok'] === 'ok' || $giveBack();
        return $took;
    }

    private function count(): void
    {
        for ($i = random_int(1, 5); $i > 0; $i--) {
            switch (random_int(0, 3)) {
                case 0:
                    $this->add(RECIPES['counter'][1], random_int(-3, 5));
                    break;
                case 1:
                    $this->compareAndSet(RECIPES['counter'][1]);
                    break;
                default:
                    $this->add(RECIPES['counter'][0], 1);
            }
        }
    }

    private function add(string $path, int $by): array
    {
        return $this->history->did('counter', 'add', $path, ['value' => $by],
            fn() => ['result' => (new Counter($this->client, $path))->add($by)]);
    }

    private function compareAndSet(string $path): void
    {
        $counter = new Counter($this->client, $path);
        $got = $this->history->did('counter', 'get', $path, [], fn() => ['result' => $counter->get()]);
        if ($got['ok'] === 'ok') {
            [$old, $new] = [$got['result'], $got['result'] + random_int(1, 9)];
            $this->history->did('counter', 'cas', $path, ['value' => [$old, $new]],
                fn() => $counter->compareAndSet($old, $new) ? [] : ['ok' => 'fail']);
        }
    }
}
