--TEST--
A cache that cannot be says why: its arguments, its settings, its servers, too many, too deep; and waiting for it ends
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
$znodes->mkdir('/config/a');
$znodes->mkdir('/deep' . str_repeat('/x', 41));
$code = PRELUDE . CLIENT . 'use Dig\Zookeeper\Cache;';
echo run($code . <<<'PHP'
$cache = new Cache('/config');
foreach ([
    fn() => new Cache(), fn() => new Cache(''), fn() => new Cache('config'), fn() => new Cache('/config/'), fn() => new Cache("/\xff"),
    fn() => new Cache('/' . str_repeat('x', 512)), fn() => new Cache('/config', ''), fn() => new Cache('/config', 'localhost:'), fn() => new Cache('/', []),
    fn() => $cache->get('/'), fn() => $cache->get('/configuration'), fn() => $cache->get('a/'), fn() => $cache->get('a//b'), fn() => $cache->get('/config/../x'),
    fn() => $cache->get('.'), fn() => $cache->get("\xff"), fn() => $cache->get([]), fn() => $cache->get(), fn() => $cache->get('a', 1, 2),
    fn() => $cache->get('a', -1), fn() => $cache->node('a', NAN), fn() => $cache->all(-0.1), fn() => $cache->all('x'), fn() => $cache->children('a', 'x'),
    fn() => $cache->waitForChange(), fn() => $cache->waitForChange(1, -1), fn() => $cache->age(1),
    fn() => clone $cache, fn() => serialize($cache), fn() => $cache->other = 1,
] as $body) echo thrown($body), "\n";
echo failed(fn() => new Cache('/deep')), "\n";
try { new Cache('/deep'); } catch (E\ZookeeperException $e) { echo $e->getMessage(), "\n"; }
var_dump($cache->get('a', INF), $cache->get('a', null), count($cache->all(60)));
echo "-- waiting\n";
pcntl_async_signals(true);
pcntl_signal(SIGALRM, function () { throw new Exception('a signal'); });
pcntl_alarm(1);
echo thrown(fn() => $cache->waitForChange($cache->version())), "\n";
PHP, client($server, ['display_errors' => 1, 'html_errors' => 0])), "\n";
echo "-- too many\n";
echo run($code . <<<'PHP'
for ($i = 0; $i < 63; $i++) new Cache("/config/$i");
try { new Cache('/config/more'); } catch (E\ZookeeperException $e) { echo get_class($e), ' ', $e->getMessage(), "\n"; }
echo (new Cache('/config/5'))->isComplete(), ' ', (new Cache('/config'))->get('/config/a'), count(Dig\Zookeeper\status()['caches']), "\n";
PHP, client($server, ['ticket.cache' => '/config'])), "\n";
echo "-- settings\n";
echo run($code . 'echo thrown(fn() => new Cache("/config")), "\n";', client($server, ['ticket.cache_size' => 0])), "\n";
echo run($code . 'echo thrown(fn() => new Cache("/config")), "\n";'), "\n";
echo run($code . <<<PHP
echo strlen((new Cache('/config', '{$server->dsn()}'))->get('a')), "\n";
PHP), "\n";
echo "-- no server\n";
$php = start($code . <<<'PHP'
$wait = fn() => preg_replace('/127\.0\.0\.1:\d+/', 'HOST', thrown(fn() => new Cache('/config')));
for ($end = hrtime(true) + 30e9; !str_contains($said = $wait(), 'refused') && hrtime(true) < $end;);
echo $said, "\n";
[$state] = Dig\Zookeeper\status()['caches'];
echo json_encode([$state['complete'], $state['age'], str_contains($state['error'], 'refused')]), "\n";
await();
for ($end = hrtime(true) + 30e9; ($said = $wait()) !== 'nothing was thrown' && hrtime(true) < $end;);
echo $said, "\n";
PHP, ['ticket.zookeeper_timeout' => 300] + client('127.0.0.1:' . ($port = free_port())));
echo $php->line(), "\n", $php->line(), "\n";
$late = new Server(['clientPort' => $port]);
$php->say('');
echo $php->finish();
?>
--EXPECT--
ArgumentCountError: Dig\Zookeeper\Cache::__construct() expects at least 1 argument, 0 given
ValueError: Dig\Zookeeper\Cache::__construct(): Argument #1 ($path) must begin with a slash
ValueError: Dig\Zookeeper\Cache::__construct(): Argument #1 ($path) must begin with a slash
ValueError: Dig\Zookeeper\Cache::__construct(): Argument #1 ($path) must not hold an empty name, "." or "..", nor end with a slash
ValueError: Dig\Zookeeper\Cache::__construct(): Argument #1 ($path) must be in UTF-8
ValueError: Dig\Zookeeper\Cache::__construct(): Argument #1 ($path) must be no longer than 512 bytes
ValueError: Dig\Zookeeper\Cache::__construct(): Argument #2 ($dsn) must be host:port[,host:port...][/chroot], and "" is no host:port
ValueError: Dig\Zookeeper\Cache::__construct(): Argument #2 ($dsn) must be host:port[,host:port...][/chroot], and "localhost:" is no host:port
TypeError: Dig\Zookeeper\Cache::__construct(): Argument #2 ($dsn) must be of type ?string, array given
ValueError: Dig\Zookeeper\Cache::get(): Argument #1 ($path) must be /config or a path below it, or be relative to it, without a slash at its beginning
ValueError: Dig\Zookeeper\Cache::get(): Argument #1 ($path) must be /config or a path below it, or be relative to it, without a slash at its beginning
ValueError: Dig\Zookeeper\Cache::get(): Argument #1 ($path) must not hold an empty name, "." or "..", nor end with a slash
ValueError: Dig\Zookeeper\Cache::get(): Argument #1 ($path) must not hold an empty name, "." or "..", nor end with a slash
ValueError: Dig\Zookeeper\Cache::get(): Argument #1 ($path) must not hold an empty name, "." or "..", nor end with a slash
ValueError: Dig\Zookeeper\Cache::get(): Argument #1 ($path) must not hold an empty name, "." or "..", nor end with a slash
ValueError: Dig\Zookeeper\Cache::get(): Argument #1 ($path) must be in UTF-8
TypeError: Dig\Zookeeper\Cache::get(): Argument #1 ($path) must be of type string, array given
ArgumentCountError: Dig\Zookeeper\Cache::get() expects at least 1 argument, 0 given
ArgumentCountError: Dig\Zookeeper\Cache::get() expects at most 2 arguments, 3 given
ValueError: Dig\Zookeeper\Cache::get(): Argument #2 ($maxAge) must be null or a number of seconds from 0 on
ValueError: Dig\Zookeeper\Cache::node(): Argument #2 ($maxAge) must be null or a number of seconds from 0 on
ValueError: Dig\Zookeeper\Cache::all(): Argument #1 ($maxAge) must be null or a number of seconds from 0 on
TypeError: Dig\Zookeeper\Cache::all(): Argument #1 ($maxAge) must be of type ?float, string given
TypeError: Dig\Zookeeper\Cache::children(): Argument #2 ($maxAge) must be of type ?float, string given
ArgumentCountError: Dig\Zookeeper\Cache::waitForChange() expects at least 1 argument, 0 given
ValueError: Dig\Zookeeper\Cache::waitForChange(): Argument #2 ($timeout) must be null or a number of seconds from 0 on
ArgumentCountError: Dig\Zookeeper\Cache::age() expects exactly 0 arguments, 1 given
Error: Trying to clone an uncloneable object of class Dig\Zookeeper\Cache
Exception: Serialization of 'Dig\Zookeeper\Cache' is not allowed
Error: Cannot create dynamic property Dig\Zookeeper\Cache::$other
BadArgumentsException -8 /deep certain
/deep has more than 40 levels of znodes below it, which is the most that is cached
string(0) ""
string(0) ""
int(2)
-- waiting
Exception: a signal
-- too many
Dig\Zookeeper\Exception\ZookeeperException this PHP already has 64 caches, which is the most it can; use those of paths above for several
1 64
-- settings
Dig\Zookeeper\Exception\InvalidStateException: nothing can be cached: ticket.cache_size is 0
ValueError: Dig\Zookeeper\Cache::__construct(): Argument #2 ($dsn) must be given, since ticket.dsn is empty
0
-- no server
Dig\Zookeeper\Exception\OperationTimeoutException: /config of ZooKeeper HOST could not be cached within 300 ms: no server accepts a session: HOST refused the connection; is ZooKeeper running there?
[false,null,true]
nothing was thrown
