--TEST--
docs/ids.md: with each layout's settings, other generators' known IDs are read right
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';

const SHOWN = '/^\* (\d+) is of ([^ ,]+)Z(?:, node (\d+), sequence (\d+))?/m';
$page = file_get_contents(__DIR__ . '/../../docs/ids.md');
$page = substr($page, strpos($page, '## As other generators make them'));
foreach (array_slice(explode("\n### ", $page), 1) as $section) {
    $name = strtok($section, "\n");
    preg_match('/^```ini\n(.*?)^```$/ms', $section, $block);
    $ini = parse_ini_string($block[1]);
    preg_match(SHOWN, $section, $known) ?: throw new Exception("$name has no known ID");
    [, $id, $time, $node, $sequence] = $known + [3 => null, null];
    $code = <<<'PHP'
        use Dig\Ticket\Number;
        [, $id] = $argv;
        $parts = Number::parse($id);
        $time = Number::time($id);
        $new = (new Number(5))->generate();
        echo json_encode([$time->format('Y-m-d\TH:i:s.v'), $parts['node'], $parts['sequence'], Number::first($time) <= $id && $id <= Number::last($time),
            Number::toText($id), $new > $id, abs(Number::parse($new)['timestamp'] / 1000 - time()) < 60, $new < 2 ** 53, Dig\Ticket\status()['error']]);
        PHP;
    $ini['ticket.local_path'] = scratch('layout');
    [$shown, $itsNode, $itsSequence, $inRange, $text, $rises, $now, $short, $error] = json_decode(run("\$argv[1] = $id; $code", $ini), true);
    $right = str_starts_with($shown, $time) && ($node === null || [(int) $node, (int) $sequence] === [$itsNode, $itsSequence]);
    preg_match('/in text (\w+)/', $section, $inText);
    echo "$name: ", json_encode([$right, $inRange, $rises, $now, $short, $error]), $inText ? json_encode([$inText[1] === $text]) : '', "\n";
}
?>
--EXPECT--
Twitter: [true,true,true,true,false,null]
Discord: [true,true,true,true,false,null]
Instagram: [true,true,true,true,false,null]
Hyperf: [true,true,true,true,false,null]
TSID: [true,true,true,true,false,null][true]
JavaScript: [true,true,true,true,true,null]
