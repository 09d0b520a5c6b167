--TEST--
Where PIE cannot build, configure says in one line why and what to do
--FILE--
<?php
require __DIR__ . '/machine.php';
$copy = copied('./src/pie', './.setup', './Cargo.toml');
step($copy, phpize());
$real = escapeshellarg(trim(`command -v "\$PHP_CONFIG"`));
$php = 'exec ' . escapeshellarg(PHP_BINARY);
mkdir($folder = scratch('php'));
/** A php-config whose PHP is another. */
$another = function (string $name, string $script) use ($folder, $real, $php) {
    file_put_contents("$folder/$name", "#!/bin/sh\n$script\n$php \"\$@\"\n");
    file_put_contents("$folder/$name-config", "#!/bin/sh\n[ \"\$1\" = --php-binary ] && echo $folder/$name && exit\nexec $real \"\$@\"\n");
    chmod("$folder/$name", 0755);
    chmod("$folder/$name-config", 0755);
    return "$folder/$name-config";
};
$try = function (string $what, array $env = [], ?string $config = null) use ($copy, $folder, $real) {
    ob_start();
    $well = step($copy, './configure --with-php-config=' . ($config ?? $real), $env + ['PATH' => programs(), ...libclang()]);
    $said = preg_replace('/^    (checking [a-z ]+\.\.\. )?(configure: error: )?/m', '', str_replace($folder, 'FOLDER', ob_get_clean()));
    printf("%s: %s", $what, $said ?: ($well ? "all is well\n" : "nothing is said\n"));
};
$try('as it is');
$try('no cargo', ['PATH' => programs(['cargo', 'rustc']), 'HOME' => '/nowhere', 'CARGO_HOME' => '/nowhere']);
mkdir($home = scratch('home'));
mkdir("$home/.cargo");
symlink(programs(), "$home/.cargo/bin");
// Its cargo looks for itself there, too.
$rustup = getenv('RUSTUP_HOME') ?: getenv('HOME') . '/.rustup';
$try('cargo where rustup puts it', ['PATH' => programs(['cargo', 'rustc']), 'HOME' => $home, 'CARGO_HOME' => '', 'RUSTUP_HOME' => $rustup]);
$try('an old rustc', ['PATH' => programs(scripts: ['rustc' => 'echo "rustc 1.87.9 (59807616e 2026-04-14)"'])]);
$try('no libclang', ['LIBCLANG_PATH' => '/nowhere']);
// One that is newer than any real one, and is none, in a Debian of which no package is installed.
mkdir($libraries = scratch('libraries'));
copy(getenv('TICKET_TEST_DIR') . '/clock.so', "$libraries/libclang.so.999");
$try('none that works', ['PATH' => programs(scripts: BARE), 'LD_LIBRARY_PATH' => $libraries]);
$try('an old PHP', config: $another('old', 'case "$*" in *PHP_VERSION_ID*) exit 99;; *"echo PHP_VERSION;"*) echo 8.0.30; exit;; esac'));
$try('a thread-safe PHP', config: $another('zts', 'case "$*" in *PHP_ZTS*) exit 1;; esac'));
$try('another PHP than its headers', config: $another('other', 'case "$*" in *"PHP_VERSION_ID;"*) echo 80599; exit;; esac'));
$try('no headers', config: (function () use ($folder, $real, $another) {
    $config = $another('headless', '');
    file_put_contents($config, str_replace("exec", "[ \"\$1\" = --includes ] && echo -I/nowhere && exit\nexec", file_get_contents($config)));
    return $config;
})());
?>
--EXPECTF--
as it is: all is well
no cargo: ticket: no Rust compiler here; install one as https://rustup.rs says
it has failed
cargo where rustup puts it: all is well
an old rustc: ticket: needs Rust 1.88 or later, and PATH/cargo is 1.87.9; install a newer one as https://rustup.rs says
it has failed
no libclang: ticket: there is no libclang at LIBCLANG_PATH=LIBCLANG_PATH
it has failed
none that works: ticket: missing here: a libclang that works (LD_LIBRARY_PATH/libclang.so.999: undefined symbol: clang_createIndex; LIBCLANG_PATH=... names another); as root: apt-get install libclang-dev
it has failed
an old PHP: ticket: needs PHP 8.1 to 8.5, and FOLDER/old is 8.0.30; name another: pie install --with-php-config=...
it has failed
a thread-safe PHP: ticket: FOLDER/zts is thread-safe (ZTS), which ticket does not support; name one that is not (NTS): pie install --with-php-config=...
it has failed
another PHP than its headers: ticket: FOLDER/other is PHP %s and FOLDER/other-config of PHP %s; name two that belong together: pie install --with-php-config=...
it has failed
no headers: ticket: PHP's headers, which FOLDER/headless-config names, do not compile: <stdin>:1:10: fatal error: php.h: No such file or directory
it has failed
