--TEST--
What a family held that was killed as a whole is given back at once, not when its session's time is over
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$ini = client($server, ['ticket.session_timeout' => 30_000]);
$holds = PRELUDE . CLIENT . <<<'PHP'
$lock = new Dig\Zookeeper\Lock(new Client(), '/lock');
echo $lock->acquire(5) ? "held\n" : "not held\n";
fgets(STDIN);
PHP;
$next = start(PRELUDE . CLIENT . <<<'PHP'
$lock = new Dig\Zookeeper\Lock(new Client(), '/lock');
while (fgets(STDIN)) {
    echo $lock->acquire(10) ? "held\n" : "not held\n";
    $lock->release();
}
PHP, $ini);
for ($i = 0, $said = []; $i < 10; $i++) {
    $family = start($holds, $ini);
    $said[] = $family->line();
    $next->say('acquire');
    kill($family->pid());
    $said[] = $next->line();
}
print_r(array_count_values($said));
echo $next->finish();
?>
--EXPECT--
Array
(
    [held] => 20
)
