<?php
// php torture.php OUT SECONDS SEED FAMILIES RATE [WINDOW]: with TICKET_TORTURE_LOCKED=1 against servers that let in only who has
// credentials, where what is made is its creator's alone. Runs families (so many, or those named) against an ensemble of
// three ZooKeeper servers and faults drawn from the seed, and writes OUT/report.txt and OUT/report.svg. `run` prepares
// what it needs.

require_once __DIR__ . '/faults.php';
require_once __DIR__ . '/evidence.php';
require_once __DIR__ . '/report.php';
require_once __DIR__ . '/picture.php';
require_once __DIR__ . '/recipes.php';

$out = $argv[1];
// Where the real time stands, which nobody sets.
$clock = (int) (microtime(true) * 1000) - intdiv(hrtime(true), 1_000_000);
[$seconds, $seed, $rate, $window] = array_map('intval', [$argv[2], $argv[3], $argv[5], $argv[6] ?? 6000]);
$locked = (bool) getenv('TICKET_TORTURE_LOCKED');
// The article's PHP has no credentials.
$fleet = array_filter(fleet($argv[4]), fn($is) => !$locked || $is['kind'] !== 'article');
$plan = (new Plan($seed, $seconds, $fleet, $window))->draw();
echo "seed $seed, $seconds s, ", count($fleet), ' families, ', count($plan), " faults\n";
pcntl_async_signals(true);
foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
    pcntl_signal($signal, fn() => exit(130));
}

// Where FPM's user can read it and write to it, wherever the checkout lies; and where there is room.
$directory = scratch('torture');
$journals = exec('mktemp -d ' . escapeshellarg((getenv('TICKET_TORTURE_IDS') ?: '/var/tmp') . '/ticket-torture.XXXXXX'));
mkdir($directory);
foreach (array_unique(array_column($fleet, 'registry')) as $registry) {
    mkdir("$journals/$registry");
    chmod("$journals/$registry", 01777);
}
chmod($journals, 0755);
foreach (['issuer.php', 'family.php', 'history.php', 'work.php'] as $file) {
    copy(__DIR__ . "/$file", "$directory/$file");
}
copy(getenv('TICKET_TEST_MODULE'), "$directory/ticket.so");
putenv("TICKET_TEST_MODULE=$directory/ticket.so");
// A process that is stopped when this one is killed has nobody else.
$guard = proc_open(['setsid', PHP_BINARY, '-n', __DIR__ . '/guard.php', $directory, $journals], [['pipe', 'r']], $pipes);

$locks = $with = [];
if ($locked) {
    $locks = ['enforce.auth.enabled' => 'true', 'enforce.auth.schemes' => 'digest'];
    putenv('TICKET_TEST_DIGEST=torture:secret');
    file_put_contents("$directory/credentials", "digest:torture:secret\n");
    $with = ['ticket.zookeeper_auth' => "file:$directory/credentials", 'ticket.zookeeper_acl' => 'creator'];
}
$ensemble = new Ensemble($locks + ['preAllocSize' => 1024], true);
$servers = array_map(fn($server) => $server->dsn(), $ensemble->servers);
$null = ['file', '/dev/null', 'r'];
$watch = new Child([PHP_BINARY, '-n', __DIR__ . '/watch.php', "$journals/watched", ...$servers], [$null, STDERR, STDERR]);
eventually(fn() => substr_count((string) @file_get_contents("$journals/watched"), "\n") >= 3, 10, 'the servers are watched');
$run = new Run($directory, $journals, $rate, $with + [
    'ticket.session_timeout' => min(2000, intdiv($window, 3)),
    'ticket.window' => $window,
    'ticket.acquire_timeout' => 1000,
]);
[$all, $without] = [[], []];
if ($recipes = array_filter($fleet, fn($is) => $is['recipes']) ? recipes() : []) {
    foreach (array_diff(array_keys(RECIPES), $recipes) as $recipe) {
        $without[] = "NOT tortured here: $recipe, which this module does not have";
    }
}
foreach ($fleet as $name => $is) {
    $class = ['fpm' => FpmFamily::class, 'apache' => ApacheFamily::class, 'swoole' => SwooleFamily::class,
        'article' => ArticleFamily::class][$is['kind']] ?? CliFamily::class;
    if ($why = missing($is) ?? ($is['recipes'] && !$recipes ? 'no recipe in this module' : null)) {
        $without[] = "NOT tortured here: $name, for there is $why";
        $class = NoFamily::class;
    }
    $all[$name] = new $class($name, $is, $run, $ensemble);
}
echo implode("\n", [...$without, '']);
// Where a registry is new, no node's mark is in the past, and so nobody could move when the clock is set back.
foreach ($all as $family) {
    $family->clock && !$family->links && $family->age();
}
$faults = new Faults($ensemble, $all, $window);
array_map($faults->start(...), $all);
$began = hrtime(true);
$faults->run($plan, $began);
while (hrtime(true) < $began + $seconds * 1_000_000_000) {
    usleep(10_000);
}

// The faults have ended: now all processes issue, and then all of it ends.
$problems = [];
$healed = hrtime(true);
// What was reserved before runs out, so that who issues then has a lease that is extended again.
touch($run->healed());
while (hrtime(true) < $healed + intdiv($window * 4, 3) * 1_000_000) {
    usleep(10_000);
}
$busy = fn() => array_filter(array_map(fn($family) => $family->is['recipes'] ? $family->busy() : [], $all));
try {
    eventually(fn() => !$busy(), 60);
} catch (Exception) {
    foreach ($busy() as $name => $pids) {
        $problems[] = "waits in vain for what recipes give: $name, processes " . implode(' ', $pids);
    }
}
$finished = hrtime(true);
$issued = function (Family $family) use ($journals): array {
    clearstatcache();
    $sizes = [];
    foreach ($family->issuers() as $pid) {
        $files = glob("$journals/{$family->is['registry']}/$family->name.*." . process_name($pid) . '.ids');
        $sizes[$pid] = $files ? filesize($files[0]) : 0;
    }
    return $sizes;
};
$before = array_map($issued, $all);
$still = function () use ($before, $all, $issued, $fleet): array {
    $still = [];
    foreach (array_filter($all, fn($family) => !$family instanceof NoFamily) as $name => $family) {
        $now = $issued($family);
        $idle = array_filter($now, fn($size, $pid) => $size <= ($before[$name][$pid] ?? 0), ARRAY_FILTER_USE_BOTH);
        // Short-lived ones come and go; all others must have issued since.
        if (!$now || (in_array($family->is['kind'], ['forks', 'waits'], true) ? count($idle) === count($now) : $idle)) {
            $still[$name] = array_keys($idle);
        }
    }
    // A node that two families ask for is one's.
    foreach (array_filter($still, fn($name) => $fleet[$name]['kind'] === 'fixed', ARRAY_FILTER_USE_KEY) as $name => $_) {
        $rivals = array_keys(array_filter($fleet, fn($is) => $is['nodes'] === $fleet[$name]['nodes']));
        if (array_diff($rivals, array_keys($still))) {
            unset($still[$name]);
        }
    }
    return $still;
};
try {
    eventually(fn() => !$still(), Judge::RECOVER / 1e9);
} catch (Exception) {
    foreach ($still() as $name => $pids) {
        $problems[] = "does not recover: $name, processes " . implode(' ', $pids);
    }
}
$recovered = hrtime(true);
// Whoever issues can be seen by people, and nobody else.
$misclaimed = fn() => misclaimed(
    claimants(implode(',', $servers)),
    array_map(fn($family) => $family->owners(), array_filter($all, fn($family) => $family->links && $family->first())),
);
try {
    eventually(fn() => !$misclaimed(), 10);
} catch (Exception) {
    array_push($problems, ...$misclaimed());
}
foreach ($all as $family) {
    $family->ended() || $family->end();
}
try {
    eventually(fn() => !array_filter($all, fn($family) => !$family->ended()), 20);
    eventually(fn() => !members($directory), 10);
} catch (Exception) {
    foreach (array_filter($all, fn($family) => !$family->ended()) as $name => $_) {
        $problems[] = "does not end: $name";
    }
    foreach (members($directory) as $pid) {
        $what = strtr(trim((string) @file_get_contents("/proc/$pid/cmdline")), "\0", ' ');
        $problems[] = 'left: process ' . $pid . ' (' . trim((string) @file_get_contents("/proc/$pid/comm")) . ") of $what";
    }
}
// A family that was killed with its keeper leaves a claim for as long as its session lasts.
try {
    eventually(fn() => !claims(implode(',', $servers)), 10);
} catch (Exception) {
    $problems[] = 'left: claims ' . thrown(fn() => throw new Exception(implode(' ', claims(implode(',', $servers)))));
}
$ended = hrtime(true);
unset($watch);
$znodes = new Znodes(implode(',', $servers));
$left = Left::behind($znodes);
$made = 0;
$look = function (string $path) use (&$look, &$problems, &$made, $znodes) {
    if (in_array($path, [GUARDS, DONE], true)) {
        // The script's own, whose create() says who may do what.
        return;
    }
    $made++;
    if ($open = array_filter($znodes->acl($path), fn($who) => !str_starts_with($who, 'digest:torture:'))) {
        $problems[] = "open to others: $path, " . implode(' ', $open);
    }
    foreach ($znodes->children($path) as $name) {
        $look("$path/$name");
    }
};
if ($locked) {
    foreach (array_diff($znodes->children('/'), ['zookeeper']) as $name) {
        $look("/$name");
    }
}

$watched = array_map(fn($line) => array_map('intval', explode(' ', $line)), file("$journals/watched"));
usort($watched, fn($one, $other) => $one[0] <=> $other[0]);
$away = [];
foreach ($all as $name => $family) {
    // Nobody extends what a family has on the local registry but those who call.
    $intervals = [
        ...away($watched, $faults->links[$name] ?? [], $ended),
        ...$faults->idle[$name] ?? [],
    ];
    $away[$name] = $family->links ? merged($intervals, 0) : [];
}
$facts = new Facts(
    $began, $window * 1_000_000, $fleet, $faults->lives, $away, $faults->replaced, $faults->clocks, $faults->stopped,
    array_map(fn($times) => array_map(fn($ms) => ($ms - $clock) * 1_000_000, $times), $ensemble->sessions()),
);
$facts->sessions || throw new Exception('the servers tell of no session');
$judge = new Judge($journals, $facts);
$judge->judge();
// unshare's own, when what it has started was killed.
if ($said = preg_replace('/^unshare: sigprocmask .*\n/m', '', (string) @file_get_contents("$journals/output"))) {
    $problems[] = 'a family printed: ' . substr(trim($said), 0, 2000);
}
foreach (array_filter($faults->done, fn($one) => $one[0] === 'family does not end') as [$what, , , $whom]) {
    $problems[] = "$what: $whom";
}
$work = new Recipes($began, $recipes, array_merge(...array_values(array_map(fn($family) => $family->killed, $all))));
$work->judge(glob("$journals/*/*.history"), $left);
$judge->problems = [...$problems, ...$judge->problems, ...$work->problems];
$evidence = new Evidence($judge, $watched, $facts, $clock);
foreach ($faults->done as &$one) {
    $one[] = $one[4] === '' ? $evidence->felt($one) : null;
}
unset($one);

$head = [
    "make torture SECONDS=$seconds SEED=$seed FAMILIES=" . (is_numeric($argv[4]) ? $argv[4] : escapeshellarg($argv[4])) . " RATE=$rate" . ($locked ? ' LOCKED=1' : ''),
    "ticket.window = $window ms, PHP " . PHP_VERSION . ', ' . gmdate('Y-m-d\TH:i:s\Z'),
    ...$without,
    ...$locked ? ["the servers let in only who has credentials (digest), and all $made znodes that leases and recipes leave at the end are their creator's"
        . ' alone, or named below; the article\'s PHP has none, and is not there'] : [],
    sprintf('all families issue %.1f s after the last fault', ($recovered - $healed) / 1e9),
    ...$recipes ? [sprintf('all workers have got what recipes give %.1f s after it', ($finished - $healed) / 1e9)] : [],
];
file_put_contents("$out/report.txt", Report::write($head, $plan, $faults->done, $judge, $facts, $recipes ? $work : null));
$picture = Picture::draw("seed $seed, $seconds s", $faults->done, $judge, $facts, away($watched, [], $ended));
file_put_contents("$out/report.svg", $picture);
echo strstr(file_get_contents("$out/report.txt"), "\n\nHow it", true), "\n$out/report.txt\n";
if ($judge->problems) {
    touch("$journals/keep");
    foreach ($ensemble->servers as $id => $server) {
        file_put_contents("$journals/server-$id", $server->said());
    }
    echo "the journals are kept in $journals\n";
}
fclose($pipes[0]);
proc_close($guard);
exit($judge->problems ? 1 : 0);
