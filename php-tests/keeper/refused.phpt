--TEST--
What keeps ZooKeeper from giving a node is told in a sentence, and it goes on by itself when that is mended
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$znodes = new Znodes($server);
// Says what it is refused with, is told that the cause is gone, and tries until it has a node.
$try = PRELUDE . <<<'PHP'
// What the server has said, when it has, however slow the machine is.
function told(callable $kind) {
    do $said = thrown($kind); while (preg_match('/has not answered yet|accepts a session|is lost/', $said));
    return $said;
}
$kinds = [fn() => (new Number())->generate(), fn() => new Number(1), fn() => (new Zookeeper(ini_get('ticket.dsn'), ini_get('ticket.path')))->getId()];
// Of several nodes it is a random one.
$search = ['~(marks/|node )\d+~', '~no node ID is free that can be used: | \(and \d other nodes are odd\)~'];
$said = preg_replace($search, ['$1N', ''], array_map('told', $kinds));
echo $said[0], "\n", $said === array_fill(0, 3, $said[0]) ? 'all alike' : json_encode($said), ', ', status()['error'] ? 'in status' : 'not in status', "\n";
await();
do $left = array_filter($kinds, fn($kind) => thrown($kind) !== 'nothing was thrown'); while ($left);
echo 'works, ', status()['error'] ?? 'no error', "\n";
PHP;
$case = function (string $what, string $path, callable $mend, array $ini = [], string $chroot = '') use ($server, $try) {
    $ini += ['ticket.path' => $path, 'ticket.acquire_timeout' => 500];
    $php = start($try, leasing($server->dsn() . $chroot, $ini));
    echo "-- $what\n", str_replace([$server->dsn(), 'Dig\Ticket\Exception\Unavailable'], ['DSN', ''], $php->line()), "\n";
    echo $php->line(), "\n";
    $mend();
    $php->say('');
    echo $php->finish(), "\n";
};
$all = 31;
$znodes->create('/acl', '', false, 17);
$case('ACL above', '/acl/sim/ticket', fn() => $znodes->setAcl('/acl', $all));
$znodes->mkdir('/acl/half/.marks');
$znodes->set('/acl/half/.marks', 'epoch=1262332800000 node_bits=10 sequence_bits=12');
$znodes->setAcl('/acl/half', 17);
$case('ACL of the path', '/acl/half', fn() => $znodes->setAcl('/acl/half', $all));
$case('chroot', '/sim/ticket', fn() => $znodes->mkdir('/not/there'), [], '/not/there');
$znodes->create('/ephemeral', '', true);
$case('ephemeral', '/ephemeral/ticket', fn() => $znodes->delete('/ephemeral'));
$znodes->mkdir('/layout/.marks');
$znodes->set('/layout/.marks', 'epoch=0 node_bits=10 sequence_bits=12');
$right = 'epoch=1262332800000 node_bits=10 sequence_bits=12';
$case('layout', '/layout', fn() => $znodes->set('/layout/.marks', $right));
$znodes->set('/layout/.marks', 'something');
$case('no layout', '/layout', fn() => $znodes->set('/layout/.marks', $right));
$znodes->mkdir('/mark/.marks');
$znodes->set('/mark/.marks', 'epoch=1262332800000 node_bits=2 sequence_bits=12');
foreach ([1, 2, 3] as $node) {
    $znodes->create("/mark/.marks/$node", 'garbage');
}
$case('mark', '/mark', function () use ($znodes) {
    foreach ([1, 2, 3] as $node) {
        $znodes->set("/mark/.marks/$node", 'until=1262332800001 nonce=0123456789abcdef');
    }
}, ['ticket.node_bits' => 2]);
?>
--EXPECT--
-- ACL above
NodeIdException: no node ID could be leased from ZooKeeper (DSN, path /acl/sim/ticket) within ticket.acquire_timeout = 500 ms: the ACL of /acl/sim/ticket or of its parent refuses it; grant read, write, create and delete to whom ticket.zookeeper_auth names, whose password may be wrong there, or to world:anyone
all alike, in status
works, no error
-- ACL of the path
NodeIdException: no node ID could be leased from ZooKeeper (DSN, path /acl/half) within ticket.acquire_timeout = 500 ms: the ACL of /acl/half/.marks/N or of its parent refuses it; grant read, write, create and delete to whom ticket.zookeeper_auth names, whose password may be wrong there, or to world:anyone
all alike, in status
works, no error
-- chroot
NodeIdException: no node ID could be leased from ZooKeeper (DSN/not/there, path /sim/ticket) within ticket.acquire_timeout = 500 ms: the chroot /not/there of the DSN does not exist; correct it, or create it if it is the one of all machines
all alike, in status
works, no error
-- ephemeral
NodeIdException: no node ID could be leased from ZooKeeper (DSN, path /ephemeral/ticket) within ticket.acquire_timeout = 500 ms: /ephemeral/ticket cannot be made: a part of the path is an ephemeral znode; use another ticket.path
all alike, in status
works, no error
-- layout
NodeIdException: no node ID could be leased from ZooKeeper (DSN, path /layout) within ticket.acquire_timeout = 500 ms: its layout is (epoch 0, 10 node bits, 12 sequence bits) and the settings here say (epoch 1262332800000, 10 node bits, 12 sequence bits); IDs of the two could meet: set ticket.epoch, ticket.node_bits and ticket.sequence_bits alike, or another ticket.path, for IDs that are kept apart from these
all alike, in status
works, no error
-- no layout
NodeIdException: no node ID could be leased from ZooKeeper (DSN, path /layout) within ticket.acquire_timeout = 500 ms: the znode /layout/.marks holds no layout, but "something"; if ticket has used that path, write back what all its users are set to (here epoch=1262332800000 node_bits=10 sequence_bits=12), else use another ticket.path
all alike, in status
works, no error
-- mark
NodeIdException: no node ID could be leased from ZooKeeper (DSN, path /mark) within ticket.acquire_timeout = 500 ms: the mark of node N, /mark/.marks/N, cannot be read: it holds "garbage", and nobody knows what was issued there; leave it, or have it fenced by examples/fence.php
all alike, in status
works, no error
