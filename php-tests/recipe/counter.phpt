--TEST--
A counter: from nothing, by any number, compared and set; what is no counter's, and what has no room
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Counter;
$client = new Client();
$counter = new Counter($client, '/a/b/counter');
var_dump($counter->get(), $counter->add(), $counter->add(41), $counter->add(-2), $counter->get());
var_dump($counter->compareAndSet(7, 1), $counter->compareAndSet(40, 7), $counter->get());
// Of a process the last change is remembered.
$value = fn() => preg_replace('/ [0-9a-f]{16}/', ' process', $client->get('/a/b/counter')) . "\n";
echo $value();
for ($i = 0; $i < 40; $i++) {
    if (!pcntl_fork()) {
        $counter->add();
        exec('kill -9 ' . getmypid());
    }
    pcntl_wait($status);
    if ($i === 1) echo $value();
}
echo count(explode(' ', $client->get('/a/b/counter'))), " words\n";
// Made by hand, or by kazoo.
$client->set('/a/b/counter', '100');
var_dump($counter->add());
$client->set('/a/b/counter', '');
var_dump($counter->add(5), $counter->compareAndSet(5, PHP_INT_MAX));
foreach ([
    fn() => $counter->add(1), fn() => new Counter($client, '/'), fn() => new Counter($client, 'x'),
] as $mistake) {
    try {
        $mistake();
    } catch (ValueError $e) {
        echo $e->getMessage(), "\n";
    }
}
var_dump($counter->get() === PHP_INT_MAX);
$client->set('/a/b/counter', 'words of others');
foreach ([fn() => $counter->get(), fn() => $counter->add(), fn() => $counter->compareAndSet(0, 1)] as $mistake) {
    try {
        $mistake();
    } catch (E\InvalidStateException $e) {
        echo $e->getMessage(), "\n";
    }
}
echo $client->get('/a/b/counter'), "\n";
PHP;
echo run($code, client($server));
?>
--EXPECT--
int(0)
int(1)
int(42)
int(40)
int(40)
bool(false)
bool(true)
int(7)
7 -1 process.3
9 -1 process.5 process.4 process.3
34 words
int(101)
int(5)
bool(true)
Dig\Zookeeper\Counter::add(): Argument #1 ($by) must leave the counter within 64 bits: it is 9223372036854775807 now
Dig\Zookeeper\Counter::__construct(): Argument #2 ($path) must name a znode below the root
Dig\Zookeeper\Counter::__construct(): Argument #2 ($path) must begin with a slash
bool(true)
/a/b/counter: its value is no counter's: "words of others"; use another path, or correct it
/a/b/counter: its value is no counter's: "words of others"; use another path, or correct it
/a/b/counter: its value is no counter's: "words of others"; use another path, or correct it
words of others
