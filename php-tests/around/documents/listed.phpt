--TEST--
README.md and docs/: every block of code is run here, or elsewhere.txt says who runs it or why nobody does
--FILE--
<?php
require __DIR__ . '/documents.php';
$elsewhere = elsewhere();
$found = [];
foreach (documents(ROOT) as $page) {
    if ($page === 'docs/' . CHINESE) {
        continue;
    }
    foreach (blocks(ROOT, $page) as $block) {
        $key = "$page | {$block->first()}";
        isset($found[$key]) && print("{$block->at()}: another block of the page begins with: {$block->first()}\n");
        $found[$key] = true;
        if (!isset($elsewhere[$key]) && !in_array($block->language, LANGUAGES, true)) {
            echo "{$block->at()}: no test runs a block of ", $block->language ?: 'no language', "; a line for elsewhere.txt: $key | who\n";
        }
    }
}
foreach ($elsewhere as $key => $who) {
    isset($found[$key]) || print("elsewhere.txt: there is no such block: $key\n");
    // Whoever runs it is a file of the tests; a reason is a sentence.
    if (str_starts_with($who, 'php-tests/') ? !file_exists(ROOT . "/$who") : !str_contains($who, ' ')) {
        echo "elsewhere.txt: neither a test nor a reason: $who\n";
    }
}
echo count($found) > 20 ? "looked at them\n" : "only " . count($found) . " blocks were found\n";
?>
--EXPECT--
looked at them
