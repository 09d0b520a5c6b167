--TEST--
Clients: defaults are the settings; a bad or late one is named
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$code = PRELUDE . <<<'PHP'
use Dig\Zookeeper\Client;
echo preg_replace('/\d+\.\d+\.\d+\.\d+:\d+/', 'N', thrown(fn() => (new Client())->set('/a', ''))), "\n";
PHP;
$ini = ['ticket.dsn' => '127.0.0.1:1', 'ticket.lease' => 'first_use'];
// In time, and it says how long: nobody listens there.
echo strtok(run($code, ['ticket.zookeeper_timeout' => 20] + $ini), ':'), "\n";
$start = hrtime(true);
run($code, ['ticket.zookeeper_timeout' => 1500] + $ini);
var_dump(hrtime(true) - $start > 1_500_000_000);
foreach ([['ticket.zookeeper_timeout' => 'x'], ['ticket.node_bits' => 0], ['ticket.dsn' => "''"]] as $wrong) {
    $said = explode("\n", run($code, $wrong + $ini));
    echo end($said), "\n";
}
?>
--EXPECT--
Dig\Zookeeper\Exception\OperationTimeoutException
bool(true)
Dig\Zookeeper\Exception\ZookeeperException: ticket.zookeeper_timeout must be a whole number from 1 to 3600000, "x" given
Dig\Zookeeper\Exception\ZookeeperException: ticket.node_bits must be between 1 and 14, 0 given
ValueError: Dig\Zookeeper\Client::__construct(): Argument #1 ($dsn) must be given, since ticket.dsn is empty
