--TEST--
Servers before 3.6, which know no watches that stay and do not read several znodes at a time: all is cached and followed, at any depth
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server(['tickTime' => 500]);
$proxy = new Proxy($server);
$proxy->mode('older');
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Cache;
[$cache, $root, $below] = [new Cache('/c'), new Cache('/'), new Cache('/c/a')];
/** Until these show just that, and their stats and lists agree with it. */
function until(array $wanted): string {
    global $cache, $root, $below;
    $is = function (Cache $cache, string $path) use ($wanted, &$all) {
        $all = array_filter($cache->all(), fn($path) => !preg_match('~^/(zookeeper|$)~', $path), ARRAY_FILTER_USE_KEY);
        ksort($all);
        return $all === array_filter($wanted, fn($one) => str_starts_with("$one/", "$path/"), ARRAY_FILTER_USE_KEY);
    };
    for ($end = hrtime(true) + 30e9; !($is($below, '/c/a') && $is($root, '') && $is($cache, '/c')); usleep(2000)) {
        if (hrtime(true) > $end) return 'not ' . json_encode($wanted) . ' but ' . json_encode($all);
    }
    foreach ($wanted as $path => $value) {
        foreach ([$cache, $root] as $one) {
            $node = $one->node($path);
            $names = $one->children($path);
            $there = array_map(fn($child) => basename($child), array_filter(array_keys($wanted), fn($child) => dirname($child) === $path));
            sort($names, SORT_STRING);
            sort($there, SORT_STRING);
            if ($node->value !== $value || $names !== $there || $node->stat->numChildren !== count($there)) return "$path: " . json_encode([$node, $names]);
        }
    }
    return 'seen';
}
echo json_encode($cache->all()), "\n";
while ($said = await()) echo until(json_decode($said, true)), "\n";
PHP;
$php = start($code, client($proxy, ['ticket.session_timeout' => 20_000, 'ticket.zookeeper_timeout' => 60_000]));
echo $php->line(), "\n";
$is = [];
$ask = function (string $what) use ($php, &$is) {
    ksort($is);
    $php->say(json_encode($is, JSON_FORCE_OBJECT));
    $line = $php->line();
    echo "$what: $line\n";
    $line === 'seen' || exit($php->finish());
};
$create = function (string $path, string $value = '') use (&$is, $znodes) {
    $znodes->create($path, $value);
    $is[$path] = $value;
};
$set = function (string $path, string $value) use (&$is, $znodes) {
    $znodes->set($path, $value);
    $is[$path] = $value;
};
$delete = function (string $path) use (&$is, $znodes) {
    $znodes->delete($path);
    unset($is[$path]);
};
$create('/c', 'root');
$ask('the root is made');
$path = '/c';
foreach (['a', 'b', 'c', 'd', 'e'] as $name) {
    $create($path = "$path/$name", $name);
}
$ask('a branch is made');
$set($path, 'changed');
$ask('its end is set');
$create("$path/f");
$create('/c/z', 'z');
$ask('another end is made');
$set('/c/a/b', str_repeat('x', 100_000));
$set('/c/a/b', 'y');
$ask('what is in between is set');
$delete("$path/f");
$create("$path/f", 'again');
$ask('the end is made again');
$delete("$path/f");
for ($at = $path; $at !== '/c/a'; $at = dirname($at)) {
    $delete($at);
}
$ask('the branch is gone');
$create('/c/a/b', '2');
$create('/c/a/b/c', '3');
$set('/c', 'set');
$ask('it is made again');
foreach (range(0, 149) as $i) {
    $create("/c/z/$i", "$i");
}
$ask('many are made');
foreach (range(0, 149, 2) as $i) {
    $delete("/c/z/$i");
}
$ask('half of them go');
$proxy->mode('cut');
$set('/c/a/b/c', 'unseen');
$delete('/c/z/1');
$create('/c/z/3/below', 'unseen');
$create('/c/z/0', 'unseen');
$delete('/c/z/5');
$create('/c/z/5', '6');
$proxy->mode('older');
$ask('without a connection');
krsort($is);
foreach ($is as $path => $_) {
    $delete($path);
}
$ask('all of it is gone');
$create('/c', 'root');
$create('/c/a', 'a');
$ask('and there again');
$proxy->mode('cut');
$delete('/c/a');
$delete('/c');
$create('/c', 'toor');
$create('/c/a', 'b');
$proxy->mode('pass');
$ask('and again, with a newer server');
$set('/c/a', 'c');
$proxy->mode('cut');
$set('/c', 'x');
$proxy->mode('older');
$ask('and an older one');
$set('/c/a', 'd');
$ask('which is followed');
$php->say('');
echo $php->finish(), "\n";
?>
--EXPECT--
[]
the root is made: seen
a branch is made: seen
its end is set: seen
another end is made: seen
what is in between is set: seen
the end is made again: seen
the branch is gone: seen
it is made again: seen
many are made: seen
half of them go: seen
without a connection: seen
all of it is gone: seen
and there again: seen
and again, with a newer server: seen
and an older one: seen
which is followed: seen
