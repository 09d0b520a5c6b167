--TEST--
A keeper that may open no more files says so to those who come too late, and goes on for the others
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$php = start(PRELUDE . <<<'PHP'
$number = new Number();
$number->generate();
[$node, $keeper] = [$number->getNodeId(), status()['keeper']];
$pair = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
for ($i = 0; $i < 20; $i++) {
    if (!pcntl_fork()) {
        fclose($pair[0]);
        $own = new Zookeeper(ini_get('ticket.dsn'), '/own');
        fwrite($pair[1], preg_replace('/.*: /', '', answered(fn() => $own->getId())) . "\n");
        fgets($pair[1]);
        exit;
    }
    $said[] = fgets($pair[0]);
    $number->generate();
}
$said = array_count_values($said);
ksort($said);
echo json_encode(array_keys($said)), "\n", $said["nothing was thrown\n"] > 5 ? "some\n" : "none\n";
var_dump($number->getNodeId() === $node, status()['keeper'] === $keeper, status()['error']);
fclose($pair[0]);
fclose($pair[1]);
while (pcntl_wait($status) > 0);
PHP, leasing($server, ['ticket.acquire_timeout' => 2500]), [], ['sh', '-c', 'ulimit -n 64; exec "$@"', 'sh']);
echo $php->finish(), "\n";
?>
--EXPECT--
["nothing was thrown\n","the keeper may not open more files, and takes two for each process with a node ID of its own; raise the limit for PHP (ulimit -n)\n"]
some
bool(true)
bool(true)
NULL
