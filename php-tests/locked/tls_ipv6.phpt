--TEST--
TLS to an address of IPv6: a certificate that has it is believed, and another one is not
--SKIPIF--
<?php if (!@stream_socket_server('tcp://[::1]:0')) die('skip: there is no IPv6 here'); ?>
--FILE--
<?php
require __DIR__ . '/../lib/locked.php';
$ca = new Authority('ours');
foreach (['IP:0:0:0:0:0:0:0:1' => 'nothing', 'IP:127.0.0.1' => 'has a certificate'] as $names => $expected) {
    $server = new Server(['secureClientPortAddress' => '::1'] + secure($ca->issue($names), $ca));
    echo run(PRELUDE . CLIENT . SAID . <<<'PHP'
    const WORDS = ['/.* = \d+ ms: /' => '', '/\[::1\]:\d+/' => 'SERVER'];
    echo said(getenv('EXPECTED'));
    PHP, leasing($server->secure('[::1]'), ['ticket.acquire_timeout' => 300, 'ticket.zookeeper_tls_ca' => $ca->file]), ['EXPECTED' => $expected]), "\n";
}
?>
--EXPECT--
nothing was thrown
no server accepts a session: SERVER has a certificate for other names (127.0.0.1), and not for ::1; name the server as its certificate does, or give it one for this name
