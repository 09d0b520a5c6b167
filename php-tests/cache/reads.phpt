--TEST--
A cached subtree is read by paths below its znode, in each process, forked before or after; what changes is seen
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
$znodes->mkdir('/config/db');
$znodes->set('/config', 'root');
$znodes->create('/config/db/host', 'one');
$znodes->create('/config/empty');
$znodes->create('/config/ключ ö', implode('', array_map('chr', range(0, 255))));
$znodes->create('/configuration', 'another');
echo run(PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\{Cache, Node};
function awaited(callable $seen): string { for ($end = hrtime(true) + 30e9; !$seen(); usleep(500)) if (hrtime(true) > $end) return 'not seen'; return 'seen'; }
[$here, $there] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
if (!$early = pcntl_fork()) {
    fgets($here);
    $cache = new Cache('/config');
    echo 'forked before: ', $cache->get('db/host'), ' of version ', $cache->version(), "\n";
    exit;
}
$cache = new Cache('/config');
foreach (['', 'db', 'db/host', '/config', '/config/db/host', 'empty', 'none', 'db/none', 'empty/none', '/config/none/none'] as $path) {
    $node = $cache->node($path);
    echo "'$path' ", var_export($cache->get($path), true), ' ', $node ? "$node->path {$node->stat->numChildren}" : 'no node', "\n";
    if ($node && ($node != new_node($node->path))) echo "another node than ZooKeeper's: ", json_encode([$node, new_node($node->path)]), "\n";
}
function new_node(string $path): Node { static $client; $client ??= new_client(); return $client->getMany([$path])[$path]; }
function new_client(): Client { return new Client(); }
echo md5($cache->get('ключ ö')), "\n";
$names = [$cache->children(''), $cache->children('db'), $cache->children('none'), $cache->children('/config/empty')];
array_walk($names, sort(...));
echo json_encode($names, JSON_UNESCAPED_UNICODE), "\n";
$all = $cache->all();
ksort($all);
echo json_encode(array_diff_key($all, ['/config/ключ ö' => 0])), ' ', count($all), "\n";
var_dump($cache->isComplete(), $cache->age() < 60, $version = $cache->version(), $cache->waitForChange(-1), $cache->waitForChange($version, 0));
fwrite($there, "go\n");
pcntl_waitpid($early, $status);
if (!$late = pcntl_fork()) {
    echo 'forked after: ', $cache->get('db/host'), ', then ', awaited(fn() => $cache->get('db/host') === 'two'), "\n";
    exit;
}
$client = new Client();
$client->set('/config/db/host', 'two');
pcntl_waitpid($late, $status);
echo "-- what changes\n";
$client->create('/config/db/new', 'new');
$client->create('/config/db/new/er', 'newer');
echo awaited(fn() => $cache->get('db/new/er') === 'newer'), ' ', $cache->node('db/new')->stat->numChildren, "\n";
$client->deletePath('/config/db');
echo awaited(fn() => $cache->get('db') === null), ' ', json_encode($cache->children('db')), ' ', var_export($cache->get('db/new/er'), true), "\n";
$client->deletePath('/config');
echo awaited(fn() => $cache->get('') === null), ' ', json_encode($cache->all()), "\n";
$client->makePath('/config/again', 'x');
echo awaited(fn() => $cache->get('again') === 'x'), "\n";
$large = random_bytes(1_000_000);
$client->set('/config/again', $large);
echo awaited(fn() => $cache->get('again') === $large), "\n";
$client->set('/config/again', '');
echo awaited(fn() => $cache->get('again') === ''), "\n";
echo "-- other caches\n";
$below = new Cache('/config/again');
$above = new Cache('/');
$none = new Cache('/none/there');
$chroot = new Cache('/', ini_get('ticket.dsn') . '/config');
var_dump($below->get(''), $above->get('/configuration'), $above->get('config/again'), $none->get(''), $none->all());
$client->set('/config/again', 'y');
$client->makePath('/none/there', 'there');
foreach ([$cache, $below, $above, $none, $chroot] as $one) {
    echo awaited(fn() => in_array('y', $one->all(), true) || in_array('there', $one->all(), true)), "\n";
}
echo json_encode([array_keys($chroot->all()), $chroot->get('/again'), $chroot->node('')->path, $above->get('/zookeeper/config') !== null]), "\n";
echo implode(' ', array_map(fn($one) => "{$one['path']}:{$one['nodes']}", Dig\Zookeeper\status()['caches'])), "\n";
PHP, client($server, ['ticket.cache' => ' /configuration'])), "\n";
?>
--EXPECTF--
'' 'root' /config 3
'db' '' /config/db 1
'db/host' 'one' /config/db/host 0
'/config' 'root' /config 3
'/config/db/host' 'one' /config/db/host 0
'empty' '' /config/empty 0
'none' NULL no node
'db/none' NULL no node
'empty/none' NULL no node
'/config/none/none' NULL no node
e2c865db4162bed963bfaa9ef6ac18f0
[["db","empty","ключ ö"],["host"],[],[]]
{"\/config":"root","\/config\/db":"","\/config\/db\/host":"one","\/config\/empty":""} 5
bool(true)
bool(true)
int(1)
int(1)
int(1)
forked before: one of version 1
forked after: one, then seen
-- what changes
seen 1
seen [] NULL
seen []
seen
seen
seen
-- other caches
string(0) ""
string(7) "another"
string(0) ""
NULL
array(0) {
}
seen
seen
seen
seen
seen
[["\/","\/again"],"y","\/",true]
/configuration:1 /config:2 /config/again:1 /:%d /none/there:1 /:2
