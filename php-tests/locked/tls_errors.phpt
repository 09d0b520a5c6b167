--TEST--
What is wrong with TLS is said in a sentence of its own with its cure, in time, by the lease and by a client
--FILE--
<?php
require __DIR__ . '/../lib/locked.php';
$ours = new Authority('ours');
$other = new Authority('other');
$good = $ours->issue('DNS:localhost,IP:127.0.0.1');
$server = new Server(secure($good, $ours));
$named = new Server(secure($ours->issue('DNS:zk.example'), $ours));
$expired = new Server(secure($ours->issue('IP:127.0.0.1', 0), $ours));
$needs = new Server(secure($good, $ours, 'need'));
$plain = new Server();
$plain_tls = str_replace('127.0.0.1', 'tcp+tls://127.0.0.1', $plain->dsn());
[$ssh, $silent, $refuses] = [new BadServer('greets'), new BadServer('silent'), new BadServer('refuses')];
file_put_contents($empty = scratch('empty.pem'), '');
file_put_contents($half = scratch('half.pem'), rtrim(file_get_contents($ours->file)) . "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
file_put_contents($none = scratch('none.pem'), "no PEM\n");
$code = PRELUDE . CLIENT . <<<'PHP'
$number = fn() => (new Number())->generate();
$start = hrtime(true);
$is_over = fn(string $said) => preg_match(getenv('EXPECTED'), $said) || hrtime(true) - $start > 60e9;
do $said = thrown($number); while (!$is_over($said));
if ((hrtime(true) - $start) / 1e9 > 20) echo "late\n";
echo preg_replace('/.* = \d+ ms: /', '', $said), "\n";
$client = new Client(null, ['timeout' => 300]);
do $said = thrown(fn() => $client->get('/')); while (!$is_over($said));
echo str_contains($said, ' was out of reach, and nothing was sent: ') ? '' : "client: $said\n";
PHP;
$told = function (string $what, string $dsn, string $expected, array $files = []) use ($code, $ours) {
    $ini = $files + ['ticket.zookeeper_tls_ca' => $ours->file, 'ticket.acquire_timeout' => 300];
    $said = run($code, leasing($dsn, $ini), ['EXPECTED' => "/$expected/"]);
    $words = ['/127\.0\.0\.1:\d+/' => 'SERVER', '/\d{4}-\d\d-\d\dT[\d:]+Z/' => 'TIME', '/\d{3,} ms/' => 'N ms', '/user \d+/' => 'user N',
        '~/\S+/([a-z]+\.)?[0-9a-f.]+\.(cert|key)\.pem~' => 'A.$2', '~/\S+/ca\.pem~' => 'CA', '~/\S+/(\w+\.)pem\.\w+~' => '$1pem'];
    // Java says one or the other, by its version.
    $said = preg_replace('/refuses the (?:client certificate \(\w+\); name one that it accepts in|handshake \(HandshakeFailure\): it wants a client certificate, to be named in) (\S+ and \w+\.\w+)(, or has .*)?$/m',
        'refuses the client certificate: $1', $said);
    echo "-- $what\n", preg_replace(array_keys($words), $words, $said), "\n";
};
$told('unknown CA', $server->secure(), 'no CA', ['ticket.zookeeper_tls_ca' => $other->file]);
$told('another name', $named->secure(), 'other names');
$told('expired', $expired->secure(), 'expired');
$told('no client certificate', $needs->secure(), 'client certificate');
$stranger = $other->issue('DNS:web1');
$told('one of another CA', $needs->secure(), 'client certificate', ['ticket.zookeeper_tls_cert' => $stranger->cert, 'ticket.zookeeper_tls_key' => $stranger->key]);
$told('plain to a secure port', substr($server->secure(), strlen('tcp+tls://')), 'TLS');
$told('TLS to a plain port', $plain_tls, 'no TLS');
$told('TLS to what is no ZooKeeper', "tcp+tls://{$ssh->dsn()}", 'SSH');
$told('TLS to what is silent', "tcp+tls://{$silent->dsn()}", 'silent for \d{3}');
$told('nobody', "tcp+tls://{$refuses->dsn()}", 'refused');
$told('no file', $server->secure(), 'read', ['ticket.zookeeper_tls_ca' => '/nowhere/ca.pem']);
$told('a directory', $server->secure(), 'read', ['ticket.zookeeper_tls_ca' => '/tmp']);
$told('empty', $server->secure(), 'PEM', ['ticket.zookeeper_tls_ca' => $empty]);
$told('half a list', $server->secure(), 'whole', ['ticket.zookeeper_tls_ca' => $half]);
$told('no certificate', $server->secure(), 'PEM', ['ticket.zookeeper_tls_cert' => $none, 'ticket.zookeeper_tls_key' => $good->key]);
$told('no key', $server->secure(), 'PEM', ['ticket.zookeeper_tls_cert' => $good->cert, 'ticket.zookeeper_tls_key' => $none]);
$told('the key to another', $server->secure(), 'together', ['ticket.zookeeper_tls_cert' => $good->cert, 'ticket.zookeeper_tls_key' => $stranger->key]);
?>
--EXPECT--
-- unknown CA
no server accepts a session: SERVER has a certificate that no CA in CA (ticket.zookeeper_tls_ca) has signed; put the certificate of the one that has there
-- another name
no server accepts a session: SERVER has a certificate for other names (zk.example), and not for 127.0.0.1; name the server as its certificate does, or give it one for this name
-- expired
no server accepts a session: SERVER has a certificate that has expired (TIME); give it a new one
-- no client certificate
no server accepts a session: SERVER refuses the client certificate: ticket.zookeeper_tls_cert and ticket.zookeeper_tls_key
-- one of another CA
no server accepts a session: SERVER refuses the client certificate: ticket.zookeeper_tls_cert and ticket.zookeeper_tls_key
-- plain to a secure port
no server accepts a session: SERVER speaks TLS; write tcp+tls:// before it in the DSN, and the same before all others, or name the plain port (clientPort)
-- TLS to a plain port
no server accepts a session: SERVER speaks no TLS; name the secure port (secureClientPort), or leave out tcp+tls:// in the DSN
-- TLS to what is no ZooKeeper
no server accepts a session: SERVER is no ZooKeeper, but answered "SSH-2.0-OpenSSH_9.2p1"
-- TLS to what is silent
no server accepts a session: SERVER accepted the connection and has been silent for N ms
-- nobody
no server accepts a session: SERVER refused the connection; is ZooKeeper running there?
-- no file
CA (ticket.zookeeper_tls_ca) cannot be read: No such file or directory (os error 2); see that it is there, and that user N may read it, or whoever starts PHP
-- a directory
/tmp (ticket.zookeeper_tls_ca) cannot be used: it is no file; put another one there that user N may read, or start PHP anew with it
-- empty
empty.pem (ticket.zookeeper_tls_ca) holds no certificate in PEM
-- half a list
half.pem (ticket.zookeeper_tls_ca) has 2 parts that begin (-----BEGIN ), and 1 of them can be read as CERTIFICATE or X509 CRL; see that each is whole, and begins and ends in lines of its own, with nothing before
-- no certificate
none.pem (ticket.zookeeper_tls_cert) holds no certificate in PEM
-- no key
none.pem (ticket.zookeeper_tls_key) holds no key in PEM that is not encrypted (-----BEGIN PRIVATE KEY-----)
-- the key to another
A.cert (ticket.zookeeper_tls_cert) and A.key (ticket.zookeeper_tls_key) do not belong together: keys may not be consistent: KeyMismatch
