--TEST--
The set-up wants a libclang that parses PHP's headers, and is not taken in by the name of a file
--SKIPIF--
<?php
exec('command -v cargo && command -v cc', $found, $missing);
if ($missing) die('skip: cargo or cc is missing here; the build needs them');
?>
--FILE--
<?php
require __DIR__ . '/machine.php';
$programs = programs();
$another = getenv('TICKET_TEST_DIR') . '/clock.so';
mkdir($folder = scratch('libraries'));
$try = fn(string $what) => setup($what, $programs, 'try compiler libclang', ['LIBCLANG_PATH' => $folder]);
$try('none');
copy($another, "$folder/libclang-cpp.so.14");
$try('libclang-cpp');
touch("$folder/libclang.so");
$try('not a library');
copy($another, "$folder/libclang-14.so.1");
$try('another library');
// Found where clang-sys looks besides: one that is newer than any real one, and is none.
$try = fn(string $what, array $scripts, array $env = []) =>
    setup($what, programs(scripts: $scripts + BARE), 'try compiler libclang', ['LD_LIBRARY_PATH' => $folder] + $env);
rename("$folder/libclang-14.so.1", "$folder/libclang.so.999");
$try('newest first, no package', []);
$try('newest first, its package there', ['dpkg-query' => 'echo installed']);
unlink("$folder/libclang.so.999");
$try('only libclang-cpp beside the real one', [], libclang());
?>
--EXPECT--
none: ticket: there is no libclang at LIBCLANG_PATH=LIBCLANG_PATH
libclang-cpp: ticket: there is no libclang at LIBCLANG_PATH=LIBCLANG_PATH
not a library: ticket: there is no libclang at LIBCLANG_PATH=LIBCLANG_PATH
another library: ticket: the libclang at LIBCLANG_PATH=LIBCLANG_PATH does not work: LIBCLANG_PATH/libclang-14.so.1: undefined symbol: clang_createIndex
newest first, no package: ticket: missing here: a libclang that works (LD_LIBRARY_PATH/libclang.so.999: undefined symbol: clang_createIndex; LIBCLANG_PATH=... names another); 'make setup' installs libclang-dev
newest first, its package there: ticket: missing here: a libclang that works (LD_LIBRARY_PATH/libclang.so.999: undefined symbol: clang_createIndex; LIBCLANG_PATH=... names another), although installed: libclang-dev; try: apt-get install --reinstall libclang-dev
only libclang-cpp beside the real one: all is well
