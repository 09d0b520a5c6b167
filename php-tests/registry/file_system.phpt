--TEST--
A read-only or full file system is told by name, and never a crash
--SKIPIF--
<?php
exec('unshare -m --propagation unchanged mount --make-rprivate /dev/shm 2>&1', $output, $status);
if ($status !== 0) die('skip: this needs the right to mount (CAP_SYS_ADMIN): ' . implode(' ', $output));
?>
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$code = PRELUDE . 'echo thrown(fn() => print((new Number())->getNodeId()));';
$try = function (string $what, string $directory, array $before = [], array $ini = []) use ($code) {
    $said = run($code, $ini + ['ticket.local_path' => $directory], [], $before);
    $said = preg_replace('~^Dig.Ticket.Exception.UnavailableNodeIdException: the local registry cannot be used: ~', '', $said);
    echo "$what: ", str_replace($directory, 'DIRECTORY', $said), "\n";
};
$mounted = fn(string $directory, string $options) =>
    // Made private first, so that the mount is seen by nobody else.
    ['unshare', '-m', '--propagation', 'unchanged', 'sh', '-c',
        "mount --make-rprivate /dev/shm && mount -t tmpfs -o $options none $directory && exec \"\$@\"", 'sh'];
mkdir($directory = scratch('registry'));
$try('read-only', $directory, $mounted($directory, 'ro'));
$try('full', $directory, $mounted($directory, 'size=4k'));
// A page is free for the file, and none for its words.
$try('small', $directory, $mounted($directory, 'size=8k'));
$try('large enough', $directory, $mounted($directory, 'size=16k'), ['ticket.lease' => 'first_use']);
?>
--EXPECTF--
read-only: cannot make DIRECTORY/registry: EROFS: Read-only file system
full: cannot make DIRECTORY/registry: ENOSPC: No space left on device
small: cannot make DIRECTORY/registry: ENOSPC: No space left on device
large enough: %dnothing was thrown
