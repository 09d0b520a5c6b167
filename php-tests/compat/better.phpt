--TEST--
Zookeeper where php-zookeeper fails: values that grow, servers that are away, forks, objects that outlive each other, fatal errors
--FILE--
<?php
require __DIR__ . '/../lib/compat.php';
$server = new Server();
$port = substr($server->dsn(), strlen('127.0.0.1:'));
echo run(COMPAT . <<<'PHP'
$host = ini_get('ticket.dsn');
$z = new Zookeeper($host);
echo "-- a value that grows is whole or not there yet\n";
$z->create('/v', 'a');
if (!$child = pcntl_fork()) {
    for ($i = 0; $i < 1000; $i++) $z->set('/v', str_repeat(chr(97 + $i % 26), 1 + $i % 26 * 500));
    exit;
}
$wrong = $lengths = [];
while (pcntl_waitpid($child, $status, WNOHANG) === 0) {
    $value = $z->get('/v', null, $stat);
    $lengths[strlen($value)] = 1;
    if (strlen($value) !== $stat['dataLength'] || $value !== str_repeat($value[0], 1 + (ord($value[0]) - 97) * 500)) $wrong[] = strlen($value);
}
var_dump(count($lengths) > 1, $wrong);
echo "-- servers that are away\n";
$said = [];
for ($i = 0; $i < 20; $i++) {
    $one = new Zookeeper("127.0.0.1:1,$host,127.0.0.1:2", null, 9000 + $i);
    $said[] = said(fn() => gettype($one->exists('/')));
}
echo implode(array_unique($said)), "\n";
$away = new Zookeeper('127.0.0.1:1', null, 300);
$began = hrtime(true);
all(fn() => $away->create('/x', ''), fn() => [$away->getState(), $away->isRecoverable(), $away->getClientId(), $away->addAuth('digest', 'a:b')]);
// Nor do these wait, while it waits for a server with what they have begun.
$away = new Zookeeper('127.0.0.1:1', null, 60_000);
all(fn() => $away->getClientId(), fn() => $away->addAuth('digest', 'a:b'), fn() => $away->getState(), fn() => $away->getClientId(), fn() => $away->isRecoverable(), fn() => $away->close());
var_dump((hrtime(true) - $began) / 1e6 < 4000);
echo "-- an ID of a session\n";
$one = new Zookeeper($host);
echo said(fn() => $one->getClientId()), "\n";
until(fn() => $one->getClientId()[0] !== 0);
[$id, $password] = $one->getClientId();
$one->create('/own', '', null, Zookeeper::EPHEMERAL);
var_dump((float) $id === $one->exists('/own')['ephemeralOwner'], $password);
echo "-- forks\n";
foreach (['unset', 'close', 'connect', 'exit'] as $end) {
    if (!$child = pcntl_fork()) {
        echo $end, (int) ($one->exists('/own') !== false), $one->getClientId()[0], ' ';
        $one->create("/child", '', null, Zookeeper::EPHEMERAL);
        match ($end) { 'unset' => (function () { unset($GLOBALS['one']); gc_collect_cycles(); })(), 'close' => $one->close(), 'connect' => $one->connect('127.0.0.1:1'), 'exit' => null };
        exit;
    }
    pcntl_waitpid($child, $status);
    until(fn() => !$z->exists('/child'));
    echo (int) ($z->exists('/own') !== false), (int) ($one->getClientId()[0] === $id), "\n";
}
echo "-- who outlives whom\n";
$config = $one->getConfig();
unset($one);
gc_collect_cycles();
echo gettype($config->get()), ' ', said(fn() => $z->exists('/own') !== false), "\n";
unset($config);
gc_collect_cycles();
echo said(fn() => $z->exists('/own')), "\n";
$one = new Zookeeper($host);
$config = $one->getConfig();
$one->close();
all(fn() => $config->get());
$one->connect($host);
all(fn() => $config->get());
PHP, client($server)), "\n";
// One session for all of these: they share it.
echo run(COMPAT . <<<'PHP'
for ($i = 0; $i < 100; $i++) {
    $all[] = $z = new Zookeeper(ini_get('ticket.dsn'));
    $z->exists('/');
}
echo json_encode(array_intersect_key(Dig\Zookeeper\status(), ['shared_sessions' => 1, 'own_sessions' => 1])), "\n";
PHP, client($server)), "\n";
// A fatal error in a call ends the script as any, and with it its session.
$code = COMPAT . <<<'PHP'
$z = new Zookeeper(ini_get('ticket.dsn'));
$z->create('/fatal', '', null, Zookeeper::EPHEMERAL);
$z->create('/big', str_repeat('x', 1_000_000));
$keep = str_repeat('y', 1_000_000);
while (true) $all[] = $z->get('/big');
PHP;
echo preg_replace('/ of .*/', '', run($code, ['memory_limit' => '16M', 'log_errors' => 0] + client($server))), "\n";
$znodes = new Znodes($server);
eventually(fn() => $znodes->getData('/fatal') === null, what: 'its end');
echo "gone\n";
?>
--EXPECT--
-- a value that grows is whole or not there yet
bool(true)
array(0) {
}
-- servers that are away
"array"
ZookeeperOperationTimeoutException -7 operation timeout
[999,true,[0,""],true]
[0,""]
true
1
[0,""]
true
null
bool(true)
-- an ID of a session
[0,""]
bool(true)
string(0) ""
-- forks
unset10 11
close10 11
connect10 11
exit10 11
-- who outlives whom
string true
false
ZookeeperConnectionException 5998 Zookeeper->connect() was not called
""
{"shared_sessions":1,"own_sessions":0}
Fatal error: Allowed memory size
gone
