--TEST--
php-fpm: a reload and a stop under load fail no request that runs, unless php-fpm gives it no time
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
if (!Fpm::program()) die('skip: there is no php-fpm of PHP ' . PHP_VERSION . '; install it to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
$pool = "pm = static\npm.max_children = 6";
foreach (['daemon' => true, 'child' => false] as $how => $daemonize) {
    foreach (Registry::both() as $registry) {
        foreach ([60, 0] as $timeout) {
            $fpm = new Fpm($registry->ini(), $pool, $daemonize, $timeout);
            $quick = new Load($fpm->ask(...));
            $slow = new Load(fn() => $fpm->ask('ms=200'), 2);
            for ($reload = 0; $reload < 3; $reload++) {
                $quick->more(50);
                $slow->more(1);
                $fpm->reload();
            }
            $quick->more(50);
            eventually(fn() => $registry->held() === $registry->one(), what: 'one claim and session');
            // With time for what runs no request may fail: end() throws.
            $failed = [];
            $answers = $timeout > 0 ? [$quick->end(), $slow->end()] : [$quick->end($failed), $slow->end($cut)];
            $failed = $timeout > 0 ? [] : [...$failed, ...$cut];
            // In the middle of requests.
            $slow = new Load(fn() => $fpm->ask('ms=200'), 2);
            $slow->more(2);
            $fpm->stop('QUIT', $registry, array_keys(array_replace(...$answers)));
            $processes = together($slow->end($cut), ...$answers);
            // Whom php-fpm cuts off, as it does without us: those in reloads with no time for what runs, and those who
            // wait when it stops.
            $cuts = '/^failed: (the connection ended without an answer|Connection refused|Connection reset by peer)$/';
            $ours = preg_grep($cuts, [...$failed, ...$cut], PREG_GREP_INVERT);
            printf("%s, %s, %d s: %d failed\n", $how, $registry->name, $timeout, count($ours));
            array_map(printf(...), array_unique($ours));
            nodes($processes) <= 4 || print("more than one node for each of four families\n");
        }
    }
}
?>
--EXPECT--
daemon, local, 60 s: 0 failed
daemon, local, 0 s: 0 failed
daemon, zookeeper, 60 s: 0 failed
daemon, zookeeper, 0 s: 0 failed
child, local, 60 s: 0 failed
child, local, 0 s: 0 failed
child, zookeeper, 60 s: 0 failed
child, zookeeper, 0 s: 0 failed
