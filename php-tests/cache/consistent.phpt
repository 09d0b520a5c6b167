--TEST--
Readers in many processes see whole values, whole transactions and no way back, while a writer changes all as fast as it can, the memory is rewritten again and again, and the keeper is killed; also with servers before 3.6
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
// A minute shows more.
$seconds = (float) (getenv('TICKET_TEST_SECONDS') ?: 3);
// What is written: values that begin with a checksum and a number, but for empty ones.
$write = PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 60_000]);
$n = 0;
$value = function (int $most) use (&$n) {
    $rest = "$n " . substr(str_repeat(md5("$n"), 640), 0, random_int(0, $most));
    return sprintf('%08x %s', crc32($rest), $rest);
};
foreach (['/c', '/c/v', '/c/left', '/c/deep', '/c/deep/right', '/c/copies'] as $path) $client->create($path);
for ($i = 0; $i < 16; $i++) $client->create("/c/v/$i");
$client->create('/c/counter', $value(0));
$there = [];
stream_set_blocking(STDIN, false);
echo "ready\n";
do {
    $n++;
    $client->set('/c/v/' . random_int(0, 15), random_int(0, 9) ? $value(20_000) : '');
    $pair = random_int(0, 7);
    $t = $client->transaction()->set('/c/counter', $value(0));
    $paths = ["/c/left/$pair", "/c/deep/right/$pair"];
    if (!isset($there[$pair])) {
        foreach ($paths as $path) $t->create($path, $value(2000));
        $there[$pair] = true;
    } elseif ($pair % 2 && random_int(0, 2) === 0) {
        foreach ($paths as $path) $t->delete($path);
        unset($there[$pair]);
    } else {
        foreach ($paths as $path) $t->set($path, $value(2000));
    }
    // Three that are made and go together, one of them below another.
    $three = random_int(0, 3);
    $paths = ["/c/$three", "/c/$three/below", "/c/copies/$three"];
    $is = isset($there["three $three"]);
    foreach ($is ? array_reverse($paths) : $paths as $path) $is ? $t->delete($path) : $t->create($path, $value(100));
    $there["three $three"] = $is ? null : true;
    $t->commit();
    // Also a slow machine comes to an end in one of them.
    $n % 20 || usleep((int) getenv('PAUSE') * (random_int(0, 9) ? 1 : 10));
} while (fgets(STDIN) === false);
echo "$n\n";
PHP;
// Who reads: two that are forked before there is a cache, two after, and the first one, which waits for changes.
$read = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Cache;
function number(string $path, string $value): ?int {
    if ($value === '') return null;
    [$sum, $rest] = explode(' ', $value, 2);
    $sum === sprintf('%08x', crc32($rest)) || wrong("$path has a wrong sum: " . substr($value, 0, 60) . ' of ' . strlen($value));
    return (int) $rest;
}
function wrong(string $what): never { echo "WRONG: $what\n"; exit; }
/** Does not go back. */
function rises(string $what, ?int $number, bool $strictly = false): void {
    static $last = [];
    if ($number === null) return;
    $number >= ($last[$what] ?? 0) || wrong("$what goes back from $last[$what] to $number");
    $last[$what] = $number;
}
function look(Cache $cache, Cache $part): int {
    $all = $cache->all();
    $numbers = [];
    foreach ($all as $path => $value) $numbers[$path] = number($path, $value);
    $together = [];
    for ($i = 0; $i < 8; $i++) $together[] = ["/c/left/$i", "/c/deep/right/$i"];
    for ($i = 0; $i < 4; $i++) $together[] = ["/c/$i", "/c/$i/below", "/c/copies/$i"];
    foreach ($together as $paths) {
        $of = array_map(fn($path) => isset($all[$path]) ? $numbers[$path] : 'not there', $paths);
        count(array_unique($of)) === 1 || wrong(implode(', ', $paths) . ': ' . implode(', ', $of));
    }
    isset($all['/c/counter'], $all['/c/v/0'], $all['/c/v/15']) || wrong('what is always there is not');
    foreach ($numbers as $path => $number) {
        rises($path, $number);
        // It was changed last, or later.
        $number > $numbers['/c/counter'] + 1 && wrong("$path is $number, the counter {$numbers['/c/counter']}");
    }
    rises('counter', number('/c/counter', $cache->get('counter')));
    $pick = array_rand($all);
    $node = $cache->node($pick);
    if ($node !== null) {
        rises($pick, number($pick, $node->value));
        rises("$pick mzxid", $node->stat->mzxid);
        strlen($node->value) === $node->stat->dataLength || wrong("$pick is {$node->stat->dataLength} long, not " . strlen($node->value));
        $node->path === $pick || wrong("$node->path for $pick");
    }
    foreach ($part->all() as $path => $value) rises("part $path", number($path, $value));
    rises('version', $cache->version());
    rises('version of the part', $part->version());
    return $numbers['/c/counter'];
}
function reader(string $stop, bool $waits, ?Cache $cache = null, ?Cache $part = null): void {
    $cache ??= new Cache('/c');
    $part ??= new Cache('/c/left');
    $seen = [];
    do {
        // Nobody asks for what it sees any more.
        preg_match('/\) [^ZX] /', (string) @file_get_contents('/proc/' . FIRST . '/stat')) || exit;
        $last = file_exists($stop);
        $seen[look($cache, $part)] = true;
        count($seen) === 4 && touch("$stop." . getmypid());
        $waits ? $cache->waitForChange($cache->version(), 0.05) : usleep(random_int(0, 1000));
    } while (!$last);
    exit;
}
define('FIRST', getmypid());
[$stop, $forks] = [getenv('STOP'), []];
$fork = function (mixed ...$with) use (&$forks, $stop) {
    $pid = pcntl_fork();
    $pid ? $forks[] = $pid : reader($stop, ...$with);
};
$fork(true);
$fork(false);
[$cache, $part] = [new Cache('/c'), new Cache('/c/left')];
$fork(true, $cache, $part);
$fork(false, $cache, $part);
// Whoever disturbs waits for some changes here.
while (($said = await()) !== 'enough') {
    for ($i = 0; $i < (int) $said; $i++) {
        $since = $cache->version();
        $version = $cache->waitForChange($since, 60);
        $version > $since || wrong("version $version after $since");
        look($cache, $part);
    }
    echo "$version ", Dig\Zookeeper\status()['cache_memory']['rewrites'], ' ', count(glob("$stop.*")), "\n";
}
touch($stop);
foreach ($forks as $pid) pcntl_waitpid($pid, $status);
await();
// What is read in the end is what is there.
$client = new Client(null, ['timeout' => 60_000]);
function tree(Client $client, string $path): array {
    $all = [$path => $client->get($path)];
    foreach ($client->getChildren($path) as $name) $all += tree($client, "$path/$name");
    return $all;
}
$there = tree($client, '/c');
ksort($there);
for ($end = hrtime(true) + 30e9; hrtime(true) < $end; usleep(5000)) {
    $all = $cache->all();
    ksort($all);
    if ($all === $there) break;
}
echo $all === $there ? 'the last one is right' : 'WRONG in the end: ' . json_encode(array_keys(array_diff_assoc($all, $there) + array_diff_assoc($there, $all))), "\n";
PHP;

/**
 * While there are readers and a writer, which pauses for so long, in us, after each 20 rounds, now and then longer, disturbs the readers' keeper
 * after as many changes as $disturb says; until all of it has happened some times.
 */
function trial(Server $server, Proxy|Server $of, array $settings, int $pause, callable $disturb, float $seconds): void
{
    global $write, $read;
    $writer = start($write, client($server), ['PAUSE' => $pause]);
    $writer->line() === 'ready' || exit($writer->finish());
    $stop = scratch('stop');
    // By that its keeper is known.
    $settings += ['ticket.cache_size' => '1M', 'ticket.local_path' => scratch('mark'), 'ticket.zookeeper_timeout' => 60_000];
    $readers = start($read, client($of, $settings), ['STOP' => $stop]);
    $changes = function (int $many) use ($readers) {
        $readers->say("$many");
        $said = $readers->line();
        preg_match('/^\d+ (\d+) (\d+)$/', $said, $found) || exit("$said\n" . $readers->finish());
        return $found[1] > 1 && $found[2] > 3;
    };
    $changes(5);
    $end = hrtime(true) + $seconds * 1e9;
    for ($times = 0; !($enough ?? false) || $times < 4 || hrtime(true) < $end; $times++) {
        $enough = $changes($disturb($settings['ticket.local_path']));
    }
    $readers->say('enough');
    $writer->say('enough');
    $writer->line();
    echo $writer->finish();
    $readers->say('compare');
    echo $readers->finish(), "\n";
}

$server = new Server();
trial($server, $server, [], 0, function (string $mark) {
    // While it reads all, or while it follows; one that is killed young is replaced a little later.
    usleep(random_int(0, 30_000));
    kill(keeper($mark));
    return random_int(1, 30);
}, $seconds);

// Without watches that stay, all is read one by one, until nothing has changed meanwhile.
$server->wipe();
$proxy = new Proxy($server);
$proxy->mode('old');
trial($server, $proxy, ['ticket.cache' => '/c,/c/left'], 200_000, fn() => 3, $seconds / 2);
?>
--EXPECT--
the last one is right
the last one is right
