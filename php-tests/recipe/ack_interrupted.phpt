--TEST--
ack() that was interrupted can be called again: what was done is done, once; what cannot be known is said to be unknown
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$proxy = new Proxy($server);
$php = start(PRELUDE . CLIENT . RECIPES . <<<'PHP'
use Dig\Zookeeper\Queue;
pcntl_async_signals(true);
pcntl_signal(SIGUSR1, function () { throw new Exception('interrupted'); });
$client = new Client();
$queue = new Queue($client, '/q');
foreach (['a', 'b', 'c'] as $item) $queue->put($item);
while (($how = await()) !== '') {
    $message = $queue->take(30.0);
    echo "taken\n";
    await();
    echo "acks\n";
    try {
        $message->ack();
    } catch (Exception $e) {
        echo $e->getMessage(), "\n";
    }
    await();
    $with = $how === 'again, with more' ? $client->transaction()->create('/more') : null;
    tell(failed(fn() => $message->ack($with)), failed(fn() => $message->ack($with)), $client->exists('/more') !== null);
}
tell($queue->count());
PHP, recipes($proxy));
foreach (['again' => 'hold', 'again, with more' => 'hold', 'again, and not heard before' => 'drop_requests'] as $how => $mode) {
    $php->say($how);
    echo "$how: ", $php->line();
    $proxy->mode($mode);
    $php->say('go');
    $php->line();
    asleep($php->pid());
    signal($php->pid(), 'USR1');
    echo ', ', $php->line();
    $proxy->mode('pass');
    $php->say('go');
    echo ', ', preg_replace('/entry-\S+/', '...', $php->line()), "\n";
}
echo $php->finish();
?>
--EXPECT--
again: taken, interrupted, nothing was thrown InvalidStateException -9 - certain false
again, with more: taken, interrupted, OperationTimeoutException -7 /q/entries/... unknown InvalidStateException -9 - certain false
again, and not heard before: taken, interrupted, nothing was thrown InvalidStateException -9 - certain false
0
