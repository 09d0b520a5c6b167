--TEST--
What the page of status() says for Prometheus is OpenMetrics, by that project's own parser
--FILE--
<?php
require __DIR__ . '/../../lib/page.php';
$python = <<<'PYTHON'
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
for family in text_string_to_metric_families(sys.stdin.read()):
    for sample in family.samples:
        sample.labels.pop("family", None)
        labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
        print(family.type, family.unit or "-", sample.name, labels if family.name != "ticket" else "", sample.value)
PYTHON;
$parsed = function (string $text) use ($python): array {
    file_put_contents($script = scratch('parse'), $python);
    file_put_contents($file = scratch('metrics'), $text);
    exec('/usr/bin/python3 ' . "$script <$file 2>&1", $lines, $status);
    $status === 0 || throw new Exception(implode("\n", $lines));
    return $lines;
};
$server = new Server();
$page = new StatusPage(leasing($server, ['ticket.window' => 3000]));
eventually(fn() => str_contains($page->get('?format=openmetrics')[2], 'ticket_last_renewal'), what: 'the family has a node');
eventually(fn() => str_contains($page->get('?format=openmetrics')[2], 'ticket_disconnected_seconds{') , what: 'it is connected');
[$status, $headers, $body] = $page->get('?format=openmetrics');
echo $status, ' ', preg_match('~^content-type: (.*)~m', $headers, $type) ? trim($type[1]) : '', "\n";
var_dump(str_ends_with($body, "\n# EOF\n"));
foreach ($parsed($body) as $line) {
    // Those that change with time or the machine.
    echo preg_replace('/(?<=_seconds |state=\w{5} |state=leased ).*/', 'N', $line), "\n";
}
$family = json_decode($page->get('?format=json')[2], true)['family'];
$info = preg_grep('/^ticket_info/', explode("\n", $body));
var_dump(str_contains(implode($info), "family=\"{$family['pid']}\"") && str_contains(implode($info), "node=\"{$family['node']}\""));
// What would end a label or a line is written so that it does not.
$odd = new StatusPage(['ticket.local_path' => scratch('odd') . '"\\x']);
$info = preg_grep('/^info/', $parsed($odd->get('?format=openmetrics')[2]));
echo count($info), "\n";
// Where there is nothing to be told that is OpenMetrics, too.
$without = new StatusPage([], loaded: false);
echo implode("\n", $parsed($without->get('?format=openmetrics')[2])), "\n";
// The parser is one that finds fault.
foreach ([[' 1', " 1\n"], ['_total', ''], ['# EOF', '']] as [$from, $to]) {
    try {
        $parsed(str_replace($from, $to, $body));
        echo "accepts '$to' for '$from'\n";
    } catch (Exception) {
    }
}
?>
--EXPECT--
200 application/openmetrics-text; version=1.0.0; charset=utf-8
bool(true)
gauge - ticket_health  2
info - ticket_info  1
gauge - ticket_keeper_up  1
gauge seconds ticket_start_time_seconds N
gauge seconds ticket_ahead_seconds N
gauge seconds ticket_disconnected_seconds N
gauge seconds ticket_last_renewal_age_seconds N
gauge - ticket_nodes state=total N
gauge - ticket_nodes state=leased N
gauge - ticket_nodes state=spare N
gauge seconds ticket_nodes_listing_age_seconds N
gauge seconds ticket_clock_offset_max_seconds N
gauge seconds ticket_wait_max_seconds N
gauge seconds ticket_exhausted_time_seconds N
counter seconds ticket_wait_seconds_total  0
counter - ticket_refused_total kind=illegal_time 0
counter - ticket_refused_total kind=unavailable 0
counter - ticket_issued_total  0
counter - ticket_waits_total  0
counter - ticket_clock_steps_total  0
counter - ticket_keeper_restarts_total  0
counter - ticket_spawn_failures_total  0
counter - ticket_moves_total  0
counter - ticket_lost_total  0
counter - ticket_voided_total  0
counter - ticket_overwritten_total  0
bool(true)
1
gauge - ticket_health  0
