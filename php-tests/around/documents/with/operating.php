<?php
$like = [
    '/(host|keeper|sapi|started|ticket)=\S+/' => '$1=',
    '/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/' => 'TIME',
    '/\+\d+\.\d s\) +/' => '+N s) ',
    '/^ *\d+  leased/' => 'NODE leased',
];
return [
    'start' => function (Server $server) {
        // A window so long that nothing has a spare yet when it is looked at.
        $family = start('echo (new Dig\Ticket\Number())->generate(), "\n"; fgets(STDIN);', client($server, ['ticket.window' => 3_600_000]));
        $family->line();
        return (object) ['family' => $family];
    },
    'blocks' => [
        '$status = Dig\Ticket\status();' => ['before' => '(new Dig\Ticket\Number())->generate();'],
        '$ php examples/fence.php zk1:2181 /sim/ticket' => ['like' => $like],
        '$ php examples/fence.php zk1:2181 /sim/ticket 7 --yes' => [
            'before' => fn(Server $server) => (new Znodes($server))->create('/sim/ticket/.marks/0007', 'garbage'),
            'like' => $like,
        ],
    ],
];
