--TEST--
A message is acknowledged once, with all that is in the same step, where the answer to that is lost, or the request
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\{Counter, Queue};
$client = new Client(null, ['timeout' => 30_000, 'session_timeout' => 60_000]);
$queue = new Queue($client, '/q');
for ($i = 0; await() === 'put'; $i++) {
    $queue->put("$i");
    $message = $queue->take();
    echo "taken\n";
    await();
    echo failed(fn() => $message->ack($client->transaction()->create("/done-$i", 'x'))), "\n";
    echo $queue->count(), ' ', $client->get("/done-$i"), "\n";
}
PHP;
$php = start($code, client($proxy));
foreach (['reply', 'request', 'reply', 'request', 'reply'] as $what) {
    $php->say('put');
    $php->line();
    $before = $proxy->dropped();
    $proxy->lose($what, 'multi');
    $php->say('ack');
    echo "$what: ", $php->line(), ' ', $php->line(), $proxy->dropped() > $before ? '' : ', and nothing was lost', "\n";
    $proxy->mode('pass');
}
$php->finish();
?>
--EXPECT--
reply: nothing was thrown 0 x
request: nothing was thrown 0 x
reply: nothing was thrown 0 x
request: nothing was thrown 0 x
reply: nothing was thrown 0 x
