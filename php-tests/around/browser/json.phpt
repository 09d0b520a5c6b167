--TEST--
docs/ids.md: IDs of the layout for JavaScript go through a browser's JSON as they are; those of the article's are rounded, and safe as strings and text
--FILE--
<?php
require __DIR__ . '/../../lib/browser.php';

$page = file_get_contents(__DIR__ . '/../../../docs/ids.md');
preg_match('/^### JavaScript\n.*?^```ini\n(.*?)^```$/ms', $page, $block);
// The last moment of the layout, too.
$code = <<<'PHP'
use Dig\Ticket\Number;
$ids = [...(new Number(5))->generateMany(1000), ...array_map(fn() => (new Number(63))->generate(), range(1, 100)), (1 << 53) - 1];
echo json_encode([$ids, array_map(strval(...), $ids), array_map(Number::toText(...), $ids)]);
PHP;
$short = run($code, parse_ini_string($block[1]) + ['ticket.local_path' => scratch('browser')]);
$long = run($code, ['ticket.local_path' => scratch('browser')]);
$back = document_of("<script type=x id=a>$short</script><script type=x id=b>$long</script><pre id=out></pre><script>
    out.textContent = ['a', 'b'].map(id => JSON.stringify(JSON.parse(document.getElementById(id).textContent))).join('\\n')
</script>");
preg_match('/<pre id="out">(.*?)<\/pre>/s', $back, $out);
[$a, $b] = explode("\n", $out[1]);
echo "53 bits: ", json_encode($a === $short), "\n";
[$were, $are] = [json_decode($long), json_decode($b)];
echo "64 bits: ", json_encode([$are[0] === $were[0], $are[1] === $were[1], $are[2] === $were[2]]), ', ';
echo count(array_unique($are[0])) < count($were[0]) ? "as numbers some have become the same\n" : "none the same\n";
?>
--EXPECT--
53 bits: true
64 bits: [false,true,true], as numbers some have become the same
