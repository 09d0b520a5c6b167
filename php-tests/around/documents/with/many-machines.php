<?php
return [
    'start' => function (Server $server) {
        $family = start('echo (new Dig\Ticket\Number())->getNodeId(), "\n"; fgets(STDIN);', client($server, ['ticket.window' => 3_600_000]));
        return (object) ['family' => $family, 'replace' => ['0480' => sprintf('%04d', $family->line())]];
    },
    'blocks' => [
        '$ zkCli.sh -server zk1:2181 ls /sim/ticket' => [
            'like' => ['/(nonce|host|keeper|sapi|started|until)=\S+/' => '$1='],
        ],
    ],
];
