--TEST--
A bad setting is reported once at start-up, by name, and every use throws
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$code = PRELUDE . <<<'PHP'
foreach ([
    fn() => new Number(), fn() => new Number(5), fn() => Number::parse(1),
    fn() => new Local(), fn() => new Local('/tmp'), fn() => new Zookeeper('127.0.0.1:1'), fn() => status(),
] as $use) $said[] = thrown($use);
echo count(array_unique($said)), ' ', $said[0], "\n";
PHP;
foreach ([
    'ticket.dsn' => ['127.0.0.1:', '127.0.0.1:2181,', 'zk://a:1', 'a:1/x/', 'tcp+tls://a:1,b:1', 'tcp+tls://a:1'],
    'ticket.path' => ['', 'sim', '/', '/sim//ticket', '/sim/'],
    'ticket.session_timeout' => ['99', '10s'],
    'ticket.window' => ['99', '3600001'],
    'ticket.release_timeout' => ['-1'],
    'ticket.local_path' => ['', 'here'],
    'ticket.lease' => ['', 'Startup'],
    'ticket.acquire_timeout' => ['', '-1', '5s', '1e3', '3600001'],
    'ticket.clock_tolerance' => ['x'],
    'ticket.zookeeper_timeout' => ['0', '5s'],
    'ticket.max_packet' => ['1023', '1M', '67108865'],
    'ticket.max_sessions' => ['0', '10001'],
    'ticket.watch_signal' => ['on'],
    'ticket.zookeeper_class' => ['on', 'Off!'],
    'ticket.cache' => ['/config', 'config', '/a,,/b'],
    'ticket.cache_size' => ['', '255K', '17G', '1.5M'],
    'ticket.cache_max_age' => ['-1', '1s'],
    'ticket.zookeeper_tls_ca' => ['ca.pem'],
    'ticket.zookeeper_tls_cert' => ['/cert.pem'],
    'ticket.zookeeper_tls_key' => ['key.pem', '/key.pem'],
    'ticket.zookeeper_auth' => ['digest:shop:hush', 'file:auth', 'env:A-B', 'file:/auth'],
    'ticket.zookeeper_acl' => ['', 'everybody', 'world:anyone:x', 'world:anyone:r,x'],
    'ticket.epoch' => ['2010-01-01', '99999999999999'],
    'ticket.node_bits' => ['0', '15', '10.5'],
    'ticket.sequence_bits' => ['0', '23', ''],
] as $name => $values) {
    foreach ($values as $value) {
        $said = run($code, [$name => "'$value'"]);
        [$warning, $use] = array_pad(explode("\n", $said), 2, '');
        // The same sentence, at start-up and at each use.
        $sentence = preg_replace('/^Warning: PHP Startup: (.*) in Unknown on line 0$/', '$1', $warning);
        $same = $use === "1 Dig\\Ticket\\Exception\\UnavailableNodeIdException: $sentence";
        echo preg_replace('/clock\'s \d+/', 'clock\'s N', $sentence), $same ? '' : " BUT $said", "\n";
    }
}
// Together they leave too few bits for the timestamp.
$said = run($code, ['ticket.node_bits' => 14, 'ticket.sequence_bits' => 22]);
echo strtok($said, "\n"), "\n";
?>
--EXPECT--
ticket.dsn must be host:port[,host:port...][/chroot], and "127.0.0.1:" is no host:port, "127.0.0.1:" given
ticket.dsn must be host:port[,host:port...][/chroot], and "" is no host:port, "127.0.0.1:2181," given
ticket.dsn must be host:port[,host:port...][/chroot], and "zk:" is no host:port, "zk://a:1" given
ticket.dsn has a chroot, /x/, that must not hold an empty name, "." or "..", nor end with a slash, "a:1/x/" given
ticket.dsn must have tcp+tls:// before each server, or before none, "tcp+tls://a:1,b:1" given
ticket.dsn has tcp+tls://, which needs ticket.zookeeper_tls_ca: a file with the certificate of whoever has signed the servers', "tcp+tls://a:1" given
ticket.path must begin with a slash, "" given
ticket.path must begin with a slash, "sim" given
ticket.path must name a znode below the root, "/" given
ticket.path must not hold an empty name, "." or "..", nor end with a slash, "/sim//ticket" given
ticket.path must not hold an empty name, "." or "..", nor end with a slash, "/sim/" given
ticket.session_timeout must be a whole number from 100 to 3600000, "99" given
ticket.session_timeout must be a whole number from 100 to 3600000, "10s" given
ticket.window must be a whole number from 100 to 3600000, "99" given
ticket.window must be a whole number from 100 to 3600000, "3600001" given
ticket.release_timeout must be a whole number from 0 to 3600000, "-1" given
ticket.local_path must be an absolute path, "" given
ticket.local_path must be an absolute path, "here" given
ticket.lease must be "startup" or "first_use", "" given
ticket.lease must be "startup" or "first_use", "Startup" given
ticket.acquire_timeout must be a whole number from 0 to 3600000, "" given
ticket.acquire_timeout must be a whole number from 0 to 3600000, "-1" given
ticket.acquire_timeout must be a whole number from 0 to 3600000, "5s" given
ticket.acquire_timeout must be a whole number from 0 to 3600000, "1e3" given
ticket.acquire_timeout must be a whole number from 0 to 3600000, "3600001" given
ticket.clock_tolerance must be a whole number from 0 to 3600000, "x" given
ticket.zookeeper_timeout must be a whole number from 1 to 3600000, "0" given
ticket.zookeeper_timeout must be a whole number from 1 to 3600000, "5s" given
ticket.max_packet must be a whole number from 1024 to 67108864, "1023" given
ticket.max_packet must be a whole number from 1024 to 67108864, "1M" given
ticket.max_packet must be a whole number from 1024 to 67108864, "67108865" given
ticket.max_sessions must be a whole number from 1 to 10000, "0" given
ticket.max_sessions must be a whole number from 1 to 10000, "10001" given
ticket.watch_signal must be "auto" or "off", "on" given
ticket.zookeeper_class must be "auto" or "off", "on" given
ticket.zookeeper_class must be "auto" or "off", "Off!" given
ticket.cache needs ticket.dsn, which is empty; "/config" given
ticket.cache must be a list of paths with commas between them, and "config" must begin with a slash; "config" given
ticket.cache must be a list of paths with commas between them, and "" must begin with a slash; "/a,,/b" given
ticket.cache_size must be 0 or a whole number of bytes from 256K to 16G, with K, M or G behind it or without, "" given
ticket.cache_size must be 0 or a whole number of bytes from 256K to 16G, with K, M or G behind it or without, "255K" given
ticket.cache_size must be 0 or a whole number of bytes from 256K to 16G, with K, M or G behind it or without, "17G" given
ticket.cache_size must be 0 or a whole number of bytes from 256K to 16G, with K, M or G behind it or without, "1.5M" given
ticket.cache_max_age must be a whole number from 0 to 3600000, "-1" given
ticket.cache_max_age must be a whole number from 0 to 3600000, "1s" given
ticket.zookeeper_tls_ca must be an absolute path, "ca.pem" given
ticket.zookeeper_tls_cert needs ticket.zookeeper_tls_key, which is empty; "/cert.pem" given
ticket.zookeeper_tls_key must be an absolute path, "key.pem" given
ticket.zookeeper_tls_key needs ticket.zookeeper_tls_cert, which is empty; "/key.pem" given
ticket.zookeeper_auth must be file: and the absolute path of a file, or env: and the name of a variable; what is given is not shown, for it may be a secret
ticket.zookeeper_auth must be file: and the absolute path of a file, or env: and the name of a variable; what is given is not shown, for it may be a secret
ticket.zookeeper_auth must be file: and the absolute path of a file, or env: and the name of a variable; what is given is not shown, for it may be a secret
ticket.zookeeper_auth needs ticket.dsn, whose servers alone are given what is there; "file:/auth" given
ticket.zookeeper_acl must be world, creator, or a list of scheme:id:perms with commas between them, perms some of cdrwa, and "" is none; "" given
ticket.zookeeper_acl must be world, creator, or a list of scheme:id:perms with commas between them, perms some of cdrwa, and "everybody" is none; "everybody" given
ticket.zookeeper_acl must be world, creator, or a list of scheme:id:perms with commas between them, perms some of cdrwa, and "world:anyone:x" is none; "world:anyone:x" given
ticket.zookeeper_acl must be world, creator, or a list of scheme:id:perms with commas between them, perms some of cdrwa, and "x" is none; "world:anyone:r,x" given
ticket.epoch must be a whole number from 0 to 18446744073709551615, "2010-01-01" given
ticket.epoch must not lie in the future: 99999999999999 is after the clock's N (both in Unix milliseconds)
ticket.node_bits must be between 1 and 14, 0 given
ticket.node_bits must be between 1 and 14, 15 given
ticket.node_bits must be a whole number from 0 to 64, "10.5" given
ticket.sequence_bits must be between 1 and 22, 0 given
ticket.sequence_bits must be between 1 and 22, 23 given
ticket.sequence_bits must be a whole number from 0 to 64, "" given
Warning: PHP Startup: ticket.node_bits = 14 and ticket.sequence_bits = 22 leave 28 bits for the timestamp, which ended 3 days after ticket.epoch = 1262332800000; use fewer bits or a later epoch, for IDs that are kept apart from those of this layout in Unknown on line 0
