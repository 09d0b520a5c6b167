--TEST--
IDs do not notice what clients do: large values and long lists from many processes delay no extension of the lease
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$run = scratch('ids');
// Whatever had to wait for a lease would throw.
$ini = ['ticket.lease' => 'startup', 'ticket.acquire_timeout' => 0, 'ticket.window' => 6000] + leasing($server);
$php = start(PRELUDE . CLIENT . LOAD . <<<PHP
\$number = new Number();
first(\$number);
\$client = new Client(null, ['timeout' => 60_000]);
\$client->makePath('/list');
for (\$i = 0; \$i < 10; \$i++) {
    \$many = \$client->transaction();
    for (\$j = 0; \$j < 500; \$j++) \$many->create("/list/a-name-as-long-as-they-often-are-\$i-\$j", '');
    \$many->commit();
}
\$value = str_repeat('x', 1_000_000);
for (\$i = 0; \$i < 8; \$i++) {
    if (!pcntl_fork()) {
        \$client->makePath("/large/\$i");
        while (!file_exists('$run.stop')) {
            try {
                \$client->set("/large/\$i", \$value);
                count(\$client->getChildren('/list')) === 5000 || print("too few\\n");
            } catch (E\\ZookeeperException) {
                // The server has too much to do.
            }
        }
        exit;
    }
}
touch('$run.flood');
load(\$number, '$run');
while (pcntl_wait(\$status) > 0);
\$seen = status();
echo json_encode([\$seen['lost'], \$seen['moves']]), "\\n";
PHP, $ini);
eventually(fn() => file_exists("$run.flood"), 120, 'clients flood');
sleep(5);
stop($run);
echo $php->finish(), "\n";
echo count(loaded($run)), "\n";
?>
--EXPECT--
[0,0]
1
