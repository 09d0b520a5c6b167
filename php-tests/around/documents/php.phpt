--TEST--
README.md and docs/: every block of PHP runs, and prints what its comments say
--FILE--
<?php
require __DIR__ . '/documents.php';
$pages = of_language('php');
$many = 0;
foreach ($pages as $page => $blocks) {
    $many += count($blocks);
    foreach (read_page($page, $blocks, new Server(with($page)['zoo.cfg'] ?? [])) as $wrong) {
        echo $wrong, "\n";
    }
}
echo $many > 10 ? "ran\n" : "only $many blocks were found\n";

// It would tell.
print_r(unlike("echo 1 + 1, \"\\n\";   // 2\necho \$id, \"\\n\";  // such as 17 (5)\necho 1 + 1, \"\\n\";  // 3\n", "2\n201 (44)\n2\n"));
?>
--EXPECT--
ran
Array
(
    [0] => does not print: 3
)
