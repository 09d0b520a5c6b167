--TEST--
Every example is PHP, and is named in examples/README.md or in docs/, or its folder is
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
require __DIR__ . '/../lib/pages.php';
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

// The targets of links. That they are there is asked in php-tests/surface/links.phpt.
$named = ['examples/README.md'];
foreach (pages($root) as $page) {
    foreach (links($root, $page) as $link) {
        $named[] = substr((string) realpath(dirname("$root/$page") . "/$link"), strlen(realpath($root)) + 1);
    }
}
foreach ($examples as $example) {
    for ($path = $example; $path !== 'examples' && !in_array($path, $named, true); $path = dirname($path));
    if ($path === 'examples') {
        echo "$example is in no page: name it in examples/README.md\n";
    }
}
echo count($programs) >= 2 ? "linted\n" : "no examples found\n";
?>
--EXPECT--
linted
