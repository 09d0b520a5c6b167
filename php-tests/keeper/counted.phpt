--TEST--
What status() tells for alerts changes with each fault: a clock set back, a refused call, a server that is away, a killed keeper
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$clock = new Clock();
// With so few nodes there are no spares, so nothing but the keeper's habit has it list them again.
$ini = leasing($server, ['ticket.node_bits' => 7, 'ticket.window' => 2000, 'ticket.acquire_timeout' => 3000]);
$begun = (int) (microtime(true) * 1000);
$php = start(PRELUDE . <<<'PHP'
function until(callable $holds) {
    for ($end = hrtime(true) + 60e9; !$holds(status()); usleep(5000)) {
        if (hrtime(true) > $end) { echo 'not so: ', json_encode(status()); return; }
    }
    echo 'so it is';
}
function shown(string ...$fields) { foreach ($fields as $field) echo json_encode(status()[$field]), ' '; }
while ($code = await()) { eval('use Dig\Ticket\Number; use function Dig\Ticket\status; ' . $code); echo "\n"; }
PHP, $ini, $clock->env());
$do = function (string $code) use ($php) {
    $php->say($code);
    return rtrim($php->line()) . "\n";
};
echo $do('$number = new Number(); $five = new Number(5); $number->generate(); $five->generate();');
echo $do('shown("disconnected_for_ms", "keeper_restarts", "spawn_failures", "refused", "clock_offset_max_ms", "epoch", "node_bits", "sequence_bits", "nodes_total", "nodes_spare");');
[$started, $pid] = explode(' ', $do('shown("started", "pid");'));
var_dump((int) $pid === $php->pid(), $started >= $begun, $started <= microtime(true) * 1000);
echo $do('$number->generateMany(30_000); $s = status(); var_export($s["waits"] >= 1 && $s["wait_max_ms"] >= 1 && $s["wait_ms"] >= $s["wait_max_ms"]);');

echo $do('until(fn($s) => $s["nodes_leased"] === 2);');
$other = start(PRELUDE . '(new Number())->generate(); echo "leased\n"; await();', $ini);
$other->line();
echo $do('until(fn($s) => $s["nodes_leased"] === 3 && $s["nodes_listed_ms"] < 20_000);');
$other->finish();

$do('$number->getTimestamp();');
$clock->set(-700);
echo $do('$number->getTimestamp(); $most = status()["clock_offset_max_ms"]; var_export($most > 300 && $most <= 700);');
$clock->set(-3_600_000);
echo $do('echo thrown(fn() => $five->generate()) === "nothing was thrown" ? "" : "refused "; shown("refused");');
echo $do('var_export(status()["clock_offset_max_ms"] > 3_500_000);');
$clock->set(0);

$server->kill();
echo $do('until(fn($s) => $s["session"] === "disconnected" && $s["disconnected_for_ms"] > 1500 && $s["last_renewal_ms"] > 1500);');
echo $do('thrown(fn() => new Number(9)); shown("refused");');
$keeper = (int) $do('shown("keeper");');
kill($keeper);
echo $do("until(fn(\$s) => \$s['keeper_restarts'] === 1 && \$s['keeper'] !== $keeper && \$s['keeper'] > 1);");
echo $do('until(fn($s) => $s["session"] !== "connected" && $s["disconnected_for_ms"] > 3000);');
$server->start();
echo $do('until(fn($s) => $s["session"] === "connected" && $s["disconnected_for_ms"] === null && $s["last_renewal_ms"] < 2000);');
// The next one is killed while all is well: what it had is not its successor's, for as long as that seeks.
$keeper = (int) $do('shown("keeper");');
$server->pause();
kill($keeper);
echo $do('until(fn($s) => $s["keeper_restarts"] === 2 && $s["session"] === "disconnected" && $s["disconnected_for_ms"] > 100);');
$server->resume();
echo $do('until(fn($s) => $s["session"] === "connected" && $s["disconnected_for_ms"] === null);');
echo $php->finish();
?>
--EXPECT--

null 0 0 {"illegal_time":0,"unavailable":0} 0 1262332800000 7 12 128 0
bool(true)
bool(true)
bool(true)
true
so it is
so it is
true
refused {"illegal_time":1,"unavailable":0}
true
so it is
{"illegal_time":1,"unavailable":1}
so it is
so it is
so it is
so it is
so it is
