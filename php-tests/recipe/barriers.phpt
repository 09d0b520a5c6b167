--TEST--
Barriers: many wait until one is opened; and five enter and leave together, also where one is killed or a keeper is
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\{Barrier, DoubleBarrier};
$client = new Client(null, ['session_timeout' => 60_000]);
$barrier = new Barrier($client, '/barriers/one');
$double = new DoubleBarrier($client, '/barriers/five', 5);
while (($what = await()) !== '') {
    echo json_encode(match ($what) {
        'set' => $barrier->set(),
        'remove' => $barrier->remove(),
        'is set' => $barrier->isSet(),
        'wait' => $barrier->wait(),
        'wait a moment' => $barrier->wait(0.05),
        'enter' => $double->enter(),
        'enter in a moment' => $double->enter(0.05),
        'leave' => $double->leave(),
        'leave in a moment' => $double->leave(0.05),
    }), "\n";
}
PHP;
/** What each of these says. */
function all(array $workers, string $what = ''): string
{
    foreach ($what === '' ? [] : $workers as $worker) {
        $worker->say($what);
    }
    return implode(' ', array_map(fn($worker) => $worker->line(), $workers)) . "\n";
}
$workers = array_map(fn() => start($code, client($server)), range(1, 6));
[$first] = $workers;
$five = array_slice($workers, 0, 5);
$znodes = new Znodes($server);
echo 'open: ', all($workers, 'wait');
echo 'set: ', all([$first, $workers[1]], 'set'), all($workers, 'is set'), all($workers, 'wait a moment');
foreach (array_slice($workers, 1) as $worker) {
    $worker->say('wait');
}
kill(keeper($server->dsn()));
$first->say('remove');
echo 'removed: ', all($workers), all([$first], 'remove');
// Together.
echo 'too few: ', all([$first], 'enter in a moment'), count($znodes->children('/barriers/five')), "\n";
foreach (array_slice($five, 0, 4) as $worker) {
    $worker->say('enter');
}
eventually(fn() => count($znodes->children('/barriers/five')) === 4);
$five[4]->say('enter');
echo 'entered: ', all($five), all([$first], 'leave in a moment');
foreach (array_slice($five, 1) as $worker) {
    $worker->say('leave');
}
echo 'left: ', all(array_slice($five, 1));
settled(fn() => $znodes->children('/barriers/five'), []);
// One is killed before the others are there: it does not count.
foreach (array_slice($workers, 0, 4) as $worker) {
    $worker->say('enter');
}
eventually(fn() => count($znodes->children('/barriers/five')) === 4);
kill($workers[3]->pid());
settled(fn() => count($znodes->children('/barriers/five')), 3);
$workers[4]->say('enter');
settled(fn() => count($znodes->children('/barriers/five')), 4);
$workers[5]->say('enter');
unset($workers[3]);
echo 'without one: ', all(array_values($workers));
// And while all leave.
kill($workers[4]->pid());
unset($workers[4]);
echo 'and another: ', all(array_values($workers), 'leave');
settled(fn() => $znodes->children('/barriers/five'), []);
?>
--EXPECT--
open: true true true true true true
set: null null
true true true true true true
false false false false false false
removed: null true true true true true
null
too few: false
0
entered: true true true true true
false
left: true true true true
without one: true true true true true
and another: true true true true
