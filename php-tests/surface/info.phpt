--TEST--
phpinfo shows live values
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$section = function () {
    ob_start();
    (new ReflectionExtension('ticket'))->info();
    $text = ob_get_clean();
    preg_match_all('/^(.+?) => (.*)$/m', $text, $rows);
    return array_combine($rows[1], $rows[2]);
};
$before = $section();
$number = new Dig\Ticket\Number();
// A process that is not let run may come to each of a few milliseconds too late to wait for it.
$ids = $number->generateMany(100_000);
$number->generate();
$after = $section();
echo implode("\n", array_keys($after)), "\n";
var_dump((int) $after['Node ID'] === $number->getNodeId());
var_dump($after['IDs issued'] - $before['IDs issued']);
var_dump((int) $after['Waits'] >= (int) $before['Waits'] + 1);
var_dump((int) $after['High-water mark'] >= Dig\Ticket\Number::parse(end($ids))['timestamp']);
var_dump($after['Registry'] === 'local, ' . ini_get('ticket.local_path'), $after['Error']);
// How it stands to the clock, in words and as a number that is never below 0.
$mark = fn(string $words) => preg_match("/^\\d+ \(Unix ms, \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z; [\\w ]+ $words\)$/", $section()['High-water mark']);
$number->generateMany(50_000);
var_dump($mark('(ahead of the clock|in the past)'));
usleep(1_100_000);
var_dump($mark('in the past'), Dig\Ticket\status()['ahead']);
// A child's IDs are counted when it ends.
if (pcntl_fork() === 0) {
    $number->generateMany(500);
    exit(0);
}
pcntl_wait($status);
var_dump($section()['IDs issued'] - $after['IDs issued']);
?>
--EXPECT--
ticket
Layout
Registry
Node ID
High-water mark
Session
Session ID
Keeper
VM generation
Disconnected for
Last renewal
Keeper restarts
Nodes leased
IDs issued
Waits
Calls refused
Clock steps
Moves to another node
Leases lost
Permits voided
Memory overwritten
ZooKeeper clients
ZooKeeper requests
Caches' memory
Warning
Error
Directive
ticket.dsn
ticket.path
ticket.session_timeout
ticket.window
ticket.release_timeout
ticket.local_path
ticket.lease
ticket.acquire_timeout
ticket.clock_tolerance
ticket.epoch
ticket.node_bits
ticket.sequence_bits
ticket.zookeeper_timeout
ticket.max_packet
ticket.max_sessions
ticket.watch_signal
ticket.zookeeper_class
ticket.cache
ticket.cache_size
ticket.cache_max_age
ticket.zookeeper_tls_ca
ticket.zookeeper_tls_cert
ticket.zookeeper_tls_key
ticket.zookeeper_auth
ticket.zookeeper_acl
bool(true)
int(100001)
bool(true)
bool(true)
bool(true)
string(4) "none"
int(1)
int(1)
int(0)
int(50500)
