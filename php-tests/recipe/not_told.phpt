--TEST--
What is released tells nothing any more; ack() within another call of the client uses nothing up; what could not be taken is not put
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
echo run(PRELUDE . CLIENT . RECIPES . <<<'PHP'
use Dig\Zookeeper\Queue;
pcntl_async_signals(true);
$client = new Client();
$election = new Election($client, '/e');
$election->join(fn() => print("elected\n"), fn() => print("deposed\n"));
tell(until(fn() => $election->isLeader()));
// It has led, and nobody was told before it did not any more.
$election->resign();
$client->wait(0.2);

$queue = new Queue($client, '/q');
$queue->put('item');
$message = $queue->take();
$with = $client->transaction()->create('/one');
pcntl_signal(SIGALRM, function () use ($message, $with) { tell(failed(fn() => $message->ack($with))); });
pcntl_alarm(1);
$client->wait(0.0);
(new Queue($client, '/none'))->take(2.0);
tell(failed(fn() => $message->ack($with)), $client->exists('/one') !== null, $queue->count());
// A packet has room for so much: what is put can be taken.
for ($refused = 0, $size = 1500; $size < 4096; $size += 5) {
    if (failed(fn() => $queue->put(str_repeat('x', $size))) === 'nothing was thrown') {
        $queue->take()->ack();
    } else {
        $refused++;
    }
}
tell($refused > 10 && $refused < 500, $queue->count());
PHP, recipes($server, ['ticket.max_packet' => 4096])), "\n";
?>
--EXPECT--
true
InvalidStateException -9 - certain
nothing was thrown true 0
true 0
