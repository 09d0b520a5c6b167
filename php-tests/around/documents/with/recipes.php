<?php
return [
    // That nobody else has, on a slow machine.
    'replace' => ['acquire(5.0)' => 'acquire(60.0)'],
    'start' => function (Server $server) {
        $znodes = new Znodes($server);
        foreach (['/invoices', '/sent/1', '/failed'] as $path) {
            $znodes->mkdir($path);
        }
    },
    'blocks' => [
        '$lock = new Dig\Zookeeper\Lock($client, \'/locks/invoices\', [\'data\' => gethostname()]);' => [
            'before' => <<<'PHP'
                $client = new Dig\Zookeeper\Client();
                $invoices = [(object) ['id' => 1, 'number' => 'one'], (object) ['id' => 2, 'number' => 'two']];
                $database = new class {
                    public array $tokens = [];
                    public function execute(string $sql, array $values): void { $this->tokens[] = $values[0]; }
                };
                PHP,
            'after' => <<<'PHP'
                if (count($database->tokens) !== 2 || $database->tokens[0] < 1) throw new Exception('no token');
                if ($client->get('/invoices/2') !== 'two' || $lock->isHeld()) throw new Exception('not done, or still held');
                PHP,
        ],
        '$election = new Dig\Zookeeper\Election($client, \'/leaders/cron\', gethostname());' => [
            'before' => 'function runWhatIsDue() { throw new Done(); }',
            'prints' => '/^leads, term \d+$/m',
            'ends' => true,
        ],
        '$queue = new Dig\Zookeeper\Queue($client, \'/queues/mail\');' => [
            'before' => <<<'PHP'
                $mail = (object) ['id' => 1];
                (new Dig\Zookeeper\Queue($client, '/queues/mail'))->put('{"id":2}');
                // The first one comes to its ack().
                function send(object $mail) { static $many = 0; if (++$many === 2) throw new Done(); }
                PHP,
            'ends' => true,
        ],
        '$barrier = new Dig\Zookeeper\Barrier($client, \'/maintenance\');   // set(), remove(), isSet()' => [
            'before' => <<<'PHP'
                if ($client->get('/sent/1') !== 'yes') throw new Exception('the queue\'s item had no effect');
                for ($__other = 1; $__other < 5; $__other++) {
                    if (pcntl_fork() === 0) {
                        ob_end_clean();
                        $together = new Dig\Zookeeper\DoubleBarrier(new Dig\Zookeeper\Client(), '/jobs/7', 5);
                        $together->enter();
                        $together->leave();
                        exit;
                    }
                }
                PHP,
            'after' => <<<'PHP'
                if (array_column($group->members(), 'member') !== [gethostname()]) throw new Exception('not a member');
                if ($counter->get() !== 3) throw new Exception('not counted');
                PHP,
        ],
    ],
];
