--TEST--
What is cached is read in answers that a server has room for, and no more of it than there is room for here
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
/** Caches `/$name`; what that throws, and how much memory of its own the keeper has had, in MiB. */
function cached(Server $server, string $name, string $size): array
{
    $php = start(PRELUDE . CLIENT . <<<'PHP'
        echo failed(fn() => new Dig\Zookeeper\Cache('/' . getenv('NAME'))), "\n";
        await();
        PHP, client($server, ['ticket.cache_size' => $size, 'ticket.local_path' => $mark = scratch('mark')]), ['NAME' => $name]);
    $said = $php->line();
    preg_match('/RssAnon:\s*(\d+)/', file_get_contents('/proc/' . keeper($mark) . '/status'), $found);
    $php->finish();
    return [$said, intdiv((int) $found[1], 1024)];
}
// Many that are short, and below them some that are not: together more than the server has room for twice.
$znodes->create('/deep');
for ($i = 0; $i < 300; $i++) $znodes->create("/deep/$i", 'x');
for ($i = 0; $i < 32; $i++) $znodes->create("/deep/$i/long", str_repeat('x', 1_000_000));
echo cached($server, 'deep', '128M')[0], "\n";
var_dump((fn() => $this->java->runs())->call($server));
for ($i = 0; $i < 32; $i++) $znodes->delete("/deep/$i/long");
// One level that is larger than the cache.
$znodes->create('/wide');
for ($i = 0; $i < 4000; $i++) $znodes->create("/wide/$i", str_repeat('x', 10_000));
[$said, $mib] = cached($server, 'wide', '256K');
echo "$said\n", $mib < 20 ? 'small' : "$mib MiB", "\n";
?>
--EXPECT--
nothing was thrown
bool(true)
CacheFullException -1001 /wide certain
small
