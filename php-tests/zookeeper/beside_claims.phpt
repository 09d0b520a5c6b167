--TEST--
A client that makes claims only, like the article's PHP, on the same path: it does not get the spare, and no ID twice when the clock goes back
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$clock = new Clock();
[$files, $stop] = [[scratch('ids'), scratch('ids')], scratch('stop')];
// A busy family. Its tolerance is less than its clock goes back.
$php = start(PRELUDE . <<<PHP
\$number = new Number();
\$ids = [];
do {
    try { \$ids = array_merge(\$ids, \$number->generateMany(20)); } catch (Exception) {}
    isset(\$told) || print((\$told = \$number->getNodeId()) . "\\n");
    usleep(500);
} while (!file_exists('$stop'));
save('$files[0]', \$ids);
echo status()['moves'], ' ', \$number->getNodeId(), "\\n";
PHP, leasing($server), $clock->env());
$node = (int) $php->line();
$znodes = new Znodes($server);
$marked = fn() => array_values(array_diff(array_map('intval', $znodes->children('/sim/ticket/.marks')), [$node]));
eventually($marked, what: 'a spare');
[$spare] = $marked();

// The article's: the first node that can be claimed is its own; it looks at nothing else. This one wants the spare.
$refused = [];
$article = new Znodes($server);
for ($own = $spare;; $own = $own % 1023 + 1) {
    $taken = thrown(fn() => $article->create(sprintf('/sim/ticket/%04d', $own), "$own", true));
    if ($taken === 'nothing was thrown') {
        break;
    }
    $refused[] = $own;
}
$last = 0;
$issue = function () use (&$last, $own) {
    $last = max($last + 1, (int) (microtime(true) * 1000) - Dig\Ticket\Number::CUSTOM_EPOCH << 22 | $own << 12);
    return $last;
};
$ids = [];
$issues = function (float $seconds) use (&$ids, $issue) {
    for ($end = hrtime(true) + $seconds * 1e9; hrtime(true) < $end; usleep(200)) {
        for ($i = 0; $i < 20; $i++) {
            $ids[] = $issue();
        }
    }
};
$issues(1);
$clock->set(-2500);
$issues(4);
touch($stop);
[$moves, $now] = explode(' ', $php->finish());
file_put_contents($files[1], pack('q*', ...$ids));
$all = array_merge(...array_map(saved(...), $files));
echo count($all) > 10_000 ? 'many IDs, ' : 'few IDs, ', count($all) - count(array_unique($all)), " twice\n";
var_dump($refused === [$spare], (int) $now === $spare, $moves === '1');
var_dump(claims($server) === [sprintf('%04d', $own)]);
?>
--EXPECT--
many IDs, 0 twice
bool(true)
bool(true)
bool(true)
bool(true)
