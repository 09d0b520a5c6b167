--TEST--
README.md and docs/: every block of commands runs, and prints what is shown
--FILE--
<?php
require __DIR__ . '/documents.php';
$many = 0;
foreach (of_language('sh', 'console') as $page => $blocks) {
    $server = new Server(with($page)['zoo.cfg'] ?? []);
    $kept = isset(with($page)['start']) ? with($page)['start']($server) : null;
    foreach ($blocks as $block) {
        $many++;
        foreach (type($block, replacements($page, $server) + ($kept->replace ?? []), $server) as $wrong) {
            echo $wrong, "\n";
        }
    }
}
echo $many > 2 ? "ran\n" : "only $many blocks were found\n";

// It would tell.
print_r(type(new Block('README.md', 1, 'console', "$ echo one\ntwo\n$ false\n"), []));
?>
--EXPECT--
ran
Array
(
    [0] => README.md:1: echo one: does not print: two, but one
    [1] => README.md:1: false: ended with 1: 
)
