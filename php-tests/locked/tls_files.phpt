--TEST--
Files for TLS: read with the rights of whoever starts PHP, kept for later keepers, and read again where they have changed
--FILE--
<?php
require __DIR__ . '/../lib/locked.php';
[$ca, $other] = [new Authority('ours'), new Authority('other')];
[$mine, $next] = [$ca->issue('DNS:web1'), $ca->issue('DNS:web2')];
$server = new Server(secure($ca->issue('IP:127.0.0.1'), $ca, 'need')
    + ['authProvider.x509' => 'org.apache.zookeeper.server.auth.X509AuthenticationProvider']);
[$ca_file, $cert, $key] = array_map(scratch(...), ['ca.pem', 'cert.pem', 'key.pem']);
$put = fn(string $from, string $to, int $mode) => put($to, file_get_contents($from), $mode);
$put($other->file, $ca_file, 0644);
$put($mine->cert, $cert, 0644);
// Root's alone, where it is root who runs this.
$put($mine->key, $key, 0600);
$code = PRELUDE . CLIENT . SAID . <<<'PHP'
const WORDS = [];
$said = said('no CA');
echo str_contains($said, 'no CA') ? 'no CA' : $said, "\n";
await();
echo said('nothing was thrown'), ', ', status()['session'], "\n";
while (await() === 'who') {
    // A session of its own each time, for whatever the files are then.
    $client = new Client(null, ['timeout' => 20_000]);
    $client->getSessionId();
    foreach ($client->whoAmI() as $who) if ($who['scheme'] === 'x509') echo $who['id'], "\n";
    $client->close();
}
PHP;
$ini = leasing($server->secure(), ['ticket.zookeeper_tls_ca' => $ca_file, 'ticket.zookeeper_tls_cert' => $cert,
    'ticket.zookeeper_tls_key' => $key, 'ticket.acquire_timeout' => 300]);
$php = start($code, $ini);
echo $php->line(), "\n";
// Mended, and nothing is started anew.
$put($ca->file, $ca_file, 0644);
$php->say('go');
echo $php->line(), "\n";
$who = function () use ($php) {
    $php->say('who');
    echo $php->line(), "\n";
};
$who();
// The server goes, and the session with it goes on.
$server->kill();
$server->start();
$who();
// Others from the next session on, if the keeper may read them.
$put($next->cert, $cert, 0644);
$put($next->key, $key, 0644);
$who();
// What is gone is as it was read last.
unlink($key);
$who();
$keeper = keeper($server->secure());
kill($keeper);
eventually(fn() => array_diff(keepers($server->secure()), [$keeper]), what: 'there is another keeper');
// The next one begins with what was read when PHP was started: that is not the key to this certificate, so that it says so.
$put($mine->cert, $cert, 0644);
$who();
$php->say('end');
echo $php->finish(), "\n";
?>
--EXPECT--
no CA
nothing was thrown, connected
CN=web1
CN=web1
CN=web2
CN=web2
CN=web1
