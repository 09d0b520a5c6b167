--TEST--
A password of the scheme digest that is wrong shows only by an ACL; put right in its file, it counts for the lease and for new clients, without a restart; what PHP gives a client in tls is no error's to tell, and has no credentials of the settings sent
--FILE--
<?php
require __DIR__ . '/../lib/locked.php';
$server = new Server();
put($file = scratch('auth'), "digest:shop:wrong\n", 0644);
$owner = new Znodes($server);
$ini = ['ticket.zookeeper_auth' => "file:$file", 'ticket.zookeeper_acl' => 'creator', 'ticket.acquire_timeout' => 500];
// Made by others with the right one.
put($right = scratch('right'), "digest:shop:right\n", 0644);
echo run(PRELUDE . CLIENT . 'echo (new Number())->generate() > 0 ? "made" : "", "\n"; (new Client())->create("/closed", "v", [["perms" => 31, "scheme" => "auth", "id" => ""]]);',
    leasing($server, ['ticket.zookeeper_auth' => "file:$right"] + $ini)), "\n";
$php = start(PRELUDE . CLIENT . 'const WORDS = ["/.* = \d+ ms: /" => ""];' . SAID . <<<'PHP'
echo said('refuses'), "\n";
$client = new Client(null, ['timeout' => 20_000]);
echo get_class(caught(fn() => $client->get('/closed'))), "\n";
echo "put it right\n";
await();
echo said('nothing'), "\n", (new Client(null, ['timeout' => 20_000]))->get('/closed'), "\n";
function caught(callable $do): object { try { $do(); } catch (Throwable $e) { return $e; } return (object) []; }
PHP, leasing($server, $ini));
echo $php->line(), "\n", $php->line(), "\n", $php->line(), "\n";
put($file, "digest:shop:right\n", 0644);
$php->say('go');
echo $php->finish(), "\n";
$ours = new Authority('ours');
$other = new Authority('other');
$tls = new Server(secure($other->issue('IP:127.0.0.1'), $other));
echo run(PRELUDE . CLIENT . <<<'PHP'
$pem = file_get_contents(getenv('KEY'));
foreach ([$pem, rtrim(strtr($pem, "\n", ' '))] as $text) {
    echo thrown(fn() => new Client(null, ['tls' => ['ca' => getenv('CA'), 'cert' => getenv('CA'), 'key' => $text]])), "\n";
}
$client = new Client(null, ['tls' => ['ca' => getenv('CA')], 'timeout' => 20_000]);
echo implode(',', array_column($client->whoAmI(), 'scheme')), "\n";
echo thrown(fn() => new Client(null, ['auth' => [['digest', 'a:' . str_repeat('x', 2 << 20)]]])), "\n";
PHP, ['ticket.zookeeper_tls_ca' => $ours->file] + leasing($tls->secure(), $ini), ['CA' => $other->file, 'KEY' => $other->issue('IP:127.0.0.1')->key]), "\n";
?>
--EXPECT--
made
the ACL of /sim/ticket/.marks or of its parent refuses it; grant read, write, create and delete to whom ticket.zookeeper_auth names, whose password may be wrong there, or to world:anyone
Dig\Zookeeper\Exception\NoAuthException
put it right
nothing was thrown
v
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have the path of a file as key in tls, not what is in it
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have the path of a file as key in tls, not what is in it
ip
ValueError: Dig\Zookeeper\Client::__construct(): Argument #2 ($options) must have 1 MiB of credentials at the most in the list auth, where each counts 64 bytes more
