--TEST--
No keeper outlives its family, and with it goes the claim, however the family ends
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$path = '/' . bin2hex(random_bytes(4));
$ini = leasing($server, ['ticket.path' => $path]);
$keeping = fn() => count(keepers("ticket.path=$path"));
$none = function (string $how) use ($server, $path) {
    eventually(fn() => !keepers("ticket.path=$path") && !standbys("ticket.path=$path") && !claims($server, $path), what: "$how: the keeper's end");
    echo "$how\n";
};
$lease = PRELUDE . '(new Number())->generate();';

echo run("$lease echo status()['keeper'] > 0 ? 'leased' : '';", $ini), ' ', count(claims($server, $path)), " claims\n";
$none('a normal end');
// PHP's end waits for it, here for a keeper that is stopped.
$php = start("$lease echo status()['keeper'], \"\\n\"; await();", $ini);
($keeper = (int) $php->line()) > 1 || die($php->finish());
pause($keeper);
$php->say('');
$runs = fn() => proc_get_status($php->process)['running'];
for ($i = 0; $i < 50 && $runs(); $i++) {
    usleep(10_000);
}
echo $runs() ? 'PHP waits, ' : 'PHP has ended, ', count(leases($server, $path)), " claim, ";
signal($keeper, 'CONT');
$php->finish();
echo count(claims($server, $path)), " claims\n";
$none('a slow end');
// But it does not wait for a keeper that is gone; then the claim goes with its session.
$php = start("$lease echo status()['keeper'], \"\\n\"; await();", ['ticket.release_timeout' => 600_000] + $ini);
($keeper = (int) $php->line()) > 1 || die($php->finish());
kill_both($keeper);
$php->say('');
eventually(fn() => !proc_get_status($php->process)['running'], 60, 'PHP ends');
$none('killed before');
run("$lease exit(3);", $ini);
$none('exit');
run('', $ini);
$none('no use');
run("$lease if (!pcntl_fork()) exit(0); pcntl_wait(\$status);", $ini);
$none('exit of a child, then of the parent');

// The parent ends first, then the child.
$php = start("$lease echo \"\\n\"; if (pcntl_fork()) exit; await();", $ini);
$php->line();
eventually(fn() => !file_exists("/proc/{$php->pid()}/exe") || !$php->pid(), what: 'the parent ends');
echo settled($keeping, 1), ' keeper of ', count(leases($server, $path)), " claim for the child\n";
$php->finish();
$none('exit of the parent, then of a child');

$php = start("$lease echo \"\\n\"; await();", $ini);
$php->line();
kill($php->pid());
$none('kill -9');

$php = start(
    "$lease for (\$i = 0; \$i < 3; \$i++) { if (!\$pid = pcntl_fork()) sleep(300); echo \"\$pid\\n\"; } sleep(300);",
    $ini,
);
$pids = [(int) $php->line(), (int) $php->line(), (int) $php->line()];
foreach ($pids as $pid) {
    kill($pid);
}
echo settled($keeping, 1), " keeper while the parent lives\n";
kill($php->pid());
$none('kill -9 of all');

// A stopped family has not ended; it ends when it is killed.
$php = start("$lease echo \"\\n\"; await();", $ini);
$php->line();
pause($php->pid());
usleep(100_000);
echo settled($keeping, 1), " keeper while PHP is stopped\n";
kill($php->pid());
$none('kill -9 of a stopped one');

// In the middle of a lease that is being taken.
for ($i = 0; $i < 10; $i++) {
    $php = start('sleep(300);', $ini);
    usleep(random_int(0, 40_000));
    kill($php->pid());
}
$none('kill -9 at any moment');
// Its last words may still be on their way.
eventually(fn() => !sessions($server), what: 'the sessions end');
?>
--EXPECT--
leased 0 claims
a normal end
PHP waits, 1 claim, 0 claims
a slow end
killed before
exit
no use
exit of a child, then of the parent
1 keeper of 1 claim for the child
exit of the parent, then of a child
kill -9
1 keeper while the parent lives
kill -9 of all
1 keeper while PHP is stopped
kill -9 of a stopped one
kill -9 at any moment
