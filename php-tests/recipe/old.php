<?php
require __DIR__ . '/../lib/discovery.php';
$server = new Server();
$proxy = new Proxy($server);
$proxy->mode('older');
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\{Counter, Election, Group, Lock, Queue};
$client = new Client(null, ['timeout' => 30_000, 'session_timeout' => 20_000]);
foreach (['a', 'b', 'c'] as $name) {
    $client->create("/$name", $name);
}
$many = fn() => implode(' ', array_map(fn($node) => $node?->value ?? 'none', $client->getMany(['/a', '/b', '/none', '/c'])));
echo $many(), "\n";
$id = $client->getSessionId();
$election = new Election($client, '/leaders', 'me');
$election->join();
var_dump($election->awaitLeadership());
echo $election->leader(), ' ', json_encode($election->members()), "\n";
$group = new Group($client, '/group');
$group->join('one');
echo json_encode(array_column($group->members(), 'member')), "\n";
$queue = new Queue($client, '/queue');
$queue->put('item');
$message = $queue->take(10);
echo $message->value, "\n";
$message->ack();
$lock = new Lock($client, '/lock');
var_dump($lock->acquire(10));
var_dump((new Counter($client, '/counter'))->add(2));
// The connection is not lost again by what is asked after that.
$states = [];
$client->onSession(function ($state) use (&$states) { $states[] = $state->name; });
for ($i = 0; $i < 20; $i++) {
    $many() === 'a b none c' && $election->members() === ['me'] || print("not so\n");
}
$client->dispatch();
echo json_encode(array_slice($states, 1)), "\n";
var_dump($lock->isHeld(), $election->isLeader());
PHP;
$php = start($code, client($proxy, ['ticket.session_timeout' => 20_000]));
echo $php->finish(), "\n";
?>
