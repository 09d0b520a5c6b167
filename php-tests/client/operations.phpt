--TEST--
Each operation of a client, and what is refused
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server(['tickTime' => 200]);
echo run(PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Node;
$client = new Client();
$any = [['perms' => Client::PERM_ALL, 'scheme' => 'world', 'id' => 'anyone']];
echo "-- create\n";
var_dump($client->create('/a'), $client->create('/a/b', "\0\xff", $any), $client->create('/a/c', 'x', null, Client::CONTAINER));
var_dump($client->create('/a/s-', 'x', null, Client::SEQUENCE), $client->create('/a/', 'x', null, Client::SEQUENCE));
var_dump($client->create('/a/e', 'x', null, Client::EPHEMERAL) === '/a/e' && $client->exists('/a/e')->ephemeralOwner === $client->getSessionId());
var_dump((bool) preg_match('~^/a/e-\d{10}$~', $client->create('/a/e-', '', null, Client::EPHEMERAL | Client::SEQUENCE)));
echo failed(fn() => $client->create('/a')), "\n", failed(fn() => $client->create('/none/a')), "\n";
echo failed(fn() => $client->create('/a/e/x')), "\n";
echo failed(fn() => $client->create('/x', '', [['perms' => 1, 'scheme' => 'none', 'id' => '']])), "\n";
echo failed(fn() => $client->create('/x', '', [['perms' => 1, 'scheme' => 'auth', 'id' => '']])), "\n";
echo failed(fn() => $client->create('/t', '', null, 0, 1000)), "\n";
echo "-- get, set, exists\n";
var_dump($client->get('/a'), bin2hex($client->get('/a/b', stat: $stat)), $stat instanceof Stat, $stat == $client->exists('/a/b'));
$set = $client->set('/a/b', 'new', 0);
var_dump($set->version, $set->dataLength, $set->czxid === $stat->czxid, $set->mzxid > $stat->mzxid, $set->ctime <= $set->mtime);
var_dump(abs($set->mtime - 1000 * time()) < 60_000, $client->set('/a/b', null)->version, $client->get('/a/b'));
var_dump($client->exists('/none'), $client->get('/a/b', stat: $stat), $stat->version);
echo failed(fn() => $client->get('/none')), "\n", failed(fn() => $client->set('/none', '')), "\n";
echo failed(fn() => $client->set('/a/b', 'x', 1)), "\n";
// What failed has left it as it was.
try { $client->get('/none', stat: $stat); } catch (E\NoNodeException $error) {}
var_dump($stat->version, $stat->cversion);
echo "-- children\n";
$client->create('/p');
foreach (['x', '10', '9'] as $name) $client->create("/p/$name");
$names = $client->getChildren('/p', stat: $stat);
sort($names, SORT_STRING);
var_dump($names === ['10', '9', 'x'], $stat->numChildren, $stat->cversion, $client->getChildren('/p/x'), in_array('a', $client->getChildren('/')));
echo failed(fn() => $client->getChildren('/none')), "\n";
echo "-- delete\n";
echo failed(fn() => $client->delete('/p')), "\n", failed(fn() => $client->delete('/p/x', 1)), "\n";
var_dump($client->delete('/p/x', 0), $client->exists('/p/x'));
echo failed(fn() => $client->delete('/p/x')), "\n";
echo "-- ACL\n";
var_dump($client->getAcl('/a', $stat) === $any, $stat == $client->exists('/a'));
$acl = [['perms' => 1, 'scheme' => 'world', 'id' => 'anyone'], ['perms' => 31, 'scheme' => 'digest', 'id' => 'u:' . base64_encode(sha1('u:p', true))]];
var_dump($client->setAcl('/a/b', $acl, 0)->aversion);
echo failed(fn() => $client->setAcl('/a', $any, 7)), "\n", failed(fn() => $client->set('/a/b', '')), "\n";
echo failed(fn() => $client->getAcl('/none')), "\n";
$user = new Client();
$user->addAuth('digest', 'u:p');
var_dump($user->set('/a/b', 'mine')->version, $user->getAcl('/a/b') === $acl);
$given = new Client(null, ['auth' => [['digest', 'u:p']]]);
var_dump($given->set('/a/b', 'mine')->version, (new Client())->get('/a/b'));
echo "-- who\n";
$who = array_column($user->whoAmI(), 'id', 'scheme');
ksort($who);
echo json_encode($who), "\n";
echo "-- many\n";
$many = $client->getMany(['/a/b', '/none', '/', '/a/b']);
var_dump(array_keys($many), $many['/a/b'] instanceof Node, $many['/a/b']->path, $many['/a/b']->value, $many['/a/b']->stat == $client->exists('/a/b'), $many['/none']);
var_dump($client->getMany([]), $client->countDescendants('/p'), $client->countDescendants('/p/9'));
$client->create('/secret', '', [['perms' => 16, 'scheme' => 'world', 'id' => 'anyone']]);
echo failed(fn() => $client->getMany(['/a', '/secret'])), "\n";
echo failed(fn() => $client->countDescendants('/none')), "\n";
echo "-- sync, state\n";
$client->sync();
$client->sync('/a');
var_dump($client->getState(), (new Client())->getState() instanceof SessionState);
// Values may be read and no more.
echo thrown(fn() => $stat->version = 1), "\n", thrown(fn() => $many['/a/b']->value = 'x'), "\n", thrown(fn() => clone $stat), "\n";
foreach ([fn() => serialize($stat), fn() => serialize($many['/a/b'])] as $body) echo thrown($body), "\n";
// A reference that holds another type.
class Typed { public ?Stat $stat = null; public int $int = 5; public $any = 'x'; }
$typed = new Typed();
$client->get('/a', stat: $typed->stat);
$client->get('/a', stat: $array['new']);
var_dump($typed->stat == $array['new']);
echo thrown(fn() => $client->get('/a', stat: $typed->int)), "\n";
PHP, client($server)), "\n";
?>
--EXPECT--
-- create
string(2) "/a"
string(4) "/a/b"
string(4) "/a/c"
string(15) "/a/s-0000000002"
string(13) "/a/0000000003"
bool(true)
bool(true)
NodeExistsException -110 /a certain
NoNodeException -101 /none/a certain
NoChildrenForEphemeralsException -108 /a/e/x certain
InvalidAclException -114 /x certain
InvalidAclException -114 /x certain
UnimplementedException -6 /t certain
-- get, set, exists
string(0) ""
string(4) "00ff"
bool(true)
bool(true)
int(1)
int(3)
bool(true)
bool(true)
bool(true)
bool(true)
int(2)
string(0) ""
NULL
string(0) ""
int(2)
NoNodeException -101 /none certain
NoNodeException -101 /none certain
BadVersionException -103 /a/b certain
int(2)
int(0)
-- children
bool(true)
int(3)
int(3)
array(0) {
}
bool(true)
NoNodeException -101 /none certain
-- delete
NotEmptyException -111 /p certain
BadVersionException -103 /p/x certain
bool(true)
NULL
NoNodeException -101 /p/x certain
-- ACL
bool(true)
bool(true)
int(1)
BadVersionException -103 /a certain
NoAuthException -102 /a/b certain
NoNodeException -101 /none certain
int(3)
bool(true)
int(4)
string(4) "mine"
-- who
{"digest":"u","ip":"127.0.0.1"}
-- many
array(3) {
  [0]=>
  string(4) "/a/b"
  [1]=>
  string(5) "/none"
  [2]=>
  string(1) "/"
}
bool(true)
string(4) "/a/b"
string(4) "mine"
bool(true)
NULL
array(0) {
}
int(2)
int(0)
NoAuthException -102 /secret certain
NoNodeException -101 /none certain
-- sync, state
enum(Dig\Zookeeper\SessionState::Connected)
bool(true)
Error: Cannot modify readonly property Dig\Zookeeper\Stat::$version
Error: Cannot modify readonly property Dig\Zookeeper\Node::$value
Error: Trying to clone an uncloneable object of class Dig\Zookeeper\Stat
Exception: Serialization of 'Dig\Zookeeper\Stat' is not allowed
Exception: Serialization of 'Dig\Zookeeper\Node' is not allowed
bool(true)
TypeError: Dig\Zookeeper\Client::get(): Argument #3 ($stat) must be of type ?Dig\Zookeeper\Stat, int given
