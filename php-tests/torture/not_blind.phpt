--TEST--
make torture: the judge finds a duplicate, IDs that do not rise, a node taken from its owner, a call that failed, and excuses what may be
--FILE--
<?php
require __DIR__ . '/evidence.php';
require __DIR__ . '/families.php';
const S = 1_000_000_000;
$id = fn(int $ms, int $node = 1) => $ms << 22 | $node << 12;
/** Judges what these processes have written: by name, their IDs and a line. */
$judge = function (string $what, array $processes, array $facts = [], array $left = []) {
    $journals = scratch('journals');
    foreach ($left as $name => $those) {
        @mkdir($journals);
        file_put_contents("$journals/$name.left", json_encode($those));
    }
    foreach ($processes as $name => [$ids, $log]) {
        @mkdir(dirname("$journals/$name"), recursive: true);
        // The last one was killed while it wrote.
        file_put_contents("$journals/$name.ids", pack('P*', ...$ids) . 'torn');
        file_put_contents("$journals/$name.log", json_encode($log + ['at' => 60 * S, 'ids' => count($ids)]) . "\n{\"at\":");
    }
    $zookeeper = ['kind' => 'loop', 'registry' => 'zookeeper'];
    $fixed = ['kind' => 'fixed', 'nodes' => [0]] + $zookeeper;
    $fleet = ['loop-1' => $zookeeper, 'clock-1' => $zookeeper, 'fixed-1' => $fixed, 'rival-1' => $fixed, 'local-1' => ['kind' => 'loop', 'registry' => 'local'],
        'own-1' => ['kind' => 'own'] + $zookeeper, 'article-1' => ['kind' => 'article', 'registry' => 'article']];
    $judge = new Judge($journals, new Facts(...$facts + ['began' => S, 'window' => 6 * S, 'fleet' => $fleet]));
    $judge->judge();
    echo "$what: $judge->ids IDs of $judge->processes, $judge->duplicates duplicates, $judge->disorders disorders, ",
        "$judge->moved moves, ", json_encode(array_filter($judge->failed)), "\n";
    foreach ($judge->problems as $problem) {
        echo "  $problem\n";
    }
    return $judge;
};
[$one, $two] = ['zookeeper/loop-1.1.10-1', 'zookeeper/clock-1.1.11-1'];
$first = ['first' => [2 * S, 2 * S + 1]];
$judge('fine', [$one => [[$id(1), $id(2)], $first], $two => [[$id(3)], $first]]);
$judge('a duplicate of two families', [$one => [[$id(1), $id(2), $id(3)], $first], $two => [[$id(2)], $first]]);
$judge('a negative one', [$one => [[-5], $first], $two => [[-5], $first]]);
$judge('the same ID in two registries', [$one => [[$id(2)], $first], 'local/local-1.1.11-1' => [[$id(2)], $first]]);
$judge('the same ID again', [$one => [[$id(1), $id(1)], $first]]);
$judge('a smaller one', [$one => [[$id(5), $id(4, 2)], $first]]);
$back = ['clocks' => ['clock-1' => [[3 * S, -5000], [4 * S, 0]]]];
$judge('its clock was set back', [$two => [[$id(5), $id(4, 2), $id(6, 2)], $first]], $back);
$judge('on the same node', [$two => [[$id(5), $id(4)], $first]], $back);
$judge('twice', [$two => [[$id(5), $id(4, 2), $id(3, 3)], $first]], $back);

$fails = [$one => [[$id(1)], $first + ['failed' => [[30 * S, 31 * S, 3, 'what it said']]]]];
$judge('a call failed', $fails);
$away = fn(int ...$when) => ['away' => ['loop-1' => array_map(fn($interval) => [$interval[0] * S, $interval[1] * S], array_chunk($when, 2))]];
$judge('away for less than the window', $fails, $away(25, 35));
$judge('away for longer than the window', $fails, $away(23, 35));
$judge('back for long', $fails, $away(1, 14));
$judge('back for a moment', $fails, $away(23, 26, 27, 31));
$judge('back for a while', $fails, $away(20, 22, 28, 31));
$judge('back before the window was over', $fails, $away(20, 22));
$set = fn(int $ms) => $away(28, 35) + ['clocks' => ['loop-1' => [[29 * S, $ms]]]];
$judge('away, and the clock set back', $fails, $set(-1500));
$judge('away, and the clock set back a little', $fails, $set(-900));
$judge('away, and the clock set ahead', $fails, $set(4000));
$judge('away, and the clock set ahead a little', $fails, $set(3900));
$judge('without a keeper before', $fails, $away(25, 35) + ['replaced' => ['loop-1' => [[21 * S, 26 * S]]]]);
$judge('without a keeper', $fails, ['replaced' => ['loop-1' => [[21 * S, 31 * S]]]]);
$new = [$one => [[$id(1)], ['first' => [30 * S, 31 * S], 'failed' => [[29 * S, 30 * S, 1, 'not yet']]]]];
$judge('before the first ID', $new, ['lives' => ['loop-1' => [1 => 20 * S]]]);
$judge('long before the first ID', $new, ['lives' => ['loop-1' => [1 => 10 * S]]]);

// Two families on a node.
[$fixed, $rival] = ['zookeeper/fixed-1.1.20-1', 'zookeeper/rival-1.1.21-1'];
$span = fn(int $from, int $to, int $at = 60, int $node = 0) => ['spans' => [[$node, $from, $to, $at * S]], 'at' => $at * S];
$judged = $judge('one after the other', [$fixed => [[], $span(1, 5)], $rival => [[], $span(6, 9)]]);
echo json_encode($judged->hands), "\n";
$judge('two at once', [$fixed => [[], $span(1, 5)], $rival => [[], $span(5, 9)]]);
$judge('in the midst', [$fixed => [[], $span(1, 9)], $rival => [[], $span(5, 6)]]);
$judge('on two nodes', [$fixed => [[], $span(1, 9)], $rival => [[], $span(5, 6, node: 1)]]);
$judge('two of a family', [$fixed => [[], $span(1, 9)], 'zookeeper/fixed-1.1.22-1' => [[], $span(5, 6)]]);
$judge('two lives of a family', [$fixed => [[], $span(1, 9)], 'zookeeper/fixed-1.2.22-1' => [[], $span(5, 6)]]);
$judge('in the local registry', ['local/local-1.1.1-1' => [[], $span(1, 9)], 'local/local-1.2.2-1' => [[], $span(5, 6)]]);
$refused = $first + ['failed' => [[30 * S, 31 * S, 3, 'taken']]];
$judge('refused', [$fixed => [[], $span(1, 5, 20)], $rival => [[], $refused]]);
$judge('refused by nobody', [$fixed => [[], $span(1, 5, 10)], $rival => [[], $refused]]);
$evidence = new Evidence($judge('theft', [$fixed => [[], $span(1, 5, 20)]]), [], new Facts(S, S, []), 0);
foreach (['fixed-1' => 19, 'rival-1' => 19, 'rival-1 ' => 21] as $whom => $from) {
    echo json_encode($evidence->felt(['theft.cut', $from * S, 30 * S, $whom, '', []])), "\n";
}
$judge('refused by itself', [$rival => [[], $refused + $span(1, 5, 20)]]);

// What a family's wait returned, and what of ours a family left where process 1 reaps nothing.
$fine = [$one => [[$id(1)], $first]];
$told = fn(Judge $judged) => print("  $judged->foreign foreign, $judged->zombies zombies after $judged->ends ends\n");
$told($judge('a foreign process', [$one => [[$id(1)], $first + ['foreign' => [[4 * S, 77]]]]]));
$told($judge('nothing left', $fine, [], ['under-1.1' => [[], []], 'under-1.2' => [[], []]]));
$told($judge('a zombie', $fine, [], ['under-1.1' => [[], []], 'under-1.2' => [[], ['ticket-standby']]]));
$told($judge('a keeper', $fine, [], ['under-1.1' => [['ticket-keeper'], []]]));

// A family and the article's PHP, which has a claim on node 1 from 20 s to 30 s and issues timestamps 7 and 8 meanwhile.
$article = ['article/article-1.1.30-1' => [[$id(7), $id(8)], ['spans' => [[1, 7, 8, 21 * S]], 'held' => [1, 20 * S, 30 * S]]]];
/** Calls of that process: [when, node]. */
$beside = function (string $what, array $calls, array $sessions, string $who = 'loop-1.1.10-1') use ($judge, $article, $id) {
    $spans = array_map(fn($call) => [$call[1], 8, 8, (int) ($call[0] * S)], $calls);
    $log = ['first' => [2 * S, 2 * S], 'spans' => $spans, 'seen' => [2 * S, 'connected', '0xa', null]];
    $sessions = ['sessions' => array_map(fn($session) => array_map(fn($when) => (int) ($when * S), $session), $sessions)];
    $beside = $judge($what, [...$article, "zookeeper/$who" => [[$id(8)], $log]], $sessions)->beside;
    echo "  $beside->held held, $beside->taken taken, $beside->excused excused, $beside->equal equal\n";
};
$lived = [10 => [2, 50]];
$beside('before and after', [[19, 1], [31, 1]], $lived);
$beside('on another node', [[25, 2]], $lived);
$beside('a node that the article has', [[15, 2], [25, 1]], $lived);
$beside('its first', [[25, 1]], $lived);
$beside('when its session was lost', [[15, 2], [25, 1]], [10 => [2, 24]]);
$beside('before there was a session', [[15, 2], [25, 1]], [10 => [26, 50]]);
$beside('when there was one again', [[15, 2], [25, 1]], [10 => [24, 50]]);
$beside('before it was told', [[15, 2], [25, 1]], [10 => [25, 50]]);
$beside('by the session of another', [[15, 2], [25, 1]], [11 => [2, 50]]);
$beside('taken by the article', [[19, 1], [25, 1]], $lived);
$beside('when the session was lost', [[19, 1], [25, 1]], [10 => [2, 20]]);
$beside('lost, and another came', [[19, 1], [25, 1]], [10 => [2, 20], 11 => [20, 50]]);
$beside('left and come back', [[19, 1], [20.5, 2], [22, 1]], [10 => [19.5, 50]]);
$beside('a process that was told late', [[19, 1], [20.2, 1], [20.5, 2], [20.9, 1]], [10 => [19.5, 50]]);
$beside('by a process of its own', [[19, 1], [25, 1]], $lived, 'own-1.1.10-1');
$beside('in the local registry', [[25, 1]], $lived, 'local-1.1.10-1');

// A call of 100 ms during which the process was stopped for 90, and one that waited.
$slow = [$one => [[$id(1)], $first + ['slow' => [[3 * S, 100_000_000, 1], [4 * S, 50_000_000, 1]]]]];
$judged = $judge('slow calls', $slow, ['stopped' => ['10-1' => [[3 * S + 5_000_000, 3 * S + 95_000_000]]]]);
echo implode(' ', array_map(fn($call) => $call[0] / 1e6, $judged->slow)), "\n";

// It failed, and issued again two seconds after ZooKeeper was back.
$again = [$one => [[$id(1)], $first + ['failed' => [[30 * S, 31 * S, 3, 'what it said']], 'again' => [37 * S]]]];
$judged = $judge('recovered', $again, $away(20, 35));
echo $judged->recovered[0][0] / S, " s\n";

// Claims 1 and 2 are of two families' keepers.
$claims = ['0001' => [10, '0xa'], '0002' => [21, '0xb']];
$told = fn(array $families) => print(json_encode(misclaimed($claims, $families)) . "\n");
$told(['loop-1' => [10, 11], 'own-1' => [20, 21]]);
$told(['loop-1' => [10, 11], 'own-1' => [20, 21], 'loop-2' => [30]]);
$told(['loop-1' => [10, 11]]);

// What was felt of a fault.
$judged = new Judge(scratch('journals'), new Facts(S, 6 * S, []));
$judged->seen = ['loop-1' => [[S, 'connected', '0x1', 100], [10 * S, 'disconnected', '0x1', 100], [11 * S, 'connected', '0x2', -1900]]];
$judged->forked = ['loop-1' => [[10 * S, 20]]];
$facts = new Facts(S, 6 * S, [], clocks: ['loop-1' => [[10 * S, -2000], [12 * S, 0], [20 * S, -2000], [22 * S, 0]]]);
$evidence = new Evidence($judged, [[S, 1, 1], [S, 2, 1], [10 * S, 2, 0]], $facts, 100);
foreach (['link.cut', 'session.expire', 'clock.back', 'storm', 'worker.kill'] as $what) {
    $felt = fn(int $from, string $whom = 'loop-1') => $evidence->felt([$what, $from * S, ($from + 2) * S, $whom, '', []]);
    echo "$what: ", json_encode([$felt(9), $felt(10), $felt(20), $felt(10, 'loop-2')]), "\n";
}
foreach (['partition.leader', 'partition.family'] as $what) {
    $felt = fn(int $from, int ...$servers) => $evidence->felt([$what, $from * S, ($from + 2) * S, 'loop-1', '', $servers]);
    echo "$what: ", json_encode([$felt(9, 2), $felt(9, 1), $felt(9, 1, 2), $felt(20, 2)]), "\n";
}
?>
--EXPECT--
fine: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
a duplicate of two families: 4 IDs of 2, 1 duplicates, 0 disorders, 0 moves, []
  duplicate: 2 times 8392704 in clock-1.1.11-1.ids at 0, loop-1.1.10-1.ids at 1
a negative one: 2 IDs of 2, 1 duplicates, 0 disorders, 0 moves, []
  duplicate: 2 times -5 in clock-1.1.11-1.ids at 0, loop-1.1.10-1.ids at 0
the same ID in two registries: 2 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
the same ID again: 2 IDs of 1, 1 duplicates, 1 disorders, 0 moves, []
  order: 4198400 after 4198400 in loop-1.1.10-1.ids
  duplicate: 2 times 4198400 in loop-1.1.10-1.ids at 0, loop-1.1.10-1.ids at 1
a smaller one: 2 IDs of 1, 0 duplicates, 1 disorders, 0 moves, []
  order: 16785408 after 20975616 in loop-1.1.10-1.ids
its clock was set back: 3 IDs of 1, 0 duplicates, 0 disorders, 1 moves, []
on the same node: 2 IDs of 1, 0 duplicates, 1 disorders, 0 moves, []
  order: 16781312 after 20975616 in clock-1.1.11-1.ids
twice: 3 IDs of 1, 0 duplicates, 1 disorders, 1 moves, []
  order: 12595200 after 16785408 in clock-1.1.11-1.ids
a call failed: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"unexcused":3}
  failed: 3 calls from 29.000 s to 30.000 s of loop-1.1.10-1: what it said
away for less than the window: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"unexcused":3}
  failed: 3 calls from 29.000 s to 30.000 s of loop-1.1.10-1: what it said
away for longer than the window: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"away for longer than the window":3}
back for long: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"unexcused":3}
  failed: 3 calls from 29.000 s to 30.000 s of loop-1.1.10-1: what it said
back for a moment: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"away for longer than the window":3}
back for a while: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"unexcused":3}
  failed: 3 calls from 29.000 s to 30.000 s of loop-1.1.10-1: what it said
back before the window was over: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"unexcused":3}
  failed: 3 calls from 29.000 s to 30.000 s of loop-1.1.10-1: what it said
away, and the clock set back: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"the clock was set while away":3}
away, and the clock set back a little: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"unexcused":3}
  failed: 3 calls from 29.000 s to 30.000 s of loop-1.1.10-1: what it said
away, and the clock set ahead: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"the clock was set while away":3}
away, and the clock set ahead a little: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"unexcused":3}
  failed: 3 calls from 29.000 s to 30.000 s of loop-1.1.10-1: what it said
without a keeper before: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"away for longer than the window":3}
without a keeper: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"unexcused":3}
  failed: 3 calls from 29.000 s to 30.000 s of loop-1.1.10-1: what it said
before the first ID: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"before the first ID":1}
long before the first ID: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"unexcused":1}
  failed: 1 calls from 28.000 s to 29.000 s of loop-1.1.10-1: not yet
one after the other: 0 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
[["fixed-1","rival-1"]]
two at once: 0 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  two at once: fixed-1.1 issued on node 0 until 5, and rival-1.1 from 5 on
in the midst: 0 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  two at once: fixed-1.1 issued on node 0 until 9, and rival-1.1 from 5 on
on two nodes: 0 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
two of a family: 0 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
two lives of a family: 0 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  two at once: fixed-1.1 issued on node 0 until 9, and fixed-1.2 from 5 on
in the local registry: 0 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
refused: 0 IDs of 2, 0 duplicates, 0 disorders, 0 moves, {"another family has its node":3}
refused by nobody: 0 IDs of 2, 0 duplicates, 0 disorders, 0 moves, {"unexcused":3}
  failed: 3 calls from 29.000 s to 30.000 s of rival-1.1.21-1: taken
theft: 0 IDs of 1, 0 duplicates, 0 disorders, 0 moves, []
false
true
false
refused by itself: 0 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"unexcused":3}
  failed: 3 calls from 29.000 s to 30.000 s of rival-1.1.21-1: taken
a foreign process: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, []
  foreign: a wait of loop-1.1.10-1 returned 77 at 3.000 s
  1 foreign, 0 zombies after 0 ends
nothing left: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, []
  0 foreign, 0 zombies after 2 ends
a zombie: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, []
  zombies: ticket-standby of under-1.2
  0 foreign, 1 zombies after 2 ends
a keeper: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, []
  left: ticket-keeper of under-1.1
  0 foreign, 0 zombies after 1 ends
before and after: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  1 held, 0 taken, 0 excused, 1 equal
on another node: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  1 held, 0 taken, 0 excused, 0 equal
a node that the article has: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  taken: loop-1.1 took node 1 at 24.000 s, which article-1.1.30-1 had; equal IDs: 1
  1 held, 1 taken, 0 excused, 1 equal
its first: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  taken: loop-1.1 took node 1 at 24.000 s, which article-1.1.30-1 had; equal IDs: 1
  1 held, 1 taken, 0 excused, 1 equal
when its session was lost: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  1 held, 0 taken, 1 excused, 1 equal
before there was a session: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  1 held, 0 taken, 1 excused, 1 equal
when there was one again: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  taken: loop-1.1 took node 1 at 24.000 s, which article-1.1.30-1 had; equal IDs: 1
  1 held, 1 taken, 0 excused, 1 equal
before it was told: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  1 held, 0 taken, 1 excused, 1 equal
by the session of another: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  1 held, 0 taken, 1 excused, 1 equal
taken by the article: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  taken: article-1.1.30-1 took node 1 at 19.000 s, which loop-1.1 had; equal IDs: 1
  1 held, 1 taken, 0 excused, 1 equal
when the session was lost: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  1 held, 0 taken, 1 excused, 1 equal
lost, and another came: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  1 held, 0 taken, 1 excused, 1 equal
left and come back: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  taken: loop-1.1 took node 1 at 21.000 s, which article-1.1.30-1 had; equal IDs: 1
  1 held, 1 taken, 0 excused, 1 equal
a process that was told late: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  1 held, 0 taken, 1 excused, 1 equal
by a process of its own: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  taken: article-1.1.30-1 took node 1 at 19.000 s, which own-1.1.10-1 had; equal IDs: 1
  1 held, 1 taken, 0 excused, 1 equal
in the local registry: 3 IDs of 2, 0 duplicates, 0 disorders, 0 moves, []
  1 held, 0 taken, 0 excused, 0 equal
slow calls: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, []
50 10
recovered: 1 IDs of 1, 0 duplicates, 0 disorders, 0 moves, {"away for longer than the window":3}
2 s
[]
["no claim: loop-2"]
["nobody's claim: 0002 of 21"]
link.cut: [true,true,false,false]
session.expire: [true,true,false,false]
clock.back: [true,true,false,false]
storm: [true,true,false,false]
worker.kill: [null,null,null,null]
partition.leader: [true,false,false,false]
partition.family: [true,false,false,false]
