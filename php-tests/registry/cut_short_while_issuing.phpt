--TEST--
The registry's file is cut short in the middle of a loop: no crash
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
for ($i = 0; $i < 10; $i++) {
    $directory = scratch('registry');
    $process = start(PRELUDE . <<<'PHP'
    $number = new Number();
    echo "\n";
    echo thrown(function () use ($number) { while (true) $number->generate(); });
    PHP, ['ticket.local_path' => $directory]);
    $process->line();
    usleep(random_int(1000, 50_000));
    file_put_contents("$directory/registry", '');
    echo substr($process->finish(), 0, 82), "\n";
}
?>
--EXPECT--
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used
Dig\Ticket\Exception\UnavailableNodeIdException: the local registry cannot be used
