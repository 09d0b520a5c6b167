--TEST--
Transactions: all or nothing, which one was refused, and what can be done afterwards
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
echo run(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 20_000]);
$client->create('/t', 'old');
$transaction = $client->transaction();
var_dump($transaction->create('/t/a', 'x')->set('/t', 'new', 0)->check('/t', 1)->create('/t/s-', '', null, Client::SEQUENCE)->delete('/t/a', 0) === $transaction);
$results = $transaction->commit();
var_dump(count($results), $results[0], $results[1] == $client->exists('/t') || $results[1]->version, $results[2], $results[3], $results[4]);
echo failed(fn() => $transaction->commit()), "\n", failed(fn() => $transaction->check('/t', 0)), "\n";
echo "-- refused\n";
$transaction = $client->transaction()->create('/t/b')->check('/t', 7)->delete('/t/none');
try {
    $transaction->commit();
} catch (E\TransactionException $error) {
    var_dump($error->getIndex(), $error->getCode(), $error->getPath(), $error->isOutcomeUnknown());
}
var_dump($client->exists('/t/b'));
// As it was: it may be tried again.
for ($i = $client->exists('/t')->version; $i < 7; $i++) $client->set('/t', '');
try { $transaction->commit(); } catch (E\TransactionException $error) { var_dump($error->getIndex(), $error->getCode(), $error->getPath()); }
$client->create('/t/none');
var_dump($transaction->commit());
echo failed(fn() => $transaction->commit()), "\n";
echo "-- ephemeral, empty\n";
$client->transaction()->create('/t/e', '', null, Client::EPHEMERAL)->commit();
var_dump($client->exists('/t/e')->ephemeralOwner === $client->getSessionId(), $client->transaction()->commit());
PHP, client($server)), "\n";
echo "-- unknown\n";
$php = start(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['timeout' => 20_000]);
$client->get('/t');
$transaction = $client->transaction()->create('/u');
echo "ready\n";
await();
echo json_encode([failed(fn() => $transaction->commit()), failed(fn() => $transaction->commit())]), "\n";
PHP, client($proxy));
echo $php->line(), "\n";
$proxy->mode('drop_multi_reply');
$php->say('now');
echo $php->line(), "\n", $php->finish();
?>
--EXPECT--
bool(true)
int(5)
string(4) "/t/a"
bool(true)
bool(true)
string(15) "/t/s-0000000001"
bool(true)
InvalidStateException -9 - certain
InvalidStateException -9 - certain
-- refused
int(1)
int(-103)
string(2) "/t"
bool(false)
NULL
int(2)
int(-101)
string(7) "/t/none"
array(3) {
  [0]=>
  string(4) "/t/b"
  [1]=>
  bool(true)
  [2]=>
  bool(true)
}
InvalidStateException -9 - certain
-- ephemeral, empty
bool(true)
array(0) {
}
-- unknown
ready
["ConnectionLossException -4 - unknown","InvalidStateException -9 - certain"]
