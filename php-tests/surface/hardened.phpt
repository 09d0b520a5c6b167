--TEST--
The module is linked as Debian's hardening wants it: relocations are resolved and made read-only when it is loaded, none is in its text, no stack or segment is writable and executable, no path is in it, and it needs the C library alone
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
exec('LC_ALL=C readelf --wide --program-headers --dynamic ' . escapeshellarg(getenv('TICKET_TEST_MODULE')), $lines, $status);
$status === 0 || exit("readelf, of binutils, cannot read the module\n");
$text = implode("\n", $lines);
$segments = preg_match_all('/^ +(LOAD|GNU_STACK|GNU_RELRO) (?: *0x\w+){5} ([R ][W ][E ])/m', $text, $found, PREG_SET_ORDER) ? $found : [];
$of = fn(string $kind) => array_column(array_filter($segments, fn($segment) => $segment[1] === $kind), 2);
var_dump(count($of('LOAD')) > 1, $of('GNU_STACK'), count($of('GNU_RELRO')));
var_dump(array_filter(array_column($segments, 2), fn($flags) => str_contains($flags, 'W') && str_contains($flags, 'E')));
var_dump(preg_match('/\(FLAGS(_1)?\) .*\bNOW\b/', $text), preg_match('/TEXTREL|RPATH|RUNPATH/', $text));
preg_match_all('/\(NEEDED\) .*\[(.*)\]/', $text, $found);
echo implode(' ', array_diff($found[1], preg_grep('/^(ld-linux|libm|libgcc_s|libdl|libpthread|librt)\b/', $found[1]))), "\n";
?>
--EXPECT--
bool(true)
array(1) {
  [0]=>
  string(3) "RW "
}
int(1)
array(0) {
}
int(1)
int(0)
libc.so.6
