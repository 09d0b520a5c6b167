--TEST--
Node\Zookeeper checks its arguments, and so do the settings, before anything is asked
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
use Dig\Ticket\Node\Zookeeper;
foreach ([
    [],
    [''],
    ['zk://a:1'],
    ['a:0'],
    ['a:1,,b:2'],
    ['a b:1'],
    ['a:1/x/'],
    ['a:1', 'x'],
    ['a:1', '/'],
    ['a:1', '/x/'],
    ['a:1', '/x/../y'],
    ["a:1", "/x\n"],
    ['a:1', []],
    [5, '/x'],
    ['a:1', '/x', 1],
] as $arguments) {
    echo json_encode($arguments), ' ', thrown(fn() => new Zookeeper(...$arguments)), "\n";
}
echo thrown(fn() => (new Zookeeper('127.0.0.1:1'))->getId(1)), "\n";
echo thrown(fn() => clone new Zookeeper('127.0.0.1:1')), "\n";
echo thrown(fn() => serialize(new Zookeeper('127.0.0.1:1'))), "\n";
?>
--EXPECT--
[] ArgumentCountError: Dig\Ticket\Node\Zookeeper::__construct() expects at least 1 argument, 0 given
[""] Dig\Ticket\Exception\UnavailableNodeIdException: the DSN must be host:port[,host:port...][/chroot], and "" is no host:port, "" given
["zk:\/\/a:1"] Dig\Ticket\Exception\UnavailableNodeIdException: the DSN must be host:port[,host:port...][/chroot], and "zk:" is no host:port, "zk://a:1" given
["a:0"] Dig\Ticket\Exception\UnavailableNodeIdException: the DSN must be host:port[,host:port...][/chroot], and "a:0" is no host:port, "a:0" given
["a:1,,b:2"] Dig\Ticket\Exception\UnavailableNodeIdException: the DSN must be host:port[,host:port...][/chroot], and "" is no host:port, "a:1,,b:2" given
["a b:1"] Dig\Ticket\Exception\UnavailableNodeIdException: the DSN must be host:port[,host:port...][/chroot], and "a b:1" is no host:port, "a b:1" given
["a:1\/x\/"] Dig\Ticket\Exception\UnavailableNodeIdException: the DSN has a chroot, /x/, that must not hold an empty name, "." or "..", nor end with a slash, "a:1/x/" given
["a:1","x"] Dig\Ticket\Exception\UnavailableNodeIdException: the path must begin with a slash, "x" given
["a:1","\/"] Dig\Ticket\Exception\UnavailableNodeIdException: the path must name a znode below the root, "/" given
["a:1","\/x\/"] Dig\Ticket\Exception\UnavailableNodeIdException: the path must not hold an empty name, "." or "..", nor end with a slash, "/x/" given
["a:1","\/x\/..\/y"] Dig\Ticket\Exception\UnavailableNodeIdException: the path must not hold an empty name, "." or "..", nor end with a slash, "/x/../y" given
["a:1","\/x\n"] Dig\Ticket\Exception\UnavailableNodeIdException: the path must be of printable characters in UTF-8, "/x
" given
["a:1",[]] TypeError: Dig\Ticket\Node\Zookeeper::__construct(): Argument #2 ($path) must be of type string, array given
[5,"\/x"] nothing was thrown
["a:1","\/x",1] ArgumentCountError: Dig\Ticket\Node\Zookeeper::__construct() expects at most 2 arguments, 3 given
ArgumentCountError: Dig\Ticket\Node\Zookeeper::getId() expects exactly 0 arguments, 1 given
Error: Trying to clone an uncloneable object of class Dig\Ticket\Node\Zookeeper
Exception: Serialization of 'Dig\Ticket\Node\Zookeeper' is not allowed
