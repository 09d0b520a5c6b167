--TEST--
A directory that another program serves (FUSE) is refused by name
--SKIPIF--
<?php
$mount = 'mount -i -t fuse -o fd=3,rootmode=40000,user_id=65534,group_id=65534 none';
exec("unshare -m --propagation unchanged sh -c 'mount --make-rprivate /dev/shm && exec 3<>/dev/fuse && $mount /dev/shm' 2>&1", $output, $status);
if ($status !== 0) die('skip: this needs /dev/fuse and the right to mount (CAP_SYS_ADMIN): ' . implode(' ', $output));
?>
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
mkdir($directory = scratch('registry'));
// Nobody serves it. The kernel says what it is without asking him, since it is not this user's.
$mount = 'mount -i -t fuse -o fd=3,rootmode=40000,user_id=65534,group_id=65534 none ' . $directory;
// Made private first, so that the mount is seen by nobody else.
$before = ['unshare', '-m', '--propagation', 'unchanged', 'sh', '-c',
    "mount --make-rprivate /dev/shm && exec 3<>/dev/fuse && $mount && exec \"\$@\"", 'sh'];
$code = PRELUDE . 'echo thrown(fn() => print((new Number())->getNodeId()));';
echo str_replace($directory, 'DIRECTORY', run($code, ['ticket.local_path' => $directory], [], $before)), "\n";
?>
--EXPECT--
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used: DIRECTORY is on FUSE, whose files can not be shared as memory; name a directory on a local file system
