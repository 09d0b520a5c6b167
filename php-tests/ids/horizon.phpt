--TEST--
status() says when IDs outgrow what they are kept in, and warns a year before
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';

$show = <<<'PHP'
    $s = Dig\Ticket\status();
    $show = fn($ms) => DateTime::createFromFormat('U', intdiv($ms, 1000))->format('Y-m-d\TH:i:s\Z');
    $known = array_map($show, [$s['beyond_53_bits'], $s['negative'], $s['exhausted']]);
    ob_start(); phpinfo(INFO_MODULES); preg_match('/^Warning => (.*)/m', ob_get_clean(), $shown);
    echo json_encode([...$known, $s['warning'], $shown[1] === ($s['warning'] ?? 'none')]);
    PHP;
echo run($show), "\n";

// Widths that leave 2^35 ms, 397 days, to each of these; begun 100 days ago, and so many that a year and a day are left.
$day = 86_400_000;
foreach ([[8, 10], [10, 18], [11, 18]] as [$node, $sequence]) {
    foreach ([100 * $day, (1 << 35) - 366 * $day] as $ago) {
        $epoch = (int) (microtime(true) * 1000) - $ago;
        [$beyond, $negative, $exhausted, $warning, $same] = json_decode(run($show, [
            'ticket.node_bits' => $node, 'ticket.sequence_bits' => $sequence, 'ticket.epoch' => $epoch,
            'ticket.local_path' => scratch("horizon-$node-$sequence-$ago"),
        ]));
        $known = [$beyond => 'BEYOND', $negative => 'NEGATIVE', $exhausted => 'EXHAUSTED'];
        $warning = strtr(preg_replace('/\.\d{3}Z/', 'Z', (string) $warning), $known);
        echo "$node $sequence: ", $warning, $same ? '' : ' (phpinfo has another)', "\n";
    }
}
?>
--EXPECT--
["2010-01-26T04:31:23Z","2079-09-07T23:47:35Z","2149-05-15T15:35:11Z",null,true]
8 10: IDs are greater than 2^53 from BEYOND on, and JavaScript rounds such numbers; hand them out as strings by then
8 10: 
10 18: IDs are negative from NEGATIVE on, for the timestamp reaches the sign bit; compare them as unsigned numbers by then
10 18: 
11 18: there are no IDs any more from EXHAUSTED on, for the layout ends; before that, begin with IDs that are kept apart, with a later ticket.epoch
11 18: IDs are negative from NEGATIVE on, for the timestamp reaches the sign bit; compare them as unsigned numbers by then
