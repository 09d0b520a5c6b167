--TEST--
A fork uses its parent's object over a connection of its own; the parent's session and watches are not its
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
echo run(PRELUDE . CLIENT . <<<'PHP'
$client = new Client(null, ['session_timeout' => 60_000]);
$client->create('/e', 'x', null, Client::EPHEMERAL);
$session = $client->getSessionId();
for ($round = 0; $round < 3; $round++) {
    if (!$child = pcntl_fork()) {
        // A light one here; and then it has a session of its own.
        echo $client->get('/e');
        echo (int) ($client->getSessionId() !== $session);
        $client->create("/f$round", 'x', null, Client::EPHEMERAL);
        if ($round === 0) exit;
        if ($round === 1) { $client->close(); exit; }
        exec("kill -9 " . getmypid());
    }
    pcntl_waitpid($child, $status);
    for ($end = hrtime(true) + 30e9; $client->exists("/f$round") && hrtime(true) < $end; usleep(1000));
    echo json_encode([$client->exists('/e')?->ephemeralOwner === $session, $client->exists("/f$round")]), "\n";
}
echo $client->getSessionId() === $session ? 'same' : 'other', "\n";
PHP, client($server)), "\n";
?>
--EXPECT--
x1[true,null]
x1[true,null]
x1[true,null]
same
