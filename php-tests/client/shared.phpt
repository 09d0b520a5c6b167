--TEST--
Light clients of a family share one session, whatever processes they are in; others' rights are never theirs
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$code = PRELUDE . CLIENT . <<<'PHP'
$children = [];
for ($i = 0; $i < 20; $i++) {
    if (!$children[] = pcntl_fork()) {
        $clients = array_map(fn() => new Client(), range(1, 5));
        foreach ($clients as $j => $client) {
            $client->makePath("/tree/$i-$j", "$i-$j");
            $client->get("/tree/$i-$j") === "$i-$j" || print("wrong value\n");
        }
        $client->getState() === SessionState::Connected || print("not connected\n");
        // All at the same time.
        touch("MARK.$i");
        while (!file_exists("MARK.go")) usleep(1000);
        exit;
    }
}
foreach ($children as $child) pcntl_waitpid($child, $status);
echo count((new Client())->getChildren('/tree')), "\n";
$secret = new Client(null, ['auth' => [['digest', 'me:secret']]]);
$secret->create('/secret', 'x', [['perms' => Client::PERM_ALL, 'scheme' => 'auth', 'id' => '']]);
echo failed(fn() => (new Client())->get('/secret')), "\n";
echo failed(fn() => (new Client(null, ['auth' => [['digest', 'me:wrong']]]))->get('/secret')), "\n";
echo (new Client(null, ['auth' => [['digest', 'me:secret']]]))->get('/secret'), "\n";
$late = new Client();
$late->addAuth('digest', 'me:secret');
echo $late->get('/secret'), "\n";
// Its rights are also its fork's.
if (!$child = pcntl_fork()) {
    echo $late->get('/secret'), "\n";
    exit;
}
pcntl_waitpid($child, $status);
echo failed(fn() => (new Client())->get('/secret')), "\n";
PHP;
$mark = scratch('shared');
$php = start(str_replace('MARK', $mark, $code), client($server));
eventually(fn() => count(glob("$mark.[0-9]*")) === 20, 60, 'all have a client');
echo sessions($server), "\n";
touch("$mark.go");
echo $php->finish(), "\n";
?>
--EXPECT--
1
100
NoAuthException -102 /secret certain
NoAuthException -102 /secret certain
x
x
x
NoAuthException -102 /secret certain
