--TEST--
makePath, makeNode, deletePath: also beside others who do the same
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
echo run(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 30_000]);
var_dump($client->makePath('/a/b/c', 'x'), $client->get('/a'), $client->get('/a/b/c'), $client->makePath('/a/b/c', 'y'), $client->get('/a/b/c'));
var_dump($client->makePath('/'), $client->makePath('/a'));
var_dump($client->makeNode('/a/n', 'x'), $client->getAcl('/a/n')[0]['perms'], $client->makeNode('/a/e', '', [], Client::EPHEMERAL));
echo failed(fn() => $client->makeNode('/a/n', 'x')), "\n", failed(fn() => $client->makeNode('/x/n', 'x')), "\n", failed(fn() => $client->makePath('/a/e/x')), "\n";
var_dump($client->deletePath('/a'), $client->exists('/a'), $client->deletePath('/a'));
// Whoever may not read what is above can still make what is below.
$client->create('/closed', '', [['perms' => Client::PERM_CREATE | Client::PERM_DELETE, 'scheme' => 'world', 'id' => 'anyone']]);
var_dump($client->makePath('/closed/x/y'), $client->deletePath('/closed/x'));
PHP, client($server)), "\n";
echo "-- eight at once\n";
$code = PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 30_000]);
for ($i = 0; $i < 20; $i++) {
    $client->makePath('/many/' . $i . '/x/y');
    $client->makePath('/gone/x/y/z');
    $client->deletePath('/gone');
}
echo "done\n";
PHP;
$all = array_map(fn() => start($code, client($server)), range(1, 8));
foreach ($all as $php) {
    echo $php->line(), $php->finish(), "\n";
}
echo run(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 30_000]);
var_dump(count($client->getChildren('/many')), $client->countDescendants('/many'), $client->exists('/gone'));
// Two trees of one client, and a chroot that nobody has made.
$below = new Client(ini_get('ticket.dsn') . '/many/5');
var_dump($below->getChildren('/'), $below->get('/x'), $below->makePath('/x/n/m'), $client->exists('/many/5/x/n/m') !== null);
var_dump($below->create('/x/s-', '', null, Client::SEQUENCE), $below->transaction()->create('/x/t')->commit(), $below->deletePath('/x'), $client->getChildren('/many/5'));
$lost = new Client(ini_get('ticket.dsn') . '/none');
echo failed(fn() => $lost->makePath('/x/y')), "\n";
PHP, client($server)), "\n";
?>
--EXPECT--
bool(true)
string(1) "x"
string(1) "x"
bool(true)
string(1) "x"
bool(true)
bool(true)
bool(true)
int(31)
bool(true)
NodeExistsException -110 /a/n certain
NoNodeException -101 /x/n certain
NoChildrenForEphemeralsException -108 /a/e/x certain
bool(true)
NULL
bool(true)
bool(true)
bool(true)
-- eight at once
done
done
done
done
done
done
done
done
int(20)
int(60)
NULL
array(1) {
  [0]=>
  string(1) "x"
}
string(0) ""
bool(true)
bool(true)
string(15) "/x/s-0000000002"
array(1) {
  [0]=>
  string(4) "/x/t"
}
bool(true)
array(0) {
}
NoNodeException -101 / certain
