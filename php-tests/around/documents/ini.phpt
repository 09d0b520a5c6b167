--TEST--
README.md and docs/: PHP starts with every block of settings, knows each of them, and issues an ID
--FILE--
<?php
require __DIR__ . '/documents.php';
$many = 0;
foreach (of_language('ini') as $page => $blocks) {
    $server = new Server(with($page)['zoo.cfg'] ?? []);
    $kept = isset(with($page)['start']) ? with($page)['start']($server) : null;
    foreach ($blocks as $block) {
        $many++;
        foreach (set($block, $server) as $wrong) {
            echo $wrong, "\n";
        }
    }
}
echo $many > 3 ? "started\n" : "only $many blocks were found\n";

// It would tell.
foreach (["ticket.none = 1\n", "ticket.window = soon\n"] as $text) {
    echo str_contains(implode(set(new Block('README.md', 1, 'ini', $text), $server)), strtok($text, ' ')) ? 'would tell' : 'tells nothing', "\n";
}
?>
--EXPECT--
started
would tell
would tell
