--TEST--
Root and another user use one registry at the same time, whoever made it
--SKIPIF--
<?php
if (trim(shell_exec('id -u')) !== '0') die('skip: two users need root; run the tests as root to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$nobody = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'];
foreach ([[[], $nobody], [$nobody, []]] as [$first, $second]) {
    $parent = scratch('shared');
    mkdir($parent);
    chmod($parent, 01777);
    $ini = ['ticket.local_path' => "$parent/ticket"];
    $code = PRELUDE . <<<'PHP'
    umask(077);
    $number = new Number();
    echo $number->getNodeId(), "\n";
    await();
    $ids = array_merge($number->generateMany(10_000), (new Number(5))->generateMany(10_000));
    $local = new Number(new Local());
    echo $local->getNodeId(), "\n";
    echo base64_encode(pack('q*', ...$ids)), "\n";
    PHP;
    $a = start($code, $ini, [], $first);
    $nodes = [(int) $a->line()];
    $b = start($code, $ini, [], $second);
    $nodes[] = (int) $b->line();
    $a->say('go');
    $b->say('go');
    $nodes[] = (int) $a->line();
    $nodes[] = (int) $b->line();
    $ids = array_map(fn($p) => array_values(unpack('q*', base64_decode($p->line()))), [$a, $b]);
    // Each process has two streams: the family's node and node 5.
    check(40_000, ...array_merge(...array_map(fn($list) => array_chunk($list, 10_000), $ids)));
    var_dump(count(array_unique($nodes)), $a->finish() . $b->finish());
    printf("%o %o\n", fileperms("$parent/ticket"), fileperms("$parent/ticket/registry"));
    // A file of another user in a sticky directory, opened anew by each.
    var_dump((int) run('echo (new Dig\Ticket\Number(6))->getNodeId();', $ini, [], $first));
    var_dump((int) run('echo (new Dig\Ticket\Number(6))->getNodeId();', $ini, [], $second));
}
?>
--EXPECT--
int(4)
string(0) ""
41777 100666
int(6)
int(6)
int(4)
string(0) ""
41777 100666
int(6)
int(6)
