--TEST--
Every link between the project's pages, and every page that its sources name, leads somewhere
--FILE--
<?php
require __DIR__ . '/../lib/pages.php';
$root = dirname(__DIR__, 2);

/** What is wrong with a link from a page, if anything. */
$wrong = function (string $page, string $link) use ($root): ?string {
    [$path, $anchor] = explode('#', $link, 2) + ['', null];
    $target = $path === '' ? "$root/$page" : dirname("$root/$page") . "/$path";
    $real = realpath($target);
    if ($real === false || !str_starts_with("$real/", realpath($root) . '/')) {
        return 'is not there';
    }
    if ($anchor === null || !str_ends_with($real, '.md')) {
        return null;
    }
    return in_array(rawurldecode($anchor), anchors($root, substr($real, strlen(realpath($root)) + 1)), true) ? null : 'has no such heading';
};

$looked = 0;
foreach (pages($root) as $page) {
    foreach (links($root, $page) as $link) {
        if (preg_match('~^[a-z]+:~', $link)) {
            continue;
        }
        $looked++;
        if ($why = $wrong($page, $link)) {
            echo "$page: $link $why\n";
        }
    }
}

// What is not Markdown names a page by its path from the top.
$files = array_filter(glob("$root/{Makefile,.setup/*,.setup/debian/*,.ci/*,stubs/*,composer.json}", GLOB_BRACE), is_file(...));
foreach (['src', 'examples', 'php-tests'] as $folder) {
    foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator("$root/$folder", FilesystemIterator::SKIP_DOTS)) as $file) {
        // What run-tests.php makes of a test is gone with it.
        if (preg_match('/\.(rs|php|phpt|conf|ini)$/', $file) && !file_exists("{$file}t")) {
            $files[] = (string) $file;
        }
    }
}
foreach ($files as $file) {
    preg_match_all('~(?<![\w/.-])docs/[\w.-]+\.md(#[\w-]+)?~', file_get_contents($file), $named);
    foreach ($named[0] as $link) {
        $looked++;
        if ($why = $wrong('README.md', $link)) {
            echo substr($file, strlen($root) + 1), ": $link $why\n";
        }
    }
}
echo $looked > 50 ? "looked at them\n" : "only $looked links were found\n";

// It would tell.
foreach (['#no-such-heading', 'none.md', '../../etc/passwd', 'SECURITY.md#none', 'SECURITY.md#reporting', 'stubs/ticket.php'] as $link) {
    echo $link, ': ', $wrong('README.md', $link) ?? 'leads there', "\n";
}
?>
--EXPECT--
looked at them
#no-such-heading: has no such heading
none.md: is not there
../../etc/passwd: is not there
SECURITY.md#none: has no such heading
SECURITY.md#reporting: leads there
stubs/ticket.php: leads there
