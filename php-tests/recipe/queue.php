<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\{Message, Queue};
$client = new Client();
$queue = new Queue($client, '/q');
var_dump($queue->take(), $queue->take(0.05), $queue->count());
$name = $queue->put('first');
echo preg_replace('/[0-9a-f]{8}-[0-9a-f-]{27}/', 'UUID', $name), "\n";
$queue->put('second');
$queue->put('urgent', 5);
$queue->put('late', 999);
$queue->put('');
var_dump($queue->count());
$taken = [];
while ($message = $queue->take()) {
    $taken[] = $message;
    echo "$message->priority '$message->value' $message->deliveries\n";
}
var_dump($queue->count(), $taken[1]->name === $name);
// Given back, by hand and with its object.
$taken[1]->giveBack();
$again = $queue->take(5);
echo "'$again->value' $again->deliveries\n";
echo failed(fn() => $taken[1]->ack()), "\n";
echo failed(fn() => $taken[1]->giveBack()), "\n";
unset($again);
$again = $queue->take(5);
echo "'$again->value' $again->deliveries\n";
// Done, with something else in the same step.
$again->ack($client->transaction()->create('/done', $again->value));
echo $client->get('/done'), ' ', $queue->count(), "\n";
echo failed(fn() => $again->ack()), "\n";
// What else there is to be done is refused: then it is not done either, and may be tried otherwise.
$transaction = $client->transaction()->delete('/none');
echo failed(fn() => $taken[0]->ack($transaction)), "\n";
try {
    $taken[0]->ack($client->transaction()->check('/done')->delete('/none'));
} catch (E\TransactionException $e) {
    echo $e->getIndex(), "\n";
}
$taken[0]->ack();
// Its claim is gone, and another has taken it: it is that one's to end.
[$mine] = [$taken[2]];
$client->delete("/q/taken/$mine->name");
$other = $queue->take(5);
var_dump($other->name === $mine->name, $other->deliveries);
echo failed(fn() => $mine->ack($client->transaction()->create('/twice'))), "\n";
var_dump($client->exists('/twice'));
$other->ack();
unset($taken, $mine, $message);
while ($message = $queue->take(1.0)) {
    $message->ack();
}
var_dump($queue->count(), $client->getChildren('/q/entries'));
// Mistakes.
foreach ([
    fn() => $queue->put('x', 1000), fn() => $queue->put('x', -1), fn() => $queue->take(-1.0), fn() => new Queue($client, '/'),
    fn() => new Queue($client, '/q', ['max' => 1]), fn() => new Queue($client, '/q', ['max_items' => 0]), fn() => new Message(),
    fn() => new Queue(new stdClass, '/q'), fn() => $other->ack(1),
] as $mistake) {
    try {
        $mistake();
    } catch (Error $e) {
        echo get_class($e), ': ', $e->getMessage(), "\n";
    }
}
$small = new Queue($client, '/small', ['max_items' => 2]);
$small->put('1');
$small->put('2');
try {
    $small->put('3');
} catch (E\QuotaExceededException $e) {
    echo $e->getMessage(), "\n";
}
PHP;
echo run($code, client($server));
?>
