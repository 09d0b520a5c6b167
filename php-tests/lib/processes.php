<?php
// The places that PHP runs in, as far as processes go: who its parent is, who is given orphans, who reaps. And what is
// ours there.

require_once __DIR__ . '/service.php';

/** For SKIPIF. */
function skip_without_namespaces(): void
{
    exec('unshare --pid --fork --mount-proc true 2>&1', $said, $failed);
    if ($failed) {
        echo 'skip: a PID namespace needs root; run the tests as root to test this';
    }
}

/** Builds a program, or what is loaded into PHP, from a file of php-tests/processes. */
function built(string $name): string
{
    static $built = [];
    if (!isset($built[$name])) {
        [$file, $flags] = $name === 'preload' ? [scratch($name) . '.so', '-shared -fPIC -pthread'] : [scratch($name), ''];
        $source = escapeshellarg(dirname(__DIR__) . "/processes/$name.c");
        exec("cc $flags -O1 -Wall -Werror -o $file $source 2>&1", $said, $failed);
        $built[$name] = $failed ? throw new Exception(implode("\n", $said)) : $file;
    }
    return $built[$name];
}

/** A PID namespace; what is executed there is its process 1, and all of it ends with the test. */
const PID_NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];

/** What a command begins with, by the place in which the rest of it then runs. */
function places(): array
{
    $without_proc = 'mount --make-rprivate / && mount -t tmpfs none /proc && exec "$@"';
    return [
        'as any process' => [],
        'as process 1' => PID_NAMESPACE,
        'as process 1 without /proc' => [
            'unshare', '--pid', '--fork', '--kill-child', '-m', '--propagation', 'unchanged', 'sh', '-c', $without_proc, 'sh',
        ],
        'under a process 1 that does not reap' => [...PID_NAMESPACE, built('place'), 'watch'],
        'as a subreaper' => [...PID_NAMESPACE, built('place'), 'watch', built('place'), 'subreaper'],
        'under a subreaper that does not reap' => [built('place'), 'watch'],
    ];
}

/** What is loaded into a PHP that runs there; its last look goes to the file. */
function looking(string $file, int $threads = 0): array
{
    return ['env', 'LD_PRELOAD=' . built('preload'), "TICKET_TEST_LEFT=$file", "TICKET_TEST_BUSY=$threads"];
}

/** The PHP that a command has become or started, directly or not. */
function inner(int $pid): int
{
    foreach ([$pid, ...descendants($pid)] as $process) {
        if (@file_get_contents("/proc/$process/comm") === basename(getenv('TEST_PHP_EXECUTABLE')) . "\n") {
            return $process;
        }
    }
    throw new Exception("There is no PHP in $pid");
}

/**
 * What of ours there is beneath a process: how many keepers run and how many stand by, how many of them are its own
 * children without an exit signal, and how many zombies there are.
 */
function beneath(int $pid): array
{
    $found = ['keeper' => 0, 'standby' => 0, 'children' => 0, 'zombies' => 0];
    foreach (descendants($pid) as $process) {
        if (preg_match('/\(ticket-(\w+)\) (.*)/s', (string) @file_get_contents("/proc/$process/stat"), $stat)) {
            // From the third field.
            $fields = explode(' ', $stat[2]);
            $found[$fields[0] === 'Z' ? 'zombies' : $stat[1]]++;
            $found['children'] += (int) ($fields[0] !== 'Z' && [$fields[1], $fields[35]] === ["$pid", '0']);
        }
    }
    return $found;
}

/** Waits until nothing of ours but one family's two runs beneath it; how many zombies there are then. */
function zombies(int $pid): int
{
    eventually(function () use ($pid, &$beneath) {
        $beneath = beneath($pid);
        return $beneath['keeper'] === 1 && $beneath['standby'] === 1;
    }, what: 'one keeper and one that stands by');
    return $beneath['zombies'];
}

/** What was printed, and of the last line of `place` what nobody has reaped, if there is any. */
function with_left(string $printed): string
{
    return trim(preg_replace_callback('/^left:(.*)$/m', function ($found) {
        $names = array_filter(explode(' ', $found[1]));
        sort($names);
        return $names ? 'left: ' . implode(' ', $names) : '';
    }, $printed));
}

/**
 * For code given to start(): workers, and what PHP sees of processes. Where a wait would never end, it says so at last.
 */
const WORKERS = PRELUDE . <<<'PHP'
[$mine, $waited, $heard] = [[], [], []];
pcntl_async_signals(true);
pcntl_signal(SIGALRM, function () { echo "hangs\n"; exit(1); });
pcntl_alarm(60);
pcntl_signal(SIGCHLD, function ($signal, $info) use (&$heard) { $heard[] = $info['pid']; });
/** Starts a worker, and waits as long as there is any child. */
function worker(callable $body): void {
    global $mine, $waited;
    if (!$pid = pcntl_fork()) {
        $body();
        exit;
    }
    $mine[] = $pid;
    while (($child = pcntl_wait($status)) > 0) $waited[] = $child;
}
/** What there is to be waited for by somebody who starts nothing: nothing. */
function strangers(): string {
    $child = pcntl_wait($status, WNOHANG);
    return $child === -1 ? '' : ($child ? "a wait returns $child " : 'a wait would wait ');
}
/** What it saw besides its own; '' when that was nothing. */
function strange(): string {
    global $mine, $waited, $heard;
    $told = strangers();
    foreach (['waited for' => $waited, 'heard of' => $heard] as $how => $pids) {
        $pids === $mine || $told .= "$how " . json_encode($pids) . ', not ' . json_encode($mine) . ' ';
    }
    return $told;
}
/**
 * All of ours that run and are seen from here, by name: [process, parent, exit signal]. One that has just been started, which
 * its exit signal tells, is awaited until it has its name.
 */
function ours(string $mark): array {
    do {
        [$found, $nameless] = [[], false];
        foreach (glob('/proc/[0-9]*') as $process) {
            if (str_contains((string) @file_get_contents("$process/cmdline"), $mark)
                && preg_match('/^(\d+) \((?:ticket-)?(\w+)\) [^ZX] (.*)/s', (string) @file_get_contents("$process/stat"), $stat)) {
                // From the fourth field.
                $fields = array_map('intval', explode(' ', $stat[3]));
                $ours = in_array($stat[2], ['keeper', 'standby']);
                $nameless = $nameless || !$ours && $fields[34] === 0;
                $ours && $found[$stat[2]][] = [(int) $stat[1], $fields[0], $fields[34]];
            }
        }
    } while ($nameless);
    ksort($found);
    return $found;
}
/** Whose children they are, of $first, of $worker, or of another of ours. */
function whose(string $mark, int $first, int $worker = 0): string {
    $told = [];
    $ours = ours($mark);
    foreach ($ours as $name => $all) {
        foreach ($all as [$pid, $parent, $signal]) {
            $standby = in_array($parent, array_column($ours['standby'] ?? [], 0));
            $parent = match (true) {
                $parent === $first => 'the first', $parent === $worker => 'the worker', $standby => 'standby', default => "another ($parent)",
            };
            // That one reaps it.
            $told[] = "$name of $parent" . ($standby ? '' : ", signal $signal");
        }
    }
    return implode('; ', $told) ?: 'none';
}
/** Kills, by a child of its own that it waits for. */
function kill(int ...$pids): void {
    global $mine, $waited;
    // 0 is the whole process group.
    min($pids) > 1 || exit('nobody to kill');
    $kill = proc_open(['kill', '-9', ...$pids], [], $pipes);
    $mine[] = $waited[] = proc_get_status($kill)['pid'];
    proc_close($kill);
    foreach ($pids as $pid) {
        while (preg_match('/\) [^ZX] /', (string) @file_get_contents("/proc/$pid/stat"))) usleep(1000);
    }
}
/** Waits for what holds sooner or later. */
function until(callable $holds): bool {
    for ($end = hrtime(true) + 30e9; !$holds(); usleep(2000)) if (hrtime(true) > $end) return false;
    return true;
}

PHP;
