<?php
return [
    'start' => function (Server $server) {
        $znodes = new Znodes($server);
        $znodes->mkdir('/config/shop');
        $znodes->mkdir('/services/web');
        return start(<<<'PHP'
            $zookeeper = new Dig\Zookeeper\Client();
            for ($number = 0; ; $number++, usleep(20_000)) {
                $zookeeper->set('/config/shop', (string) $number);
                $zookeeper->set('/services/web', (string) $number);
            }
            PHP, client($server));
    },
    'blocks' => [
        '$zookeeper->get(\'/config/shop\', function (Dig\Zookeeper\Event $event) {     // once, for the next change' => [
            'before' => <<<'PHP'
                $zookeeper = new Dig\Zookeeper\Client();
                $services = ['what was read before'];
                $zookeeper->watch('/services', function () use (&$services) {
                    // Both of the block's were called.
                    if ($services === null && str_contains(ob_get_contents(), '/config/shop has changed')) throw new Done();
                }, recursive: true);
                PHP,
            'ends' => true,
        ],
    ],
];
