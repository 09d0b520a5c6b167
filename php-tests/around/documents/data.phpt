--TEST--
README.md and docs/: every block of YAML and JSON is that
--FILE--
<?php
require __DIR__ . '/documents.php';
/** What a parser says of a block, if it does not like it. */
$parse = function (Block $block): string {
    if ($block->language === 'json') {
        return json_decode($block->text) === null ? json_last_error_msg() : '';
    }
    file_put_contents($file = scratch('yaml'), $block->text);
    exec('/usr/bin/python3 -c ' . escapeshellarg('import sys, yaml; list(yaml.safe_load_all(open(sys.argv[1])))') . " $file 2>&1", $said, $status);
    return $status === 0 ? '' : end($said);
};
foreach (of_language('yaml', 'json') as $blocks) {
    foreach ($blocks as $block) {
        $said = $parse($block);
        $said === '' || print("{$block->at()}: $said\n");
    }
}
echo $parse(new Block('README.md', 1, 'yaml', "a: b: c\n")) === '' ? 'tells nothing' : 'would tell', "\n";
echo $parse(new Block('README.md', 1, 'json', "{\n")) === '' ? 'tells nothing' : 'would tell', "\n";
?>
--EXPECT--
would tell
would tell
