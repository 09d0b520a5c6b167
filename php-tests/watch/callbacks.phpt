--TEST--
Callbacks that throw, exit, end in a fatal error, close or drop their client, arm again, fork, call each other; and of all kinds
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$ini = client($server);
// How much a script wanted that ended for want of memory depends on PHP's release.
$with = fn(string $code) => preg_replace('/ \(tried to allocate .*/', '', run(PRELUDE . CLIENT . WATCH . '[$client, $other] = [new Client(), new Client()]; $client->makePath("/a"); $client->makePath("/b");' . $code, $ini)) . "\n";
echo "-- throws: the rest is for the next time\n", $with(<<<'PHP'
$client->get('/a', function () { throw new Exception('thrown'); });
$client->get('/a', note('second'));
$client->get('/b', note('third'));
$other->set('/a', '1');
$other->set('/b', '1');
// Where it comes out: of the call that it is due in, whose result is lost.
try {
    for ($end = hrtime(true) + 30e9; hrtime(true) < $end;) $client->get('/a');
} catch (Exception $e) {
    echo get_class($e), ' ', $e->getMessage(), "\n";
}
echo noted($client, 2);
PHP);
echo "-- exits, and ends in a fatal error: nothing else is called\n", $with(<<<'PHP'
register_shutdown_function(function () { echo "end\n"; });
$client->get('/b', note('first'));
$client->get('/a', function () { exit(implode($GLOBALS['notes']) . ", exits\n"); });
$client->exists('/none', fn() => print("goes on\n"));
foreach (['/b', '/a'] as $path) $other->set($path, '1');
$other->create('/none');
usleep(50_000);
while ($client->wait(30));
echo "goes on\n";
PHP), $with(<<<'PHP'
ini_set('display_errors', 'stdout');
register_shutdown_function(function () { echo "end\n"; });
$client->get('/a', function () { $all = ''; ini_set('memory_limit', '4M'); for (;;) $all .= str_repeat('x', 1 << 20); });
$other->set('/a', '1');
while ($client->wait(30));
echo "goes on\n";
PHP), "-- closes its client, drops it, arms again\n", $with(<<<'PHP'
$client->get('/a', function () use ($client) { echo "closes\n"; $client->close(); });
$client->get('/a', function () use ($client) { echo "closes\n"; $client->close(); });
$other->set('/a', '1');
echo $client->wait(30), ' ', $client->dispatch(), ' ', failed(fn() => $client->get('/a')), "\n";
$client = new Client();
$client->get('/a', function () use (&$client) { echo "drops\n"; $client = null; });
$other->set('/a', '2');
echo $client->wait(30), ' ', gettype($client), "\n";
$client = new Client();
$times = 0;
$again = function (Event $event) use (&$again, &$times, $client) {
    $times++;
    $client->get('/a', $again);
};
$client->get('/a', $again);
for ($i = 1; $i <= 20; $i++) {
    $other->set('/a', "$i");
    while ($times < $i && $client->wait(30));
}
echo "$times\n";
PHP);
echo "-- forks: the child has none of it, and the parent all\n", $with(<<<'PHP'
$client->get('/a', function () use (&$child, $client) {
    if (!$child = pcntl_fork()) {
        // What is due still is the parent's.
        echo $client->dispatch(), ' ', $client->get('/a', note('child')), "\n";
        $client->set('/b', 'child');
        exit($client->dispatch());
    }
    pcntl_waitpid($child, $status);
    echo "child ends with ", pcntl_wexitstatus($status), "\n";
});
$client->get('/a', note('second'));
$client->get('/b', note('third'));
$stays = $client->watch('/b', note('stays'));
$other->set('/a', '1');
echo noted($client, 3);
// Nor does a child that closes what it has of its parent's take the stream's news away.
$stream = [$client->stream()];
if (!$child = pcntl_fork()) {
    $client->close();
    exit;
}
pcntl_waitpid($child, $status);
$other->set('/b', '2');
var_dump(stream_select($stream, $none, $none, 30));
echo noted($client, 1);
PHP);
echo "-- a child has none that its parent has\n", $with(<<<'PHP'
$watch = $client->watch('/a', note('stays'));
if (!$child = pcntl_fork()) exit(failed(fn() => $client->wait()) === 'InvalidStateException -9 - certain' && !$watch->isActive() ? 7 : 8);
pcntl_waitpid($child, $status);
echo pcntl_wexitstatus($status), ' ', json_encode($watch->isActive()), "\n";
PHP);
echo "-- what was given is called, whatever becomes of a reference in it\n", $with(<<<'PHP'
class Given { function __construct(private string $name) {} function call() { echo "$this->name\n"; } }
$given = new Given('first');
$client->get('/a', [&$given, 'call']);
$given = new Given('second');
$other->set('/a', '1');
while (!$client->wait(30));
PHP);
echo "-- a call whose callback throws leaves nothing armed\n", $with(<<<'PHP'
for ($i = 0; $i < 20; $i++) {
    $client->get('/a', function () { throw new Exception('thrown'); });
    $other->set('/a', '1');
    usleep(2000);
    try { $client->watch('/b', note('never')); $client->dispatch(); } catch (Exception) {}
}
unset($other);
gc_collect_cycles();
for ($end = hrtime(true) + 30e9; Dig\Zookeeper\status()['watches'] > 20 && hrtime(true) < $end;) usleep(1000);
var_dump(Dig\Zookeeper\status()['watches'] <= 20);
PHP);
echo "-- one within another: it waits\n", $with(<<<'PHP'
$client->get('/b', note('inner'));
$client->get('/a', function () use ($client, $other) {
    $other->set('/b', '1');
    usleep(50_000);
    echo $client->get('/b'), $client->dispatch(), count($GLOBALS['notes']), ' ', failed(fn() => $client->wait()), "\n";
});
$other->set('/a', '1');
while (!$client->wait(30));
echo noted($client, 1);
PHP);
echo "-- of all kinds\n", $with(<<<'PHP'
class Kinds {
    private function hidden(Event $event) { echo "private $event->path\n"; }
    static function open(Event $event) { echo "static $event->path\n"; }
    function __call($name, $arguments) { echo "$name {$arguments[0]->path}\n"; }
    static function __callStatic($name, $arguments) { echo "static $name {$arguments[0]->path}\n"; }
    function __invoke(Event $event) { echo "invoked $event->path\n"; }
    function arm(Client $client) { $client->get('/a', [$this, 'hidden']); }
}
function plain(Event $event) { echo "function $event->path\n"; }
(new Kinds())->arm($client);
$other->set('/a', '1');
while (!$client->wait(30));
foreach ([[new Kinds(), 'magic'], 'Kinds::open', 'Kinds::magic', new Kinds(), 'plain', plain(...)] as $callable) {
    $client->get('/a', $callable);
    $other->set('/a', '1');
    while (!$client->wait(30));
}
foreach (['none', ['Kinds', 'none', 'x'], 5] as $wrong) echo thrown(fn() => $client->get('/a', $wrong)), "\n";
echo thrown(fn() => $client->watch('/a', null)), "\n", thrown(fn() => $client->onSession()), "\n";
PHP);
echo "-- circles are collected, and what is held is not\n", $with(<<<'PHP'
class Mine extends Client {
    public $held;
    function __destruct() { echo "gone\n"; }
}
foreach ([false, true] as $transaction) {
    $mine = new Mine();
    $mine->extra = new stdClass;
    $mine->get('/a', function () use ($mine) {});
    $mine->watch('/a', fn() => $mine);
    $mine->onSession(fn() => $mine);
    $begun = $transaction ? $mine->transaction() : null;
    gc_collect_cycles();
    echo "held\n";
    $mine = null;
    gc_collect_cycles();
    $begun?->set('/b', 'x')->commit();
}
// While a callback runs, of a client that nobody has any more but it.
class Handler {
    function handle() { gc_collect_cycles(); $GLOBALS['handled'] = true; }
}
foreach ([fn(Client $mine) => $mine->watch('/a', [new Handler(), 'handle']), fn(Client $mine) => $mine->onSession([new Handler(), 'handle'])] as $arm) {
    $mine = new Client();
    $mine->interrupt();
    $mine->exists('/none', fn() => $mine);
    // It may be called from here on.
    $handled = false;
    $arm($mine);
    $mine = null;
    $other->set('/a', '1');
    for ($end = hrtime(true) + 30e9; !$handled && hrtime(true) < $end;) usleep(1000);
    var_dump($handled);
}
$handled = $collected = false;
$zookeeper = new \Zookeeper(ini_get('ticket.dsn'), [new Handler(), 'handle']);
$zookeeper->setWatcher(function () use ($zookeeper) { gc_collect_cycles(); $GLOBALS['collected'] = true; });
$zookeeper = null;
for ($end = hrtime(true) + 30e9; !$collected && hrtime(true) < $end;) usleep(1000);
var_dump($collected);
$holder = new Mine();
$holder->get('/a', fn() => print("called\n"));
$holder->held = $holder;
for ($i = 0; $i < 3; $i++) gc_collect_cycles();
$other->set('/a', '1');
while (!$holder->wait(30));
$holder->held = null;
PHP);
?>
--EXPECT--
-- throws: the rest is for the next time
Exception thrown
second CHANGED /a, third CHANGED /b
-- exits, and ends in a fatal error: nothing else is called
first CHANGED /b, exits
end
Fatal error: Allowed memory size of 4194304 bytes exhausted
end
-- closes its client, drops it, arms again
closes
1 0 ClosedException -116 /a certain
drops
1 NULL
20
-- forks: the child has none of it, and the parent all
0 1
child ends with 0
second CHANGED /a, stays CHANGED /b, third CHANGED /b
int(1)
stays CHANGED /b
-- a child has none that its parent has
7 true
-- what was given is called, whatever becomes of a reference in it
first
-- a call whose callback throws leaves nothing armed
bool(true)
-- one within another: it waits
100 InvalidStateException -9 - certain
inner CHANGED /b
-- of all kinds
private /a
magic /a
static /a
static magic /a
invoked /a
function /a
function /a
TypeError: Dig\Zookeeper\Client::get(): Argument #2 ($watcher) must be a valid callback or null, function "none" not found or invalid function name
TypeError: Dig\Zookeeper\Client::get(): Argument #2 ($watcher) must be a valid callback or null, array callback must have exactly two members
TypeError: Dig\Zookeeper\Client::get(): Argument #2 ($watcher) must be a valid callback or null, no array or string given
TypeError: Dig\Zookeeper\Client::watch(): Argument #2 ($callback) must be a valid callback, no array or string given
ArgumentCountError: Dig\Zookeeper\Client::onSession() expects exactly 1 argument, 0 given
-- circles are collected, and what is held is not
Deprecated: Creation of dynamic property Mine::$extra is deprecated in Command line code on line 48
held
gone

Deprecated: Creation of dynamic property Mine::$extra is deprecated in Command line code on line 48
held
gone
bool(true)
bool(true)
bool(true)
called
gone
