--TEST--
TLS for leases, clients, caches, registrations and the class Zookeeper; by settings or by options, which are a part of what shares a session
--FILE--
<?php
require __DIR__ . '/../lib/locked.php';
$ca = new Authority('ours');
$web = $ca->issue('DNS:web1');
$server = new Server(secure($ca->issue('DNS:localhost,IP:127.0.0.1'), $ca, 'need')
    + ['authProvider.x509' => 'org.apache.zookeeper.server.auth.X509AuthenticationProvider']);
$files = ['ticket.zookeeper_tls_ca' => $ca->file, 'ticket.zookeeper_tls_cert' => $web->cert, 'ticket.zookeeper_tls_key' => $web->key];
$code = PRELUDE . CLIENT . <<<'PHP'
var_dump((new Number())->generate() > 0, status()['session']);
var_dump((new Number(new Zookeeper(ini_get('ticket.dsn'), '/own')))->generate() > 0);
$client = new Client();
$client->makePath('/config/shop');
$client->set('/config/shop', 'EUR');
echo $client->get('/config/shop'), "\n";
// Who one is by one's certificate.
foreach ($client->whoAmI() as $who) if ($who['scheme'] === 'x509') echo implode(' ', $who), "\n";
$cache = new Dig\Zookeeper\Cache('/config');
echo $cache->get('shop'), "\n";
$discovery = new Dig\Zookeeper\Discovery();
$discovery->register('web', '10.0.0.5:80');
echo json_encode(array_column($client->getChildren('/services/web') ? $discovery->instances('web') : [], 'address')), "\n";
$lock = new Dig\Zookeeper\Lock($client, '/locks/a');
var_dump($lock->acquire(10));
$lock->release();
$old = new \Zookeeper(ini_get('ticket.dsn'));
echo $old->get('/config/shop'), "\n";
$watched = false;
$client->get('/config/shop', function () use (&$watched) { $watched = true; });
$client->set('/config/shop', str_repeat('x', 500_000));
$client->wait(10);
var_dump($watched, strlen($client->get('/config/shop')));
PHP;
// A name is looked up, and checked.
echo run($code, leasing($server->secure('localhost'), $files)), "\n";
// By the extension's client, examples/fence.php speaks it, too.
$command = command('', leasing($server->secure('localhost'), ['ticket.lease' => 'first_use'] + $files));
array_splice($command, -2, 2, [__DIR__ . '/../../examples/fence.php', $server->secure('localhost'), '/sim/ticket']);
echo preg_replace('/^.* of /s', '', shell_exec(implode(' ', array_map(escapeshellarg(...), $command)) . ' 2>&1'));
// Without settings; the same files are the same session, others and the settings are not.
$code = PRELUDE . CLIENT . SAID . <<<'PHP'
const WORDS = ['/127\.0\.0\.1:\d+/' => 'SERVER'];
[$dsn, $ca, $cert, $key, $cert2, $key2] = json_decode(getenv('FILES'));
$with = fn($tls, $more = []) => new Client($dsn, ['tls' => $tls, 'timeout' => 20_000] + $more);
$clients[] = $with(['ca' => $ca, 'cert' => $cert, 'key' => $key]);
$clients[] = $with(['key' => $key, 'cert' => $cert, 'ca' => $ca]);
$clients[] = $with(['ca' => $ca, 'cert' => $cert2, 'key' => $key2]);
foreach ($clients as $client) { $client->get('/config'); echo Dig\Zookeeper\status()['shared_sessions'], ' '; }
echo "\n";
$bound = $with(['ca' => $ca, 'cert' => $cert, 'key' => $key]);
var_dump($bound->create('/e', '', null, Client::EPHEMERAL));
foreach ([
    ['ca' => $ca, 'cert' => $cert], ['cert' => $cert, 'key' => $key], ['ca' => $ca, 'pem' => 'x'], ['ca' => 1], 'x',
    ['ca' => '/nowhere/ca.pem'], ['ca' => "/a\0b"], ['ca' => '/dev/null'], ['ca' => ''],
] as $tls) echo thrown(fn() => $with($tls)), "\n";
echo thrown(fn() => new Client('127.0.0.1:1', ['tls' => ['ca' => $ca]])), "\n";
echo preg_replace('/127\.0\.0\.1:\d+/', 'SERVER', thrown(fn() => (new Client($dsn, ['timeout' => 300]))->get('/'))), "\n";
$wrong = $with(['ca' => $cert], ['timeout' => 300]);
echo said('no CA', fn() => $wrong->get('/')), "\n";
ini_set('open_basedir', '/nowhere');
echo preg_replace('~/\S+~', 'FILE', thrown(fn() => $with(['ca' => $ca]))), "\n";
PHP;
$other = $ca->issue('DNS:web2');
$given = json_encode([$server->secure(), $ca->file, $web->cert, $web->key, $other->cert, $other->key]);
echo run($code, ['ticket.lease' => 'first_use'], ['FILES' => $given]), "\n";
?>
--EXPECT--
bool(true)
string(9) "connected"
bool(true)
EUR
x509 CN=web1
EUR
["10.0.0.5:80"]
bool(true)
EUR
bool(true)
int(500000)
1023 node IDs are free
1 1 2 
string(2) "/e"
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have both cert and key in tls, or none of them
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have a ca in tls
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have nothing but ca, cert and key in tls, "pem" given
TypeError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have a string as ca in tls, int given
TypeError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have an array of files as tls, string given
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have a file as ca in tls that can be read, and /nowhere/ca.pem: No such file or directory (os error 2)
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have a file as ca in tls that can be read, and /a b: there is a NUL byte in its name
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have a file as ca in tls that can be read, and /dev/null: it is no file
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have a file as ca in tls that can be read, and : No such file or directory (os error 2)
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have no tls for servers without tcp+tls:// before them
Dig\Zookeeper\Exception\OperationTimeoutException: ZooKeeper tcp+tls://SERVER was out of reach, and nothing was sent: TLS needs the certificate of whoever has signed the servers', and ticket.zookeeper_tls_ca names no file
Dig\Zookeeper\Exception\OperationTimeoutException: ZooKeeper tcp+tls://SERVER was out of reach, and nothing was sent: no server accepts a session: SERVER has a certificate that no CA in the file ca of the option tls has signed; put the certificate of the one that has there
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have a file as ca in tls that can be read, and FILE it is outside of open_basedir
