--TEST--
Eight processes add a thousand times each, while connections are cut, answers lost and keepers killed: nothing is lost, and nothing added twice
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$each = (int) (getenv('TICKET_TEST_ADDS') ?: 1000);
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Counter;
$each = (int) getenv('EACH');
$counter = new Counter(new Client(null, ['timeout' => 60_000]), '/counter');
$seen = [];
echo "ready\n";
await();
for ($i = 0; $i < $each; $i++) {
    $seen[] = $counter->add();
}
echo json_encode($seen), "\n";
PHP;
$workers = [];
foreach (range(1, 8) as $i) {
    $workers[] = $worker = start($code, client($proxy), ['EACH' => $each]);
    $worker->line();
}
foreach ($workers as $worker) {
    $worker->say('go');
}
$seen = [];
$znodes = new Znodes($server);
$at = fn() => (int) ($znodes->getData('/counter')[0] ?? 0);
// Each time when it has gone on since, so that there is something to be lost.
for ($round = 0, $before = 0; $before < 8 * $each * 3 / 4; $round++) {
    eventually(function () use ($at, &$before) {
        $now = $at();
        return $now > $before + 20 ? ($before = $now) : false;
    });
    if ($round % 10 === 9) {
        array_map(kill(...), keepers($proxy->dsn()));
    } elseif ($round % 2) {
        $proxy->mode('cut');
    } else {
        $disturbed = $proxy->disturbed();
        $proxy->mode('drop_replies');
        eventually(fn() => $proxy->disturbed() > $disturbed);
        $proxy->mode('cut');
    }
    $proxy->mode('pass');
}
foreach ($workers as $worker) {
    array_push($seen, ...json_decode($worker->line(), true));
    $worker->finish();
}
sort($seen);
var_dump($round > 2, $seen === range(1, 8 * $each), $at() === 8 * $each);
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
