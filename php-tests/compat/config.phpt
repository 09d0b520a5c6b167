--TEST--
ZookeeperConfig: whole configurations, of any length; servers that join, leave and are replaced; stats and refusals
--FILE--
<?php
require __DIR__ . '/../lib/compat.php';
[$peer, $vote, $client] = [free_port(), free_port(), free_port()];
$server = new Server([
    'standaloneEnabled' => 'false', 'reconfigEnabled' => 'true', 'initLimit' => 10, 'syncLimit' => 5, 'clientPort' => $client,
    // ticket:ticket
    'DigestAuthenticationProvider.superDigest' => 'super:' . base64_encode(sha1('super:ticket', true)),
    'server.1' => "127.0.0.1:$peer:$vote:participant;127.0.0.1:$client",
], 1);
echo strtr(run(COMPAT . <<<'PHP'
$z = new Zookeeper(ini_get('ticket.dsn'));
$config = $z->getConfig();
$others = fn($text) => preg_match_all('/^server\.(\d+)=127/m', $text, $found) ? implode(',', $found[1]) : 'none';
until(fn() => str_contains(said(fn() => $config->get()), 'server.1'));
echo $config->get(null, $stat), "\n", json_encode(array_keys($stat)), "\n";
// Not by everybody.
all(fn() => $config->add('server.2=127.0.0.1:1:2:observer;3'));
$z->addAuth('digest', 'super:ticket');
// Those who want to know are told, also below a chroot.
$told = [];
$z->exists('/x') ?: $z->create('/x', null, OPEN);
$below = new Zookeeper(ini_get('ticket.dsn') . '/x');
foreach ([$config, $below->getConfig()] as $i => $one) $one->get(function (...$given) use (&$told, $i) { $told[$i] = $given; });
$many = array_map(fn($i) => sprintf('server.%d=127.0.0.1:%d:%d:observer;127.0.0.1:%d', $i, 1000 + $i, 2000 + $i, 3000 + $i), range(2, 21));
$text = $config->add(implode(',', $many), -1, $stat);
until(function () use (&$told) { return count($told) === 2; });
echo json_encode($told[0] === $told[1] ? $told[0] : $told, JSON_UNESCAPED_SLASHES), "\n";
var_dump(strlen($text) > 1000, $config->get() === $text, $others($text), $stat['dataLength'] === strlen($text));
preg_match('/^version=(\w+)$/m', $text, $found);
$version = hexdec($found[1]);
all(fn() => $config->remove('2', $version + 1));
echo $others($config->remove('3,4,5', $version)), "\n";
$all = array_filter(explode("\n", $config->get()), fn($line) => preg_match('/^server\.(1|7)=/', $line));
echo $others($config->set(implode(',', $all))), "\n";
all(fn() => $config->set("\xff"), fn() => $config->add('nonsense'), fn() => $config->add(''), fn() => $config->remove('1,7'));
unset($z);
echo $others($config->get()), "\n";
PHP, client($server)), [$peer => 'PEER', $vote => 'VOTE', $client => 'CLIENT']), "\n";
?>
--EXPECT--
server.1=127.0.0.1:PEER:VOTE:participant;127.0.0.1:CLIENT
version=100000000
["czxid","mzxid","ctime","mtime","version","cversion","aversion","ephemeralOwner","dataLength","numChildren","pzxid"]
ZookeeperAuthenticationException -102 not authenticated
[3,3,"/zookeeper/config"]
bool(true)
bool(true)
string(53) "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21"
bool(true)
ZookeeperException -103 bad version
1,2,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21
1,7
ZookeeperException -8 bad arguments
ZookeeperException -8 bad arguments
"server.1=127.0.0.1:PEER:VOTE:participant;127.0.0.1:CLIENT\nserver.7=127.0.0.1:1007:2007:observer;127.0.0.1:3007\nversion=10000000b"
ZookeeperException -8 bad arguments
1,7
