--TEST--
Processes that ask without a pause do not keep their keeper from its work: they have a node as soon as there is one
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$ini = ['ticket.dsn' => $server->dsn(), 'ticket.node_bits' => 1, 'ticket.session_timeout' => 60_000];
$holder = start(PRELUDE . 'echo (new Number())->generate(), "\n"; await();', $ini);
$issued = (int) $holder->line();
$code = PRELUDE . <<<'PHP'
for ($forks = 0; $forks < 3 && pcntl_fork() > 0; $forks++);
$number = new Number();
$told = '';
for ($end = hrtime(true) + 60e9; is_string($told) && hrtime(true) < $end;) {
    try { $told = $number->generate(); } catch (Exception $e) { $told = $e->getMessage(); }
    if (is_string($told) && $forks === 3 && !isset($taken) && str_contains($told, '1 of 1 are taken')) {
        $taken = true;
        echo "taken\n";
    }
}
if ($forks < 3) {
    exit(is_string($told) ? 1 : 0);
}
for ($failed = 0; pcntl_wait($status) > 0; $failed += pcntl_wexitstatus($status));
echo $failed, ' ', $told, "\n";
PHP;
$family = start($code, ['ticket.acquire_timeout' => 0] + $ini);
echo $family->line(), "\n";
$holder->finish();
[$failed, $id] = explode(' ', $family->line(), 2) + [1 => ''];
var_dump((int) $failed, (int) $id > $issued);
echo $family->finish();
?>
--EXPECT--
taken
int(0)
bool(true)
