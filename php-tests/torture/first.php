<?php
// php first.php FILE COMMAND...: process 1 of a PID namespace, as a scheduler in a container is: starts the command,
// waits for it and for nothing else that becomes its child, and when that has ended well writes to FILE what is left of
// ticket's own, as JSON: [[names of what runs], [names of zombies]].

[, $file] = $argv;
if (!$pid = pcntl_fork()) {
    pcntl_exec($argv[2], array_slice($argv, 3));
    exit(1);
}
pcntl_waitpid($pid, $status);
if (!pcntl_wifexited($status) || pcntl_wexitstatus($status) !== 0) {
    exit(1);
}
// A keeper has its time to end, and more than one is stopped for.
for ($end = hrtime(true) + 15_000_000_000; true; usleep(10_000)) {
    $left = [[], []];
    foreach (glob('/proc/[0-9]*/stat') as $stat) {
        if (preg_match('/\((ticket-.*)\) (.)/', (string) @file_get_contents($stat), $is)) {
            $left[$is[2] === 'Z'][] = $is[1];
        }
    }
    if (!$left[0] || hrtime(true) > $end) {
        break;
    }
}
file_put_contents($file, json_encode($left));
