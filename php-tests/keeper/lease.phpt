--TEST--
ticket.lease: at the start, or when an ID is first asked for
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$php = start('await();' . PRELUDE, leasing($server));
eventually(fn() => count(leases($server)) === 1, what: 'a claim without any use');
echo settled(fn() => count(keepers($server->dsn())), 1), " keeper at the start\n";
$php->finish();
eventually(fn() => !keepers($server->dsn()), what: 'no keeper');

$uses = ['(new Number())->generate()', '(new Number())->getNodeId()', '(new Number())->generateMany(2)', 'new Number(5)'];
foreach ([...$uses, '(new Zookeeper(ini_get("ticket.dsn")))->getId()'] as $use) {
    $php = start(PRELUDE . <<<PHP
    \$number = new Number();
    \$node = new Zookeeper(ini_get('ticket.dsn'));
    Number::parse(5);
    status();
    \$number->getTimestamp();
    if (!pcntl_fork()) exit;
    pcntl_wait(\$status);
    echo json_encode([status()['keeper'], status()['session'], status()['node']]), "\\n";
    await();
    $use;
    echo status()['keeper'] > 1 ? 'a keeper' : 'none', ', ', status()['session'], "\\n";
    await();
    PHP, leasing($server, ['ticket.lease' => 'first_use']));
    echo $php->line(), ' ', count(keepers($server->dsn())), ' keepers ', count(leases($server)), ' claims ';
    $php->say('');
    echo $php->line(), ', ', count(leases($server)), " claim: $use\n";
    $php->finish();
    eventually(fn() => !claims($server) && !keepers($server->dsn()), what: 'no keeper');
}
?>
--EXPECT--
1 keeper at the start
[null,"none",null] 0 keepers 0 claims a keeper, connected, 1 claim: (new Number())->generate()
[null,"none",null] 0 keepers 0 claims a keeper, connected, 1 claim: (new Number())->getNodeId()
[null,"none",null] 0 keepers 0 claims a keeper, connected, 1 claim: (new Number())->generateMany(2)
[null,"none",null] 0 keepers 0 claims a keeper, connected, 1 claim: new Number(5)
[null,"none",null] 0 keepers 0 claims a keeper, connected, 1 claim: (new Zookeeper(ini_get("ticket.dsn")))->getId()
