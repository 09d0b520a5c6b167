--TEST--
php-fpm: a worker registers in each request, is registered once and beyond them, and no longer than it lives
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
if (!Fpm::program()) die('skip: there is no php-fpm of PHP ' . PHP_VERSION . '; install it to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
require __DIR__ . '/../lib/discovery.php';
$server = new Server();
$znodes = new Znodes($server);
$page = <<<'PHP'
<?php
try {
    $files = count(scandir('/proc/self/fd'));
    $one = (new Dig\Zookeeper\Discovery())->register('web', 'worker-' . getmypid(), ['class' => $_GET['class'] ?? 'a']);
    echo getmypid(), ' ', $one->getPath(), ' ', $files;
} catch (Throwable $e) {
    echo get_class($e), ': ', $e->getMessage();
}
PHP;
$fpm = new Fpm(discovery($server), "pm = static\npm.max_children = 4", false, page: $page);
$seen = [];
for ($i = 0; $i < 400 || count($seen) < 4; $i++) {
    if (!preg_match('#^(\d+) (/services/web/\S+) (\d+)$#', $said = $fpm->ask('class=' . ($i % 20 === 0 ? 'b' : 'a')), $found)) {
        exit($said);
    }
    $seen[$found[1]][] = [$found[2], (int) $found[3]];
    $i < 5000 || exit('a worker never answers');
}
foreach ($seen as $pid => $all) {
    count(array_unique(array_column($all, 0))) === 1 || print("$pid is registered more than once\n");
    $files = array_column(array_slice($all, 5), 1);
    $files && max($files) - min($files) > 1 && print("descriptors of $pid: " . min($files) . ' to ' . max($files) . "\n");
}
$paths = array_map(fn($all) => $all[0][0], $seen);
sort($paths);
// Without a request, and in one session.
var_dump(registered($znodes) === $paths, count(array_unique(array_map(fn($path) => $znodes->getData($path)[2], $paths))));
[$first] = array_keys($seen);
kill($first);
$gone = $seen[$first][0][0];
eventually(fn() => $znodes->getData($gone) === null, what: 'that of a killed worker is gone');
var_dump(registered($znodes) === array_values(array_diff($paths, [$gone])));
signal($fpm->pid(), 'QUIT');
eventually(fn() => registered($znodes) === [] && sessions($server) === 1, what: 'nothing is left');
echo "none\n";
?>
--EXPECT--
bool(true)
int(1)
bool(true)
none
