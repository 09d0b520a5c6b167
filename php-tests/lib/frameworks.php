<?php
// The bridge, the examples that use it, and the real libraries, which Debian has in /usr/share/php.

require_once __DIR__ . '/database.php';

const LIBRARIES = '/usr/share/php';

/** For SKIPIF. */
function skip_without_libraries(string ...$names): void
{
    foreach ($names as $name) {
        if (!is_file(LIBRARIES . "/$name/autoload.php")) {
            exit("skip: $name is not in " . LIBRARIES . '; `make around` installs it');
        }
    }
}

/** The bridge's composer.json. */
function package(): array
{
    return json_decode(file_get_contents(dirname(__DIR__, 2) . '/examples/bridge/composer.json'), true, flags: JSON_THROW_ON_ERROR);
}

/** Loads libraries, and what an application would autoload: the bridge, and below App the example of that name. */
function application(string $sources, string ...$libraries): void
{
    // Some of the libraries are older than this PHP.
    error_reporting(E_ALL & ~E_DEPRECATED);
    foreach ($libraries as $library) {
        require_once LIBRARIES . "/$library/autoload.php";
    }
    $examples = dirname(__DIR__, 2) . '/examples';
    $directories = ['App\\' => "$examples/$sources/"];
    foreach (package()['autoload']['psr-4'] as $prefix => $directory) {
        $directories[$prefix] = "$examples/bridge/$directory";
    }
    spl_autoload_register(function ($class) use ($directories) {
        foreach ($directories as $prefix => $directory) {
            $file = $directory . strtr(substr($class, strlen($prefix)), '\\', '/') . '.php';
            str_starts_with($class, $prefix) && is_file($file) && require $file;
        }
    });
}

/** DSN, user and password of an empty database of each kind, by the name of its PDO driver. */
function databases(): array
{
    mariadb();
    postgresql();
    return [
        'sqlite' => ['sqlite::memory:', null, null],
        'mysql' => ['mysql:unix_socket=' . mariadb_socket() . ';charset=utf8mb4;dbname=test', 'root', ''],
        'pgsql' => ['pgsql:host=' . postgresql_directory() . ';dbname=postgres', 'test', ''],
    ];
}
