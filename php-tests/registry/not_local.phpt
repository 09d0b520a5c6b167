--TEST--
A directory on a file system that is not known to be local is refused by its name
--SKIPIF--
<?php
$mount = 'mount -i -t fuse -o fd=3,rootmode=40000,user_id=65534,group_id=65534 none';
exec("unshare -m --propagation unchanged sh -c 'mount --make-rprivate /dev/shm && exec 3<>/dev/fuse && $mount /dev/shm' 2>&1", $output, $status);
if ($status !== 0) die('skip: this needs /dev/fuse and the right to mount (CAP_SYS_ADMIN): ' . implode(' ', $output));
?>
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$code = PRELUDE . 'echo thrown(fn() => print((new Number())->getNodeId()));';
$try = function (string $mount, string $below = '', string $file = '') use ($code) {
    mkdir($directory = scratch('registry'));
    $file === '' || touch($directory . $file);
    // Made private first, so that the mount is seen by nobody else.
    $before = ['unshare', '-m', '--propagation', 'unchanged', 'sh', '-c',
        "mount --make-rprivate /dev/shm && exec 3<>/dev/fuse && mount -i $mount $directory$file && exec \"\$@\"", 'sh'];
    echo str_replace($directory, 'DIRECTORY', run($code, ['ticket.local_path' => $directory . $below], [], $before)), "\n";
};
// Nobody serves it. The kernel says what it is without asking him, since it is not this user's.
$try('-t fuse -o fd=3,rootmode=40000,user_id=65534,group_id=65534 none');
$try('-t proc none');
$try('-t proc none', '/below');
// The directory is on the list, and what is mounted in it is not.
$try('--bind /proc/version', '', '/registry');
// On the list.
echo preg_replace('/^\d+/', 'N', (function () use ($code) {
    mkdir($directory = scratch('registry'));
    return run($code, ['ticket.local_path' => $directory], [], ['unshare', '-m', '--propagation', 'unchanged', 'sh', '-c',
        "mount --make-rprivate /dev/shm && mount -t ramfs none $directory && exec \"\$@\"", 'sh']);
})()), "\n";
?>
--EXPECTF--
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used: DIRECTORY is on fuse, and a registry only on a file system that is known to be this machine's alone and to share its files as memory (tmpfs, ramfs, ext4, xfs, btrfs, zfs, f2fs, overlay, bcachefs, jfs, reiserfs, nilfs2, ubifs); set ticket.local_path, for all PHP of this machine, to a directory on one of these, such as /dev/shm/ticket or /var/lib/ticket
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used: DIRECTORY is on proc, and a registry only on %s
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used: cannot make the directory DIRECTORY/below: DIRECTORY/below is on proc, and a registry only on %s
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used: DIRECTORY/registry: it is on proc, and a registry only on %s
Nnothing was thrown
