--TEST--
The set-up wants PHP and headers that belong together, and offers Debian's only where there is no other
--SKIPIF--
<?php
exec('command -v cargo && command -v cc', $found, $missing);
if ($missing) die('skip: cargo or cc is missing here; the build needs them');
?>
--FILE--
<?php
require __DIR__ . '/machine.php';
// As where a PHP is that was not installed from Debian: nothing beside it is asked for.
$try = fn(string $what, array $without, array $scripts = []) =>
    setup($what, programs($without, $scripts + BARE), 'try compiler php servers');
$try('not of Debian', []);
$php = 'exec ' . escapeshellarg(PHP_BINARY);
$try('no php-config', ['php-config'], ['php' => "case \"\$*\" in *PHP_BINDIR*) echo /bin/sh; exit;; esac\n$php \"\$@\""]);
$try('no php-config anywhere', ['php-config'], ['php' => "case \"\$*\" in *PHP_BINDIR*) exit;; esac\n$php \"\$@\""]);
$try('none at all', ['php', 'php-config']);
setup('none of that name', programs(scripts: BARE), 'try php', ['PHP' => '/opt/php']);
setup('none of that version', programs(scripts: BARE), 'try php', ['PHP' => 'php7.9', 'PHP_CONFIG' => 'php-config7.9']);
$try('a shim', [], ['php' => 'echo "phpenv: php: command not found" >&2; exit 127']);
$try('32 bits', [], ['php' => "case \"\$*\" in *PHP_INT_SIZE*) exit 1;; esac\n$php \"\$@\""]);
$config = 'case $1 in --vernum) echo %s;; --includes) echo %s;; --version) echo VERSION;; esac';
$try('of another version', [], ['php-config' => sprintf($config, 70400, '-I/nowhere')]);
$try('without headers', [], ['php-config' => sprintf($config, PHP_VERSION_ID, '-I/nowhere')]);
mkdir($headers = scratch('headers'));
touch("$headers/php.h");
file_put_contents("$headers/zend_modules.h", "#define ZEND_MODULE_BUILD_ID \"API1\" \",TS\"\n");
$try('of another build', [], ['php-config' => sprintf($config, PHP_VERSION_ID, "-I$headers")]);
// Debian's says what is missing of it.
$of_debian = ['dpkg-query' => 'case $1 in -S) echo php8.2-cli: /usr/bin/php8.2;; *) exit 1;; esac'];
setup('of Debian', programs(scripts: $of_debian + BARE), 'try php servers');
setup('of Debian, no headers', programs(['php-config'], $of_debian + BARE), 'try php');
?>
--EXPECTF--
not of Debian: all is well
no php-config: ticket: there is no php-config in PATH; name that of php: make PHP_CONFIG=/bin/sh
no php-config anywhere: ticket: FOLDER/php is not Debian's, and there is no php-config; install its headers as you installed it (they are called php-dev or php-devel in distributions), or name another PHP: make PHP=... PHP_CONFIG=...
none at all: ticket: missing here: PHP, PHP's headers, php-fpm, apache2-bin, libapache2-mod-php, libphp-embed; 'make setup' installs php-cli php-dev php-fpm apache2-bin libapache2-mod-php libphp-embed
none of that name: ticket: there is no PHP; name another: make PHP=... PHP_CONFIG=...
none of that version: ticket: missing here: PHP, PHP's headers; 'make setup' installs php7.9-cli php7.9-dev
a shim: ticket: FOLDER/php does not run: phpenv: php: command not found; name another PHP: make PHP=... PHP_CONFIG=...
32 bits: ticket: php is one of 32 bits, and an ID has 64; name another: make PHP=... PHP_CONFIG=...
of another version: ticket: php is PHP 8.%s and FOLDER/php-config of PHP VERSION; name two that belong together: make PHP=... PHP_CONFIG=...
without headers: ticket: PHP's headers, which FOLDER/php-config names, do not compile: <stdin>:1:10: fatal error: php.h: No such file or directory
of another build: ticket: php was built as API20%d,NTS, and the headers that FOLDER/php-config names as API1,TS; name two that belong together: make PHP=... PHP_CONFIG=...
of Debian: ticket: missing here: php8.2-fpm, apache2-bin, libapache2-mod-php8.2, libphp8.2-embed; 'make setup' installs php8.2-fpm apache2-bin libapache2-mod-php8.2 libphp8.2-embed
of Debian, no headers: ticket: missing here: PHP's headers; 'make setup' installs php8.2-dev
