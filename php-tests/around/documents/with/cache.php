<?php
return [
    'ini' => ['ticket.cache' => '/config'],
    'start' => function (Server $server) {
        $znodes = new Znodes($server);
        $znodes->mkdir('/config/shop/currency');
        $znodes->mkdir('/config/shop/other');
        $znodes->set('/config/shop/currency', 'EUR');
        // Whoever waits for a change gets one.
        return start(<<<'PHP'
            $zookeeper = new Dig\Zookeeper\Client();
            for ($number = 0; ; $number++, usleep(20_000)) $zookeeper->set('/config/shop/other', (string) $number);
            PHP, client($server));
    },
];
