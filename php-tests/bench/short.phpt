--TEST--
make bench: one question, its report and its chart; a question that there is not
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$out = scratch('bench');
mkdir($out);
function bench(string ...$arguments): array
{
    $command = [PHP_BINARY, '-n', __DIR__ . '/bench.php', ...$arguments];
    exec(implode(' ', array_map(escapeshellarg(...), $command)) . ' 2>&1', $said, $failed);
    return [implode("\n", $said), $failed];
}
[$said, $failed] = bench($out, 'many', '1');
$failed && print($said);
$report = file_get_contents("$out/report.txt");
var_dump(str_contains($said, trim($report)), preg_match('/^make bench QUESTIONS="many" ROUNDS=1 /m', $report));
preg_match_all('/^    (\S.*?)  +\d.*? (ns\/ID|IDs\/s)(.*)$/m', $report, $rows, PREG_SET_ORDER);
foreach ($rows as [, $what, $unit, $target]) {
    echo "$what, $unit", preg_match('/target (.. \S+): (met|missed)$/', $target, $found) ? ", $found[1]" : '', "\n";
}
$chart = file_get_contents("$out/many.svg");
var_dump(str_starts_with($chart, '<svg ') && str_ends_with($chart, "</svg>\n"), substr_count($chart, '<title>target'));
[$said, $failed] = bench($out, 'many speed');
echo "$failed: $said\n";
?>
--EXPECT--
bool(true)
int(1)
generateMany(1000), ns/ID, <= 6
1000 x generate(), ns/ID
range(1, 1000), ns/ID
generateMany(1000), IDs/s, >= 99.5
bool(true)
int(2)
1: ticket: there is no question speed; there are: call ceiling many latency start first_id crowd memory client watch cache recipes service
