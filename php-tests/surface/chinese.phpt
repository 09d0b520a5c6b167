--TEST--
The Chinese README has the headings, blocks of code, links and tables of README.md, in the same order
--FILE--
<?php
require __DIR__ . '/../lib/pages.php';
$root = dirname(__DIR__, 2);
/** What must be the same in both. */
$shape = function (string $page) use ($root): array {
    $text = prose($root, $page);
    // The first link of each leads to the other one.
    $links = array_map(fn($link) => realpath(dirname("$root/$page") . "/$link"), array_slice(links($root, $page), 1));
    return [
        'headings' => array_column(headings($root, $page), 0),
        'blocks' => array_map(fn($block) => [$block->language, $block->text], blocks($root, $page)),
        'links' => $links,
        'items' => preg_match_all('/^\* /m', $text),
        'rows' => preg_match_all('/^\| /m', $text),
        // Names of settings, files and the like are not translated.
        'names' => (function () use ($text) {
            preg_match_all('/`[^`\n]+`/', $text, $found);
            return array_count_values($found[0]);
        })(),
    ];
};
[$one, $other] = [$shape('README.md'), $shape('docs/README.zh-CN.md')];
foreach ($one as $what => $value) {
    if ($value != $other[$what]) {
        echo "$what differ: ", json_encode($value, 384), "\n and ", json_encode($other[$what], 384), "\n";
    }
}
echo count($one['headings']), ' headings, ', count($one['blocks']), ' blocks, ', count($one['links']) > 20 ? 'many' : 'few', " links\n";
echo links($root, 'README.md')[0], ' ', links($root, 'docs/README.zh-CN.md')[0], "\n";
?>
--EXPECT--
6 headings, 4 blocks, many links
docs/README.zh-CN.md ../README.md
