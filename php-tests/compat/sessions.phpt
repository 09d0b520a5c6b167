--TEST--
Zookeeper: the end of its own session, credentials that are refused or not answered yet, lost replies, a keeper that is killed
--FILE--
<?php
require __DIR__ . '/../lib/compat.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$php = start(COMPAT . <<<'PHP'
$host = ini_get('ticket.dsn');
$light = new Zookeeper($host, null, 20_000);
$bound = new Zookeeper($host, null, 20_000);
$other = new Zookeeper($host, null, 20_000);
$light->create('/a', '1');
foreach ([$bound, $other] as $i => $one) {
    $one->create("/e$i", '1', null, Zookeeper::EPHEMERAL);
    printf("0x%x\n", $one->getClientId()[0]);
}
await();
echo "-- expired\n";
until(fn() => $bound->getState() === Zookeeper::EXPIRED_SESSION_STATE);
all(fn() => $bound->isRecoverable(), fn() => $bound->exists('/a'), fn() => $bound->get('/a'), fn() => $bound->addAuth('digest', 'a:b'), fn() => $bound->exists('a'),
    fn() => $bound->getState(), fn() => $bound->getClientId()[0] > 0, fn() => $bound->getConfig()->get(), fn() => $light->get('/a'));
// The other one learns of it by a call.
while (($said = said(fn() => $other->exists('/a') !== false)) === 'true') usleep(1000);
echo $said, "\n";
all(fn() => $other->exists('/a'), fn() => $other->getState(), fn() => $other->close(), fn() => $other->exists('/a'));
$bound->connect($host, null, 20_000);
all(fn() => $bound->exists('/e0'), fn() => $bound->create('/e0', '2', null, 1), fn() => $bound->isRecoverable());
echo "-- refused\n";
$wrong = new Zookeeper($host);
all(fn() => gettype($wrong->exists('/')), fn() => $wrong->addAuth('none', 'x'), fn() => $wrong->exists('/'), fn() => $wrong->exists('/'), fn() => $wrong->getState(), fn() => $wrong->isRecoverable());
all(fn() => $light->get('/a'), fn() => $wrong->connect($host), fn() => $wrong->get('/a'));
$wrong->addAuth('none', 'x');
until(fn() => $wrong->getState() !== Zookeeper::CONNECTED_STATE);
all(fn() => $wrong->getState(), fn() => $wrong->get('/a'));
echo "-- accepted\n";
$one = new Zookeeper($host);
$one->addAuth('digest', 'me:secret');
all(fn() => $one->create('/mine', 'x', [['perms' => 31, 'scheme' => 'auth', 'id' => '']]), fn() => $one->get('/mine'), fn() => $light->get('/mine'));
// A fork has them, too, and a session of its own.
if (!$child = pcntl_fork()) { echo $one->get('/mine'), "\n"; exit; }
pcntl_waitpid($child, $status);
PHP, client($server));
foreach ([0, 1] as $i) {
    $sessions[] = $php->line();
}
array_map($znodes->expire(...), $sessions);
$php->say('go');
echo $php->finish(), "\n";

echo "-- away, and back\n";
$php = start(COMPAT . <<<'PHP'
$host = ini_get('ticket.dsn');
$one = new Zookeeper($host, null, 400);
$fork = new Zookeeper($host, null, 20_000);
all(fn() => $one->addAuth('digest', 'me:secret'), fn() => $one->get('/mine'), fn() => $fork->addAuth('digest', 'me:secret'));
echo "away\n";
await();
until(fn() => said(fn() => $one->get('/mine')) === '"x"');
echo $fork->get('/mine'), "\n";
$lost = new Zookeeper($host, null, 500);
$lost->exists('/');
echo "lose\n";
await();
// Sent, and not answered: the exception before says that it may be there.
try { $lost->create('/lost', ''); } catch (ZookeeperOperationTimeoutException|ZookeeperConnectionException $e) { echo json_encode([$e->isOutcomeUnknown(), $e->getPrevious()->isOutcomeUnknown()]), "\n"; }
echo "pass\n";
await();
$own = new Zookeeper($host, null, 20_000);
$own->create('/k', '', null, 1);
posix_kill(Dig\Ticket\status()['keeper'], SIGKILL);
all(fn() => $own->set('/k', 'x'), fn() => $own->get('/k'), fn() => $own->getState());
$own->connect($host, null, 20_000);
all(fn() => gettype($own->exists('/')));
PHP, ['extension' => 'posix'] + client($proxy));
$until = function (string $mark) use ($php) {
    while (!in_array($line = $php->line(), [$mark, ''], true)) {
        echo $line, "\n";
    }
};
$proxy->mode('cut');
$until('away');
$proxy->mode('pass');
$php->say('go');
$until('lose');
$proxy->mode('drop_replies');
$php->say('go');
$until('pass');
$proxy->mode('pass');
$php->say('go');
echo $php->finish(), "\n";
?>
--EXPECT--
-- expired
false
ZookeeperException -9 invalid zhandle state
ZookeeperException -9 invalid zhandle state
ZookeeperException -9 invalid zhandle state
ZookeeperException -8 bad arguments
-112
true
ZookeeperException -9 invalid zhandle state
"1"
ZookeeperSessionException -112 session expired
ZookeeperException -9 invalid zhandle state
-112
null
ZookeeperConnectionException 5998 Zookeeper->connect() was not called
false
"/e0"
true
-- refused
"array"
true
ZookeeperAuthenticationException -115 authentication failed
ZookeeperException -9 invalid zhandle state
-113
false
"1"
null
"1"
-113
ZookeeperException -9 invalid zhandle state
-- accepted
"/mine"
"x"
ZookeeperAuthenticationException -102 not authenticated
x
-- away, and back
true
ZookeeperOperationTimeoutException -7 operation timeout
true
x
[true,true]
ZookeeperSessionException -112 session expired
ZookeeperException -9 invalid zhandle state
-112
"array"
