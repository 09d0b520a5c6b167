--TEST--
While ZooKeeper or the keeper is away a cache is served on and says how old it is; where it may not be so old it throws, until ZooKeeper is back
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
// A minute is what an outage takes.
$seconds = (float) (getenv('TICKET_TEST_SECONDS') ?: 2);
$server = new Server(['tickTime' => 500]);
$znodes = new Znodes($server);
foreach (['/c', '/c/a', '/c/a/b'] as $path) {
    $znodes->create($path, "of $path");
}
$znodes->close();
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Cache;
$cache = new Cache('/c');
function until(callable $holds, string $what): void {
    for ($end = hrtime(true) + 30e9; !$holds(); usleep(1000)) if (hrtime(true) > $end) { echo "not: $what\n"; exit; }
}
/** All as it was. */
function served(Cache $cache): string {
    $all = $cache->all(INF);
    ksort($all);
    $is = json_encode($all, JSON_UNESCAPED_SLASHES);
    $node = $cache->node('a', INF);
    $same = $cache->get('/c/a/b', INF) === $all['/c/a/b'] && $node->value === $all['/c/a'] && $cache->children('a', INF) === ['b']
        && $cache->children('', INF) === ['a'] && $cache->isComplete() && $cache->get('none', INF) === null;
    return $same ? $is : "$is and others";
}
function now(): float { return hrtime(true) / 1e9; }

PHP;
$settings = client($server, ['ticket.session_timeout' => 10_000, 'ticket.zookeeper_timeout' => 60_000]);

$main = $code . <<<'PHP'
$seconds = (float) getenv('SECONDS');
echo served($cache), "\n";
// While all is well it is never old; how often it is looked at decides nothing.
until(fn() => $cache->age() < 1.5, 'it is young');
$refused = [];
foreach ([-1.0, -INF, NAN, -1e-9] as $age) {
    foreach ([fn() => $cache->get('a', $age), fn() => $cache->node('a', $age), fn() => $cache->children('a', $age), fn() => $cache->all($age)] as $method) {
        $refused[] = thrown($method);
    }
}
echo implode("\n", array_unique($refused)), "\n";
echo thrown(fn() => $cache->waitForChange(0, -1.0)), "\n";
$version = $cache->version();
foreach (['killed', 'paused', 'keeper'] as $how) {
    // It was known to be right at $low at the earliest and at $high at the latest.
    until(function () use ($cache, &$low) {
        $low = now() - 1.5;
        return $cache->age() < 1.5;
    }, 'it is young');
    echo "young\n";
    await();
    $high = now();
    $true = function () use ($cache, &$low, &$high) {
        $before = now();
        $age = $cache->age();
        $after = now();
        // Both clocks are read at different moments, and one of them tells ms.
        return $age >= $before - $high - 0.002 && $age <= $after - $low + 0.002 ? true : print("it says $age, and is from " . $before - $high . ' to ' . $after - $low . "\n");
    };
    for (; now() < $high + $seconds; usleep(10_000)) if ($true() !== true) break;
    echo served($cache), "\n";
    // No age that is allowed is younger than what it is; one that is older is allowed.
    $age = $cache->age();
    foreach ([fn($most) => $cache->get('a', $most), fn($most) => $cache->node('a', $most), fn($most) => $cache->children('a', $most), fn($most) => $cache->all($most)] as $method) {
        foreach ([0, 0.5, $age - 0.01, $age + 1e6, 1e300, INF] as $most) {
            $said = failed(fn() => $method($most));
            $said === ($most < $age ? 'StaleException -1002 /c certain' : 'nothing was thrown') || print("up to $most at $age: $said\n");
        }
    }
    preg_match('/^(.*?) is \d+\.\d s old, and may be (.*?)(:|$)/', thrown(fn() => $cache->get('a', 0.5)), $found) && print("$found[1]: $found[2]\n");
    // Without an age, and without ticket.cache_max_age, any will do.
    echo $cache->get('a'), ' ', count($cache->all()), ' ', $cache->node('a')->value, ' ', count($cache->children('')), "\n";
    $state = Dig\Zookeeper\status()['caches'][0];
    var_dump($state['complete'], $state['age'] >= $age);
    echo "seen\n";
    if (await() === 'keeper') {
        // There is another one now, or none; and no server.
        $true();
        echo served($cache), "\n";
        $cache->version() === $version || print("another version\n");
        // It may not have noticed.
        until(fn() => Dig\Zookeeper\status()['caches'][0]['error'] !== null, 'it is told why');
        $true();
        echo served($cache), "\n";
        $pid = pcntl_fork();
        if (!$pid) { $true(); echo served($cache), "\n"; exit; }
        pcntl_waitpid($pid, $status);
        $cache->version() === $version || print("another version\n");
        echo "served\n";
        await();
    }
    until(fn() => failed(fn() => $cache->get('a', 1.5)) === 'nothing was thrown', 'it is young again');
    $cache->version() === $version || print("another version\n");
    echo "back\n";
}
PHP;
$php = start($main, $settings, ['SECONDS' => $seconds]);
$until = function (string $end) use (&$php) {
    while (($line = $php->line()) !== $end) {
        $line === '' && exit($php->finish());
        echo "$line\n";
    }
};
foreach (['killed', 'paused', 'keeper'] as $how) {
    $until('young');
    echo "-- $how\n";
    $how === 'paused' ? $server->pause() : $server->kill();
    $php->say('away');
    $until('seen');
    if ($how === 'keeper') {
        kill(keeper($server->dsn()));
        $php->say('keeper');
        $until('served');
    }
    $how === 'paused' ? $server->resume() : $server->start();
    $php->say('back');
    $until('back');
}
echo $php->finish(), "\n";

echo "-- ticket.cache_max_age\n";
$php = start($code . <<<'PHP'
until(fn() => failed(fn() => $cache->get('a')) === 'nothing was thrown', 'it is young');
echo "young\n";
await();
$methods = [fn($most) => $cache->get('a', $most), fn($most) => $cache->node('a', $most), fn($most) => $cache->children('a', $most), fn($most) => $cache->all($most)];
foreach ($methods as $method) {
    until(fn() => failed(fn() => $method(null)) === 'StaleException -1002 /c certain', 'it is too old');
    // What is asked for is what counts, more or less.
    echo failed(fn() => $method(60.0)), ', ', failed(fn() => $method(INF)), ', ', failed(fn() => $method(0.1)), "\n";
}
echo failed(fn() => $cache->get('a')), "\n", $cache->get('a', INF), ' ', $cache->version(), ' ', $cache->waitForChange(0), "\n";
preg_match('/^(.*?) is \d+\.\d s old, and may be (.*?)(:|$)/', thrown(fn() => $cache->get('a')), $found) && print("$found[1]: $found[2]\n");
var_dump($cache->isComplete());
echo "seen\n";
await();
until(fn() => failed(fn() => $cache->get('a')) === 'nothing was thrown', 'it is young again');
echo $cache->get('a'), "\n";
PHP, ['ticket.cache_max_age' => 2000] + $settings);
$until('young');
$server->kill();
$php->say('away');
$until('seen');
$server->start();
$php->say('back');
echo $php->finish(), "\n";
?>
--EXPECT--
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"of /c/a/b"}
ValueError: Dig\Zookeeper\Cache::get(): Argument #2 ($maxAge) must be null or a number of seconds from 0 on
ValueError: Dig\Zookeeper\Cache::node(): Argument #2 ($maxAge) must be null or a number of seconds from 0 on
ValueError: Dig\Zookeeper\Cache::children(): Argument #2 ($maxAge) must be null or a number of seconds from 0 on
ValueError: Dig\Zookeeper\Cache::all(): Argument #1 ($maxAge) must be null or a number of seconds from 0 on
ValueError: Dig\Zookeeper\Cache::waitForChange(): Argument #2 ($timeout) must be null or a number of seconds from 0 on
-- killed
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"of /c/a/b"}
Dig\Zookeeper\Exception\StaleException: the cache of /c: 0.5 s ($maxAge)
of /c/a 3 of /c/a 1
bool(true)
bool(true)
-- paused
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"of /c/a/b"}
Dig\Zookeeper\Exception\StaleException: the cache of /c: 0.5 s ($maxAge)
of /c/a 3 of /c/a 1
bool(true)
bool(true)
-- keeper
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"of /c/a/b"}
Dig\Zookeeper\Exception\StaleException: the cache of /c: 0.5 s ($maxAge)
of /c/a 3 of /c/a 1
bool(true)
bool(true)
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"of /c/a/b"}
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"of /c/a/b"}
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"of /c/a/b"}

-- ticket.cache_max_age
nothing was thrown, nothing was thrown, StaleException -1002 /c certain
nothing was thrown, nothing was thrown, StaleException -1002 /c certain
nothing was thrown, nothing was thrown, StaleException -1002 /c certain
nothing was thrown, nothing was thrown, StaleException -1002 /c certain
StaleException -1002 /c certain
of /c/a 1 1
Dig\Zookeeper\Exception\StaleException: the cache of /c: 2.0 s (ticket.cache_max_age)
bool(true)
of /c/a
