<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
$code = WORKERS . <<<'PHP'
[$first, $mark] = [getmypid(), ini_get('ticket.path')];
$both = fn() => count(ours($mark)) === 2;
$issue = fn() => (new Number())->generate();
await() === 'used' && $issue();
worker(fn() => 0);
echo "ready\n";
// It becomes one.
await();
worker($issue);
until(fn() => $both() && str_starts_with($whose = whose($mark, $first), 'keeper of the first'));
echo whose($mark, $first), "\n";
foreach (['standby', 'keeper'] as $name) {
    $session = status()['session_id'];
    kill(ours($mark)[$name][0][0]);
    // Each keeper has a session of its own.
    $is_there = fn() => $issue() && $both() && ($name === 'standby' || status()['session_id'] !== $session);
    worker(fn() => print(until($is_there) ? '' : "no other $name\n"));
    echo strange();
}
PHP;
foreach (['startup' => 'used', 'startup, not used' => '', 'first_use' => 'used', 'first_use, not used' => ''] as $name => $used) {
    $ini = leasing($server, ['ticket.lease' => explode(',', $name)[0], 'ticket.path' => '/' . bin2hex(random_bytes(4))]);
    // Under one that reaps: what was an orphan before.
    $php = start($code, $ini, [], [...PID_NAMESPACE, built('place'), 'reap', ...looking($file = scratch('left'))]);
    $php->say($used);
    ($ready = fgets($php->pipes[1])) === "ready\n" || die($ready . $php->finish());
    $name === 'startup, not used' && eventually(fn() => keepers($ini['ticket.path']), what: 'a keeper');
    signal(inner($php->pid()), 'RTMAX');
    $php->say('');
    echo "$name: ", with_left($php->finish()), "\n";
    trim((string) @file_get_contents($file)) === 'nothing' || print('of its children, ' . file_get_contents($file));
}
?>
