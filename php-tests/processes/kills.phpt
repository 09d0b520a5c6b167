--TEST--
Whoever is killed, no wait returns a stranger, and somebody starts the next one, or says why nobody does
--SKIPIF--
<?php
require __DIR__ . '/../lib/processes.php';
skip_without_namespaces();
?>
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
$prelude = WORKERS . <<<'PHP'
[$first, $mark] = [getmypid(), ini_get('ticket.path')];
$alive = fn($name) => ours($mark)[$name][0][0] ?? 0;
$both = fn() => $alive('keeper') && $alive('standby');
(new Number())->generate();
$session = status()['session_id'];
// Issues until it is another keeper's turn, which has a session: at PHP's end one without has less time.
$another = fn(int $old) => until(function () use ($old, $session, $both) {
    thrown(fn() => (new Number())->generate());
    ['keeper' => $new, 'session' => $is, 'session_id' => $id] = status();
    return $new && $new !== $old && $is === 'connected' && $id !== $session && $both();
});
until($both);
$usual = whose($mark, $first);
[$standby, $keeper] = [$alive('standby'), $alive('keeper')];

PHP;
$scripts = [
    'keeper' => <<<'PHP'
    kill($keeper);
    // PHP does nothing meanwhile.
    echo until(fn() => $both() && $alive('keeper') !== $keeper) && $alive('standby') === $standby ? 'the next one by standby' : 'no next one';
    echo $another($keeper) ? ', issues' : ', does not issue';
    PHP,
    'standby, then the keeper' => <<<'PHP'
    kill($standby);
    (new Number())->generate();
    echo strangers(), $alive('keeper') === $keeper ? 'the keeper goes on' : 'another keeper';
    worker(fn() => (new Number())->generate());
    kill($alive('keeper'));
    echo $another($keeper) ? ', the next one' : ', no next one';
    echo ' by PHP, ', whose($mark, $first) === $usual ? 'as before' : whose($mark, $first);
    PHP,
    'both, by a worker' => <<<'PHP'
    worker(function () use ($mark, $first, $standby, $keeper, $another) {
        kill($standby, $keeper);
        echo $another($keeper) ? 'another one, ' . whose($mark, $first, getmypid()) : 'no other';
    });
    echo strangers();
    worker(function () use ($keeper, $another) {
        echo $another($keeper) ? '; then the next worker issues' : '; then the next worker does not issue';
    });
    (new Number())->generate();
    PHP,
    'both, and the worker that has started others' => <<<'PHP'
    worker(function () use ($standby, $keeper, $another) {
        kill($standby, $keeper);
        echo $another($keeper) ? 'others' : 'no others';
        // The shell is one of those that the first is given.
        exec('kill -9 ' . getmypid());
    });
    $strangers = count($waited) - count($mine);
    [$mine, $waited, $heard] = [[], [], []];
    worker(function () use ($another, $keeper) {
        echo $another($keeper) ? ', then the next worker issues' : ', then the next worker does not issue';
    });
    echo $strangers ? ", and $strangers that had ended were waited for" : '';
    PHP,
    'both, by the first' => <<<'PHP'
    kill($standby, $keeper);
    echo $another($keeper) ? 'the next one' : 'no next one';
    echo ' by PHP, ', whose($mark, $first) === $usual ? 'as before' : whose($mark, $first);
    worker(fn() => (new Number())->generate());
    PHP,
    'PHP' => <<<'PHP'
    echo "ready\n";
    await();
    PHP,
];
$places = places();
unset($places['as process 1 without /proc']);
foreach ($scripts as $name => $code) {
    $running = [];
    foreach ($places as $place => $before) {
        if ($name === 'PHP' && $place === 'as process 1') {
            // With it the kernel ends all.
            continue;
        }
        $ini = leasing($server, [
            'ticket.path' => $path = '/' . bin2hex(random_bytes(4)), 'ticket.window' => 1000, 'ticket.acquire_timeout' => 5000,
        ]);
        $running[$place] = [start("$prelude$code\necho \"\\n\", strange();", $ini, [], [...$before, ...looking($file = scratch('left'))]), $file, $path];
    }
    $said = [];
    foreach ($running as $place => [$php, $file, $path]) {
        if ($name === 'PHP') {
            $ready = fgets($php->pipes[1]);
            $ready === "ready\n" || throw new Exception($ready . $php->finish());
            kill(inner($php->pid()));
        }
        $printed = with_left($php->finish());
        $children = trim((string) @file_get_contents($file));
        in_array($children, $name === 'PHP' ? [''] : ['nothing']) || $printed .= "\nof its children, $children is left";
        settled(fn() => [...keepers($path), ...standbys($path)], []) === [] || $printed .= "\nsome run on";
        $said[str_replace("\n", "\n  ", $printed ?: 'nothing is left')][] = $place;
    }
    foreach ($said as $what => $where) {
        echo "$name, ", implode(', ', $where), ":\n  $what\n";
    }
}
?>
--EXPECT--
keeper, as any process, as process 1, under a process 1 that does not reap, as a subreaper, under a subreaper that does not reap:
  the next one by standby, issues
standby, then the keeper, as any process, as process 1, as a subreaper:
  the keeper goes on, the next one by PHP, as before
standby, then the keeper, under a process 1 that does not reap, under a subreaper that does not reap:
  the keeper goes on, the next one by PHP, as before
  left: ticket-keeper
both, by a worker, as any process:
  another one, keeper of standby; standby of the worker, signal 0; then the next worker issues
both, by a worker, as process 1, as a subreaper:
  another one, keeper of the worker, signal 0; standby of the worker, signal 0; then the next worker issues
both, by a worker, under a process 1 that does not reap, under a subreaper that does not reap:
  another one, keeper of standby; standby of the worker, signal 0; then the next worker issues
  left: ticket-keeper ticket-standby
both, and the worker that has started others, as any process:
  others, then the next worker issues
both, and the worker that has started others, as process 1, as a subreaper:
  others, then the next worker issues, and 3 that had ended were waited for
both, and the worker that has started others, under a process 1 that does not reap, under a subreaper that does not reap:
  others, then the next worker issues
  left: sh ticket-keeper ticket-standby
both, by the first, as any process, as process 1, as a subreaper:
  the next one by PHP, as before
both, by the first, under a process 1 that does not reap, under a subreaper that does not reap:
  the next one by PHP, as before
  left: ticket-keeper
PHP, as any process:
  nothing is left
PHP, under a process 1 that does not reap, under a subreaper that does not reap:
  left: ticket-standby
PHP, as a subreaper:
  left: ticket-keeper ticket-standby
