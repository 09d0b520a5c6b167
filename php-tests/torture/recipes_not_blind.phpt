--TEST--
make torture: the judge of recipes finds two holders, tokens that fall, items lost, doubled or acked twice, counts that are off, and nothing where nothing is wrong
--FILE--
<?php
require __DIR__ . '/recipes.php';
require __DIR__ . '/../lib/ticket.php';
const MS = 1_000_000;
/** What is the same in all lines of one: [call, return] in ms, or one moment. */
$line = fn(string $recipe, string $op, string $path, int|array $when, array $more = []) => [
    'recipe' => $recipe, 'op' => $op, 'path' => $path, 'call' => ((array) $when)[0] * MS,
    'return' => array_key_exists(1, (array) $when) ? (((array) $when)[1] === null ? null : ((array) $when)[1] * MS) : $when * MS,
] + $more + ['ok' => 'ok'];
/** Judges what these processes tell; `$problems`: how many things are wrong. */
$judge = function (string $what, array $processes, ?Left $left = null, array $killed = [], array $has = []) {
    $directory = scratch('histories');
    mkdir($directory);
    foreach ($processes as $process => $lines) {
        $lines = array_map(fn($line) => json_encode(['process' => $process, 'family' => 'f'] + $line) . "\n", $lines);
        // It was killed while it wrote.
        file_put_contents("$directory/$process.history", implode('', $lines) . '{"process":"a","reci');
    }
    $judge = new Recipes(0, $has, array_map(fn($ms) => [$ms * MS, false], $killed));
    $judge->judge(glob("$directory/*.history"), $left ?? new Left());
    echo "$what: ", count($judge->problems), "\n";
    foreach ($judge->problems as $problem) {
        echo "  $problem\n";
    }
    return $judge;
};

/** One that holds: seen at [call, return] of each sample. */
$holds = fn(int $token, array ...$samples) => array_map(fn($when) => $line('lock', 'held', '/l', $when, ['token' => $token, 'value' => true]), $samples);
$as = fn(string $recipe, array $lines) => array_map(fn($one) => ['recipe' => $recipe] + $one, $lines);
$lost = fn(int $token, int $when) => [$line('lock', 'held', '/l', $when, ['token' => $token, 'value' => false])];
$judge('one after the other', ['a' => $holds(1, [10, 11], [20, 21]), 'b' => $holds(2, [22, 23], [30, 31])]);
$judge('two at once', ['a' => $holds(1, [10, 11], [20, 21]), 'b' => $holds(2, [15, 16])]);
$judge('two at once, seen for long', ['a' => $holds(1, [10, 11], [20, 21]), 'b' => $holds(2, [18, 19], [30, 31], [40, 41])]);
$judge('in the midst of many', ['a' => $holds(1, [10, 11], [90, 91]), 'b' => $holds(2, [20, 21], [22, 23]), 'c' => $holds(3, [50, 51])]);
$judge('a call that took long', ['a' => $holds(1, [10, 11], [20, 21]), 'b' => $holds(2, [15, 25], [30, 31])]);
$judge('one that was stopped in its first call', ['a' => $holds(1, [10, 30]), 'b' => $holds(2, [15, 16], [20, 21])]);
$judge('one that was stopped in its last call', ['a' => $holds(1, [10, 11], [12, 90]), 'b' => $holds(2, [15, 16], [20, 21])]);
$judge('at two paths', ['a' => $holds(1, [10, 11], [20, 21]), 'b' => array_map(fn($one) => ['path' => '/m'] + $one, $holds(2, [15, 16]))]);
$judge('readers share', ['a' => $as('read', $holds(1, [10, 11], [20, 21])), 'b' => $as('read', $holds(2, [10, 11], [20, 21]))]);
$judge('a reader and a writer', ['a' => $as('read', $holds(1, [10, 11], [20, 21])), 'b' => $as('write', $holds(2, [15, 16]))]);
$permits = fn(int ...$tokens) => array_combine(array_map(fn($token) => "p$token", $tokens),
    array_map(fn($token) => $as('semaphore', $holds($token, [10 * $token, 10 * $token + 1], [10 * $token + 15, 10 * $token + 16])), $tokens));
$judge('two have a semaphore', $permits(1, 2, 3, 4));
$judge('three have a semaphore', $permits(1, 2) + ['c' => $as('semaphore', $holds(9, [22, 23]))]);
$judge('two leaders', ['a' => $as('election', $holds(1, [10, 11], [20, 21])), 'b' => $as('election', $holds(2, [15, 16], [17, 18]))]);

$judge('lost, and held again', ['a' => [...$holds(1, [10, 11]), ...$lost(1, 15), ...$holds(1, [20, 21])]]);
$told = [$line('lock', 'lost', '/l', 15, ['token' => 1])];
$judge('told to be lost, and held', ['a' => [...$holds(1, [10, 11]), ...$told, ...$holds(1, [14, 16], [20, 21])]]);
$released = [$line('lock', 'release', '/l', [13, 15], ['token' => 1, 'value' => 'release'])];
$judge('given up, and held', ['a' => [...$holds(1, [10, 11]), ...$released, ...$holds(1, [14, 16], [20, 21])]]);

$judge('tokens fall', ['a' => $holds(5, [10, 11]), 'b' => $holds(4, [20, 21])]);
$judge('terms fall', ['a' => $as('election', $holds(5, [10, 11])), 'b' => $as('election', $holds(4, [20, 21]))]);
$judge('a token of two', ['a' => $holds(5, [10, 11]), 'b' => $holds(5, [20, 21])]);
$judge('readers of any order', ['a' => $as('read', $holds(5, [10, 11])), 'b' => $as('read', $holds(4, [20, 21]))]);
$judge('a reader before a writer', ['a' => $as('read', $holds(5, [10, 11])), 'b' => $as('write', $holds(4, [20, 21]))]);
$judge('a writer before a reader', ['a' => $as('write', $holds(5, [10, 11])), 'b' => $as('read', $holds(4, [20, 21]))]);
$guard = fn(int $when, int $zxid, int $token) => $line('lock', 'guard', '/l', $when, ['zxid' => $zxid, 'token' => $token]);
$judge('written with the lock', ['a' => [$guard(10, 7, 1), $guard(30, 8, 1)], 'b' => [$guard(20, 9, 2)]]);
$judge('written without', ['a' => [$guard(10, 7, 1), $guard(20, 9, 1)], 'b' => [$guard(30, 8, 2)]]);

$put = fn(string $value, string $ok = 'ok') => $line('queue', 'put', '/q', 10, ['value' => $value, 'ok' => $ok]);
$take = fn(string $value, int $delivery = 1, string $name = 'n') => $line('queue', 'take', '/q', 20, ['value' => $value, 'name' => $name . $value, 'deliveries' => $delivery]);
$ack = fn(string $value, int $delivery = 1, string $ok = 'ok', array $more = []) => $line('queue', 'ack', '/q', 30, ['value' => $value, 'deliveries' => $delivery, 'ok' => $ok] + $more);
$in = fn(string ...$values) => new Left(['/q' => $values]);
$judge('an item', ['a' => [$put('1'), $take('1'), $ack('1')]]);
$judge('an item lost', ['a' => [$put('1')]]);
$judge('an item taken and lost', ['a' => [$put('1'), $take('1'), $ack('1', 1, 'fail')]]);
$judge('an item that is still there', ['a' => [$put('1')]], $in('1'));
$judge('acked twice', ['a' => [$put('1'), $take('1'), $ack('1')], 'b' => [$ack('1')]]);
$judge('acked, and delivered again', ['a' => [$put('1'), $take('1'), $ack('1')], 'b' => [$take('1', 2), $ack('1', 2, 'info')]]);
$judge('acked, and still there', ['a' => [$put('1'), $take('1'), $ack('1')]], $in('1'));
$judge('an ack without an end', ['a' => [$put('1'), $take('1'), $ack('1', 1, 'info')]]);
$judge('that was not done', ['a' => [$put('1'), $take('1'), $ack('1', 1, 'info')], 'b' => [$take('1', 2), $ack('1', 2)]]);
$judge('that was not done, and the item lost', ['a' => [$put('1'), $take('1'), $ack('1', 1, 'info')], 'b' => [$take('1', 2)]]);
$judge('a delivery of two', ['a' => [$put('1'), $take('1')], 'b' => [$take('1'), $ack('1')]]);
$judge('a put without an end', ['a' => [$put('1', 'info'), $put('2', 'info')], 'b' => [$take('2'), $ack('2')]]);
$judge('done twice', ['a' => [$put('1', 'info')], 'b' => [$take('1'), $ack('1'), $take('1', 1, 'other'), $ack('1')]]);
$judge('twice still there', ['a' => [$put('1', 'info')]], $in('1', '1'));
$judge('a put that failed', ['a' => [$put('1', 'fail')]]);
$judge('a put that was told to have failed', ['a' => [$put('1', 'fail')], 'b' => [$take('1'), $ack('1')]]);
$judge('put by nobody', ['b' => [$take('1'), $ack('1')]]);
$with = fn(string $ok) => ['a' => [$put('1'), $take('1'), $ack('1', 1, $ok, ['with' => '/done/1'])]];
$judge('acked with something', $with('ok'), new Left([], [], ['/done/1']));
$judge('acked without it', $with('ok'));
$judge('not acked, but with it', $with('fail'), new Left(['/q' => ['1']], [], ['/done/1']));

$add = fn(int $when, int $by, ?int $result, string $ok = 'ok') => $line('counter', 'add', '/c', [$when, $when + 5], ['value' => $by, 'result' => $result, 'ok' => $ok]);
$is = fn(int $value) => new Left([], ['/c' => $value]);
$judge('a count', ['a' => [$add(10, 1, 1), $add(20, 1, 2)]], $is(2));
$judge('too few', ['a' => [$add(10, 1, 1), $add(20, 1, 2)]], $is(1));
$judge('too many', ['a' => [$add(10, 1, 1), $add(20, 1, 2)]], $is(3));
$judge('without an end, not done', ['a' => [$add(10, 1, 1), $add(20, 1, null, 'info')]], $is(1));
$judge('without an end, done', ['a' => [$add(10, 1, 1), $add(20, 1, null, 'info')]], $is(2));
$judge('without an end, done twice', ['a' => [$add(10, 1, 1), $add(20, 1, null, 'info')]], $is(3));
$judge('some of them', ['a' => [$add(10, 5, 5), $add(20, -3, null, 'info'), $add(30, 7, null, 'info')]], $is(9));
$judge('none of them makes that', ['a' => [$add(10, 5, 5), $add(20, -3, null, 'info'), $add(30, 7, null, 'info')]], $is(11));
$judge('one that failed', ['a' => [$add(10, 1, 1), $add(20, 1, null, 'fail')]], $is(2));
$judge('a result of two', ['a' => [$add(10, 1, 1)], 'b' => [$add(12, 1, 1)]], $is(2));
$judge('results that fall', ['a' => [$add(10, 1, 2)], 'b' => [$add(20, 1, 1)]], $is(2));
$cas = $line('counter', 'cas', '/c', [30, 31], ['value' => [5, 9]]);
$judge('set when it was that', ['a' => [$add(10, 5, 5), $cas]], $is(9));
$judge('set and not done', ['a' => [$add(10, 5, 5), $cas]], $is(5));

$round = [$line('run', 'last', '', 10)];
$judge('waits in vain', ['a' => $round, 'b' => [...$round, $line('run', 'end', '', 20)]]);
$judge('was killed meanwhile', ['a' => $round], killed: ['a' => 15]);
$judge('left in a queue', ['a' => [$put('1'), ...$round, $line('run', 'end', '', 20)]], $in('1'));
$judge('did nothing', ['a' => $round], killed: ['a' => 15], has: ['lock', 'queue', 'counter', 'election']);
$some = [...$holds(1, [10, 11]), $put('1'), $take('1'), $ack('1')];
$judge('did something', ['a' => $some], has: ['lock', 'queue']);

// Who was killed in the midst of it may have done it: the line of its call counts. Within a call a callback is called.
$called = fn(array $lines) => [$lines[0], ['return' => null, 'ok' => 'info', 'result' => null] + $lines[1]];
$judge('killed in the midst', ['a' => $called([$add(10, 1, 1), $add(20, 1, 2)])], $is(2));
$judge('killed in the midst, done twice', ['a' => $called([$add(10, 1, 1), $add(20, 1, 2)])], $is(3));
$two = [['return' => null, 'ok' => 'info', 'result' => null] + $add(10, 1, 1), $line('lock', 'lost', '/l', 12, ['token' => 1]), $add(10, 1, 1)];
$judged = $judge('a callback within a call', ['a' => [...$two, ...$holds(1, [20, 21])]], $is(1));
echo json_encode($judged->counts['counter']), "\n";
mkdir($directory = scratch('torn'));
file_put_contents("$directory/a.history", "{\"process\":\"a\"\n" . json_encode($add(10, 1, 1)) . "\n");
$torn = new Recipes(0, []);
$torn->judge(["$directory/a.history"], new Left());
echo implode("\n", $torn->problems), "\n";

// From a holder's end to who waited then.
$acquired = fn(int $token, int $from, int $to) => $line('lock', 'acquire', '/l', [$from, $to], ['value' => 5, 'token' => $token]);
$next = ['b' => [$acquired(2, 5, 40), ...$holds(2, [41, 42])]];
$judged = $judge('killed', ['a' => [$acquired(1, 1, 9), ...$holds(1, [10, 11])]] + $next, killed: ['a' => 12]);
echo json_encode([$judged->afterKill, $judged->afterRelease]), "\n";
$judged = $judge('released', ['a' => [$acquired(1, 1, 9), ...$holds(1, [10, 11]), ...$released]] + $next);
echo json_encode([$judged->afterKill, $judged->afterRelease]), "\n";
$judged = $judge('nobody waited', ['a' => [$acquired(1, 1, 9), ...$holds(1, [2, 3])], 'b' => $next['b']], killed: ['a' => 4]);
echo json_encode([$judged->afterKill, $judged->afterRelease]), "\n";
?>
--EXPECT--
one after the other: 0
two at once: 1
  overlap: /l was held by a (lock, token 1; first seen 0.010000..0.011000, last 0.020000..0.021000), and b (lock, token 2; first seen 0.015000..0.016000, last 0.015000..0.016000)
two at once, seen for long: 1
  overlap: /l was held by a (lock, token 1; first seen 0.010000..0.011000, last 0.020000..0.021000), and b (lock, token 2; first seen 0.018000..0.019000, last 0.040000..0.041000)
in the midst of many: 2
  overlap: /l was held by a (lock, token 1; first seen 0.010000..0.011000, last 0.090000..0.091000), and b (lock, token 2; first seen 0.020000..0.021000, last 0.022000..0.023000)
  overlap: /l was held by a (lock, token 1; first seen 0.010000..0.011000, last 0.090000..0.091000), and c (lock, token 3; first seen 0.050000..0.051000, last 0.050000..0.051000)
a call that took long: 0
one that was stopped in its first call: 0
one that was stopped in its last call: 0
at two paths: 0
readers share: 0
a reader and a writer: 1
  overlap: /l was held by a (read, token 1; first seen 0.010000..0.011000, last 0.020000..0.021000), and b (write, token 2; first seen 0.015000..0.016000, last 0.015000..0.016000)
two have a semaphore: 0
three have a semaphore: 1
  overlap: /l was had by 3 of 2: p1 (semaphore, token 1; first seen 0.010000..0.011000, last 0.025000..0.026000), p2 (semaphore, token 2; first seen 0.020000..0.021000, last 0.035000..0.036000), c (semaphore, token 9; first seen 0.022000..0.023000, last 0.022000..0.023000)
two leaders: 1
  overlap: /l was held by a (election, token 1; first seen 0.010000..0.011000, last 0.020000..0.021000), and b (election, token 2; first seen 0.015000..0.016000, last 0.017000..0.018000)
lost, and held again: 1
  held again: /l, token 1 of a at 0.020000; it was lost at 0.015000
told to be lost, and held: 1
  held again: /l, token 1 of a at 0.020000; it was lost at 0.015000
given up, and held: 1
  held again: /l, token 1 of a at 0.020000; it was given up at 0.015000
tokens fall: 1
  tokens: /l was held by a (lock, token 5; first seen 0.010000..0.011000, last 0.010000..0.011000), and then by b (lock, token 4; first seen 0.020000..0.021000, last 0.020000..0.021000)
terms fall: 1
  tokens: /l was held by a (election, token 5; first seen 0.010000..0.011000, last 0.010000..0.011000), and then by b (election, token 4; first seen 0.020000..0.021000, last 0.020000..0.021000)
a token of two: 1
  tokens: /l, a and b had token 5
readers of any order: 0
a reader before a writer: 1
  tokens: /l was held by a (read, token 5; first seen 0.010000..0.011000, last 0.010000..0.011000), and then by b (write, token 4; first seen 0.020000..0.021000, last 0.020000..0.021000)
a writer before a reader: 1
  tokens: /l was held by a (write, token 5; first seen 0.010000..0.011000, last 0.010000..0.011000), and then by b (read, token 4; first seen 0.020000..0.021000, last 0.020000..0.021000)
written with the lock: 0
written without: 1
  guard: /l, at 9 a wrote with token 1 what needs the lock, and b had at 8 with 2
an item: 0
an item lost: 1
  queue: /q, 1: lost
an item taken and lost: 1
  queue: /q, 1: lost, a (fail, delivery 1, 0.030000)
an item that is still there: 0
acked twice: 1
  queue: /q, 1: acked twice, a (ok, delivery 1, 0.030000), b (ok, delivery 1, 0.030000)
acked, and delivered again: 1
  queue: /q, 1: acked, and delivered again as 2, a (ok, delivery 1, 0.030000), b (info, delivery 2, 0.030000)
acked, and still there: 1
  queue: /q, 1: acked, and still there, a (ok, delivery 1, 0.030000)
an ack without an end: 0
that was not done: 0
that was not done, and the item lost: 1
  queue: /q, 1: lost, a (info, delivery 1, 0.030000)
a delivery of two: 1
  queue: /q, 1: delivery 1 came twice, to a, b
a put without an end: 0
done twice: 2
  queue: /q, 1: is there twice, n1 other1
  queue: /q, 1: acked twice, b (ok, delivery 1, 0.030000), b (ok, delivery 1, 0.030000)
twice still there: 1
  queue: /q, 1: is there twice, 
a put that failed: 0
a put that was told to have failed: 1
  queue: /q, 1: was put, though that was told to have failed
put by nobody: 1
  queue: /q, 1: was not put
acked with something: 0
acked without it: 1
  queue: an ack was done, but not what was in its transaction, /done/1
not acked, but with it: 1
  queue: an ack failed, but what was in its transaction was done, /done/1
a count: 0
too few: 1
  counter: /c is 1; 2 adds that were done make 2, and those of which nobody knows 0 to 0
too many: 1
  counter: /c is 3; 2 adds that were done make 2, and those of which nobody knows 0 to 0
without an end, not done: 0
without an end, done: 0
without an end, done twice: 1
  counter: /c is 3; 1 adds that were done make 1, and those of which nobody knows 0 to 1
some of them: 0
none of them makes that: 1
  counter: /c is 11; 1 adds that were done make 5, and those of which nobody knows -3 to 7
one that failed: 1
  counter: /c is 2; 1 adds that were done make 1, and those of which nobody knows 0 to 0
a result of two: 1
  counter: /c, 2 adds returned 1
results that fall: 1
  counter: /c, an add at 0.020000 returned 1, and one before it 2
set when it was that: 0
set and not done: 1
  counter: /c is 5; 2 adds that were done make 9, and those of which nobody knows 0 to 0
waits in vain: 1
  in vain: a waits since 0.010000 for the end of its last round
was killed meanwhile: 0
left in a queue: 1
  queue: /q, 1: left, though all that came to their end saw nothing
did nothing: 4
  nothing was done: lock
  nothing was done: queue
  nothing was done: counter
  nothing was done: election
did something: 0
killed in the midst: 0
killed in the midst, done twice: 1
  counter: /c is 3; 1 adds that were done make 1, and those of which nobody knows 0 to 1
a callback within a call: 1
  held again: /l, token 1 of a at 0.020000; it was lost at 0.012000
{"add":{"ok":1}}
torn: a.history, line 1: {"process":"a"

killed: 0
[[28000000],[]]
released: 0
[[],[27000000]]
nobody waited: 0
[[],[]]
