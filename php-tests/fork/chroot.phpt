--TEST--
A worker that goes to another root directory stays with the family's registry, and a new one there is told apart
--SKIPIF--
<?php
if (trim(shell_exec('id -u')) !== '0') die('skip: chroot needs root; run the tests as root to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$directory = scratch('registry');
$jail = scratch('jail');
mkdir($jail . dirname($directory), 0777, true);
$file = scratch('ids');
$code = PRELUDE . <<<PHP
\$number = new Number();
\$issue = function (string \$name) use (\$number) {
    for (\$i = 0; \$i < 20; \$i++) {
        \$lists[] = \$number->generateMany(5000);
        usleep(100_000);
    }
    file_put_contents(\$name, pack('q*', ...array_merge(...\$lists)));
};
if (pcntl_fork() === 0) {
    \$out = fopen('$file.1', 'w');
    chroot('$jail');
    \$issue('/ids');
    fwrite(\$out, file_get_contents('/ids'));
    echo is_dir('$directory') ? 'made another registry' : 'stayed', "\\n";
    // Its own node comes from a registry in there, and so is no node of the family's other registry.
    echo (new Local())->getId() === \$number->getNodeId() ? 'the same node' : 'another node', "\\n";
    exit;
}
\$issue('$file.0');
pcntl_wait(\$status);
PHP;
echo run($code, ['ticket.local_path' => $directory, 'memory_limit' => '1G', 'ticket.node_bits' => 3]), "\n";
check(200_000, saved("$file.0"), saved("$file.1"));
// The directory is removed: in there its path is another place.
$ini = ['ticket.local_path' => scratch('registry')];
$process = start(PRELUDE . <<<PHP
\$number = new Number();
chroot('$jail');
echo thrown(fn() => \$number->generate()), "\\n";
await();
usleep(600_000);
echo thrown(fn() => \$number->generate()), "\\n";
PHP, $ini);
echo $process->line(), "\n";
exec("rm -r {$ini['ticket.local_path']}");
$process->say('removed');
echo str_replace($ini['ticket.local_path'], 'DIRECTORY', $process->finish()), "\n";
?>
--EXPECT--
stayed
another node
nothing was thrown
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used: the directory DIRECTORY was removed, and this process can not follow: it runs in another root directory (chroot) than it was started in; start it anew
