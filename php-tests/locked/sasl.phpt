--TEST--
SASL and digest: servers let in who has credentials, of a file, a variable or an option; others are told, and it works when that is mended
--FILE--
<?php
require __DIR__ . '/../lib/locked.php';
$server = new Server(sasl(['shop' => 'right', 'other' => 'too']));
$file = scratch('auth');
$code = PRELUDE . CLIENT . SAID . <<<'PHP'
const WORDS = ['/.* = \d+ ms: /' => '', '/127\.0\.0\.1:\d+/' => 'SERVER', '~/\S+/auth\.\w+~' => 'FILE', '/user \d+/' => 'user N'];
$who = fn($client) => implode(' ', array_map(fn($who) => "$who[scheme]:$who[id]", array_filter($client->whoAmI(), fn($who) => $who['scheme'] !== 'ip')));
PHP;
$ini = leasing($server, ['ticket.acquire_timeout' => 300, 'ticket.zookeeper_timeout' => 300]);
echo run($code . <<<'PHP'
echo said('let'), "\n", said('let', fn() => (new Client())->get('/')), "\n";
$client = new Client(null, ['auth' => [['sasl', 'other:too']], 'timeout' => 20_000]);
echo $who($client), "\n";
$wrong = fn($client) => said('refused', fn() => $client->get('/'));
echo $wrong(new Client(null, ['auth' => [['sasl', 'other:wrong']]])), "\n";
foreach ([[['sasl', 'other']], [['sasl', ':x']], [['sasl', 'a:b'], ['sasl', 'a:b']]] as $auth) {
    echo thrown(fn() => new Client(null, ['auth' => $auth])), "\n";
}
echo thrown(fn() => $client->addAuth('sasl', 'other:too')), "\n";
PHP, $ini), "\n";
put($file, "sasl:shop:wrong\n");
$php = start($code . <<<'PHP'
echo said('refused'), "\n", said('refused', fn() => (new Client())->get('/')), "\n";
await();
echo said('nothing was thrown'), ' ', status()['session'], "\n";
$client = new Client(null, ['timeout' => 20_000]);
echo $who($client), "\n";
$client->makePath('/config/a');
$lock = new Dig\Zookeeper\Lock($client, '/locks/a');
var_dump($lock->acquire(20));
$cache = new Dig\Zookeeper\Cache('/config');
echo json_encode($cache->all()), "\n";
$services = new Dig\Zookeeper\Discovery();
for ($end = hrtime(true) + 60e9; hrtime(true) < $end;) try { $services->register('web', '10.0.0.5:80'); break; } catch (Exception $e) {}
echo count($client->getChildren('/services/web')), "\n";
PHP, ['ticket.zookeeper_auth' => "file:$file"] + $ini);
echo $php->line(), "\n", $php->line(), "\n";
put($file, "sasl:shop:right\n", 0644);
$php->say('go');
echo $php->finish(), "\n";
$code .= 'echo said(getenv("EXPECTED")), " ", said("o", fn() => throw new Exception($who(new Client(null, ["timeout" => 20_000])))), "\n";';
echo run($code, ['ticket.zookeeper_auth' => 'env:ZK_AUTH'] + $ini, ['ZK_AUTH' => 'sasl:other:too', 'EXPECTED' => 'nothing']), "\n";
$code = strstr($code, 'echo said(getenv', true) . 'echo said(getenv("EXPECTED")), "\n";';
echo run($code, ['ticket.zookeeper_auth' => 'env:ZK_AUTH'] + $ini, ['EXPECTED' => 'is not set']), "\n";
foreach (['nonsense', '', 'sasl:a', "sasl:a:b\nsasl:c:d"] as $text) {
    put($file, $text);
    echo run($code, ['ticket.zookeeper_auth' => "file:$file"] + $ini, ['EXPECTED' => 'zookeeper_auth']), "\n";
}
put($file, "digest:shop:secret\n\n");
// That is not what these want.
echo run($code, ['ticket.zookeeper_auth' => "file:$file"] + $ini, ['EXPECTED' => 'refused']), "\n";
$open = new Server();
$digest = new Server(['enforce.auth.enabled' => 'true', 'enforce.auth.schemes' => 'digest']);
$both = ['ticket.dsn' => $digest->dsn(), 'ticket.zookeeper_auth' => "file:$file"] + $ini;
echo run($code . <<<'PHP'
echo $who(new Client(null, ['timeout' => 20_000])), "\n", $who(new Client(null, ['timeout' => 20_000, 'auth' => [['digest', 'a:b']]])), "\n";
echo said('let', fn() => (new Client(null, ['auth' => []]))->get('/')), "\n";
// They are for the servers of ticket.dsn alone: PHP could name one of its own.
foreach ([getenv('OPEN'), ini_get('ticket.dsn') . ',' . getenv('OPEN')] as $dsn) {
    $open = new Client($dsn, ['timeout' => 20_000]);
    echo str_contains(said('o', fn() => throw new Exception($who($open))), 'digest') ? 'given away' : 'kept', "\n";
}
echo $who(new Client(ini_get('ticket.dsn') . '/shop', ['timeout' => 20_000])), "\n";
PHP, $both, ['EXPECTED' => 'nothing', 'OPEN' => $open->dsn()]), "\n";
echo run($code, ['ticket.zookeeper_auth' => ''] + $both, ['EXPECTED' => 'let']), "\n";
unlink($file);
echo run($code, ['ticket.zookeeper_auth' => "file:$file"] + $ini, ['EXPECTED' => 'zookeeper_auth']), "\n";
?>
--EXPECT--
no server accepts a session: SERVER lets in only those who say who they are, by a scheme of enforce.auth.schemes; name credentials of one in ticket.zookeeper_auth, or in the option auth
Dig\Zookeeper\Exception\OperationTimeoutException: ZooKeeper SERVER was out of reach, and nothing was sent: no server accepts a session: SERVER lets in only those who say who they are, by a scheme of enforce.auth.schemes; name credentials of one in ticket.zookeeper_auth, or in the option auth
sasl:other
Dig\Zookeeper\Exception\AuthFailedException: ZooKeeper SERVER refused the credentials, or wants some of another scheme (enforce.auth.schemes); make another client with others
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have user:password, in UTF-8, for sasl in the list auth
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have user:password, in UTF-8, for sasl in the list auth
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have sasl once at most in the list auth
ValueError: Dig\Zookeeper\Client::addAuth(): Argument #1 ($scheme) must not be sasl, which a session can only begin with: see the option auth, and ticket.zookeeper_auth
ZooKeeper refused the credentials in FILE (ticket.zookeeper_auth), or wants some of another scheme (enforce.auth.schemes); put others there, which are read at once where the keeper may (ZooKeeper SERVER)
Dig\Zookeeper\Exception\AuthFailedException: ZooKeeper refused the credentials in FILE (ticket.zookeeper_auth), or wants some of another scheme (enforce.auth.schemes); put others there, which are read at once where the keeper may (ZooKeeper SERVER)
nothing was thrown connected
sasl:shop
bool(true)
{"\/config":"","\/config\/a":""}
1
nothing was thrown Exception: sasl:other
the variable ZK_AUTH (ticket.zookeeper_auth) is not set, or no UTF-8, where the keeper was started; set it for the process that starts PHP
FILE (ticket.zookeeper_auth) must hold lines of a scheme, a colon and its credentials, such as digest:user:password, or sasl:user:password, which there may be one of
FILE (ticket.zookeeper_auth) is empty
FILE (ticket.zookeeper_auth) must hold lines of a scheme, a colon and its credentials, such as digest:user:password, or sasl:user:password, which there may be one of
FILE (ticket.zookeeper_auth) must hold lines of a scheme, a colon and its credentials, such as digest:user:password, or sasl:user:password, which there may be one of
ZooKeeper refused the credentials in FILE (ticket.zookeeper_auth), or wants some of another scheme (enforce.auth.schemes); put others there, which are read at once where the keeper may (ZooKeeper SERVER)
nothing was thrown
digest:shop
digest:a
Dig\Zookeeper\Exception\OperationTimeoutException: ZooKeeper SERVER was out of reach, and nothing was sent: no server accepts a session: SERVER lets in only those who say who they are, by a scheme of enforce.auth.schemes; name credentials of one in ticket.zookeeper_auth, or in the option auth
kept
kept
digest:shop
no server accepts a session: SERVER lets in only those who say who they are, by a scheme of enforce.auth.schemes; name credentials of one in ticket.zookeeper_auth, or in the option auth
FILE (ticket.zookeeper_auth) cannot be read: No such file or directory (os error 2); see that it is there, and that user N may read it, or whoever starts PHP
