<?php
// What the tests share. Every PHP they start has the module and nothing of the machine's configuration.

/** A path of this test's own, which does not exist yet. What is made there goes with the test: it is in memory. */
function scratch(string $name): string
{
    static $made = null;
    if ($made === null) {
        $process = getmypid();
        register_shutdown_function(function () use ($process, &$made) {
            // Not by a fork of the test. Of what writes there still, nothing is said.
            getmypid() === $process && exec('rm -rf ' . implode(' ', array_map(fn($path) => "$path $path.*", $made)) . ' 2>/dev/null');
        });
    }
    return $made[] = getenv('TICKET_TEST_DIR') . '/' . $name . '.' . bin2hex(random_bytes(4));
}

/**
 * A port of 127.0.0.1 on which nobody listens, and which no other test is given while this one runs.
 *
 * Below those that outgoing connections get: a client that tries to reach a killed server would otherwise, once in
 * a while, take the server's port for itself, or even reach itself there.
 */
function free_port(): int
{
    static $kept = [];
    do {
        $port = random_int(10_000, 32_000);
        // A name that is kept says whose it is, also while nothing listens there. The kernel knows it as long as this
        // process lives, where it knows the port: whoever runs the tests, and however many runs there are at once.
        $name = @stream_socket_server("unix://\0ticket-test-port-$port");
        $socket = $name ? @stream_socket_server("tcp://127.0.0.1:$port") : false;
    } while (!$socket);
    fclose($socket);
    $kept[] = $name;
    return $port;
}

/** The command line of a PHP that runs $code. */
function command(string $code, array $ini = [], array $before = []): array
{
    // A slow machine takes longer to give a node back than PHP's end is to wait by default; a test looks then.
    $ini += ['ticket.local_path' => getenv('TICKET_TEST_DIR') . '/registry', 'ticket.release_timeout' => 20_000];
    $command = [...$before, getenv('TEST_PHP_EXECUTABLE'), '-n', '-d', 'extension=' . getenv('TICKET_TEST_MODULE')];
    foreach ($ini as $name => $value) {
        array_push($command, '-d', "$name=$value");
    }
    return [...$command, '-r', $code];
}

/** A PHP that runs on beside the test. Its stdout and stderr are [1] and [2] of `pipes`. */
function start(string $code, array $ini = [], array $env = [], array $before = []): object
{
    $streams = [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']];
    $process = proc_open(command($code, $ini, $before), $streams, $pipes, null, $env + getenv());
    return new class($process, $pipes) {
        public function __construct(public $process, public array $pipes)
        {
        }

        public function line(): string
        {
            return trim((string) fgets($this->pipes[1]));
        }

        public function say(string $line): void
        {
            fwrite($this->pipes[0], "$line\n");
        }

        public function pid(): int
        {
            return proc_get_status($this->process)['pid'];
        }

        /** Waits for the end; returns what was printed, stderr last. */
        public function finish(): string
        {
            fclose($this->pipes[0]);
            $printed = stream_get_contents($this->pipes[1]) . stream_get_contents($this->pipes[2]);
            proc_close($this->process);
            return trim($printed);
        }
    };
}

/** The processes of a session, by its first process: also those whose parent has ended. */
function of_session(int $first): array
{
    $pids = [];
    foreach (glob('/proc/[0-9]*/stat') as $file) {
        if (preg_match("/^(\d+) .*\) [^ZX] \d+ \d+ $first /s", (string) @file_get_contents($file), $found)) {
            $pids[] = (int) $found[1];
        }
    }
    return $pids;
}

/** What a PHP that runs $code prints. */
function run(string $code, array $ini = [], array $env = [], array $before = []): string
{
    return start($code, $ini, $env, $before)->finish();
}

/** Sends a signal to a process that the test has started, directly or not. (No posix extension with -n.) */
function signal(int $pid, string $signal): void
{
    // 0 is the test's own process group. That a process has just ended is not to be told in the test's output.
    $pid > 0 ? exec("kill -$signal $pid 2>/dev/null") : throw new Exception("SIG$signal for nobody");
}

/** Kills a process and waits until the kernel has taken from it what it held. */
function kill(int $pid): void
{
    signal($pid, 'KILL');
    while (alive($pid)) {
        usleep(100);
    }
}

/** Stops a process, and waits until each of its threads has, which stops for itself: on a busy machine, much later. */
function pause(int $pid): void
{
    signal($pid, 'STOP');
    // One may end just then.
    $states = fn() => array_map(fn($stat) => (string) @file_get_contents($stat), glob("/proc/$pid/task/*/stat"));
    while (preg_grep('/\) [^TZX] /', $states())) {
        usleep(100);
    }
}

/** Whether a process runs or is stopped: one that has ended is not, though nobody has waited for it. */
function alive(int $pid): bool
{
    return preg_match('/\) [^ZX] /', (string) @file_get_contents("/proc/$pid/stat")) === 1;
}

/** Class and message of what $body throws. */
function thrown(callable $body): string
{
    try {
        $body();
    } catch (Throwable $error) {
        return get_class($error) . ': ' . $error->getMessage();
    }
    return 'nothing was thrown';
}

/** For code given to start(): prints class and message, and reads a line when told to wait. */
const PRELUDE = <<<'PHP'
use Dig\Ticket\{Number, Node\Local, Node\Zookeeper};
use function Dig\Ticket\status;
function thrown(callable $body) {
    try { $body(); } catch (Throwable $e) { return get_class($e) . ': ' . $e->getMessage(); }
    return 'nothing was thrown';
}
/** What $body throws, if it is not that ZooKeeper has been too slow for so short a time-out. */
function answered(callable $body) {
    do $said = thrown($body); while (preg_match('/has not answered yet|accepts a session/', $said));
    return $said;
}
function await() { return trim((string) fgets(STDIN)); }
function save(string $file, array $ids) { file_put_contents($file, pack('q*', ...$ids), FILE_APPEND); }

PHP;

/** The IDs that were saved in a file. */
function saved(string $file): array
{
    return array_values(unpack('q*', file_get_contents($file)));
}

/** Throws unless each list is strictly increasing and all of them together hold no ID twice. */
function check(int $expected, array ...$lists): void
{
    $all = array_merge(...$lists);
    foreach ($lists as $index => $list) {
        for ($i = 1, $n = count($list); $i < $n; $i++) {
            if ($list[$i] <= $list[$i - 1]) {
                throw new Exception("list $index does not rise at $i");
            }
        }
    }
    // By sorting: IDs at low rate collide as array keys.
    sort($all);
    for ($i = 1, $n = count($all); $i < $n; $i++) {
        if ($all[$i] === $all[$i - 1]) {
            throw new Exception("{$all[$i]} was issued twice");
        }
    }
    if (count($all) !== $expected) {
        throw new Exception(count($all) . " IDs instead of $expected");
    }
}

/**
 * A clock for PHPs started with its `env()`: `set()` moves it by so many ms from the real time, also while they
 * run, or makes it stand still there.
 *
 * A test must see for itself that the extension sees it move (Number::getTimestamp()).
 */
final class Clock
{
    private string $file;

    public function __construct()
    {
        $this->file = scratch('clock');
        $this->set(0);
    }

    public function set(int $ms, bool $still = false): void
    {
        // Written in place: the preload has it mapped.
        $file = fopen($this->file, 'c');
        fwrite($file, pack('qq', $ms * 1_000_000, $still ? (int) (microtime(true) * 1e9) : 0));
        fclose($file);
    }

    public function env(): array
    {
        return ['LD_PRELOAD' => getenv('TICKET_TEST_DIR') . '/clock.so', 'TICKET_TEST_CLOCK' => $this->file];
    }
}
