--TEST--
The keeper is killed: light clients go on, a bound one is told once, and a write under way has an unknown outcome
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$code = PRELUDE . CLIENT . <<<'PHP'
$light = new Client(null, ['timeout' => 30_000]);
$bound = new Client(null, ['timeout' => 30_000, 'session_timeout' => 60_000]);
$light->create('/a', '1');
$bound->create('/e', '1', null, Client::EPHEMERAL);
$session = $bound->getSessionId();
echo "ready\n";
await();
echo $light->get('/a'), "\n";
echo failed(fn() => $bound->get('/a')), "\n";
echo $bound->get('/a'), "\n";
echo $bound->getSessionId() !== $session ? 'another session' : 'the same', "\n";
await();
echo failed(fn() => $light->set('/a', '2')), "\n";
await();
echo failed(fn() => $bound->get('/a')), "\n";
$bound->getSessionId();
echo "bound\n";
await();
echo failed(fn() => $bound->set('/a', '3')), "\n";
await();
echo $light->get('/a'), "\n";
PHP;
$php = start($code, client($proxy));
$lines = function (int $many) use ($php) {
    while ($many-- > 0) {
        echo $php->line(), "\n";
    }
};
$lines(1);
[$keeper] = keepers($proxy->dsn());
kill($keeper);
$php->say('go');
$lines(4);
foreach (['light', 'bound'] as $i => $which) {
    $keeper = keeper($proxy->dsn());
    if ($i === 1) {
        $php->say('go');
        $lines(2);
    }
    $before = $proxy->disturbed();
    $proxy->mode('drop_replies');
    $php->say('go');
    eventually(fn() => $proxy->disturbed() > $before, what: 'the write has arrived');
    kill($keeper);
    // Before that, the next keeper finds a server, so that what comes next is a request.
    $proxy->mode('pass');
    $lines(1);
}
$php->say('go');
echo $php->finish(), "\n";
?>
--EXPECT--
ready
1
SessionExpiredException -112 /a certain
1
another session
ConnectionLossException -4 /a unknown
SessionExpiredException -112 /a certain
bound
SessionExpiredException -112 /a unknown
3
