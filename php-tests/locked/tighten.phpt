--TEST--
An open path is tightened in a running fleet: nobody notices who has the credentials, and nobody else gets in
--FILE--
<?php
require __DIR__ . '/../lib/locked.php';
$server = new Server();
put($file = scratch('auth'), 'digest:shop:secret');
$run = scratch('load');
$ini = leasing($server);
$auth = ['ticket.zookeeper_auth' => "file:$file"] + $ini;
$load = PRELUDE . LOAD . <<<'PHP'
[$number, $run] = [new Number(), getenv('RUN')];
first($number);
echo "begun\n";
load($number, $run);
PHP;
// All have the credentials, and make what is open to anyone.
$fleet = [];
foreach ([1, 2, 3] as $one) {
    $fleet[] = start($load, ['ticket.window' => 600] + $auth, ['RUN' => $run]);
}
foreach ($fleet as $php) {
    echo $php->line(), "\n";
}
$script = fn(string ...$more) => (bool) preg_match('/^\d+ znodes$/', shell_exec(implode(' ', array_map(escapeshellarg(...), [getenv('TEST_PHP_EXECUTABLE'), '-n',
    '-d', 'extension=' . getenv('TICKET_TEST_MODULE'), '-d', 'ticket.lease=first_use', '-d', "ticket.dsn={$server->dsn()}",
    '-d', "ticket.zookeeper_auth=file:$file", __DIR__ . '/../../examples/tighten.php', '/sim/ticket', ...$more]))));
var_dump($script());
$open = function () use ($server, $auth) {
    $code = PRELUDE . 'use Dig\Zookeeper\Client; $client = new Client(null, ["timeout" => 20_000]); for ($paths = ["/sim/ticket"], $open = 0; $paths;) {'
        . '$path = array_shift($paths); try { foreach ($client->getAcl($path) as $one) $open += $one["scheme"] === "world"; '
        . 'foreach ($client->getChildren($path) as $name) $paths[] = "$path/$name"; } catch (Dig\Zookeeper\Exception\NoNodeException) {} } echo $open;';
    return run($code, ['ticket.lease' => 'first_use'] + $auth);
};
// Whoever comes without is told.
echo preg_replace('/.* = \d+ ms: /', '', run(PRELUDE . 'for ($end = hrtime(true) + 30e9; hrtime(true) < $end && !str_contains($said = thrown(fn() => (new Number())->generate()), "grant");); echo $said;',
    ['ticket.acquire_timeout' => 300] + $ini)), "\n";
// Three windows later all still extend what they have.
$marks = fn() => array_sum(array_map(fn($claim) => (int) substr($claim, 6), explode("\n", run(PRELUDE . 'use Dig\Zookeeper\Client; $c = new Client(null, ["timeout" => 20_000]);'
    . 'foreach ($c->getChildren("/sim/ticket/.marks") as $n) echo substr($c->get("/sim/ticket/.marks/$n"), 0, 19), "\n";', ['ticket.lease' => 'first_use'] + $auth))));
for ($times = 0; $times < 3; $times++) {
    $before = $marks();
    eventually(fn() => $marks() > $before, what: 'marks move on');
}
// One after the other is started anew with the setting; what those before them have made meanwhile is tightened, too.
$next = start($load, ['ticket.zookeeper_acl' => 'creator'] + $auth, ['RUN' => "$run-next"]);
echo $next->line(), "\n";
stop($run);
foreach ($fleet as $php) {
    echo $php->finish();
}
var_dump($script());
echo $open(), "\n";
stop("$run-next");
echo $next->finish();
$lists = [...loaded($run), ...loaded("$run-next")];
check(array_sum(array_map(count(...), $lists)), ...$lists);
echo count($lists), " processes\n";
// What is made from now on is not open.
echo run(PRELUDE . 'echo (new Number())->generate() > 0, "\n";', ['ticket.zookeeper_acl' => 'creator'] + $auth), ' ', $open(), "\n";
// A mark that was lost is made anew, with the ACL of the others; without the credentials nothing is shown.
$fence = function (string ...$arguments) use ($server, $file) {
    $command = [getenv('TEST_PHP_EXECUTABLE'), '-n', '-d', 'extension=' . getenv('TICKET_TEST_MODULE'), '-d', 'ticket.lease=first_use', '-d', "ticket.dsn={$server->dsn()}",
        '-d', "ticket.zookeeper_auth=file:$file", __DIR__ . '/../../examples/fence.php', $server->dsn(), '/sim/ticket', ...$arguments];
    return (string) shell_exec(implode(' ', array_map(escapeshellarg(...), $command)) . ' 2>&1');
};
echo $fence();
echo preg_match('/^[\w.:]+ \/sim\/ticket  epoch=.* now .*\n.*\n(.*\n)*\d+ of 1023 node IDs are free$/', trim($fence('--client'))), "\n";
echo preg_match('/\nnode 7 is fenced: /', $fence('7', '--client', '--yes')), preg_match('/\nnode 7 is fenced: /', $fence('7', '--client', '--yes', '--above=1900000000000')), ' ', $open(), "\n";
var_dump($script('--open'));
echo run(PRELUDE . 'echo (new Number())->generate() > 0, "\n";', $ini), "\n";
?>
--EXPECT--
begun
begun
begun
bool(true)
the ACL of /sim/ticket/.marks or of its parent refuses it; grant read, write, create and delete to whom ticket.zookeeper_auth names, whose password may be wrong there, or to world:anyone
begun
bool(true)
0
4 processes
1 0
fence: ZooKeeper refuses /sim/ticket/.marks: its ACL does not let anyone
1
11 0
bool(true)
1
