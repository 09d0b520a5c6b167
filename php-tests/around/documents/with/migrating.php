<?php
return [
    // So that nothing in ZooKeeper is leased before nodes are kept from ticket.
    'local' => true,
    'servers' => fn(Server $server) => ['new Client()' => "new Client('{$server->dsn()}')"],
    'blocks' => [
        '$zookeeper = new Client();' => [
            'after' => <<<'PHP'
                // No family is given one of them, though only these and the highest are free.
                for ($__node = 32; $__node < 1000; $__node++) $zookeeper->create(sprintf('/sim/ticket/%04d', $__node), '', null, Client::EPHEMERAL);
                $__leased = (new Number(new Dig\Ticket\Node\Zookeeper('zk1:2181')))->getNodeId();
                if ($__leased < 1000) throw new Exception("node $__leased was leased");
                PHP,
        ],
    ],
];
