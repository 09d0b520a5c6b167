--TEST--
The registry's words are overwritten with zeroes in the middle of a loop: an exception, and no ID twice
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$damage = [
    'cut within the words' => fn($file) => ftruncate($file, 4100),
    'cut and long again' => fn($file) => ftruncate($file, 0) && ftruncate($file, 12288),
    'zeroes' => fn($file) => fseek($file, 4096) === 0 && fwrite($file, str_repeat("\0", 8192)),
];
foreach ($damage as $name => $spoil) {
    foreach ([0, 700_000] as $age) {
        $directory = scratch('registry');
        $ids = scratch('ids');
        // Young, its words are ahead of the clock; later they are not.
        run(PRELUDE . 'new Number(5);', ['ticket.local_path' => $directory]);
        usleep($age);
        $process = start(PRELUDE . <<<PHP
        \$number = new Number(5);
        echo "\\n";
        echo strtok(thrown(function () use (\$number) {
            while (true) save('$ids', \$number->generateMany(200));
        }), ':');
        PHP, ['ticket.local_path' => $directory]);
        $process->line();
        usleep(100_000);
        eventually(fn() => file_exists($ids), what: 'the first IDs');
        $file = fopen("$directory/registry", 'r+');
        $spoil($file);
        echo "$name: ", $process->finish(), "\n";
        check(count(saved($ids)), saved($ids));
    }
}
?>
--INI--
memory_limit=1G
--EXPECT--
cut within the words: Dig\Ticket\Exception\UnavailableNodeIdException
cut within the words: Dig\Ticket\Exception\UnavailableNodeIdException
cut and long again: Dig\Ticket\Exception\UnavailableNodeIdException
cut and long again: Dig\Ticket\Exception\UnavailableNodeIdException
zeroes: Dig\Ticket\Exception\UnavailableNodeIdException
zeroes: Dig\Ticket\Exception\UnavailableNodeIdException
