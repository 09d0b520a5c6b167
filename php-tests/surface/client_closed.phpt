--TEST--
Dig\Zookeeper: what fails before anything is sent says so, with ZooKeeper's code and its path; nothing of it stays
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
eval(CLIENT);
use Dig\Zookeeper\{Client, Stat};
use Dig\Zookeeper\Exception as E;

$client = new Client('127.0.0.1:1');
$long = str_repeat('x', 1_048_576);
$open = ['perms' => 31, 'scheme' => 'world', 'id' => 'anyone'];
echo "-- too long\n";
foreach ([
    fn() => $client->create('/a', $long),
    fn() => $client->set('/a', $long),
    fn() => $client->setAcl('/a', [['id' => $long] + $open]),
    fn() => $client->exists("/$long"),
    fn() => $client->makePath('/a', $long),
    fn() => $client->makeNode('/a', $long),
    fn() => $client->addAuth('digest', $long),
    fn() => $client->getMany(array_map(fn($i) => '/' . str_repeat('x', 100_000) . $i, range(0, 10))),
    fn() => $client->transaction()->set('/a', $long),
] as $body) {
    echo preg_replace('~x{9,}~', 'xxx', failed($body)), "\n";
}
try {
    $client->set('/a/b', $long);
} catch (ZookeeperException $error) {
    echo get_class($error), ' ', $error->getMessage(), ' ', $error->getLine(), ' ', basename($error->getFile()), "\n";
}
// What has been added to a transaction stays, and no more gets in than fits.
$transaction = $client->transaction();
$part = str_repeat('x', 100_000);
for ($i = 0; failed(fn() => $transaction->set('/a', $part)) === 'nothing was thrown'; $i++);
var_dump($i);
echo "-- closed\n";
$client->close();
$client->close();
foreach ([
    fn() => $client->create('/a'), fn() => $client->get('/a'), fn() => $client->set('/a', ''), fn() => $client->exists('/a'),
    fn() => $client->getChildren('/a'), fn() => $client->delete('/a'), fn() => $client->getAcl('/a'), fn() => $client->setAcl('/a', [$open]),
    fn() => $client->sync(), fn() => $client->getMany(['/a']), fn() => $client->countDescendants('/a'), fn() => $client->makePath('/a'),
    fn() => $client->makeNode('/a', ''), fn() => $client->deletePath('/a'), fn() => $client->addAuth('digest', 'x'),
    fn() => $client->whoAmI(), fn() => $client->getSessionId(), fn() => $transaction->commit(),
] as $body) {
    $said[] = preg_replace('~ (/a|/|-) ~', ' PATH ', failed($body));
}
echo count($said), ' ', implode("\n", array_unique($said)), "\n";
// Certainly not carried out: it is still what it was, and may be added to.
echo failed(fn() => $transaction->check('/a', 1)), "\n";
var_dump($client->getState(), $client->getMany([]), $client->transaction()->commit());
echo "-- nothing stays\n";
$loop = function (int $times) use ($client, $long, $open) {
    for ($i = 0; $i < $times; $i++) {
        foreach ([
            fn() => $client->get('/a', stat: $stat), fn() => $client->set('/a/' . $i, $long), fn() => $client->get("a$i"),
            fn() => $client->setAcl('/a', [$open, $i]), fn() => $client->transaction()->create("/$i")->set("/$i", "$i")->commit(),
            fn() => $client->getMany(["/$i", $i]), fn() => new Client("a:$i", ['timeout' => $i, 'auth' => [["x$i", "y$i"]], 'no' => 1]),
        ] as $body) {
            try {
                $body();
            } catch (E\ZookeeperException $error) {
                $error->getPath();
            } catch (Error) {
            }
        }
    }
};
$loop(100);
gc_collect_cycles();
$before = memory_get_usage();
$loop(15_000);
gc_collect_cycles();
var_dump(memory_get_usage() - $before);
?>
--EXPECT--
-- too long
MarshallingException -5 /a certain
MarshallingException -5 /a certain
MarshallingException -5 /a certain
MarshallingException -5 /xxx certain
MarshallingException -5 /a certain
MarshallingException -5 /a certain
MarshallingException -5 - certain
MarshallingException -5 - certain
MarshallingException -5 /a certain
Dig\Zookeeper\Exception\MarshallingException nothing was sent: it would be 1048592 bytes with its paths, values and ACLs, and ZooKeeper is to be sent 1047552 at the most (ticket.max_packet, which is to be less than the servers' jute.maxbuffer) 25 client_closed.php
int(10)
-- closed
18 ClosedException -116 PATH certain
nothing was thrown
enum(Dig\Zookeeper\SessionState::Closed)
array(0) {
}
array(0) {
}
-- nothing stays
int(0)
