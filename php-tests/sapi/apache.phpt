--TEST--
Apache with mod_php: one node for all its workers, also over a graceful restart, and nothing is left of it
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
if ($missing = Apache::missing()) die("skip: there is no $missing; install it to test this");
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
foreach (['TERM' => true, 'WINCH' => false] as $stop => $daemonize) {
    foreach (Registry::both() as $registry) {
        // Apache takes a second to replace a worker.
        $recycled = $daemonize ? 'MaxConnectionsPerChild 60' : '';
        $apache = new Apache($registry->ini(), $daemonize, $recycled);
        $load = new Load($apache->ask(...));
        for ($i = 0; $i < 4; $i++) {
            $load->more(100);
            $registry->holds();
        }
        $processes = $load->end();
        printf("%s: %d node, ", $registry->name, nodes($processes));
        echo count($processes) > 6 ? 'many' : 'up to 6', " processes\n";

        // Old and new run side by side, while a request of the old still runs.
        mkdir($gate = scratch('gate'));
        chmod($gate, 0777);
        $slow = new Load(fn() => $apache->ask("until=$gate/open"), 1);
        $load = new Load($apache->ask(...));
        $load->more(50);
        eventually(fn() => file_exists("$gate/open.runs"), what: 'the request');
        signal($apache->pid(), 'USR1');
        eventually(fn() => $registry->held() === array_map(fn($one) => 2 * $one, $registry->one()), what: 'two families');
        $load->more(50);
        touch("$gate/open");
        // No request fails.
        $processes = together($load->end(), $slow->end());
        eventually(fn() => $registry->held() === $registry->one(), what: 'one family');
        echo 'graceful: ', nodes($processes), " nodes\n";

        $slow = new Load(function () use ($apache, $gate) {
            $began = "$gate/" . bin2hex(random_bytes(8));
            try {
                return $apache->ask("ms=200&began=$began");
            } catch (Exception $error) {
                throw new Exception((file_exists($began) ? 'cut off: ' : 'not begun: ') . $error->getMessage());
            }
        }, 2);
        $slow->more(2);
        $apache->stop($stop, $registry, array_keys($processes));
        $slow->end($failed);
        // Apache cuts off what runs unless it is told to be graceful, and does not begin with what comes then: it refuses
        // the connection, or drops one that it has not looked at yet.
        $cut = $stop === 'TERM' ? '/(request failed!|Connection refused)$/' : '/not begun: .*(request failed!|Connection refused)$/';
        print_r(preg_grep($cut, $failed, PREG_GREP_INVERT));
        echo "$stop: nothing is left\n";
    }
}
?>
--EXPECT--
local: 1 node, many processes
graceful: 2 nodes
Array
(
)
TERM: nothing is left
zookeeper: 1 node, many processes
graceful: 2 nodes
Array
(
)
TERM: nothing is left
local: 1 node, up to 6 processes
graceful: 2 nodes
Array
(
)
WINCH: nothing is left
zookeeper: 1 node, up to 6 processes
graceful: 2 nodes
Array
(
)
WINCH: nothing is left
