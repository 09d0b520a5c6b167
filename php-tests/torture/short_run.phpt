--TEST--
make torture: a run of ten seconds, its report and its picture
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
if (!Fpm::program()) die('skip: no php-fpm of this PHP is installed');
?>
--FILE--
<?php
require __DIR__ . '/families.php';
$out = scratch('report');
mkdir($out);
putenv('TICKET_TORTURE_IDS=' . getenv('TICKET_TEST_DIR'));
$command = [PHP_BINARY, '-n', __DIR__ . '/torture.php', $out, 10, 1, 22, 200];
exec(implode(' ', array_map('escapeshellarg', $command)), $said, $failed);
if ($failed) die(implode("\n", $said));
$report = file_get_contents("$out/report.txt");
preg_match('/^  IDs +([\d,]+)$/m', $report, $ids);
var_dump((int) strtr($ids[1], [',' => '']) > 10_000);
foreach (['duplicates', 'order violations', 'two at once on a node', 'calls that failed'] as $none) {
    var_dump(preg_match("/^  $none +0$/m", $report));
}
// What the seed says is what was done.
foreach ((new Plan(1, 10, fleet(22), 6000))->draw() as $fault) {
    str_contains($report, "$fault\n") || print("not in the report: $fault\n");
    preg_match("/ s {$fault->kind} +$fault->family/", $report) || print("was not tried: $fault\n");
}
// A family that is not here is told, and what shall befall it is not counted.
$without = preg_match_all('/^NOT tortured here: swoole-1/m', $report);
var_dump($without === (Swoole::module() ? 0 : 1));
preg_match('/^  faults +(\d+) done of (\d+) planned$/m', $report, $faults);
var_dump($faults[1] + substr_count($report, ': NOT DONE, ') == $faults[2]);
$picture = file_get_contents("$out/report.svg");
var_dump(str_starts_with($picture, '<svg ') && str_ends_with($picture, "</svg>\n"), substr_count($picture, '<title>') > 10);
?>
--EXPECT--
bool(true)
int(1)
int(1)
int(1)
int(1)
bool(true)
bool(true)
bool(true)
bool(true)
