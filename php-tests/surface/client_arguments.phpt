--TEST--
Dig\Zookeeper\Client: what ZooKeeper would not take is refused by name, before anything is sent
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
use Dig\Zookeeper\{Client, Stat};

// Nobody listens there: what is sent is not answered.
$client = new Client('127.0.0.1:1', ['timeout' => 1]);
$open = ['perms' => 31, 'scheme' => 'world', 'id' => 'anyone'];
$wrong = 5;
foreach ([
    'options' => [
        fn() => new Client(),
        fn() => new Client(''),
        fn() => new Client('127.0.0.1:1/x/'),
        fn() => new Client([]),
        fn() => new Client('a:1', 5),
        fn() => new Client('a:1', ['time' => 5]),
        fn() => new Client('a:1', [5]),
        fn() => new Client('a:1', ['timeout' => 0]),
        fn() => new Client('a:1', ['timeout' => 3_600_001]),
        fn() => new Client('a:1', ['timeout' => '5']),
        fn() => new Client('a:1', ['timeout' => null]),
        fn() => new Client('a:1', ['session_timeout' => 99]),
        fn() => new Client('a:1', ['session_timeout' => 1.5]),
        fn() => new Client('a:1', ['auth' => 'digest']),
        fn() => new Client('a:1', ['auth' => ['digest', 'u:p']]),
        fn() => new Client('a:1', ['auth' => [['digest']]]),
        fn() => new Client('a:1', ['auth' => [['digest', 5]]]),
        fn() => new Client('a:1', ['auth' => [['', 'u:p']]]),
        fn() => new Client('a:1', [], 1),
    ],
    'paths' => [
        fn() => $client->get(''),
        fn() => $client->get('a'),
        fn() => $client->get('/a/'),
        fn() => $client->get('/a//b'),
        fn() => $client->get('/a/../b'),
        fn() => $client->get("/a\0"),
        fn() => $client->get("/\xff"),
        fn() => $client->get('/😀'),
        fn() => $client->exists('/a/.'),
        fn() => $client->set('a', ''),
        fn() => $client->getChildren('a'),
        fn() => $client->delete('/'),
        fn() => $client->deletePath('/'),
        fn() => $client->create('/'),
        fn() => $client->create('/a/'),
        fn() => $client->create('a', null, null, Client::SEQUENCE),
        fn() => $client->create('/a//', null, null, Client::SEQUENCE),
        fn() => $client->getAcl('a'),
        fn() => $client->setAcl('a', [$open]),
        fn() => $client->sync('a'),
        fn() => $client->countDescendants('a'),
        fn() => $client->makePath('a'),
        fn() => $client->makeNode('a', ''),
        fn() => $client->getMany(['/a', 'b']),
        fn() => $client->getMany(['/a', 5]),
        fn() => $client->transaction()->create('/'),
        fn() => $client->transaction()->set('a', ''),
        fn() => $client->transaction()->delete('/'),
        fn() => $client->transaction()->check('a', 0),
    ],
    'versions, flags, times' => [
        fn() => $client->set('/a', '', -2),
        fn() => $client->delete('/a', 2_147_483_648),
        fn() => $client->setAcl('/a', [$open], -3),
        fn() => $client->transaction()->check('/a', -2),
        fn() => $client->create('/a', null, null, 5),
        fn() => $client->create('/a', null, null, 6),
        fn() => $client->create('/a', null, null, 8),
        fn() => $client->create('/a', null, null, -1),
        fn() => $client->makeNode('/a', '', [], 8),
        fn() => $client->create('/a', null, null, 0, -1),
        fn() => $client->create('/a', null, null, 0, 0x010000000000),
        fn() => $client->create('/a', null, null, Client::EPHEMERAL, 1),
        fn() => $client->create('/a', null, null, Client::CONTAINER, 1),
        fn() => $client->transaction()->create('/a', null, null, 7),
    ],
    'ACLs' => [
        fn() => $client->create('/a', null, []),
        fn() => $client->setAcl('/a', []),
        fn() => $client->setAcl('/a', ['world']),
        fn() => $client->setAcl('/a', [$open, ['perms' => 1, 'scheme' => 'world']]),
        fn() => $client->setAcl('/a', [['perms' => 0] + $open]),
        fn() => $client->setAcl('/a', [['perms' => 32] + $open]),
        fn() => $client->setAcl('/a', [['perms' => '31'] + $open]),
        fn() => $client->setAcl('/a', [['scheme' => ''] + $open]),
        fn() => $client->setAcl('/a', [['scheme' => 5] + $open]),
        fn() => $client->setAcl('/a', [['id' => "\xff"] + $open]),
        fn() => $client->makeNode('/a', '', [5]),
    ],
    'types' => [
        fn() => $client->get(),
        fn() => $client->get([]),
        fn() => $client->get('/a', stat: $wrong),
        fn() => $client->getChildren('/a', stat: $wrong),
        fn() => $client->getAcl('/a', $wrong),
        fn() => $client->set('/a'),
        fn() => $client->set('/a', []),
        fn() => $client->create('/a', 'x', 'open'),
        fn() => $client->getMany('/a'),
        fn() => $client->close(1),
        fn() => $client->transaction(1),
        fn() => $client->transaction()->commit(1),
        fn() => $client->addAuth('digest'),
        fn() => $client->addAuth('', 'x'),
    ],
] as $what => $bodies) {
    echo "-- $what\n";
    foreach ($bodies as $body) {
        echo str_replace('Dig\Zookeeper\\', '', thrown($body)), "\n";
    }
}
?>
--EXPECT--
-- options
ValueError: Client::__construct(): Argument #1 ($dsn) must be given, since ticket.dsn is empty
ValueError: Client::__construct(): Argument #1 ($dsn) must be host:port[,host:port...][/chroot], and "" is no host:port
ValueError: Client::__construct(): Argument #1 ($dsn) has a chroot, /x/, that must not hold an empty name, "." or "..", nor end with a slash
TypeError: Client::__construct(): Argument #1 ($dsn) must be of type ?string, array given
TypeError: Client::__construct(): Argument #2 ($options) must be of type array, int given
ValueError: Client::__construct(): Argument #2 ($options) must have no options but timeout, session_timeout, auth and tls, "time" given
ValueError: Client::__construct(): Argument #2 ($options) must have no options but timeout, session_timeout, auth and tls, "0" given
ValueError: Client::__construct(): Argument #2 ($options) must have a timeout between 1 and 3600000 ms
ValueError: Client::__construct(): Argument #2 ($options) must have a timeout between 1 and 3600000 ms
TypeError: Client::__construct(): Argument #2 ($options) must have an int as timeout, string given
TypeError: Client::__construct(): Argument #2 ($options) must have an int as timeout, null given
ValueError: Client::__construct(): Argument #2 ($options) must have a session_timeout between 100 and 3600000 ms
TypeError: Client::__construct(): Argument #2 ($options) must have an int as session_timeout, float given
TypeError: Client::__construct(): Argument #2 ($options) must have a list of [scheme, cert] as auth, string given
TypeError: Client::__construct(): Argument #2 ($options) must have [scheme, cert] in the list auth, both strings, string given
TypeError: Client::__construct(): Argument #2 ($options) must have [scheme, cert] in the list auth, both strings, array given
TypeError: Client::__construct(): Argument #2 ($options) must have [scheme, cert] in the list auth, both strings, array given
ValueError: Client::__construct(): Argument #2 ($options) must have [scheme, cert] in the list auth, the scheme in UTF-8
ArgumentCountError: Client::__construct() expects at most 2 arguments, 3 given
-- paths
ValueError: Client::get(): Argument #1 ($path) must begin with a slash
ValueError: Client::get(): Argument #1 ($path) must begin with a slash
ValueError: Client::get(): Argument #1 ($path) must not hold an empty name, "." or "..", nor end with a slash
ValueError: Client::get(): Argument #1 ($path) must not hold an empty name, "." or "..", nor end with a slash
ValueError: Client::get(): Argument #1 ($path) must not hold an empty name, "." or "..", nor end with a slash
ValueError: Client::get(): Argument #1 ($path) must be of printable characters in UTF-8
ValueError: Client::get(): Argument #1 ($path) must be of printable characters in UTF-8
ValueError: Client::get(): Argument #1 ($path) must not hold characters beyond U+FFFF, such as emoji, which ZooKeeper refuses
ValueError: Client::exists(): Argument #1 ($path) must not hold an empty name, "." or "..", nor end with a slash
ValueError: Client::set(): Argument #1 ($path) must begin with a slash
ValueError: Client::getChildren(): Argument #1 ($path) must begin with a slash
ValueError: Client::delete(): Argument #1 ($path) must name a znode below the root
ValueError: Client::deletePath(): Argument #1 ($path) must name a znode below the root
ValueError: Client::create(): Argument #1 ($path) must name a znode below the root
ValueError: Client::create(): Argument #1 ($path) must not hold an empty name, "." or "..", nor end with a slash
ValueError: Client::create(): Argument #1 ($path) must begin with a slash
ValueError: Client::create(): Argument #1 ($path) must not hold an empty name, "." or "..", nor end with a slash
ValueError: Client::getAcl(): Argument #1 ($path) must begin with a slash
ValueError: Client::setAcl(): Argument #1 ($path) must begin with a slash
ValueError: Client::sync(): Argument #1 ($path) must begin with a slash
ValueError: Client::countDescendants(): Argument #1 ($path) must begin with a slash
ValueError: Client::makePath(): Argument #1 ($path) must begin with a slash
ValueError: Client::makeNode(): Argument #1 ($path) must begin with a slash
ValueError: Client::getMany(): Argument #1 ($paths) must be a list of paths, and entry 1 must begin with a slash
TypeError: Client::getMany(): Argument #1 ($paths) must be a list of paths, and entry 1 must be of type string, int given
ValueError: Transaction::create(): Argument #1 ($path) must name a znode below the root
ValueError: Transaction::set(): Argument #1 ($path) must begin with a slash
ValueError: Transaction::delete(): Argument #1 ($path) must name a znode below the root
ValueError: Transaction::check(): Argument #1 ($path) must begin with a slash
-- versions, flags, times
ValueError: Client::set(): Argument #3 ($version) must be -1, for any version, or between 0 and 2147483647
ValueError: Client::delete(): Argument #2 ($version) must be -1, for any version, or between 0 and 2147483647
ValueError: Client::setAcl(): Argument #3 ($version) must be -1, for any version, or between 0 and 2147483647
ValueError: Transaction::check(): Argument #2 ($version) must be -1, for any version, or between 0 and 2147483647
ValueError: Client::create(): Argument #4 ($flags) must be 0, Client::EPHEMERAL, Client::SEQUENCE, both of these, or Client::CONTAINER
ValueError: Client::create(): Argument #4 ($flags) must be 0, Client::EPHEMERAL, Client::SEQUENCE, both of these, or Client::CONTAINER
ValueError: Client::create(): Argument #4 ($flags) must be 0, Client::EPHEMERAL, Client::SEQUENCE, both of these, or Client::CONTAINER
ValueError: Client::create(): Argument #4 ($flags) must be 0, Client::EPHEMERAL, Client::SEQUENCE, both of these, or Client::CONTAINER
ValueError: Client::makeNode(): Argument #4 ($flag) must be 0, Client::EPHEMERAL, Client::SEQUENCE, both of these, or Client::CONTAINER
ValueError: Client::create(): Argument #5 ($ttl) must be between 0 and 1099511627775
ValueError: Client::create(): Argument #5 ($ttl) must be between 0 and 1099511627775
ValueError: Client::create(): Argument #5 ($ttl) must be 0 for a znode that is ephemeral or a container
ValueError: Client::create(): Argument #5 ($ttl) must be 0 for a znode that is ephemeral or a container
ValueError: Transaction::create(): Argument #4 ($flags) must be 0, Client::EPHEMERAL, Client::SEQUENCE, both of these, or Client::CONTAINER
-- ACLs
ValueError: Client::create(): Argument #3 ($acl) must not be empty
ValueError: Client::setAcl(): Argument #2 ($acl) must not be empty
TypeError: Client::setAcl(): Argument #2 ($acl) must be a list of arrays with perms, scheme and id, and entry 0 is not, string given
ValueError: Client::setAcl(): Argument #2 ($acl) must have id in its entry 1
ValueError: Client::setAcl(): Argument #2 ($acl) must have perms between 1 and 31 in its entry 0
ValueError: Client::setAcl(): Argument #2 ($acl) must have perms between 1 and 31 in its entry 0
TypeError: Client::setAcl(): Argument #2 ($acl) must have an int as perms of its entry 0, string given
ValueError: Client::setAcl(): Argument #2 ($acl) must have a scheme in its entry 0
TypeError: Client::setAcl(): Argument #2 ($acl) must have a string as scheme of its entry 0, int given
ValueError: Client::setAcl(): Argument #2 ($acl) must have UTF-8 as id of its entry 0
TypeError: Client::makeNode(): Argument #3 ($acls) must be a list of arrays with perms, scheme and id, and entry 0 is not, int given
-- types
ArgumentCountError: Client::get() expects at least 1 argument, 0 given
TypeError: Client::get(): Argument #1 ($path) must be of type string, array given
TypeError: Client::get(): Argument #3 ($stat) must be of type ?Stat, int given
TypeError: Client::getChildren(): Argument #3 ($stat) must be of type ?Stat, int given
TypeError: Client::getAcl(): Argument #2 ($stat) must be of type ?Stat, int given
ArgumentCountError: Client::set() expects at least 2 arguments, 1 given
TypeError: Client::set(): Argument #2 ($value) must be of type ?string, array given
TypeError: Client::create(): Argument #3 ($acl) must be of type ?array, string given
TypeError: Client::getMany(): Argument #1 ($paths) must be of type array, string given
ArgumentCountError: Client::close() expects exactly 0 arguments, 1 given
ArgumentCountError: Client::transaction() expects exactly 0 arguments, 1 given
ArgumentCountError: Transaction::commit() expects exactly 0 arguments, 1 given
ArgumentCountError: Client::addAuth() expects exactly 2 arguments, 1 given
ValueError: Client::addAuth(): Argument #1 ($scheme) must be the name of a scheme in UTF-8
