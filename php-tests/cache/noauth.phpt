--TEST--
A znode that may not be read: the cache says which, and serves no part of it; when it may be read again, all is back; nothing is read again that has not changed
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
foreach (['/c', '/c/a', '/c/a/b', '/c/z', '/ok'] as $path) {
    $znodes->create($path, "of $path");
}
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Cache;
function all(Cache $cache): string {
    $all = $cache->all();
    ksort($all);
    return json_encode($all, JSON_UNESCAPED_SLASHES);
}
/** What it throws, or shows, as soon as that is so. */
function until(Cache $cache, string $wanted): string {
    $is = function () use ($cache, &$all) {
        $said = failed(function () use ($cache, &$all) { $all = all($cache); });
        return $said === 'nothing was thrown' ? $all : $said;
    };
    for ($end = hrtime(true) + 30e9; ($said = $is()) !== $wanted && hrtime(true) < $end;) usleep(2000);
    $said === $wanted || exit("$said instead of $wanted\n");
    return "$said\n";
}
[$cache, $ok] = [new Cache('/c'), new Cache('/ok')];
echo all($cache), "\n";
echo "loaded\n";
while ($said = await()) {
    echo until($cache, $said);
    if (str_contains($said, 'NoAuth')) {
        // No method serves a part.
        foreach ([
            fn() => $cache->get(''), fn() => $cache->get('z'), fn() => $cache->node('a'), fn() => $cache->children(''), fn() => $cache->version(),
            fn() => $cache->waitForChange(0), fn() => new Cache('/c'),
        ] as $i => $method) failed($method) === $said || print("$i: " . failed($method) . "\n");
        var_dump($cache->isComplete());
        $state = array_values(array_filter(Dig\Zookeeper\status()['caches'], fn($one) => $one['path'] === '/c'))[0];
        echo json_encode($state['complete']), ' ', preg_replace('/127\S+/', 'SERVER', $state['error']), "\n";
        echo $ok->get(''), "\n";
    }
    echo "done\n";
}
PHP;
$php = start($code, client($proxy, ['ticket.zookeeper_timeout' => 60_000, 'ticket.session_timeout' => 20_000]));
$until = function (string $end) use ($php) {
    while (($line = $php->line()) !== $end) {
        $line === '' && exit($php->finish());
        echo "$line\n";
    }
};
$ask = function (array|string $wanted) use ($php, $until) {
    is_array($wanted) && ksort($wanted);
    $php->say(is_array($wanted) ? json_encode($wanted, JSON_UNESCAPED_SLASHES) : $wanted);
    $until('done');
};
$until('loaded');
$all = [];
foreach (['/c', '/c/a', '/c/a/b', '/c/z'] as $path) {
    $all[$path] = "of $path";
}
// A change of an ACL alone tells nobody. What is changed beside it is seen, and what has not changed is not asked for.
$znodes->setAcl('/c/a/b', 30);
$znodes->create('/c/z/new', 'made');
$ask($all + ['/c/z/new' => 'made']);
$znodes->set('/c/z', 'x');
$ask(['/c/z' => 'x'] + $all + ['/c/z/new' => 'made']);
$znodes->delete('/c/z/new');
$ask(['/c/z' => 'x'] + $all);
// When that is asked for, it is refused. (Of what happens to itself, newer servers tell nobody who may not read it.)
$znodes->set('/c/a/b', 'secret');
$znodes->create('/c/a/b/new', 'x');
$ask('NoAuthException -102 /c/a/b certain');
$znodes->setAcl('/c/a/b', 31);
$ask($all = ['/c/z' => 'x', '/c/a/b' => 'secret', '/c/a/b/new' => 'x'] + $all);
// The same when all is read again; and a value that may not be read, of one whose children may not be listed either.
$znodes->setAcl('/c/a', 30);
$proxy->mode('cut');
$proxy->mode('pass');
$ask('NoAuthException -102 /c/a certain');
$znodes->set('/c/z', 'y');
$znodes->setAcl('/c/a', 31);
$ask(['/c/z' => 'y'] + $all);
// The root.
$znodes->setAcl('/c', 30);
$znodes->set('/c', 'root');
$znodes->create('/c/new', 'x');
$ask('NoAuthException -102 /c certain');
$znodes->setAcl('/c', 31);
$ask(['/c' => 'root', '/c/z' => 'y', '/c/new' => 'x'] + $all);
$php->say('');
echo $php->finish(), "\n";
?>
--EXPECT--
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"of /c/a/b","/c/z":"of /c/z"}
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"of /c/a/b","/c/z":"of /c/z","/c/z/new":"made"}
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"of /c/a/b","/c/z":"x","/c/z/new":"made"}
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"of /c/a/b","/c/z":"x"}
NoAuthException -102 /c/a/b certain
bool(false)
false /c/a/b: the znode's ACL does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER
of /ok
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"secret","/c/a/b/new":"x","/c/z":"x"}
NoAuthException -102 /c/a certain
bool(false)
false /c/a: the znode's ACL does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER
of /ok
{"/c":"of /c","/c/a":"of /c/a","/c/a/b":"secret","/c/a/b/new":"x","/c/z":"y"}
NoAuthException -102 /c certain
bool(false)
false /c: the znode's ACL does not allow it to this client; see getAcl(), addAuth() and ticket.zookeeper_auth (ZooKeeper SERVER
of /ok
{"/c":"root","/c/a":"of /c/a","/c/a/b":"secret","/c/a/b/new":"x","/c/new":"x","/c/z":"y"}
