--TEST--
The registry's file is overwritten or cut short in use: a clear exception, no crash, and it works again
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$directory = scratch('registry');
$path = "$directory/registry";
$code = PRELUDE . <<<'PHP'
$number = new Number();
echo $number->getNodeId(), "\n";
while (await() === 'go') {
    $problem = thrown(fn() => $GLOBALS['ids'] = $number->generateMany(3_000_000 / 3));
    echo $problem, "\n";
}
echo count($ids), ' ', $number->getNodeId(), "\n";
PHP;
$process = start($code, ['ticket.local_path' => $directory, 'memory_limit' => '1G']);
$node = $process->line();
$ask = function () use ($process, $path) {
    $process->say('go');
    return str_replace($path, 'FILE', $process->line());
};
$whole = file_get_contents($path);
echo $ask(), "\n";
file_put_contents($path, str_repeat('x', 8));                        // cut short
echo $ask(), "\n";
file_put_contents($path, '');
echo $ask(), "\n";
file_put_contents($path, random_bytes(strlen($whole)));              // whole again, and nonsense
usleep(600_000);
echo $ask(), "\n";
// What it says to do:
unlink($path);
echo $ask(), "\n";
$process->say('end');
var_dump($process->finish() === "1000000 $node");
// Broken and removed between two calls: the second one finds a new registry, and that is all.
$process = start(PRELUDE . <<<'PHP'
$number = new Number(5);
$id = $number->generate();
echo "\n";
await();
echo thrown(fn() => var_dump($number->generate() > $id));
PHP, ['ticket.local_path' => $directory]);
$process->line();
file_put_contents($path, '');
unlink($path);
$process->say('go');
echo $process->finish(), "\n";
?>
--EXPECT--
nothing was thrown
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used: FILE: it is 8 bytes long and a registry of this layout 12288: it is no registry or was cut short; end its users and, unless the clock was set back since it was made, remove it
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used: FILE: it is 0 bytes long and a registry of this layout 12288: it is no registry or was cut short; end its users and, unless the clock was set back since it was made, remove it
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used: FILE: it is no registry or was overwritten; end its users and, unless the clock was set back since it was made, remove it
nothing was thrown
bool(true)
bool(true)
nothing was thrown
