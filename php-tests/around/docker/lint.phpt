--TEST--
The Dockerfiles of examples/docker please hadolint, and copy only what is there
--SKIPIF--
<?php
exec(dirname(__DIR__, 3) . '/target/hadolint/bin/hadolint --version 2>&1', $said, $status);
if ($status) die('skip: hadolint is missing here; .setup/run install docker installs it');
?>
--FILE--
<?php
$project = dirname(__DIR__, 3);
$files = glob("$project/examples/docker/*.Dockerfile");
// The test of images (php-tests/debian/image) carries out what the first says; for the second there is no Swoole in Debian.
echo implode(' ', array_map(basename(...), $files)), "\n";
$lint = fn(string $file) => shell_exec("$project/target/hadolint/bin/hadolint --no-color " . escapeshellarg($file) . ' 2>&1');
foreach ($files as $file) {
    echo $lint($file);
    preg_match_all('/^COPY (?!--from)(\S+) /m', file_get_contents($file), $copied);
    foreach ($copied[1] as $path) {
        echo file_exists("$project/$path") ? '' : "$path is not there\n";
    }
}
// It does find something.
file_put_contents($wrong = getenv('TICKET_TEST_DIR') . '/wrong.Dockerfile', "FROM debian\nRUN cd /tmp\n");
preg_match_all('/ (DL\d+) /', $lint($wrong), $found);
echo implode(' ', $found[1]), "\n";
?>
--EXPECT--
fpm.Dockerfile swoole.Dockerfile
DL3006 DL3003
