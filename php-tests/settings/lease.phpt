--TEST--
ticket.lease: at start-up, or when the first ID is asked for
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
// One node, so that who has it shows.
foreach (['startup', 'first_use'] as $lease) {
    $ini = ['ticket.local_path' => scratch('registry'), 'ticket.node_bits' => 1];
    $idle = start(PRELUDE . 'echo "\n"; await(); echo strtok(thrown(fn() => (new Number())->generate()), ":");', $ini + ['ticket.lease' => $lease]);
    $idle->line();
    $other = start(PRELUDE . 'echo strtok(thrown(fn() => (new Number())->generate()), ":"), "\n"; await();', $ini);
    echo $lease, ': ', $other->line(), ' / ';
    $idle->say('now');
    echo $idle->finish(), "\n";
    $other->finish();
}
// Used by forks first, which then share one node, and one claim.
echo run(PRELUDE . <<<'PHP'
for ($i = 0; $i < 5; $i++) {
    if (pcntl_fork() === 0) exit((new Number())->getNodeId() === 1 ? 0 : 1);
}
while (pcntl_wait($status) > 0) echo $status;
PHP, ['ticket.local_path' => scratch('registry'), 'ticket.node_bits' => 1, 'ticket.lease' => 'first_use']), "\n";
?>
--EXPECT--
startup: Dig\Ticket\Exception\UnavailableNodeIdException / nothing was thrown
first_use: nothing was thrown / Dig\Ticket\Exception\UnavailableNodeIdException
00000
