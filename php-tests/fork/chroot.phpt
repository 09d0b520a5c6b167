--TEST--
A worker in another root directory stays with the registry of its family, also when that is moved or removed
--SKIPIF--
<?php
if (trim(shell_exec('id -u')) !== '0') die('skip: chroot needs root; run the tests as root to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
foreach (['stays' => 'true', 'is renamed' => 'mv %1$s %1$s.old', 'is removed' => 'rm -r %1$s'] as $what => $command) {
    $directory = scratch('registry');
    $jail = scratch('jail');
    // In there the path is another place, where a registry could be made, too.
    mkdir($jail . dirname($directory), 0777, true);
    $file = scratch('ids');
    $process = start(PRELUDE . <<<PHP
    \$number = new Number();
    \$issue = function (string \$name) use (\$number) {
        \$out = fopen(\$name, 'w');
        for (\$i = 0; \$i < 30; \$i++) {
            fwrite(\$out, pack('q*', ...\$number->generateMany(5000)));
            usleep(60_000);
        }
        return \$out;
    };
    if (pcntl_fork() === 0) {
        chroot('$jail');
        \$issue('/ids');
        echo is_dir('$directory') ? 'made another registry' : 'stayed', "\\n";
        // The same registry, since it is not the family's node again; and by the path as seen from outside.
        \$local = new Number(new Local('$directory'));
        echo \$local->getNodeId() === \$number->getNodeId() ? 'the same node' : 'another node', "\\n";
        exit;
    }
    echo "\\n";
    \$issue('$file');
    pcntl_wait(\$status);
    PHP, ['ticket.local_path' => $directory, 'memory_limit' => '1G', 'ticket.node_bits' => 2]);
    $process->line();
    usleep(500_000);
    exec(sprintf($command, $directory));
    // A stranger, who takes the node if it is free now and issues from it.
    $stranger = run(PRELUDE . <<<PHP
    for (\$node = 1; \$node < 4; \$node++) save('$file.stranger', (new Number(\$node))->generateMany(5000));
    PHP, ['ticket.local_path' => $directory, 'ticket.node_bits' => 2]);
    echo "the directory $what: ", str_replace("\n", ', ', $process->finish()), $stranger, "\n";
    $lists = [saved($file), saved("$jail/ids"), ...array_chunk(saved("$file.stranger"), 5000)];
    check(315_000, ...$lists);
}
?>
--INI--
memory_limit=1G
--EXPECT--
the directory stays: stayed, another node
the directory is renamed: stayed, another node
the directory is removed: stayed, another node
