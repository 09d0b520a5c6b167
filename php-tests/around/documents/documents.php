<?php
// Runs the blocks of code in README.md and docs/. What a page needs to be run is in with/PAGE.php, an array of:
//
//     ini      settings of the PHP that runs its blocks of PHP, besides `ticket.dsn`
//     local    true: that PHP has the local registry
//     start    a function of the server that does what must have been done before; what it returns is kept to the end
//     zoo.cfg  settings of the server
//     replace  what stands for what in all blocks: names of files; `servers`: the same, as a function of the server
//     blocks   by a block's first line: `before` and `after`, PHP code that is run with it; `prints`, a regular expression;
//              `replace`; `env`, variables of the environment of a block of settings; `ends`: true where the code itself has no end, and `before` sees to one (`throw new Done()`).
//              Of commands: `before` is a function of the server; `after` are more of them, of which none may fail, and `like`, regular expressions and what is put for
//              what they find in the output that is shown and in the one that comes
//
// Who else runs a block that is not run here, or why nobody does, is in elsewhere.txt.

require_once __DIR__ . '/../../lib/locked.php';
require_once __DIR__ . '/../../lib/pages.php';

const ROOT = __DIR__ . '/../../..';
/** Of the same blocks as README.md, byte for byte: php-tests/surface/chinese.phpt. */
const CHINESE = 'README.zh-CN.md';
/** What can be run here. Any other block has to be in elsewhere.txt. */
const LANGUAGES = ['php', 'ini', 'sh', 'console', 'yaml', 'json'];

/** @return array<string, string> by page and first line: who runs it, or why nobody does */
function elsewhere(): array
{
    $told = [];
    foreach (file(__DIR__ . '/elsewhere.txt', FILE_IGNORE_NEW_LINES) as $line) {
        if ($line === '' || $line[0] === '#') {
            continue;
        }
        $fields = explode(' | ', $line);
        count($fields) >= 3 || throw new Exception("elsewhere.txt: $line");
        $who = array_pop($fields);
        $told[array_shift($fields) . ' | ' . implode(' | ', $fields)] = $who;
    }
    return $told;
}

/** What with/ has for a page. */
function with(string $page): array
{
    static $read = [];
    $file = __DIR__ . '/with/' . basename($page, '.md') . '.php';
    return $read[$page] ??= is_file($file) ? require $file : [];
}

/** @return array<string, list<Block>> by page, those of a language that are run here */
function of_language(string ...$languages): array
{
    $elsewhere = elsewhere();
    $found = [];
    foreach (documents(ROOT) as $page) {
        if ($page === 'docs/' . CHINESE) {
            continue;
        }
        $found[$page] = array_values(array_filter(blocks(ROOT, $page), fn($block) => in_array($block->language, $languages, true)
            && !isset($elsewhere["$page | {$block->first()}"])));
    }
    return array_filter($found);
}

/** What stands for names that a reader has and a test has not. */
function replaced(string $text, array ...$by): string
{
    return strtr($text, array_merge(...$by));
}

/** What stands for names in a page's blocks. */
function replacements(string $page, Server $server): array
{
    $with = with($page);
    return ($with['replace'] ?? []) + (isset($with['servers']) ? $with['servers']($server) : []) + [
        'zk1:2181,zk2:2181,zk3:2181' => $server->dsn(),
        'zk1:2181' => $server->dsn(),
    ];
}

/**
 * What lines of code like `echo $x, "\n";   // 5` say they print, and where that is not printed, in their order. After
 * `such as`, other digits do.
 */
function unlike(string $code, string $printed): array
{
    preg_match_all('~^\s*echo .*"\\\\n";\s+// (.+)$~m', $code, $said);
    $wrong = [];
    $at = 0;
    $lines = explode("\n", $printed);
    foreach ($said[1] as $comment) {
        $such = str_starts_with($comment, 'such as ');
        $pattern = preg_quote($such ? substr($comment, 8) : $comment, '~');
        $pattern = $such ? preg_replace('/[0-9]+/', '[0-9]+', $pattern) : $pattern;
        for ($from = $at; $at < count($lines) && !preg_match("~^$pattern$~", $lines[$at]); $at++);
        if ($at === count($lines)) {
            $wrong[] = "does not print: $comment";
            $at = $from;
        } else {
            $at++;
        }
    }
    return $wrong;
}

/** What runs a page's blocks of PHP: one process, one after the other. */
const READER = <<<'PHP'
/** Thrown where a block has no end of its own. */
final class Done extends Exception {}
ini_set('error_log', $argv[1] . '/errors');
foreach (glob("$argv[1]/[0-9]*.php") as $__file) {
    ob_start();
    $__ended = false;
    $__thrown = null;
    try { require $__file; } catch (Done) { $__ended = true; } catch (Throwable $__error) {
        $__thrown = get_class($__error) . ": {$__error->getMessage()} (line {$__error->getLine()})";
    }
    file_put_contents("$__file.json", json_encode(['ended' => $__ended, 'thrown' => $__thrown, 'printed' => ob_get_clean()]));
}
PHP;

/** Runs a page's blocks of PHP, and returns what is wrong. */
function read_page(string $page, array $blocks, Server $server): array
{
    $with = with($page);
    $kept = isset($with['start']) ? $with['start']($server) : null;
    $replace = replacements($page, $server);
    mkdir($scratch = scratch('page'));
    $uses = [];
    foreach ($blocks as $number => $block) {
        $of = $with['blocks'][$block->first()] ?? [];
        preg_match_all('/^use [^;]+;$/m', $block->text, $own);
        $code = implode("\n", [$of['before'] ?? '', $block->text, $of['after'] ?? '']);
        // What a reader has imported once is imported.
        $file = "<?php\n" . implode("\n", array_diff($uses, $own[0])) . "\n" . replaced($code, $of['replace'] ?? [], $replace) . "\n";
        file_put_contents(sprintf('%s/%03d.php', $scratch, $number), $file);
        $uses = array_unique([...$uses, ...$own[0]]);
    }
    file_put_contents("$scratch/reader", "<?php\n" . READER);
    // Times for a slow machine, where the page does not say one.
    $ini = ($with['ini'] ?? []) + ['ticket.zookeeper_timeout' => 60_000] + (empty($with['local']) ? client($server) : []);
    $ini = array_map(fn($value) => strtr((string) $value, $replace), $ini);
    $command = command('', $ini + ['display_errors' => 1, 'error_reporting' => -1, 'html_errors' => 0]);
    array_splice($command, -2, 2, ["$scratch/reader", $scratch]);
    exec('timeout 120 ' . implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1 </dev/null', $said, $status);
    $wrong = [];
    if ($status !== 0 || $said) {
        $wrong[] = "$page: ended with $status: " . implode("\n", $said);
    }
    foreach ($blocks as $number => $block) {
        $of = $with['blocks'][$block->first()] ?? [];
        $ran = @json_decode((string) @file_get_contents(sprintf('%s/%03d.php.json', $scratch, $number)), true);
        if (!$ran) {
            $wrong[] = "{$block->at()}: did not come to its end";
            continue;
        }
        $problems = unlike($block->text, $ran['printed']);
        $ran['thrown'] === null || $problems[] = $ran['thrown'];
        $ran['ended'] === !empty($of['ends']) || $problems[] = $ran['ended'] ? 'ended too soon' : 'was not ended';
        preg_match('/^(PHP )?(Warning|Notice|Deprecated|Fatal error): .*/m', $ran['printed'], $warned) && $problems[] = $warned[0];
        isset($of['prints']) && !preg_match($of['prints'], $ran['printed']) && $problems[] = "prints: {$ran['printed']}";
        foreach ($problems as $problem) {
            $wrong[] = "{$block->at()}: $problem";
        }
    }
    $known = array_map(fn($block) => $block->first(), blocks(ROOT, $page));
    foreach (array_diff(array_keys($with['blocks'] ?? []), $known) as $first) {
        $wrong[] = "with/: $page has no block that begins with: $first";
    }
    return $wrong;
}

/** Has PHP started with a block's settings, and issues an ID; returns what is wrong. */
function set(Block $block, Server $server): array
{
    $of = with($block->page)['blocks'][$block->first()] ?? [];
    $module = getenv('TICKET_TEST_MODULE');
    $text = replaced($block->text, $of['replace'] ?? [], replacements($block->page, $server), [
        'extension=ticket.so' => "extension=$module",
        '/var/lib/ticket' => scratch('registry'),
    ]);
    file_put_contents($file = scratch('php.ini'), $text . "\n");
    $code = <<<'PHP'
        $wrong = [];
        foreach (parse_ini_file($argv[1], false, INI_SCANNER_RAW) as $name => $value) {
            if ($name === 'extension') continue;
            $is = ini_get($name);
            if ($is === false) $wrong[] = "there is no setting $name";
            elseif (!str_starts_with($value, '${') && $is !== $value) $wrong[] = "$name is $is, not $value";
        }
        echo implode("\n", $wrong ?: [gettype((new Dig\Ticket\Number())->generate())]);
        PHP;
    $extension = str_contains($text, "extension=$module") ? [] : ['-d', "extension=$module"];
    // What a test needs besides, where the block does not say another thing.
    // A place of its own, for it may have another layout.
    $own = ['ticket.local_path' => scratch('registry'), 'ticket.path' => '/documents/' . bin2hex(random_bytes(4))];
    foreach (leasing($server, $own) as $name => $value) {
        if (!preg_match('/^' . preg_quote($name) . '\s*=/m', $text)) {
            array_push($extension, '-d', "$name=$value");
        }
    }
    $env = array_map(fn($variable) => strtr($variable, replacements($block->page, $server)), $of['env'] ?? []);
    $command = ['env', 'PHP_INI_SCAN_DIR=', ...$env, getenv('TEST_PHP_EXECUTABLE'), '-c', $file, ...$extension, '-d', 'display_errors=1', '-r', $code, '--', $file];
    exec('timeout 120 ' . implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1 </dev/null', $said);
    return $said === ['integer'] ? [] : ["{$block->at()}: " . implode("\n", $said)];
}

/** Runs a block's commands in an empty directory; returns what is wrong. Output that is shown after `$ command` has to come. */
function type(Block $block, array $replace, ?Server $server = null): array
{
    $of = with($block->page)['blocks'][$block->first()] ?? [];
    isset($of['before']) && $of['before']($server);
    mkdir($scratch = scratch('root'));
    foreach (['bin', 'etc', 'var/lib', 'tmp'] as $folder) {
        mkdir("$scratch/$folder", 0777, true);
    }
    // As they are in a PATH where Debian does not put them, and what root does not need.
    file_put_contents("$scratch/bin/zkCli.sh", "#!/bin/sh\nexec /usr/share/zookeeper/bin/zkCli.sh \"$@\"\n");
    file_put_contents("$scratch/bin/sudo", "#!/bin/sh\nexec \"$@\"\n");
    // A PHP that has the module, and nothing of this machine's settings.
    file_put_contents("$scratch/bin/php", "#!/bin/sh\nexec '" . getenv('TEST_PHP_EXECUTABLE') . "' -n -d extension='" . getenv('TICKET_TEST_MODULE') . "' \"$@\"\n");
    array_map(fn($program) => chmod($program, 0755), glob("$scratch/bin/*"));
    symlink(realpath(ROOT . '/examples'), "$scratch/examples");
    $text = replaced($block->text, $of['replace'] ?? [], $replace, ['/var/lib/ticket' => "$scratch/var/lib/ticket"]);
    $steps = $block->language === 'console' ? preg_split('/^\$ /m', $text, -1, PREG_SPLIT_NO_EMPTY) : [$text];
    isset($of['after']) && $steps[] = replaced($of['after'], $replace, ['/var/lib/ticket' => "$scratch/var/lib/ticket"]) . "\n";
    $wrong = [];
    foreach ($steps as $step) {
        [$command, $shown] = $block->language === 'console' ? explode("\n", $step, 2) : [$step, ''];
        $said = [];
        $shell = 'cd ' . escapeshellarg($scratch) . ' && export HOME=$PWD PATH="$PWD/bin:$PATH" ROOT=' . escapeshellarg(realpath(ROOT)) . " && set -e\n$command";
        exec('timeout 120 bash -c ' . escapeshellarg($shell) . ' 2>&1 </dev/null', $said, $status);
        $status === 0 || $wrong[] = "{$block->at()}: $command: ended with $status: " . implode("\n", $said);
        $alike = fn(string $line) => preg_replace(array_keys($of['like'] ?? []), array_values($of['like'] ?? []), $line);
        $said = array_map($alike, $said);
        foreach (array_filter(explode("\n", $shown)) as $line) {
            $at = array_search($alike($line), $said, true);
            if ($at === false) {
                $wrong[] = "{$block->at()}: $command: does not print: {$alike($line)}, but " . implode("\n", $said);
            } else {
                $said = array_slice($said, $at + 1);
            }
        }
    }
    return $wrong;
}
