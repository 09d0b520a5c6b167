--TEST--
Where ZooKeeper cannot be reached, or refuses it, register() throws, and nothing is registered then or later
--FILE--
<?php
require __DIR__ . '/../lib/discovery.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$php = start(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
/** As failed(), with no more of the path than what is known. */
function refused(callable $body): string {
    return preg_replace('/[0-9a-f]{8}-[-0-9a-f]{27}/', 'UUID', failed($body));
}
$services = new Discovery();
$away = new Discovery('/services', '127.0.0.1:1');
echo refused(fn() => $away->register('web', 'a:1')), "\n";
echo preg_replace('/[0-9a-f]{8}-[-0-9a-f]{27}/', 'UUID', thrown(fn() => $away->register('web', 'a:1'))), "\n";
echo json_encode(soon(fn() => clients()['registrations'] === 0)), "\n";
await();
// An ACL that allows nobody to make anything.
echo refused(fn() => (new Discovery('/closed'))->register('web', 'a:1')), "\n";
echo refused(fn() => (new Discovery('/closed/a/b'))->register('web', 'a:1')), "\n";
echo refused(fn() => (new Discovery('/ephemeral'))->register('web', 'a:1')), "\n";
echo refused(fn() => (new Discovery('/services', ini_get('ticket.dsn') . '/none'))->register('web', 'a:1')), "\n";
echo json_encode(soon(fn() => clients()['registrations'] === 0)), "\n";
await();
// It is made, and nobody hears of it.
echo refused(fn() => $services->register('lost', 'a:1')), "\n";
echo "thrown\n";
await();
ini_set('display_errors', 'stderr');
$one = $services->register('web', 'a:1', ['n' => 1]);
echo $one->getPath(), "\n";
await();
// The server is away: an old one is kept, and the same again is it.
var_dump(soon(fn() => !$one->isRegistered()), $services->register('web', 'a:1', ['n' => 1])->getPath() === $one->getPath());
echo refused(fn() => $one->update('a:1', ['n' => 2])), "\n";
echo refused(fn() => $services->register('web', 'a:1', ['n' => 3])), "\n";
await();
var_dump(soon(fn() => $one->isRegistered()));
await();
echo refused(fn() => $one->unregister()), "\n";
var_dump($one->isRegistered());
$one->unregister();
await();
// A whole family has so many.
echo thrown(function () use ($services) {
    for ($i = 0; $i <= 1024; $i++) $services->register('many', "a:$i");
}), "\n";
echo $i ?? '', clients()['registrations'], "\n";
PHP, discovery($proxy, ['ticket.zookeeper_timeout' => 1500]));
$lines = function (int $many) use ($php) {
    while ($many-- > 0) {
        echo $php->line(), "\n";
    }
};
$lines(3);
$znodes->create('/closed', '', perms: 1);
$znodes->create('/ephemeral', '', ephemeral: true);
$php->say('go');
$lines(5);
$znodes->mkdir('/services/lost');
eventually(fn() => $proxy->connections() === 0, what: 'no session is left');
$proxy->mode('drop_replies');
$php->say('go');
$lines(2);
$proxy->mode('pass');
eventually(fn() => !registered($znodes, '/services/lost'), 60, what: 'it is gone');
$php->say('go');
$path = $php->line();
$php->say($proxy->mode('cut') ?? 'go');
$lines(4);
$proxy->mode('pass');
$php->say('go');
$lines(1);
eventually(fn() => ($znodes->getData($path)[0] ?? '') === '{"address":"a:1","meta":{"n":3}}', what: 'the last value');
$proxy->mode('cut');
$php->say('go');
$lines(2);
$proxy->mode('pass');
eventually(fn() => $znodes->getData($path) === null, what: 'it is gone');
$php->say('go');
echo $php->finish(), "\n";
?>
--EXPECT--
OperationTimeoutException -7 /services/web/UUID certain
Dig\Zookeeper\Exception\OperationTimeoutException: /services/web/UUID: it could not be registered within 1500 ms: ZooKeeper 127.0.0.1:1 is out of reach: no server accepts a session: 127.0.0.1:1 refused the connection; is ZooKeeper running there?
true
NoAuthException -102 /closed/web/UUID certain
NoAuthException -102 /closed/a/b/web/UUID certain
NoChildrenForEphemeralsException -108 /ephemeral/web/UUID certain
NoNodeException -101 /services/web/UUID certain
true
OperationTimeoutException -7 /services/lost/UUID certain
thrown
bool(true)
bool(true)
OperationTimeoutException -7 /services/web/UUID certain
OperationTimeoutException -7 /services/web/UUID certain
bool(true)
OperationTimeoutException -7 /services/web/UUID certain
bool(false)
Dig\Zookeeper\Exception\ZookeeperException: the processes of this family already have 1024 registrations, which is the most they can
1024
