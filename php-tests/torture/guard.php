<?php
// php guard.php DIRECTORY JOURNALS: when its stdin ends, for whatever reason, it kills what is left of a run: all
// processes that have mapped that directory's module, stopped ones, too. Then it removes the journals, unless there is
// a file `keep` among them.

require __DIR__ . '/families.php';
stream_get_contents(STDIN);
for ($i = 0; $i < 50 && $left = members($argv[1]); $i++) {
    signal_all($left, 'KILL');
    usleep(20_000);
}
if (!file_exists("$argv[2]/keep")) {
    exec('rm -rf ' . escapeshellarg($argv[2]));
}
