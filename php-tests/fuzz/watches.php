<?php
// php watches.php TIMES: a script whose callbacks do all that they should not, so many times, under valgrind.

require __DIR__ . '/valgrind.php';
$server = new Server();
$code = 'define("TIMES", ' . (int) ($argv[1] ?? 15) . ');' . <<<'PHP'
use Dig\Zookeeper\{Client, Event};
class Sub extends Zookeeper {
    public $given;
    function __construct() {}
    function again($type, $state, $path) { $this->given[] = $path; $this->get('/b', [$this, 'again']); }
    private function hidden() {}
    function arm() { $this->connect(ini_get('ticket.dsn'), [$this, 'again']); $this->get('/b', [$this, 'again']); $this->get('/b', [$this, 'hidden']); }
}
$writer = new Client();
$writer->create('/a');
$writer->create('/b');
for ($round = 0; $round < TIMES; $round++) {
    $client = new Client();
    $client->interrupt();
    $client->get('/a', function () use ($client) { throw new Exception('thrown'); });
    $client->get('/a', function () use (&$client) { $client?->close(); });
    $client->getChildren('/a', fn() => $client);
    $client->onSession(fn() => $client);
    $watch = $client->watch('/a', function () use ($client) { gc_collect_cycles(); }, true);
    try { $client->get('/none', fn() => $client); } catch (Exception) {}
    for ($i = 0; $i < 3; $i++) {
        try { $writer->set('/a', "$i"); usleep(2000); $client?->dispatch(); } catch (Exception) {}
    }
    $watch->cancel();
    $zookeeper = new Zookeeper(ini_get('ticket.dsn'), function () use (&$zookeeper) { $zookeeper = null; });
    $sub = new Sub();
    $sub->arm();
    $config = $sub->getConfig();
    $sub->setWatcher(fn() => null);
    $sub->addAuth('digest', 'a:b', fn() => $sub);
    $writer->set('/b', 'x');
    for ($i = 0; $i < 20; $i++) usleep(1000);
    $fiber = new Fiber(function () use ($writer) {
        $own = new Client();
        $own->get('/b', function () { Fiber::suspend(); });
        $writer->set('/b', 'y');
        $own->wait(1);
    });
    $fiber->start();
    if ($round % 2 && $fiber->isSuspended()) $fiber->resume();
    unset($fiber);
    $sub->connect(ini_get('ticket.dsn'), fn() => null);
    $stream = (new Client())->stream();
    unset($client, $zookeeper, $sub, $config, $watch, $stream);
    if ($round % 3 === 0) gc_collect_cycles();
}
gc_collect_cycles();
echo "done\n";
PHP;
under_valgrind($code, leasing($server, ['ticket.lease' => 'first_use']));
