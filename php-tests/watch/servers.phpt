--TEST--
Three servers of which one after the other goes: whoever reads only when told has the last value in the end; as php-zookeeper, too
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$ensemble = new Ensemble();
$code = PRELUDE . CLIENT . WATCH . <<<'PHP'
$client = new Client(null, ['timeout' => 60_000]);
$client->makePath('/a');
$zookeeper = new \Zookeeper(ini_get('ticket.dsn'), null, 60_000);
$last = ['once' => '', 'stays' => '', 'children' => 0, 'zookeeper' => ''];
$once = function () use (&$once, &$last, $client) { $last['once'] = $client->get('/a', $once); };
$children = function () use (&$children, &$last, $client) { $last['children'] = count($client->getChildren('/a', $children)); };
$again = function ($type, $state, $path) use (&$again, &$last, $zookeeper) { $last['zookeeper'] = $zookeeper->get('/a', $again); };
$once();
$children();
$again(3, 3, '/a');
$client->watch('/a', function () use (&$last, $client) { $last['stays'] = $client->get('/a'); });
echo "armed\n";
stream_set_blocking(STDIN, false);
for ($many = ''; $many === ''; $many = await()) $client->wait(0.05);
$same = function () use (&$last, &$many) { return $last === ['once' => $many, 'stays' => $many, 'children' => (int) $many, 'zookeeper' => $many]; };
for ($end = hrtime(true) + 60e9; !$same() && hrtime(true) < $end;) $client->wait(0.1);
echo $same() ? 'all have seen the last' : json_encode($last), "\n";
PHP;
$php = start($code, client($ensemble->dsn(), ['ticket.session_timeout' => 20_000]));
echo $php->line(), "\n";
$write = start(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 60_000]);
stream_set_blocking(STDIN, false);
for ($i = 1; ; $i++) {
    // What was not answered is done again: then it is there already, or has that value.
    $done = function (callable $act) { for (;;) try { return $act(); } catch (E\NodeExistsException) { return; } catch (E\ZookeeperException $e) { usleep(1000); } };
    $done(fn() => $client->create("/a/$i"));
    $done(fn() => $client->set('/a', (string) $i));
    if (await() !== '') break;
}
echo "$i\n";
PHP, client($ensemble->dsn(), ['ticket.session_timeout' => 20_000]));
foreach ([1, 2, 3, 'leader'] as $which) {
    $server = $which === 'leader' ? $ensemble->leader() : $ensemble->servers[$which];
    $server->kill();
    usleep(500_000);
    $server->start();
}
$ensemble->leader();
$write->say('stop');
$many = $write->line();
var_dump($many > 10);
$php->say($many);
echo $php->finish(), "\n";
?>
--EXPECT--
armed
bool(true)
all have seen the last
