--TEST--
php-fpm as process 1, and as a daemon under one: it knows no child of ours, nothing is left, and it ends
--SKIPIF--
<?php
require __DIR__ . '/../lib/processes.php';
if (!Fpm::program()) die('skip: there is no php-fpm of PHP ' . PHP_VERSION . '; install it to test this');
skip_without_namespaces();
?>
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
$pool = "pm = static\npm.max_children = 3";
$log = fn(Fpm $fpm) => file_get_contents("$fpm->directory/log");
foreach (['startup', 'first_use'] as $lease) {
    $before = [...PID_NAMESPACE, ...looking($file = scratch('left'))];
    $fpm = new Fpm(leasing($server, ['ticket.lease' => $lease]), $pool, false, before: $before);
    $most = 0;
    for ($reload = 0; $reload <= 8; $reload++) {
        $reload === 0 || $fpm->reload();
        for ($i = 0; $i < 4; $i++) $fpm->ask();
        // Of the family before, which may have ended after the last fork that reaped.
        $most = max($most, zombies($fpm->pid()));
    }
    $children = beneath($fpm->pid())['children'];
    signal($fpm->pid(), 'QUIT');
    eventually(fn() => !$fpm->runs(), what: 'its end');
    printf("%s, process 1: %d children, %s, ", $lease, $children, $most > 2 ? "up to $most zombies" : 'at most two zombies');
    printf("unknown: %d; in the end %s\n", preg_match('/unknown child/', $log($fpm)), trim(file_get_contents($file)));

    foreach (['reap', 'watch'] as $kind) {
        $fpm = new Fpm(leasing($server, ['ticket.lease' => $lease]), $pool, true, before: [...PID_NAMESPACE, built('place'), $kind]);
        for ($i = 0; $i < 4; $i++) $fpm->ask();
        $fpm->reload();
        for ($i = 0; $i < 4; $i++) $fpm->ask();
        signal($fpm->pid(), 'QUIT');
        eventually(fn() => !$fpm->runs(), what: 'the end of the daemon');
        preg_match('/^left:(.*)$/m', $log($fpm), $left);
        // php-fpm starts a daemon by a process that ends, and again with each reload: it leaves that, and itself.
        $own = substr_count($left[1] ?? 'no end', 'fpm');
        $more = array_filter(explode(' ', $left[1]), fn($name) => $name !== '' && !str_contains($name, 'fpm'));
        printf("%s, daemon, %s: unknown: %d, ", $lease, $kind, preg_match('/unknown child/', $log($fpm)));
        echo count($more), count($more) <= $own ? " are left, no more than its own\n" : " are left, $own of its own\n";
    }
}
?>
--EXPECT--
startup, process 1: 2 children, at most two zombies, unknown: 0; in the end nothing
startup, daemon, reap: unknown: 0, 0 are left, no more than its own
startup, daemon, watch: unknown: 0, 2 are left, no more than its own
first_use, process 1: 2 children, at most two zombies, unknown: 0; in the end nothing
first_use, daemon, reap: unknown: 0, 0 are left, no more than its own
first_use, daemon, watch: unknown: 0, 2 are left, no more than its own
