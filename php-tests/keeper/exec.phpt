--TEST--
A process that executes something else has left: its own node is free, and the family's when it was the last
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$php = start(PRELUDE . <<<'PHP'
$dsn = ini_get('ticket.dsn');
(new Number())->generate();
echo (new Zookeeper($dsn, '/own'))->getId(), "\n";
if (!$child = pcntl_fork()) {
    echo (new Zookeeper($dsn, '/own'))->getId(), "\n";
    await();
    pcntl_exec('/bin/sh', ['-c', 'echo executed; exec sleep 300']);
}
await();
pcntl_exec('/bin/sh', ['-c', "echo executed; read line; kill -9 $child"]);
PHP, leasing($server));
[$own, $childs] = [(int) $php->line(), (int) $php->line()];
$names = fn(int ...$nodes) => array_map(fn($node) => sprintf('%04d', $node), $nodes);
$both = [$own, $childs];
sort($both);
var_dump(claims($server, '/own') === $names(...$both));
// Either of the two.
$php->say('');
echo $php->line(), "\n";
eventually(fn() => in_array(claims($server, '/own'), [$names($own), $names($childs)], true), what: 'one claim');
echo count(leases($server)), " claim of the family\n";
$php->say('');
echo $php->line(), "\n";
eventually(fn() => !claims($server, '/own') && !claims($server), what: 'no claim');
eventually(fn() => !keepers($server->dsn()), what: 'no keeper');
echo "none\n";
$php->finish();

// A process with a child that has a node of its own, too.
$php = start(PRELUDE . <<<'PHP'
$dsn = ini_get('ticket.dsn');
(new Zookeeper($dsn, '/own'))->getId();
$pair = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
if (!$child = pcntl_fork()) {
    fclose($pair[0]);
    fwrite($pair[1], (new Zookeeper($dsn, '/own'))->getId() . "\n");
    fgets($pair[1]);
    exit;
}
fclose($pair[1]);
echo fgets($pair[0]);
pcntl_exec('/bin/sh', ['-c', "read line; kill -9 $child"]);
PHP, leasing($server));
$childs = (int) $php->line();
eventually(fn() => claims($server, '/own') === $names($childs), what: "the child's claim");
echo "the child's is left\n";
$php->finish();
eventually(fn() => !claims($server, '/own'), what: 'no claim');

// One that has issued under another keeper than the one that leased its node: a permit ends after 400 ms.
$php = start(PRELUDE . <<<'PHP'
if (!pcntl_fork()) {
    $number = new Number(new Zookeeper(ini_get('ticket.dsn'), '/own'));
    $number->generate();
    echo getmypid(), "\n", status()['keeper'], "\n";
    await();
    new Number(850);
    usleep(500_000);
    $number->generate();
    echo status()['keeper'], "\n";
    pcntl_exec('/bin/sleep', ['300']);
}
pcntl_wait($status);
PHP, leasing($server, ['ticket.window' => 300]));
$child = (int) $php->line();
($keeper = (int) $php->line()) > 1 || die($php->finish());
kill($keeper);
$php->say('');
echo (int) $php->line() === $keeper ? 'the same keeper' : 'another keeper', "\n";
eventually(fn() => !claims($server, '/own'), what: 'no claim of its own');
echo "none\n";
kill($child);
$php->finish();

// The only process.
$php = start(PRELUDE . <<<'PHP'
(new Number())->generate();
pcntl_exec('/bin/sh', ['-c', 'echo executed; read line']);
PHP, leasing($server));
echo $php->line(), "\n";
eventually(fn() => !claims($server) && !keepers($server->dsn()), what: 'the family ends');
echo "none\n";
$php->finish();
?>
--EXPECT--
bool(true)
executed
1 claim of the family
executed
none
the child's is left
another keeper
none
executed
none
