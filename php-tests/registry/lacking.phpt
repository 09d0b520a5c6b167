--TEST--
A kernel, a file system or a security profile that lacks a call: another way, or its name and what to do; one registry in any case
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$preload = scratch('lacking') . '.so';
exec("cc -shared -fPIC -O1 -Wall -Werror -o $preload " . __DIR__ . '/preload.c');
$lacking = fn(string $what, array $more = []) => ['LD_PRELOAD' => $preload, 'TICKET_TEST_REFUSED' => $what] + $more;
$issue = PRELUDE . 'echo thrown(fn() => print(count((new Number())->generateMany(2))));';

// What is said of each call; null: another way was found.
$table = [
    'mmap_inherited' => 'mmap', 'mmap_private' => 'mmap', 'madvise' => null, 'munmap' => null, 'sigaction' => null,
    'getrandom' => null, 'open' => 'opening the root directory', 'fstat' => 'stat', 'F_DUPFD_CLOEXEC' => 'descriptor|F_DUPFD_CLOEXEC',
    'openat2' => null, 'mkdirat' => 'mkdir', 'fchmodat' => 'chmod', 'renameat2' => null, 'unlinkat' => null,
    'fstatfs' => 'fstatfs', 'openat' => 'open', 'getrlimit' => 'getrlimit', 'openat_new' => 'open with O_CREAT', 'pwrite' => 'write',
    'fchmod' => 'chmod', 'linkat' => null, 'statx' => null, 'pread' => 'read', 'mmap' => 'mmap with MAP_SHARED',
    'F_OFD_SETLK' => 'F_OFD_SETLK', 'fstatat' => 'stat', 'fcntl' => null,
    // Both ways.
    'renameat2,linkat' => 'link, and renameat2 with RENAME_NOREPLACE', 'renameat2,renameat' => 'rename', 'openat2,openat_path' => 'open',
];
$log = scratch('log');
run($issue, ['ticket.local_path' => scratch('registry')], $lacking('', ['TICKET_TEST_LOG' => $log]));
$made = array_unique(file($log, FILE_IGNORE_NEW_LINES));
echo count($made) > 20 ? '' : 'the calls are not seen ', implode(' ', array_diff($made, array_keys($table))), "\n";
// What else can be the matter.
$errors = [
    'mmap' => ['ENODEV', 'ENOMEM', 'EACCES'], 'mmap_inherited' => ['ENOMEM'], 'openat' => ['EACCES', 'EMFILE', 'EIO'],
    'openat_new' => ['EROFS', 'EDQUOT'], 'pwrite' => ['ENOSPC', 'EIO'], 'pread' => ['EIO'], 'F_OFD_SETLK' => ['EACCES', 'ENOLCK', 'EOPNOTSUPP'],
    'renameat2' => ['ENOTTY'], 'linkat' => ['EOPNOTSUPP'], 'F_DUPFD_CLOEXEC' => ['EMFILE'], 'openat2' => ['EAGAIN'],
];
$cures = 'allow it|raise the limit|let all users|mount it writable|make room|end some|see its log';
foreach ($table as $calls => $named) {
    foreach ([...['ENOSYS', 'EPERM', 'EINVAL'], ...$errors[$calls] ?? []] as $error) {
        $ini = ['ticket.local_path' => $directory = scratch('registry')];
        $process = start($issue, $ini, $lacking(str_replace(',', "=$error,", $calls) . "=$error"));
        $said = stream_get_contents($process->pipes[1]) . stream_get_contents($process->pipes[2]);
        $status = proc_close($process->process);
        $right = $named === null
            ? $said === '2nothing was thrown'
            : preg_match("~^Dig.Ticket.Exception.UnavailableNodeIdException: .*\\b($named)\\b.*; ($cures)~", $said);
        if ($status !== 0 || !$right) {
            echo "$calls $error: $said [$status]\n";
        }
        // What was refused leaves nothing that is in the way of who comes next.
        if ($named !== null && $error === 'EPERM' && run($issue, $ini) !== '2nothing was thrown') {
            echo "$calls $error: what was left is in the way\n";
        }
    }
}

// Another process is faster, at each moment that matters. Not as PHP starts: the first use would hide what failed then.
$ini = ['ticket.local_path' => scratch('registry')];
run($issue, $ini);
$inode = PRELUDE . <<<'PHP'
$number = new Number(new Local(getenv('DIRECTORY')));
$ids = $number->generateMany(2000);
foreach (glob('/proc/self/fd/*') as $fd) {
    if (str_starts_with((string) @readlink($fd), getenv('DIRECTORY') . '/registry')) echo fileinode($fd), ' ';
}
echo base64_encode(pack('q*', ...$ids)), "\n";
PHP;
foreach ([
    ['mkdirat', '', 'php'], ['renameat2', 'renameat2=EINVAL', 'php'], ['renameat2', 'renameat2=EINVAL', 'mkdir'], ['renameat', 'renameat2=EINVAL', 'php'],
    ['renameat', 'renameat2=EINVAL', 'mkdir'], ['openat_new', 'renameat2=EINVAL', 'replace'], ['openat_new', '', 'php'], ['linkat', '', 'php'],
    ['linkat', 'linkat=EPERM', 'php'], ['linkat', 'linkat=EPERM', 'replace'], ['renameat2', 'linkat=EPERM', 'php'],
] as [$call, $what, $who]) {
    $directory = scratch('registry');
    // Past the directory's own renaming.
    $what === 'linkat=EPERM' && $call === 'renameat2' && mkdir($directory) && chmod($directory, 01777);
    $other = 'env -u LD_PRELOAD ' . implode(' ', array_map('escapeshellarg', command($inode, $ini))) . " > $directory.other";
    $between = match ($who) {
        'php' => $other,
        'mkdir' => "mkdir -p $directory",
        // As whoever has renamed his own in its place.
        'replace' => "rm -r $directory && $other",
    };
    $env = $lacking($what, ['TICKET_TEST_BETWEEN' => "$call:$between", 'DIRECTORY' => $directory]);
    $lines = [run($inode, $ini, $env), trim((string) @file_get_contents("$directory.other"))];
    $lines = array_filter($lines);
    printf("%s, %s, %s: %o, ", $call, $what, $who, fileperms($directory) & 07777);
    foreach ($lines as $i => $line) {
        [$inodes[$i], $ids[$i]] = explode(' ', "$line ");
        $ids[$i] = array_values(unpack('q*', base64_decode($ids[$i])));
    }
    check(2000 * count($lines), ...array_slice($ids, 0, count($lines)));
    $same = array_unique([...array_slice($inodes, 0, count($lines)), (string) fileinode("$directory/registry")]);
    echo count($lines) === ($who === 'mkdir' ? 1 : 2) && count($same) === 1 ? 'one registry' : implode("\n", $lines), "\n";
    if (array_diff(scandir($directory), ['.', '..', 'registry']) || glob(dirname($directory) . '/.' . basename($directory) . '.*')) {
        echo "something is left\n";
    }
}

// Memory that a fork is to find empty: refused, and promised but not done.
foreach (['madvise=EINVAL', '+madvise'] as $what) {
    $said = run(PRELUDE . <<<'PHP'
    $own = new Number(new Local());
    $family = new Number();
    $first = [$own->getNodeId(), $family->getNodeId()];
    $ids = [...$own->generateMany(100), ...$family->generateMany(100)];
    if (pcntl_fork() === 0) {
        $child = [$own->getNodeId(), $family->getNodeId()];
        echo $child[0] === $first[0] ? 'the same node' : 'another node', ', ', $child[1] === $first[1] ? 'the family\'s node' : 'another node';
        exit;
    }
    pcntl_wait($status);
    echo ', ', $own->getNodeId() === $first[0] ? 'as before' : 'another node';
    PHP, ['ticket.local_path' => scratch('registry')], $lacking($what));
    echo "$what: $said\n";
}

// Paths that lead over a link are seen from the root that the family began in.
if (trim(shell_exec('id -u')) === '0') {
    $real = scratch('real');
    $link = scratch('link');
    $jail = scratch('jail');
    foreach (['', $jail] as $root) {
        mkdir("$root$real", 0777, true);
        symlink($real, "$root$link");
    }
    echo run(PRELUDE . <<<PHP
    \$number = new Number();
    \$node = \$number->getNodeId();
    chroot('$jail');
    \$own = new Number(new Local('$link/ticket'));
    echo \$own->getNodeId() === \$node ? 'the same node' : 'another node', ', ', is_dir('$real/ticket') ? 'made another registry' : 'stayed';
    PHP, ['ticket.local_path' => "$link/ticket", 'ticket.node_bits' => 2], $lacking('openat2=ENOSYS')), "\n";
} else {
    echo "another node, stayed\n";
}
?>
--EXPECT--

mkdirat, , php: 1777, one registry
renameat2, renameat2=EINVAL, php: 1777, one registry
renameat2, renameat2=EINVAL, mkdir: 1777, one registry
renameat, renameat2=EINVAL, php: 1777, one registry
renameat, renameat2=EINVAL, mkdir: 1777, one registry
openat_new, renameat2=EINVAL, replace: 1777, one registry
openat_new, , php: 1777, one registry
linkat, , php: 1777, one registry
linkat, linkat=EPERM, php: 1777, one registry
linkat, linkat=EPERM, replace: 1777, one registry
renameat2, linkat=EPERM, php: 1777, one registry
madvise=EINVAL: another node, the family's node, as before
+madvise: another node, the family's node, as before
another node, stayed
