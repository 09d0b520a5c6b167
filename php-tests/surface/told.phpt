--TEST--
docs/settings.md has a row for each setting, with its default, and docs/operating.md one for each field of status()
--FILE--
<?php
$docs = dirname(__DIR__, 2) . '/docs';
/** By the names in its first cell, the rest of each row of a page's tables. */
$rows = function (string $page) use ($docs): array {
    $found = [];
    foreach (preg_grep('/^\| `/', file("$docs/$page")) as $row) {
        [, $names, $rest] = explode('|', $row, 3);
        preg_match_all('/`([a-z0-9_.]+)`/', $names, $name);
        $found += array_fill_keys($name[1], trim($rest));
    }
    return $found;
};
// As they are without a php.ini: run-tests.php sets one of them.
exec(implode(' ', array_map('escapeshellarg', [getenv('TEST_PHP_EXECUTABLE'), '-n', '-d', 'extension=' . getenv('TICKET_TEST_MODULE'), '-r',
    'echo json_encode(ini_get_all("ticket", false));'])), $said);
$settings = $rows('settings.md');
$known = json_decode(implode($said), true);
foreach ($known as $name => $value) {
    $told = isset($settings[$name]) ? trim(explode('|', $settings[$name])[0], ' `') : null;
    if ($told !== ((string) $value === '' ? 'empty' : (string) $value)) {
        echo "$name is ", json_encode($value), ', in docs/settings.md ', $told ?? 'no row', "\n";
    }
    unset($settings[$name]);
}
foreach (preg_grep('/^ticket\./', array_keys($settings)) as $name) {
    echo "$name is in docs/settings.md, and nowhere else\n";
}
foreach (array_diff(array_keys($fields = Dig\Ticket\status()), array_keys($rows('operating.md'))) as $field) {
    echo "docs/operating.md has no row for $field\n";
}
echo count($known) > 20 && count($fields) > 15 ? "told\n" : "too few were found\n";
?>
--EXPECT--
told
