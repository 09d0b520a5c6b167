--TEST--
Every example is PHP, and is named in README.md, or its folder is
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
$root = dirname(__DIR__, 2);
$flags = FilesystemIterator::SKIP_DOTS | FilesystemIterator::CURRENT_AS_PATHNAME;
$files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator("$root/examples", $flags));
$examples = array_map(fn($file) => substr($file, strlen($root) + 1), iterator_to_array($files, false));
sort($examples);

$programs = preg_grep('/\.php$/', $examples);
foreach ($programs as $example) {
    $printed = [];
    $command = [getenv('TEST_PHP_EXECUTABLE'), '-n', '-l', "$root/$example"];
    exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1', $printed, $status);
    if ($status !== 0 || !str_starts_with(implode($printed), 'No syntax errors')) {
        echo implode("\n", $printed), "\n";
    }
}

// Only where php-fpm is there; root may set the users that it names.
$fpm = Fpm::program();
exec($fpm ? "$fpm -n -t -y " . escapeshellarg("$root/examples/php-fpm.conf") . ' 2>&1' : 'true', $said, $status);
$status === 0 || print(implode("\n", $said) . "\n");

// The targets of its links.
preg_match_all('~\]\((examples/[^)]+)\)~', file_get_contents("$root/README.md"), $links);
foreach ($examples as $example) {
    for ($path = $example; $path !== 'examples' && !in_array($path, $links[1], true); $path = dirname($path));
    if ($path === 'examples') {
        echo "$example is not in README.md\n";
    }
}
foreach ($links[1] as $link) {
    if (!file_exists("$root/$link")) {
        echo "README.md names $link, which is not there\n";
    }
}
echo count($programs) >= 2 ? "linted\n" : "no examples found\n";
?>
--EXPECT--
linted
