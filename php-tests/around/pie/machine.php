<?php
// What PIE does, without PIE: the steps of its class UnixBuild, and of UnixInstall, in a copy of the project.

require_once __DIR__ . '/../../setup/machine.php';

const PROJECT = __DIR__ . '/../../..';

/** A copy of these files of the project: of all that git would have in an archive, or a part. */
function copied(string ...$files): string
{
    mkdir($copy = scratch('copy'));
    exec('tar -C ' . PROJECT . ' -c --exclude=./target --exclude=./modules --exclude=./.git ' . implode(' ', $files ?: ['.'])
        . " | tar -x --no-same-owner -C $copy");
    return $copy;
}

/** One step, in the folder that composer.json names: what it has said of ticket, and whether it is content. */
function step(string $copy, string $command, array $env = [], bool $all = false): bool
{
    $folder = $copy . '/' . json_decode(file_get_contents(PROJECT . '/composer.json'), true)['php-ext']['build-path'];
    $given = implode(' ', array_map(fn($name, $value) => escapeshellarg("$name=$value"), array_keys($env), $env));
    exec("cd $folder && env -u MAKEFLAGS -u MAKELEVEL -u SUDO_USER $given $command 2>&1", $said, $status);
    foreach ($said as $line) {
        if ($all || str_contains($line, 'ticket:') || preg_match('/(error|warning):/i', $line) && !str_contains($line, 'obsolete')) {
            echo '    ', str_replace([$copy, ...array_values($env)], ['COPY', ...array_keys($env)], $line), "\n";
        }
    }
    if ($status !== 0) {
        echo "    it has failed\n";
    }
    return $status === 0;
}

/** The phpize of the PHP that is tested, which PIE guesses from its name in the same way. */
function phpize(): string
{
    $beside = preg_replace('/php-config(?=[^\/]*$)/', 'phpize', trim(`command -v "\$PHP_CONFIG"`));
    return is_executable($beside) ? $beside : 'phpize';
}
