--TEST--
What each server does that gives no session is said, in a sentence for all that do the same
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$servers = [];
foreach (['refuses', 'closes', 'silent', 'full', 'tls', 'http', 'greets'] as $kind) {
    $servers[$kind] = new BadServer($kind);
}
$port = fn() => '127.0.0.1:' . free_port() . ':' . free_port();
$servers['without quorum'] = new Server(
    ['initLimit' => 10, 'syncLimit' => 5, 'server.1' => $port(), 'server.2' => $port()], 1, false);
eventually(fn() => str_contains($servers['without quorum']->ask('srvr'), 'not currently serving'), 20, 'no quorum');
$servers['SASL'] = new Server([
    'enforce.auth.enabled' => 'true',
    'enforce.auth.schemes' => 'sasl',
    'authProvider.sasl' => 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
]);
$code = PRELUDE . <<<'PHP'
$number = fn() => (new Number())->generate();
// Until it is known, however slow the machine is.
do $said = thrown($number); while (!preg_match(getenv('EXPECTED'), $said));
echo preg_replace('/.* = \d+ ms: /', '', $said), "\n";
$error = status()['error'];
$numbers = fn($text) => preg_replace('/\d+/', 'N', $text);
if (!str_contains($numbers($said), $numbers($error))) echo "status: $error\n";
ob_start();
phpinfo(INFO_MODULES);
if (!str_contains($numbers(ob_get_clean()), $numbers($error))) echo "phpinfo does not say it\n";
PHP;
$told = function (string $dsn, string $expected) use ($code) {
    $php = run($code, leasing($dsn, ['ticket.acquire_timeout' => 300]), ['EXPECTED' => "/$expected/"]);
    return preg_replace(['/127\.0\.0\.1:\d+/', '/\d{3,} ms/'], ['SERVER', 'N ms'], $php);
};
$words = ['refuses' => 'refused', 'closes' => 'closed', 'silent' => 'silent for \d{3}', 'full' => 'not accepted the connection for \d{3}',
    'tls' => 'TLS', 'http' => 'HTTP', 'greets' => 'SSH', 'without quorum' => 'quorum', 'SASL' => 'lets in'];
foreach ($servers as $kind => $server) {
    echo "-- $kind\n", $told($server->dsn(), $words[$kind]), "\n";
}
echo "-- a name\n", preg_replace('/(resolved: ).*/', '$1...', $told('nonexistent.invalid', 'resolved')), "\n";
$silent = new BadServer('silent');
$dsn = implode(',', [$silent->dsn(), $servers['http']->dsn(), $servers['silent']->dsn(), $servers['refuses']->dsn()]);
echo "-- several\n", $told($dsn, '^(?=.*HTTP)(?=.*have been silent for \d{3,})(?=.*refused)(?!.*not answered)'), "\n";
?>
--EXPECT--
-- refuses
no server accepts a session: SERVER refused the connection; is ZooKeeper running there?
-- closes
no server accepts a session: SERVER closed the connection without a word, as ZooKeeper does when one address has more connections than its maxClientCnxns
-- silent
no server accepts a session: SERVER accepted the connection and has been silent for N ms
-- full
no server accepts a session: SERVER has not accepted the connection for N ms
-- tls
no server accepts a session: SERVER speaks TLS; write tcp+tls:// before it in the DSN, and the same before all others, or name the plain port (clientPort)
-- http
no server accepts a session: SERVER is no ZooKeeper, but answered "HTTP/1.1 400 Bad Request"
-- greets
no server accepts a session: SERVER is no ZooKeeper, but answered "SSH-2.0-OpenSSH_9.2p1"
-- without quorum
no server accepts a session: SERVER is running, but not in quorum
-- SASL
no server accepts a session: SERVER lets in only those who say who they are, by a scheme of enforce.auth.schemes; name credentials of one in ticket.zookeeper_auth, or in the option auth
-- a name
no server accepts a session: the host nonexistent.invalid cannot be resolved: ...
-- several
no server accepts a session: SERVER and SERVER accepted the connection and have been silent for N ms; SERVER is no ZooKeeper, but answered "HTTP/1.1 400 Bad Request"; SERVER refused the connection; is ZooKeeper running there?
