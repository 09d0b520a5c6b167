--TEST--
A fork has none of its parent's registrations: it sees, changes and ends nothing of them, and may have its own
--FILE--
<?php
require __DIR__ . '/../lib/discovery.php';
$server = new Server();
echo run(PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
$services = new Discovery();
$client = new Client();
$registration = $services->register('web', 'a:1', ['of' => 'parent']);
$path = $registration->getPath();
foreach (['exit', 'kill', 'own'] as $how) {
    if (!$child = pcntl_fork()) {
        echo json_encode([$registration->isRegistered(), $registration->getPath() === $path]), ' ';
        echo failed(fn() => $registration->update('b:1')), ' ';
        $registration->unregister();
        if ($how === 'own') {
            $own = $services->register('web', 'a:1', ['of' => 'fork']);
            echo json_encode([$own->isRegistered(), $own->getPath() !== $path, count($client->getChildren('/services/web'))]), ' ';
        }
        if ($how === 'kill') exec('kill -9 ' . getmypid());
        exit;
    }
    pcntl_waitpid($child, $status);
    echo json_encode(soon(fn() => count($client->getChildren('/services/web')) === 1)), ' ';
    echo json_encode([$registration->isRegistered(), $client->get($path), $client->exists($path)->version]), "\n";
}
PHP, discovery($server)), "\n";
?>
--EXPECT--
[false,true] InvalidStateException -9 - certain true [true,"{\"address\":\"a:1\",\"meta\":{\"of\":\"parent\"}}",0]
[false,true] InvalidStateException -9 - certain true [true,"{\"address\":\"a:1\",\"meta\":{\"of\":\"parent\"}}",0]
[false,true] InvalidStateException -9 - certain [true,true,2] true [true,"{\"address\":\"a:1\",\"meta\":{\"of\":\"parent\"}}",0]
