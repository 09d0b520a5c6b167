--TEST--
A list that memory_limit does not allow ends the script as the engine's own functions do
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
// The second is more than twice the limit, from where the engine ends a process that does not ask as it should.
foreach ([300_000, 600_000] as $count) {
    $ends = array_map(fn($list) => run(
        "register_shutdown_function(fn() => print('shutdown functions run'));\n\$list = $list;\necho 'not reached';",
        ['memory_limit' => '8M', 'display_errors' => 1]
    ), ["array_fill(0, $count, 1)", "(new Dig\\Ticket\\Number())->generateMany($count)"]);
    echo $ends[0] === $ends[1] ? '' : "not alike: $ends[1]\n", $ends[0], "\n";
}
// What is allowed is issued.
echo run('echo count((new Dig\Ticket\Number())->generateMany(200_000));', ['memory_limit' => '8M']), "\n";
?>
--EXPECTF--
Fatal error: Allowed memory size of 8388608 bytes exhausted (tried to allocate %d bytes) in Command line code on line 2
shutdown functions run
Fatal error: Allowed memory size of 8388608 bytes exhausted (tried to allocate %d bytes) in Command line code on line 2
shutdown functions run
200000
