--TEST--
Beside php-zookeeper, \ZookeeperException is its class and ours extend it, in whichever order the two are loaded
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$other = scratch('zookeeper');
exec('cc -shared -fPIC -Wall $($PHP_CONFIG --includes) -o ' . "$other " . escapeshellarg(__DIR__ . '/zookeeper.c') . ' 2>&1', $said, $failed);
!$failed || die(implode("\n", $said));
$code = <<<'PHP'
$client = new Dig\Zookeeper\Client('127.0.0.1:1');
$client->close();
try {
    $client->get('/a');
} catch (ZookeeperException $error) {
    echo get_class($error), ' ', $error::THEIRS, ' ', (new ReflectionClass('ZookeeperException'))->getExtensionName(), "\n";
}
PHP;
foreach ([[$other, getenv('TICKET_TEST_MODULE')], [getenv('TICKET_TEST_MODULE'), $other]] as [$first, $second]) {
    $command = [getenv('TEST_PHP_EXECUTABLE'), '-n', '-d', "extension=$first", '-d', "extension=$second", '-d', 'ticket.lease=first_use'];
    echo shell_exec(implode(' ', array_map('escapeshellarg', [...$command, '-r', $code])) . ' 2>&1');
}
?>
--EXPECT--
Dig\Zookeeper\Exception\ClosedException 1 zookeeper
Dig\Zookeeper\Exception\ClosedException 1 zookeeper
