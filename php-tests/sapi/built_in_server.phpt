--TEST--
PHP's built-in server: its workers share one node, and nothing is left of them
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
foreach (Registry::both() as $registry) {
    foreach ([4, 1] as $workers) {
        $server = new BuiltInServer($registry->ini(), $workers);
        $load = new Load($server->ask(...));
        for ($i = 0; $i < 5; $i++) {
            $load->more(100);
            $registry->holds();
        }
        $processes = $load->end();
        printf("%s: %d node\n", $registry->name, nodes($processes));
        in_array(count($processes), $workers === 1 ? [1] : [2, 3, 4, 5]) || print(count($processes) . " processes\n");
        $server->stop('TERM', $registry, array_keys($processes));
    }
}
?>
--EXPECT--
local: 1 node
local: 1 node
zookeeper: 1 node
zookeeper: 1 node
