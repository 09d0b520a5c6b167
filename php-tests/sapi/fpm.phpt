--TEST--
php-fpm: one node for a master and all its workers, however many come and go, and nothing is left of them
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
if (!Fpm::program()) die('skip: there is no php-fpm of PHP ' . PHP_VERSION . '; install it to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
$pools = [
    'static' => "pm = static\npm.max_children = 4",
    'recycled' => "pm = dynamic\npm.max_children = 4\npm.start_servers = 2\npm.min_spare_servers = 1\n"
        . "pm.max_spare_servers = 4\npm.max_requests = 5",
    'ondemand' => "pm = ondemand\npm.max_children = 4\npm.process_idle_timeout = 3s",
];
foreach (['daemon' => true, 'child' => false] as $how => $daemonize) {
    foreach (Registry::both() as $registry) {
        foreach ($pools as $name => $pool) {
            $fpm = new Fpm($registry->ini(), $pool, $daemonize);
            $load = new Load($fpm->ask(...));
            for ($i = 0; $i < 5; $i++) {
                $load->more(100);
                $registry->holds();
            }
            // Of its own, where it ends a worker for want of requests just when there is one, which then may also have to
            // wait for the next one to come.
            $own = $name === 'ondemand' ? ['failed: the connection ended without an answer'] : [];
            $processes = $load->end($failed);
            print(implode("\n", array_unique(array_diff($failed, $own))));
            if ($name === 'ondemand') {
                // The family goes on without a worker, and the next ones issue from its node.
                // Nor one that has ended and that the master does not know of yet: it leaves connections to that one.
                $children = "/proc/{$fpm->pid()}/task/{$fpm->pid()}/children";
                $ours = fn($pid) => @file_get_contents("/proc/$pid/comm") === "ticket-standby\n";
                $workers = fn() => array_filter(preg_split('/ /', file_get_contents($children), flags: PREG_SPLIT_NO_EMPTY), fn($pid) => !$ours($pid));
                eventually(fn() => $fpm->processes() === [$fpm->pid()] && !$workers(), what: 'no worker is left');
                $registry->holds();
                $load = new Load($fpm->ask(...));
                $load->more(50);
                $again = $load->end($failed);
                print(implode("\n", array_unique(array_diff($failed, $own))));
                !array_intersect_key($again, $processes) || print("old workers answer\n");
                $processes = together($processes, $again);
            }
            // Those that are ended when they have nothing to do are as many as a busy machine makes them.
            $many = $name === 'ondemand' ? 'some' : (count($processes) > 8 ? 'many' : 'few');
            printf("%s, %s, %s: %s processes, %d node\n", $how, $registry->name, $name, $many, nodes($processes));
            $fpm->stop('QUIT', $registry, array_keys($processes));
        }
    }
}
?>
--EXPECT--
daemon, local, static: few processes, 1 node
daemon, local, recycled: many processes, 1 node
daemon, local, ondemand: some processes, 1 node
daemon, zookeeper, static: few processes, 1 node
daemon, zookeeper, recycled: many processes, 1 node
daemon, zookeeper, ondemand: some processes, 1 node
child, local, static: few processes, 1 node
child, local, recycled: many processes, 1 node
child, local, ondemand: some processes, 1 node
child, zookeeper, static: few processes, 1 node
child, zookeeper, recycled: many processes, 1 node
child, zookeeper, ondemand: some processes, 1 node
