<?php
return [
    'blocks' => [
        '; /usr/local/etc/php/conf.d/ticket.ini, in the image' => ['env' => ['TICKET_DSN=zk1:2181']],
    ],
];
