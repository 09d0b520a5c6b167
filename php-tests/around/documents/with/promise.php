<?php
return [
    'blocks' => [
        'sudo install -d -m 1777 /var/lib/ticket      # and ticket.local_path=/var/lib/ticket in php.ini' => [
            'after' => '[ "$(stat -c %a /var/lib/ticket)" = 1777 ]',
        ],
    ],
];
