--TEST--
A path is taken here if the server takes it, and refused if that refuses it; here the root and long ones are, too
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
use Dig\Ticket\Node\Zookeeper;

$names = ['.', '..', '...', '.a', 'a.', '..a', 'a..', 'a..b', 'a/.', 'a/..', 'a/./b', 'a/../b', 'a/...', '/a', 'a/', 'a//b', '',
    'zookeeper/x', "\xff", "\xc3", "\xed\xa0\x80", "\u{1f600}", "a\u{10000}", "\u{10ffff}b", str_repeat("\u{e9}", 254)];
// Where the rules have their ends.
$codes = [...range(0, 0x110), 0x2028, 0xd7ff, 0xe000, 0xe001, 0xf8ff, 0xf900, 0xfdd0, 0xfeff, 0xffef, 0xfff0, 0xfffd, 0xffff, 0x10000];
foreach (array_diff($codes, [ord('/')]) as $code) {
    $names[] = "a" . utf8($code);
}
function utf8(int $code): string
{
    // There is no mbstring here.
    return match (true) {
        $code < 0x80 => chr($code),
        $code < 0x800 => chr(0xc0 | $code >> 6) . chr(0x80 | $code & 0x3f),
        $code < 0x10000 => chr(0xe0 | $code >> 12) . chr(0x80 | $code >> 6 & 0x3f) . chr(0x80 | $code & 0x3f),
        default => chr(0xf0 | $code >> 18) . chr(0x80 | $code >> 12 & 0x3f) . chr(0x80 | $code >> 6 & 0x3f) . chr(0x80 | $code & 0x3f),
    };
}

$server = new Server();
$znodes = new Znodes($server);
$taken = $refused = 0;
foreach ($names as $name) {
    $there = "/x/$name";
    $here = thrown(fn() => new Zookeeper($server->dsn(), $there));
    $chroot = thrown(fn() => new Zookeeper($server->dsn() . $there, '/y'));
    $said = thrown(fn() => $znodes->mkdir("$there/.marks"));
    // Bad arguments, and nothing else.
    $taken += $said === 'nothing was thrown';
    $refused += str_contains($said, 'error -8');
    $alike = ($here === 'nothing was thrown') === ($said === 'nothing was thrown') && ($here === $chroot || $said !== 'nothing was thrown');
    if (!$alike) {
        echo json_encode($there, JSON_INVALID_UTF8_SUBSTITUTE), "\n  here: $here\n  as a chroot: $chroot\n  there: $said\n";
    }
}
var_dump($taken + $refused === count($names), $taken > 100, $refused > 50);

// Here, only.
foreach (['/', '/' . str_repeat('a', 512)] as $path) {
    echo substr(thrown(fn() => new Zookeeper($server->dsn(), $path)), 0, 99), "\n";
}
// Wherever a path can be given.
$emoji = "/x/\u{1f600}";
echo thrown(fn() => new Zookeeper('a:1', $emoji)), "\n", thrown(fn() => new Zookeeper("a:1$emoji")), "\n";
echo strtok(run('', ['ticket.path' => $emoji]), "\n"), "\n", strtok(run('', ['ticket.dsn' => "'a:1$emoji'"]), "\n"), "\n";
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
Dig\Ticket\Exception\UnavailableNodeIdException: the path must name a znode below the root, "/" giv
Dig\Ticket\Exception\UnavailableNodeIdException: the path must be no longer than 512 bytes, "/aaaaa
Dig\Ticket\Exception\UnavailableNodeIdException: the path must not hold characters beyond U+FFFF, such as emoji, which ZooKeeper refuses, "/x/😀" given
Dig\Ticket\Exception\UnavailableNodeIdException: the DSN has a chroot, /x/😀, that must not hold characters beyond U+FFFF, such as emoji, which ZooKeeper refuses, "a:1/x/😀" given
Warning: PHP Startup: ticket.path must not hold characters beyond U+FFFF, such as emoji, which ZooKeeper refuses, "/x/😀" given in Unknown on line 0
Warning: PHP Startup: ticket.dsn has a chroot, /x/😀, that must not hold characters beyond U+FFFF, such as emoji, which ZooKeeper refuses, "a:1/x/😀" given in Unknown on line 0
