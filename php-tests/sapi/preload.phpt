--TEST--
A preload script issues IDs, also in the process of its own that preload_user makes
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
if (!unprivileged()) die('skip: preload_user needs root; run the tests as root to test this');
if (!Fpm::program()) die('skip: there is no php-fpm of PHP ' . PHP_VERSION . '; install it to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
foreach (Registry::both() as $registry) {
    $script = scratch('preload') . '.php';
    $file = scratch('ids');
    touch($file);
    chmod($file, 0666);
    file_put_contents($script, <<<PHP
        <?php
        \$ids = (new Dig\Ticket\Number())->generateMany(1000);
        file_put_contents('$file', json_encode([getmypid(), \$ids]));
        class Preloaded {}
        PHP);
    $ini = $registry->ini() + ['opcache.preload' => $script, 'opcache.preload_user' => 'nobody'];
    // Since PHP 8.5 it is always there.
    extension_loaded('Zend OPcache') || $ini = ['zend_extension' => 'opcache'] + $ini;
    $fpm = new Fpm($ini, "pm = static\npm.max_children = 4");
    $load = new Load($fpm->ask(...));
    $load->more(100);
    $registry->holds();
    $processes = $load->end();
    [$pid, $ids] = json_decode(file_get_contents($file));
    echo $pid === $fpm->pid() || alive($pid) ? 'in the master' : 'in a process that has ended', ', ';
    echo nodes(together($processes, [$pid => $ids])), " node\n";
    $fpm->stop('QUIT', $registry, array_keys($processes));
}
?>
--EXPECT--
in a process that has ended, 1 node
in a process that has ended, 1 node
