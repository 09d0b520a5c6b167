<?php
return [
    // That nobody else has, on a slow machine.
    'replace' => ['acquire(5.0)' => 'acquire(60.0)'],
    'blocks' => [
        '$number = new Number();                            // anywhere: in a request, in WorkerStart, before or after a fork' => [
            'prints' => '/\[timestamp\] => \d{13}\n +\[node\] => \d+\n +\[sequence\] => \d+\n/',
            'after' => 'if (Number::parse($id)["node"] !== $number->getNodeId()) throw new Exception("another node");',
        ],
    ],
];
