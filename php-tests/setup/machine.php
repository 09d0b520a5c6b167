<?php
// Machines on which something is missing, for .setup/run: this one, seen through a PATH of the test's own.

require_once __DIR__ . '/../lib/ticket.php';

/** Scripts in place of programs: Debian, of which no package is installed, and root. */
const BARE = ['dpkg-query' => 'exit 1', 'apt-get' => 'exit 1', 'id' => 'case $1 in -un) echo root;; *) echo 0;; esac'];

/** A folder for PATH: links to all programs of this machine but those, and these scripts. */
function programs(array $without = [], array $scripts = []): string
{
    mkdir($folder = scratch('programs'));
    foreach (array_reverse(array_unique(array_map(realpath(...), explode(':', getenv('PATH'))))) as $directory) {
        foreach (glob("$directory/*") as $program) {
            @unlink($link = "$folder/" . basename($program));
            symlink($program, $link);
        }
    }
    foreach (['php' => getenv('TEST_PHP_EXECUTABLE'), 'php-config' => trim(`command -v "\$PHP_CONFIG"`)] as $name => $program) {
        @unlink("$folder/$name");
        symlink($program, "$folder/$name");
    }
    foreach ([...$without, ...array_keys($scripts)] as $name) {
        @unlink("$folder/$name");
    }
    foreach ($scripts as $name => $script) {
        file_put_contents("$folder/$name", "#!/bin/sh\n$script\n");
        chmod("$folder/$name", 0755);
    }
    return $folder;
}

/** The libclang that this machine's people have named, where a build needs one that works. */
function libclang(): array
{
    $named = (string) getenv('LIBCLANG_PATH');
    return $named === '' ? [] : ['LIBCLANG_PATH' => $named];
}

/** What the set-up prints there, and whether it is content. */
function setup(string $what, string $folder, string $arguments, array $env = []): void
{
    $env = ['PATH' => $folder, 'PHP' => 'php', 'PHP_CONFIG' => 'php-config', ...$env];
    $given = implode(' ', array_map(fn($name, $value) => escapeshellarg("$name=$value"), array_keys($env), $env));
    exec("env -u LIBCLANG_PATH -u SUDO_USER $given " . escapeshellarg(dirname(__DIR__, 2) . '/.setup/run') . " $arguments 2>&1", $said, $status);
    $paths = ['FOLDER' => $folder, ...array_filter($env, fn($value) => str_starts_with($value, '/'))];
    $said = str_replace(array_values($paths), array_keys($paths), $said);
    printf("%s: %s\n", $what, implode("\n    ", $status === 0 ? [...$said, 'all is well'] : $said));
}
