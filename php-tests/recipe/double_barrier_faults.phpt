--TEST--
A double barrier: who comes late or leaves slowly, and servers that lag, sessions that end and answers that are lost
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => (int) getenv('TIMEOUT')]);
$double = new Dig\Zookeeper\DoubleBarrier($client, getenv('ZPATH'), (int) getenv('COUNT'));
while (($what = await()) !== '') {
    [$method, $timeout] = explode(' ', $what);
    echo failed(function () use ($double, $method, $timeout) { echo json_encode($double->$method((float) $timeout)), ', '; }), "\n";
}
PHP;
$start = fn(Server|Proxy $of, string $path, int $count, int $timeout = 60_000) => start(
    $code,
    recipes($of),
    ['ZPATH' => $path, 'COUNT' => $count, 'TIMEOUT' => $timeout],
);
/** What it says to that. */
$ask = function (object $php, string $what) {
    $php->say($what);
    return explode(',', $php->line())[0];
};
/** What these say when all are told it. */
$all = function (string $what, object ...$workers) {
    array_map(fn($php) => $php->say($what), $workers);
    return implode(' ', array_map(fn($php) => explode(',', $php->line())[0], $workers));
};
$members = fn(string $path) => array_values(preg_grep('/\d$/', $znodes->children($path)));
/** Waits until so many are there, waiting or inside. */
$there = fn(string $path, int $many) => eventually(fn() => count($members($path)) === $many, what: "$many below $path");
/** A member that does nothing, by its number. */
$other = fn(string $path, int $number) => sprintf("$path/_c_x-member-%010d", $number);

// More than there have to be, and some that come while others leave.
[$a, $b, $c, $d, $e] = array_map(fn() => $start($server, '/late', 2), range(1, 5));
echo 'so many: ', $all('enter 60', $a, $b), "\n";
echo 'one more: ', $ask($c, 'enter 60'), "\n";
$a->say('leave 60');
$there('/late', 2);
echo 'two are inside: ', $ask($b, 'leave 0'), "\n";
echo 'it comes while others leave: ', $ask($d, 'enter 60'), "\n";
echo 'that one is inside: ', $ask($c, 'leave 0'), "\n";
echo 'and is not waited for: ', strtok($a->line(), ','), "\n";
echo 'it comes when only that one is there: ', $ask($e, 'enter 5'), "\n";
echo 'all leave: ', $ask($d, 'leave 0'), ' ', $ask($e, 'leave 60'), ' ', json_encode($znodes->children('/late')), "\n";
echo 'all have left: ', $ask($a, 'enter 0.1'), "\n";
// One that waits only is not waited for.
echo 'so many: ', $all('enter 60', $a, $b), "\n";
$znodes->create($other('/late', 999_999));
echo 'one comes, and does not look: ', $ask($a, 'leave 0'), ' ', $ask($b, 'leave 5');
echo ' ', json_encode($znodes->children('/late') === [basename($other('/late', 999_999))]), "\n";

// The server has not heard of it yet.
$php = $start($proxy, '/lag', 1);
$proxy->lag('/lag');
echo 'the server lags: ', $ask($php, 'enter 5'), "\n";
$proxy->mode('pass');
echo 'and leaves: ', $ask($php, 'leave 60'), "\n";
// What it has is gone before it has looked.
$proxy->lag('/lag', true);
echo 'its own is gone: ', $ask($php, 'enter 5'), "\n";
$proxy->mode('pass');
echo json_encode(settled(fn() => $znodes->children('/lag'), [])), ' ', $php->finish(), "\n";

// One that leaves has seen that nobody is there, and goes on when others are.
foreach (['killed' => false, 'left' => true] as $how => $cleaned) {
    $path = "/slow/$how";
    $php = $start($proxy, $path, 2);
    $znodes->mkdir($path);
    $znodes->create($other($path, 0));
    echo 'slow: ', $ask($php, 'enter 60');
    $php->say('leave 60');
    $there($path, 1);
    $before = $proxy->disturbed();
    $proxy->mode('hold_lists');
    $znodes->delete($other($path, 0));
    eventually(fn() => $proxy->disturbed() > $before, what: 'a list is held');
    if ($cleaned) {
        array_map(fn($name) => $znodes->delete("$path/$name"), $znodes->children($path));
    }
    $others = array_map(fn() => $start($server, $path, 3), range(1, 4));
    [$one, $two, $three, $four] = $others;
    echo "; the other one has $how: ", $all('enter 60', $one, $two, $three), ' ', $all('leave 0', $one, $three);
    $proxy->mode('pass');
    echo ', ', strtok($php->line(), ','), '; one is inside: ', $ask($four, 'enter 5'), "\n";
    echo $all('leave 60', $two, $four), ' ', json_encode(settled(fn() => $znodes->children($path), [])), $php->finish(), "\n";
}

// What it waits for comes when it is not held any more.
$php = $start($proxy, '/held', 2);
$php->say('enter 60');
$there('/held', 1);
$own = '/held/' . $members('/held')[0];
[, , $session] = $znodes->getData($own);
$before = $proxy->disturbed();
$proxy->mode('hold_lists');
$znodes->create($other('/held', 999_999) . '-ready');
eventually(fn() => $proxy->disturbed() > $before, what: 'a list is held');
kill(keeper($proxy->dsn()));
$znodes->getData($own) && $znodes->expire($session);
eventually(fn() => !$znodes->getData($own));
// As if it were there still.
$znodes->create($own);
$proxy->mode('pass');
echo 'not held: ', $php->line(), ' ', $php->finish(), "\n";

// It is to be open, and that comes when all are gone.
$php = $start($proxy, '/gone', 2);
$php->say('enter 60');
$there('/gone', 1);
$before = $proxy->dropped();
$proxy->lose('late', 'multi', 'cut');
$znodes->create($other('/gone', 999_999));
eventually(fn() => $proxy->dropped() > $before, what: 'a request is late');
kill(keeper($proxy->dsn()));
$proxy->mode('pass');
echo 'its keeper is killed: ', $php->line(), ' ', $php->finish(), "\n";
$znodes->delete($other('/gone', 999_999));
eventually(fn() => !$members('/gone'));
array_map(fn($name) => $znodes->delete("/gone/$name"), $znodes->children('/gone'));
$proxy->deliver();
echo 'late: ', json_encode($znodes->children('/gone')), "\n";

// In time, also where it does not know whether it is open.
$php = $start($proxy, '/time', 2, 4000);
$php->say('enter 3');
$there('/time', 1);
$before = $proxy->dropped();
$proxy->lose('request', 'multi', 'cut');
$znodes->create($other('/time', 999_999));
eventually(fn() => $proxy->dropped() > $before, what: 'a request is lost');
echo 'in time: ', $php->line(), "\n";
$proxy->mode('pass');
echo $php->finish();
?>
--EXPECT--
so many: true true
one more: true
two are inside: false
it comes while others leave: true
that one is inside: false
and is not waited for: true
it comes when only that one is there: true
all leave: false true []
all have left: false
so many: true true
one comes, and does not look: false true true
the server lags: true
and leaves: true
its own is gone: LockLostException -1003 /lag certain
[] 
slow: true; the other one has killed: true true true false false, true; one is inside: true
true true []
slow: true; the other one has left: true true true false false, true; one is inside: true
true true []
not held: LockLostException -1003 /held certain 
its keeper is killed: LockLostException -1003 /gone certain 
late: []
in time: false, nothing was thrown
