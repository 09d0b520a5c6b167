--TEST--
Apache as process 1: graceful restarts leave nothing of ours, no child is unknown, and it ends
--SKIPIF--
<?php
require __DIR__ . '/../lib/processes.php';
if ($missing = Apache::missing()) die("skip: there is no $missing; install it to test this");
skip_without_namespaces();
?>
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
foreach (['startup', 'first_use'] as $lease) {
    foreach (['TERM', 'WINCH'] as $stop) {
        $before = [...PID_NAMESPACE, ...looking($file = scratch('left'))];
        $apache = new Apache(leasing($server, ['ticket.lease' => $lease]), false, before: $before);
        $log = fn() => file_get_contents("$apache->directory/log");
        $restarts = fn() => substr_count($log(), 'resuming normal operations');
        $most = 0;
        for ($restart = 0; $restart <= 6; $restart++) {
            if ($restart) {
                $before = $restarts();
                signal($apache->pid(), 'USR1');
                eventually(fn() => $restarts() > $before, what: 'the restart');
            }
            for ($i = 0; $i < 4; $i++) $apache->ask();
            // Of the family before, which may have ended after the last fork that reaped.
            $most = max($most, zombies($apache->pid()));
        }
        $children = beneath($apache->pid())['children'];
        signal($apache->pid(), $stop);
        eventually(fn() => !$apache->runs(), what: 'its end');
        printf("%s, %s: %d children, %s, ", $lease, $stop, $children, $most > 2 ? "up to $most zombies" : 'at most two zombies');
        printf("unknown: %d; in the end %s\n", preg_match('/long lost child/', $log()), trim(file_get_contents($file)));
    }
}
?>
--EXPECT--
startup, TERM: 2 children, at most two zombies, unknown: 0; in the end nothing
startup, WINCH: 2 children, at most two zombies, unknown: 0; in the end nothing
first_use, TERM: 2 children, at most two zombies, unknown: 0; in the end nothing
first_use, WINCH: 2 children, at most two zombies, unknown: 0; in the end nothing
