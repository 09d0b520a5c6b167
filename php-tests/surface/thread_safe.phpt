--TEST--
make refuses a thread-safe PHP, and names it
--SKIPIF--
<?php
exec('command -v make && command -v cargo', $found, $missing);
if ($missing) die('skip: make or cargo is missing here; the build needs them');
?>
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
// A PHP that differs from the real one in this only.
$php = scratch('php');
$real = escapeshellarg(PHP_BINARY);
file_put_contents($php, "#!/bin/sh\ncase \"\$*\" in *PHP_ZTS*) exit 1;; esac\nexec $real \"\$@\"\n");
chmod($php, 0755);
// Not as a part of the make that runs the tests.
$make = 'env -u MAKEFLAGS -u MAKELEVEL make -s -C ' . escapeshellarg(dirname(__DIR__, 2)) . ' tools PHP_CONFIG=' . escapeshellarg(getenv('PHP_CONFIG'));
exec("$make PHP=$php 2>&1", $said, $status);
echo str_replace($php, 'PHP', $said[0]), "\n";
var_dump($status !== 0);
exec("$make PHP=$real 2>&1", $nothing, $status);
echo implode("\n", $nothing), "$status\n";
?>
--EXPECT--
ticket: PHP is thread-safe (ZTS), which ticket does not support; name one that is not (NTS): make PHP=... PHP_CONFIG=...
bool(true)
0
