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
// Without /proc and /sys, as in a bare chroot.
$bare = fn(string $directory) =>
    ['unshare', '-m', '--propagation', 'unchanged', 'sh', '-c', "mount --make-rprivate / && mount -t tmpfs none /proc && mount -t tmpfs none /sys && exec \"\$@\"", 'sh'];
$try('no /proc', $directory, $bare($directory));
$try('large enough', $directory, $mounted($directory, 'size=16k'), ['ticket.lease' => 'first_use']);
?>
--EXPECTF--
read-only: cannot make DIRECTORY/registry: open with O_CREAT: the file system is read-only (EROFS: Read-only file system); mount it writable, or, when all PHP that uses it has ended and unless the clock was set back since, set ticket.local_path to another directory, such as %s, for all PHP of this machine (here: tmpfs, Linux %s)
full: cannot make DIRECTORY/registry: write: the file system is full, or the user's quota (ENOSPC: No space left on device); make room there, or, when all PHP that uses it has ended and unless the clock was set back since, set ticket.local_path to another directory, such as %s, for all PHP of this machine (here: tmpfs, Linux %s)
small: cannot make DIRECTORY/registry: write: the file system is full, or the user's quota (ENOSPC: No space left on device); make room there, or, when all PHP that uses it has ended and unless the clock was set back since, set ticket.local_path to another directory, such as %s, for all PHP of this machine (here: tmpfs, Linux %s)
no /proc: %dnothing was thrown
large enough: %dnothing was thrown
