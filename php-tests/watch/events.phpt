--TEST--
Watches: what fires which one, once or as long as it is wanted, also where several of all kinds are on one znode
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
echo run(PRELUDE . CLIENT . WATCH . <<<'PHP'
[$client, $other] = [new Client(), new Client()];
$client->create('/a', '1');
echo "-- once\n";
var_dump($client->get('/a', note('get'), $stat), $stat->version, $client->exists('/a', note('exists')) == $stat);
var_dump($client->exists('/b', note('none')), $client->getChildren('/a', note('children'), $stat), $stat->numChildren);
$other->set('/a', '2');
echo noted($client, 2);
$other->set('/a', '3');
$other->create('/a/x');
echo noted($client, 1);
$other->create('/b');
echo noted($client, 1);
foreach ([fn() => $client->get('/b', note('get')), fn() => $client->exists('/b', note('exists')), fn() => $client->getChildren('/b', note('children'))] as $arm) $arm();
$other->delete('/b');
echo noted($client, 3);
// What fails arms nothing.
echo failed(fn() => $client->get('/b', note('get'))), "\n", failed(fn() => $client->getChildren('/b', note('children'))), "\n";
$other->create('/b');
echo noted($client, 0);
echo "-- one's own changes, before the call returns\n";
$client->get('/a', note('own'));
$client->set('/a', '4');
echo implode($notes), "\n";
$notes = [];
// Also of an act that gives it a session of its own.
$binds = new Client();
$binds->getChildren('/a', note('own'));
$binds->create('/a/e', '', null, Client::EPHEMERAL);
echo implode($notes), "\n";
$notes = [];
$binds->close();
echo "-- as long as it is wanted\n";
$watch = $client->watch('/w', note('stays'));
$below = $client->watch('/w', note('below'), true);
echo noted($client, 1);
$other->create('/w');
$other->set('/w', 'x');
$other->create('/w/a');
$other->set('/w/a', 'x');
$other->create('/w/a/b');
$other->deletePath('/w');
$other->create('/w');
echo str_replace(', ', "\n", noted($client, 15));
var_dump($watch->isActive());
$watch->cancel();
$watch->cancel();
var_dump($watch->isActive(), $below->isActive());
$other->set('/w', 'y');
echo noted($client, 1);
$below->cancel();
$other->set('/w', 'z');
echo noted($client, 0);
echo "-- all kinds on one znode: none puts out another\n";
$stays = $client->watch('/a', note('stays'));
$client->get('/a', note('get'));
$client->getChildren('/a', note('children'));
$client->exists('/a', note('exists'));
$other->set('/a', '5');
$other->create('/a/y');
echo noted($client, 5);
$other->set('/a', '6');
$other->delete('/a/y');
echo noted($client, 2);
echo "-- in the other order\n";
$client->getChildren('/b', note('children'));
$client->get('/b', note('get'));
$wide = $client->watch('/b', note('below'), true);
$other->create('/b/y');
$other->set('/b', 'x');
echo noted($client, 4);
$narrow = $client->watch('/b', note('stays'));
$wide->cancel();
$other->create('/b/z');
$other->set('/b', 'y');
$other->set('/b/z', 'y');
echo noted($client, 2);
echo "-- what another client wanted, and wants no more\n";
$client->create('/c');
$brief = new Client();
$brief->get('/c', note('brief'));
$client->watch('/c', note('stays'));
$brief->get('/a', note('brief'));
unset($brief);
while (Dig\Zookeeper\status()['connections'] > 2) usleep(1000);
$other->set('/c', '1');
$other->set('/c', '2');
$other->set('/a', '7');
echo noted($client, 3);
echo "-- values\n";
$client->get('/a', function (Event $event) { var_dump($event->type === Event::CHANGED, $event->path, $event->zxid); });
$other->set('/a', '8');
var_dump($client->wait(30) > 0, thrown(fn() => $client->wait(-1)), thrown(fn() => $other->wait()), $other->wait(0), $other->dispatch());
$client->close();
var_dump($stays->isActive(), $client->dispatch());
PHP, client($server)), "\n";
?>
--EXPECT--
-- once
string(1) "1"
int(0)
bool(true)
NULL
array(0) {
}
int(0)
exists CHANGED /a, get CHANGED /a
children CHILD /a
none CREATED /b
children DELETED /b, exists DELETED /b, get DELETED /b
NoNodeException -101 /b certain
NoNodeException -101 /b certain

-- one's own changes, before the call returns
own CHANGED /a
own CHILD /a
-- as long as it is wanted
stays RESYNC /w
below CREATED /w
below CHANGED /w
below CREATED /w/a
below CHANGED /w/a
below CREATED /w/a/b
below DELETED /w/a/b
below DELETED /w/a
below DELETED /w
below CREATED /w
stays CREATED /w
stays CHANGED /w
stays CHILD /w
stays CHILD /w
stays DELETED /w
stays CREATED /w
bool(true)
bool(false)
bool(true)
below CHANGED /w

-- all kinds on one znode: none puts out another
children CHILD /a, exists CHANGED /a, get CHANGED /a, stays CHANGED /a, stays CHILD /a
stays CHANGED /a, stays CHILD /a
-- in the other order
below CREATED /b/y, below CHANGED /b, children CHILD /b, get CHANGED /b
stays CHILD /b, stays CHANGED /b
-- what another client wanted, and wants no more
stays CHANGED /c, stays CHANGED /c, stays CHANGED /a
-- values
bool(true)
string(2) "/a"
int(-1)
bool(true)
string(110) "ValueError: Dig\Zookeeper\Client::wait(): Argument #1 ($timeout) must be null or a number of seconds from 0 on"
string(193) "Dig\Zookeeper\Exception\InvalidStateException: nothing is watched, so that this would wait for ever: give get(), exists(), getChildren(), watch() or onSession() a callback first, or this a time"
int(0)
int(0)
bool(false)
int(0)
