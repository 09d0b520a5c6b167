--TEST--
What cannot be a registry is refused by name, and never replaced by another place
--SKIPIF--
<?php
if (trim(shell_exec('id -u')) !== '0') die('skip: two users need root; run the tests as root to test this');
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
$elsewhere = scratch('elsewhere');
mkdir($elsewhere);

symlink($elsewhere, $directory = scratch('registry'));
$try('directory is a link', $directory);
$try('and with a slash', "$directory/");
mkdir($directory = scratch('registry'));
symlink("$elsewhere/registry", "$directory/registry");
$try('file is a link', $directory);
mkdir($directory = scratch('registry'));
mkdir("$directory/registry");
$try('file is a directory', $directory);
mkdir($directory = scratch('registry'));
exec("mkfifo $directory/registry");
$try('file is a pipe', $directory);
mkdir($directory = scratch('registry'));
file_put_contents("$directory/registry", str_repeat("\0", 12288));
$try('file is empty', $directory);
touch($directory = scratch('registry'));
$try('directory is a file', $directory);
$try('nothing above it', '/nonexistent/ticket');

$nobody = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'];
$limited = fn(string $limit) => ['sh', '-c', "ulimit $limit; exec \"\$@\"", 'sh'];
$try('file size limit', $directory = scratch('registry'), $limited('-f 8'));
$try('descriptor limit', $directory = scratch('registry'), $limited('-n 10'));
mkdir($directory = scratch('registry'), 0755);
$try('directory of another user', $directory, $nobody);
mkdir($directory = scratch('registry'), 0755);
run($code, ['ticket.local_path' => $directory]);
chmod("$directory/registry", 0644);
$try('file of another user', $directory, $nobody);

echo implode(' ', array_diff(scandir($elsewhere), ['.', '..'])), "\n";
?>
--EXPECTF--
directory is a link: DIRECTORY is a symbolic link, which is never followed; name the directory it leads to
and with a slash: DIRECTORY is a symbolic link, which is never followed; name the directory it leads to
file is a link: DIRECTORY/registry is a symbolic link, which is never followed; remove it
file is a directory: cannot open DIRECTORY/registry for writing: open: it is a directory (EISDIR: Is a directory); remove it, or, when all PHP that uses it has ended and unless the clock was set back since, set ticket.local_path to another directory, such as %s, for all PHP of this machine (here: tmpfs, Linux %s)
file is a pipe: DIRECTORY/registry: it is not a regular file; remove it
file is empty: DIRECTORY/registry: it is no registry or was overwritten; end its users and, unless the clock was set back since it was made, remove it
directory is a file: cannot open the directory DIRECTORY: open: it or a part of its path is no directory (ENOTDIR: Not a directory); rename that, or, when all PHP that uses it has ended and unless the clock was set back since, set ticket.local_path to another directory, such as %s, for all PHP of this machine (here: tmpfs, Linux %s)
nothing above it: cannot make the directory DIRECTORY: open: a directory above it is missing (ENOENT: No such file or directory); make that, or, when all PHP that uses it has ended and unless the clock was set back since, set ticket.local_path to another directory, such as %s, for all PHP of this machine
file size limit: cannot make DIRECTORY/registry: it needs 12288 bytes and the limit on the size of a file is 4096 (ulimit -f)
descriptor limit: no descriptor from 10 on is free; raise the limit on open files (ulimit -n)
directory of another user: cannot make DIRECTORY/registry: open with O_CREAT: this user may not, by the modes of a file or a directory or by a security module (EACCES: Permission denied); let all users of the registry write there (directory 1777, file 0666), or, when all PHP that uses it has ended and unless the clock was set back since, set ticket.local_path to another directory, such as %s, for all PHP of this machine (here: tmpfs, Linux %s)
file of another user: cannot open DIRECTORY/registry for writing: open: this user may not, by the modes of a file or a directory or by a security module (EACCES: Permission denied); let all users of the registry write there (directory 1777, file 0666), or, when all PHP that uses it has ended and unless the clock was set back since, set ticket.local_path to another directory, such as %s, for all PHP of this machine (here: tmpfs, Linux %s)

