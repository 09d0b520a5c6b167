--TEST--
Discovery: what is no base, name, address, meta or DSN is refused before anything is asked
--FILE--
<?php
require __DIR__ . '/../lib/discovery.php';
echo run(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
echo thrown(fn() => new Discovery()), "\n";
echo thrown(fn() => new Discovery('/services', 'a:b')), "\n";
echo thrown(fn() => new Discovery('services', 'a:1')), "\n";
echo thrown(fn() => new Discovery('/services/', 'a:1')), "\n";
echo thrown(fn() => new Discovery([])), "\n";
echo thrown(fn() => new Discovery('/', 'a:1', 1)), "\n";
$services = new Discovery('/services', '127.0.0.1:1');
foreach (['', '.', '..', 'a/b', "a\0b", "\xFF", 'a😀'] as $name) {
    echo json_encode($name, JSON_INVALID_UTF8_SUBSTITUTE), ' ', thrown(fn() => $services->register($name, 'a:1')), "\n";
}
echo thrown(fn() => $services->register('web', '')), "\n";
echo thrown(fn() => $services->register('web', "\xFF")), "\n";
$circle = [];
$circle['a'] = &$circle;
foreach ([["\xFF"], [NAN], [fopen('php://memory', 'r')], $circle] as $meta) {
    echo thrown(fn() => $services->register('web', 'a:1', $meta)), "\n";
}
final class Throws implements JsonSerializable { function jsonSerialize(): mixed { throw new LogicException('mine'); } }
echo thrown(fn() => $services->register('web', 'a:1', [new Throws()])), "\n";
echo thrown(fn() => $services->register('web', 'a:1', 'x')), "\n";
echo thrown(fn() => $services->register('web')), "\n";
echo thrown(fn() => $services->register('web', 'a:1', ['x' => str_repeat('x', 4064)])), "\n";
echo thrown(fn() => $services->register(str_repeat('n', 1015), 'a:1')), "\n";
foreach ([fn() => clone $services, fn() => serialize($services), fn() => new Registration(), fn() => $services->x = 1] as $body) {
    echo strtok(thrown($body), ':'), ' ';
}
PHP, ['ticket.lease' => 'first_use']), "\n";
// What just fits is taken.
$server = new Server();
echo run(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
$services = new Discovery();
$long = $services->register(str_repeat('é', 507), 'a:1', ['x' => str_repeat('x', 4063)]);
echo strlen($long->getPath()), ' ', strlen((new Client())->get($long->getPath())), "\n";
echo thrown(fn() => $long->update('a:11', ['x' => str_repeat('x', 4063)])), "\n";
echo thrown(fn() => $long->update('')), "\n", thrown(fn() => $long->update('a', [NAN])), "\n";
echo thrown(fn() => $long->isRegistered(1)), "\n";
echo strtok(thrown(fn() => clone $long), ':'), ' ', strtok(thrown(fn() => serialize($long)), ':'), "\n";
foreach ([[], [1, 2], ['a' => []], [5 => 'x']] as $meta) {
    $long->update('a:1', $meta);
    echo (new Client())->get($long->getPath()), "\n";
}
PHP, discovery($server)), "\n";
echo run(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
echo failed(fn() => (new Discovery())->register('web', 'a:1', ['x' => str_repeat('x', 2000)])), "\n";
PHP, discovery($server, ['ticket.max_packet' => 1024])), "\n";
?>
--EXPECT--
ValueError: Dig\Zookeeper\Discovery::__construct(): Argument #2 ($dsn) must be given, since ticket.dsn is empty
ValueError: Dig\Zookeeper\Discovery::__construct(): Argument #2 ($dsn) must be host:port[,host:port...][/chroot], and "a:b" is no host:port
ValueError: Dig\Zookeeper\Discovery::__construct(): Argument #1 ($base) must begin with a slash
ValueError: Dig\Zookeeper\Discovery::__construct(): Argument #1 ($base) must not hold an empty name, "." or "..", nor end with a slash
TypeError: Dig\Zookeeper\Discovery::__construct(): Argument #1 ($base) must be of type string, array given
ArgumentCountError: Dig\Zookeeper\Discovery::__construct() expects at most 2 arguments, 3 given
"" ValueError: Dig\Zookeeper\Discovery::register(): Argument #1 ($name) must be the name of a znode: not empty, "." or "..", and without a slash
"." ValueError: Dig\Zookeeper\Discovery::register(): Argument #1 ($name) must be the name of a znode: not empty, "." or "..", and without a slash
".." ValueError: Dig\Zookeeper\Discovery::register(): Argument #1 ($name) must be the name of a znode: not empty, "." or "..", and without a slash
"a\/b" ValueError: Dig\Zookeeper\Discovery::register(): Argument #1 ($name) must be the name of a znode: not empty, "." or "..", and without a slash
"a\u0000b" ValueError: Dig\Zookeeper\Discovery::register(): Argument #1 ($name) must be of printable characters in UTF-8
"\ufffd" ValueError: Dig\Zookeeper\Discovery::register(): Argument #1 ($name) must be of printable characters in UTF-8
"a\ud83d\ude00" ValueError: Dig\Zookeeper\Discovery::register(): Argument #1 ($name) must not hold characters beyond U+FFFF, such as emoji, which ZooKeeper refuses
ValueError: Dig\Zookeeper\Discovery::register(): Argument #2 ($address) must not be empty
ValueError: Dig\Zookeeper\Discovery::register(): Argument #2 ($address) must be such that JSON can hold it: Malformed UTF-8 characters, possibly incorrectly encoded
ValueError: Dig\Zookeeper\Discovery::register(): Argument #3 ($meta) must be such that JSON can hold it: Malformed UTF-8 characters, possibly incorrectly encoded
ValueError: Dig\Zookeeper\Discovery::register(): Argument #3 ($meta) must be such that JSON can hold it: Inf and NaN cannot be JSON encoded
ValueError: Dig\Zookeeper\Discovery::register(): Argument #3 ($meta) must be such that JSON can hold it: Type is not supported
ValueError: Dig\Zookeeper\Discovery::register(): Argument #3 ($meta) must be such that JSON can hold it: Recursion detected
LogicException: mine
TypeError: Dig\Zookeeper\Discovery::register(): Argument #3 ($meta) must be of type array, string given
ArgumentCountError: Dig\Zookeeper\Discovery::register() expects at least 2 arguments, 1 given
ValueError: Dig\Zookeeper\Discovery::register(): Argument #3 ($meta) must leave room: with the address it is 4097 bytes of JSON, and may be 4096
ValueError: Dig\Zookeeper\Discovery::register(): Argument #1 ($name) must leave room: with the base it is a path of 1025 bytes, and may be 1024
Error Exception Error Error
1061 4096
ValueError: Dig\Zookeeper\Registration::update(): Argument #2 ($meta) must leave room: with the address it is 4097 bytes of JSON, and may be 4096
ValueError: Dig\Zookeeper\Registration::update(): Argument #1 ($address) must not be empty
ValueError: Dig\Zookeeper\Registration::update(): Argument #2 ($meta) must be such that JSON can hold it: Inf and NaN cannot be JSON encoded
ArgumentCountError: Dig\Zookeeper\Registration::isRegistered() expects exactly 0 arguments, 1 given
Error Exception
{"address":"a:1","meta":{}}
{"address":"a:1","meta":[1,2]}
{"address":"a:1","meta":{"a":[]}}
{"address":"a:1","meta":{"5":"x"}}
MarshallingException -5 /services/web certain
