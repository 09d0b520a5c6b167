--TEST--
What changes while a cache cannot see it is seen afterwards: connection cut, session expired, keeper killed, server restarted, wiped; whoever waits is woken, and the version never goes back
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server(['tickTime' => 500]);
$proxy = new Proxy($server);
$znodes = new Znodes($server);
// Waits until the cache shows what is asked for, by waitForChange() alone; prints what is to be seen of it.
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Cache;
$cache = new Cache('/c');
$missing = new Cache('/missing');
var_dump($missing->all(), $missing->get(''), $missing->node(''), $missing->children(''), $missing->isComplete());
function shape(Cache $cache, string $root): array {
    $all = [];
    foreach ($cache->all() as $path => $value) $all[substr($path, strlen($root))] = $value;
    ksort($all);
    return $all;
}
$highest = [];
/** Until it is so; then lists, values and stats agree. */
function until(Cache $cache, string $root, array $wanted): void {
    global $highest;
    $end = hrtime(true) + 30e9;
    do {
        $version = $cache->version();
        $version >= ($highest[$root] ?? 0) || print("version $version after $highest[$root]\n");
        $highest[$root] = $version;
        $all = shape($cache, $root);
        if ($all === $wanted) break;
        $cache->waitForChange($version, 60);
    } while (hrtime(true) < $end);
    $all === $wanted || exit('not ' . json_encode($wanted) . ' but ' . json_encode($all) . "\n");
    // The picture may have come after the version was read.
    $highest[$root] = max($highest[$root], $cache->version());
    echo 'seen, ';
    $names = [];
    foreach ($wanted as $path => $value) {
        $node = $cache->node($root . $path);
        $node->value === $value && $node->stat->dataLength === strlen($value) || print("not $value: " . json_encode($node));
        if ($path !== '') $names[dirname($path) === '/' ? '' : dirname($path)][] = basename($path);
    }
    foreach ($wanted as $path => $_) {
        $is = $cache->children($root . $path);
        sort($is);
        $is === ($names[$path] ?? []) || print("children of $path: " . json_encode($is) . "\n");
        $cache->node($root . $path)->stat->numChildren === count($is) || print("not so many children of $path\n");
    }
}
echo "ready\n";
while ($said = await()) {
    [$which, $wanted] = json_decode($said, true);
    $before = $highest[$which] ?? 0;
    until($which === '/c' ? $cache : $missing, $which, $wanted);
    echo $highest[$which] > $before ? 'with another version' : 'with the same version', "\n";
}
PHP;
$wait = function (array $wanted, string $which = '/c') use (&$php) {
    ksort($wanted);
    $php->say(json_encode([$which, $wanted]));
    $line = $php->line();
    echo $line, "\n";
    $line !== '' || exit($php->finish());
};
$make = function (string $root, array $all) use (&$znodes) {
    ksort($all);
    foreach ($all as $path => $value) $znodes->create($root . $path, $value);
};
$remove = function (string $root, array $all) use (&$znodes) {
    krsort($all);
    foreach ($all as $path => $_) $znodes->delete($root . $path);
};
$first = ['' => 'root', '/a' => '1', '/a/b' => '2', '/a/b/c' => '3', '/gone' => '4', '/gone/too' => '5', '/same' => '6'];
$make('/c', $first);
$php = start($code, client($proxy, ['ticket.session_timeout' => 20_000, 'ticket.zookeeper_timeout' => 60_000]));
while (($line = $php->line()) !== 'ready') {
    $line === '' && exit($php->finish());
    echo "$line\n";
}
$wait($first);
// As it is seen while nothing disturbs.
echo "-- nothing\n";
$znodes->set('/c/a/b/c', '3.1');
$wait($is = ['/a/b/c' => '3.1'] + $first);
$make('/c', ['/a/b/c/d' => 'x', '/new' => '']);
$wait($is += ['/a/b/c/d' => 'x', '/new' => '']);
$remove('/c', ['/new' => '', '/a/b/c/d' => '']);
$wait($is = ['/a/b/c' => '3.1'] + $first);
$remove('/c', $first);
$wait([]);
$make('/c', $first);
$wait($first);

$expire = function () use ($server, &$znodes) {
    // The one that is the cache's is among them.
    foreach (array_keys($server->sessions()) as $session) {
        sprintf('0x%x', $session) === $znodes->session || thrown(fn() => $znodes->expire(sprintf('0x%x', $session)));
    }
};
$kill = fn() => kill(keeper($proxy->dsn()));
$restart = function () use ($server, &$znodes) {
    $znodes->close();
    $server->kill();
    $server->start();
    $znodes = new Znodes($server);
};
$other = ['' => 'toor', '/x' => '9'];
foreach (['cut' => fn() => null, 'expired' => $expire, 'killed' => $kill, 'restarted' => $restart] as $at => $disturb) {
    echo "-- $at\n";
    $unseen = function (callable $change, array $wanted) use ($proxy, $disturb, $wait) {
        $proxy->mode('cut');
        $disturb();
        $change();
        $proxy->mode('pass');
        $wait($wanted);
    };
    // A value, znodes made and gone, at several depths.
    $is = ['/a/b/c' => 'another', '/a/b/new' => '', '/a/b/new/er' => 'x'] + $first;
    unset($is['/gone'], $is['/gone/too']);
    $unseen(function () use (&$znodes, $make, $remove) {
        $znodes->set('/c/a/b/c', 'another');
        $make('/c', ['/a/b/new' => '', '/a/b/new/er' => 'x']);
        $remove('/c', ['/gone' => '', '/gone/too' => '']);
    }, $is);
    // All of it made again: the root of the same version and length.
    $unseen(function () use ($make, $remove, $is) {
        $remove('/c', $is);
        $make('/c', ['' => 'toor', '/x' => '9']);
    }, $other);
    $unseen(function () use ($remove) {
        $remove('/c', ['' => '', '/x' => '']);
    }, []);
    $unseen(function () use ($make, $first) {
        $make('/c', $first);
    }, $first);
    // Made again, and not to be told from what was there by its version or its length.
    $unseen(function () use ($remove, $make) {
        $remove('/c', ['/same' => '']);
        $make('/c', ['/same' => '7']);
    }, ['/same' => '7'] + $first);
    $remove('/c', ['/same' => '']);
    $make('/c', ['/same' => '6']);
    $wait($first);
}
echo "-- wiped\n";
$server->wipe();
$znodes = new Znodes($server);
$wait([]);
// Its numbers begin anew: what is there now may look older than what was.
$again = array_map(fn($value) => $value === '' ? '' : "$value!", $first);
$make('/c', $again);
$wait($again);
$proxy->mode('cut');
$server->wipe();
$znodes = new Znodes($server);
$make('/c', $first);
$proxy->mode('pass');
$wait($first);
echo "-- missing at first\n";
$make('/missing', ['' => 'x', '/a' => 'y']);
$wait(['' => 'x', '/a' => 'y'], '/missing');
$php->say('');
echo $php->finish(), "\n";
?>
--EXPECT--
array(0) {
}
NULL
NULL
array(0) {
}
bool(true)
seen, with another version
-- nothing
seen, with another version
seen, with another version
seen, with another version
seen, with another version
seen, with another version
-- cut
seen, with another version
seen, with another version
seen, with another version
seen, with another version
seen, with another version
seen, with another version
-- expired
seen, with another version
seen, with another version
seen, with another version
seen, with another version
seen, with another version
seen, with another version
-- killed
seen, with another version
seen, with another version
seen, with another version
seen, with another version
seen, with another version
seen, with another version
-- restarted
seen, with another version
seen, with another version
seen, with another version
seen, with another version
seen, with another version
seen, with another version
-- wiped
seen, with another version
seen, with another version
seen, with another version
-- missing at first
seen, with another version
