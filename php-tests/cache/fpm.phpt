--TEST--
php-fpm: what php.ini caches is there in each request, of workers in a chroot, too; a request asks nobody, and leaves nothing
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
if (!Fpm::program()) die('skip: there is no php-fpm of PHP ' . PHP_VERSION . '; install it to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
$znodes->mkdir('/config/db');
$znodes->set('/config/db', 'one');
$znodes->create('/large', str_repeat('x', 900_000));
$page = <<<'PHP'
<?php
try {
    $large = $_GET['large'] ?? '';
    $large && ini_set('memory_limit', '2M');
    $kept = [];
    // There is no memory for it, sooner or later.
    while ($large) $kept[] = match ($large) {
        'get' => (new Dig\Zookeeper\Cache('/large'))->get(''),
        'node' => (new Dig\Zookeeper\Cache('/large'))->node(''),
        'all' => (new Dig\Zookeeper\Cache('/large'))->all(),
        'small' => (new Dig\Zookeeper\Cache('/config'))->get('db') . count($kept),
        'instances' => (new Dig\Zookeeper\Discovery('/'))->instances('config'),
    };
    $cache = new Dig\Zookeeper\Cache('/config');
    $files = @scandir('/proc/self/fd') ?: [];
    $status = Dig\Zookeeper\status();
    echo json_encode([getmypid(), $cache->get('db'), count($cache->all()), $cache->age() < 60, count($files), memory_get_usage() >> 16, $status['connections'], count($status['caches'])]);
} catch (Throwable $e) {
    echo get_class($e), ': ', $e->getMessage();
}
PHP;
// The test's directory as the root, where its own path leads to it, too. Only root may do that.
$root = scratch('root');
$within = dirname($root);
mkdir($root);
mkdir($root . dirname($within), 0755, true);
symlink('/', "$root$within");
rename("$root/" . explode('/', $within)[1], "$within/" . explode('/', $within)[1]);
foreach (['as it is' => '', 'in a chroot' => unprivileged() ? "chroot = $within" : ''] as $where => $line) {
    $fpm = new Fpm(client($server, ['ticket.cache' => '/config', 'display_errors' => 0, 'log_errors' => 0]), "pm = static\npm.max_children = 3\n$line", false, page: $page);
    $ask = fn() => json_decode($said = $fpm->ask(), true) ?? exit("$where: $said");
    $ask();
    [$seen, $workers] = [[], []];
    for ($i = 0; $i < 300; $i++) {
        [$pid, $value, $count, $young, $files, $memory, $connections, $caches] = $ask();
        $workers[$pid][] = [$files, $memory];
        $seen[] = "$value $count " . json_encode($young) . " $connections $caches";
    }
    $grown = array_filter($workers, fn($all) => end($all)[0] > $all[min(20, count($all) - 1)][0] || end($all)[1] > $all[min(20, count($all) - 1)][1]);
    echo "$where: ", count($workers), ' workers, ', json_encode(array_count_values($seen)), ', ', count($grown), " have grown\n";
    foreach (['get', 'node', 'all', 'small', 'instances'] as $large) {
        foreach ($workers as $worker) {
            $died = thrown(function () use ($fpm, $large, &$said) { $said = $fpm->ask("large=$large"); });
            if (!str_contains($died, '500')) echo "$large: $died $said\n";
        }
    }
    [, $value, $count] = $ask();
    echo "$value $count after all of them have died of it\n";
    $znodes->set('/config/db', 'two');
    eventually(fn() => $ask()[1] === 'two', what: 'the change');
    // The next keeper goes on.
    kill(keepers(basename($fpm->directory))[0]);
    echo $ask()[1], "\n";
    $znodes->set('/config/db', 'one');
    eventually(fn() => $ask()[1] === 'one', what: 'the change after the keeper was killed');
    unset($fpm);
}
exec('rm -r ' . escapeshellarg("$within/" . explode('/', $within)[1]));
?>
--EXPECT--
as it is: 3 workers, {"one 2 true 0 1":300}, 0 have grown
one 2 after all of them have died of it
two
in a chroot: 3 workers, {"one 2 true 0 1":300}, 0 have grown
one 2 after all of them have died of it
two
