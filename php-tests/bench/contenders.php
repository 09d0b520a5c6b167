<?php
// Who is measured beside ticket: what can be had from packages, and the article's generator.

require_once __DIR__ . '/measure.php';

final class Contender
{
    /**
     * @param string $setup what makes `$object`
     * @param string $call one ID, from `$object`
     * @param array $ini what has to be loaded
     * @param string $version code that prints it, and fails where the call is not there
     */
    public function __construct(
        public readonly string $setup,
        public readonly string $call,
        public readonly array $ini = [],
        private readonly string $version = 'echo PHP_VERSION;',
        /** Whose version it is. */
        public readonly string $of = 'PHP',
    ) {
    }

    /** @return array{string, ?string} its version, and what keeps it from being measured */
    public function look(): array
    {
        $command = [...command_line($this->ini), '-r', $this->version];
        exec(implode(' ', array_map(escapeshellarg(...), $command)) . ' 2>/dev/null', $printed, $failed);
        $version = implode($printed);
        return [$version, !$failed ? null : ($version === '' ? "$this->of is not installed" : "not in $this->of $version")];
    }
}

/** A package of PHP code in Debian's place. */
function library(string $class, string $method, string $package, string $make, string $call): Contender
{
    $autoload = '/usr/share/php/' . dirname(strtr($class, '\\', '/')) . '/autoload.php';
    $found = "echo shell_exec('dpkg-query -W -f \\\${Version} $package 2>/dev/null');"
        . "(@include '$autoload') && method_exists('$class', '$method') || exit(1);";
    // Debian's PHP has it as a module.
    $ini = in_array('ctype', get_loaded_extensions()) || !file_exists(PHP_EXTENSION_DIR . '/ctype.so') ? [] : ['extension' => 'ctype'];
    return new Contender("require '$autoload'; $make", $call, $ini, $found, $package);
}

/** @return array<string, Contender> */
function contenders(): array
{
    $version = 'echo phpversion("ticket");';
    $article = 'require ' . var_export(__DIR__ . '/article.php', true) . '; $object = new Article(1, 4, 20);';
    $uid = 'Symfony\Component\Uid';
    return [
        'ticket' => new Contender('$object = new Dig\Ticket\Number();', '$object->generate()', ticket(20), $version, 'ticket'),
        'hrtime(true)' => new Contender('', 'hrtime(true)'),
        'an empty loop' => new Contender('', '$i'),
        // What PHP takes for the call of any method.
        'SplQueue::count()' => new Contender('$object = new SplQueue();', '$object->count()'),
        'uniqid()' => new Contender('', 'uniqid()'),
        'uuid_create()' => new Contender('', 'uuid_create()', ['extension' => 'uuid'], 'function_exists("uuid_create") || exit(1); '
            . 'echo phpversion("uuid");', 'php-uuid'),
        'Ramsey uuid7()' => library('Ramsey\Uuid\Uuid', 'uuid7', 'php-ramsey-uuid', '', 'Ramsey\Uuid\Uuid::uuid7()'),
        'Symfony UuidV7' => library("$uid\\UuidV7", '__construct', 'php-symfony-uid', '', "new $uid\\UuidV7()"),
        'Symfony Ulid' => library("$uid\\Ulid", '__construct', 'php-symfony-uid', '', "new $uid\\Ulid()"),
        "the article's PHP" => new Contender($article, '$object->generate()'),
    ];
}
