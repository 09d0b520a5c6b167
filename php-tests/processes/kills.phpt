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
$alive = fn($name) => array_values(array_filter(ours($mark)[$name] ?? [], fn($one) => $one[3] !== 'Z'))[0][0] ?? 0;
$both = fn() => $alive('keeper') && $alive('standby');
// Issues until it is another keeper's turn.
$another = fn(int $old) => until(fn() => thrown(fn() => (new Number())->generate()) && ($new = status()['keeper']) && $new !== $old && $both());
(new Number())->generate();
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
    worker(function () use ($mark, $first, $standby, $keeper, $alive, $another) {
        kill($standby, $keeper);
        // As long as the permit lasts it issues, and may start another.
        $unavailable = fn() => preg_match('/^.*Unavailable.*keeper.*$/', $GLOBALS['said'] = thrown(fn() => (new Number())->generate()));
        until(fn() => $unavailable() || $alive('keeper') && status()['keeper'] === $alive('keeper'));
        $all = preg_replace('/[^;]*zombie(; )?/', '', whose($mark, $first, getmypid()));
        echo $alive('keeper') ? "another one, $all" : "none, since $said";
    });
    echo strangers();
    worker(function () use ($alive, $keeper, $another) {
        echo $another($keeper) ? '; then the next worker issues' : '; then the next worker does not issue';
    });
    (new Number())->generate();
    PHP,
    'both, by the first' => <<<'PHP'
    kill($standby, $keeper);
    echo $another($keeper) ? 'the next one' : 'no next one';
    echo ' by PHP, ', whose($mark, $first) === $usual ? 'as before' : whose($mark, $first);
    worker(fn() => (new Number())->generate());
    PHP,
    'PHP' => <<<'PHP'
    echo "is killed\n";
    await();
    PHP,
];
$places = places();
unset($places['as process 1 without /proc']);
foreach ($scripts as $name => $code) {
    $running = [];
    foreach ($places as $place => $before) {
        $ini = leasing($server, [
            'ticket.path' => $path = '/' . bin2hex(random_bytes(4)), 'ticket.window' => 1000, 'ticket.acquire_timeout' => 5000,
        ]);
        $running[$place] = [start("$prelude$code\necho \"\\n\", strange();", $ini, [], [...$before, ...looking($file = scratch('left'))]), $file, $path];
    }
    $said = [];
    foreach ($running as $place => [$php, $file, $path]) {
        if ($name === 'PHP') {
            echo fgets($php->pipes[1]) === "is killed\n" ? '' : 'not ready';
            kill(inner($php->pid()));
        }
        $printed = str_replace($server->dsn(), 'DSN', $php->finish());
        $printed = with_left($printed);
        $children = trim((string) @file_get_contents($file));
        in_array($children, $name === 'PHP' ? [''] : ['nothing']) || $printed .= "\nof its children, $children is left";
        settled(fn() => [...keepers($path), ...standbys($path)], []) === [] || $printed .= "\nsome run on";
        $said[str_replace("\n", "\n  ", $printed)][] = $place;
    }
    foreach ($said as $what => $where) {
        echo "$name, ", implode(', ', $where), ":\n  $what\n";
    }
}
?>
--EXPECT--
