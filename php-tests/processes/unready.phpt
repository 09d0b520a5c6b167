--TEST--
What is started and hangs in a lock of another thread's is tried again; what is not ready is ended when PHP ends or starts another
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
$run = function (string $code, array $env, array $ini = []) use ($server) {
    $libraries = preload() . ':' . built('preload');
    $env += ['LD_PRELOAD' => $libraries, 'TICKET_TEST_LEFT' => $file = scratch('left'), 'TICKET_TEST_STARTS' => $starts = scratch('starts')];
    $said = run(PRELUDE . $code, leasing($server, $ini), $env);
    $said = preg_replace('/^Dig.*: |; start PHP .*/m', '', $said);
    $tried = filesize($starts) > 1 ? 'tried again' : 'started once';
    echo "  $tried; ", $said ?: 'nothing', '; of its children ', trim(file_get_contents($file)), " is left\n";
};
$leases = ['startup', 'first_use'];
$generate = 'echo thrown(fn() => (new Number())->generate());';
foreach ($leases as $lease) {
    echo "$lease, the first hangs:\n";
    // Also where a machine is so slow that the second one seems to.
    $run($generate, ['TICKET_TEST_HELD' => 1], ['ticket.lease' => $lease]);
    echo "$lease, all hang:\n";
    $run($generate, ['TICKET_TEST_HELD' => 1000], ['ticket.lease' => $lease, 'ticket.acquire_timeout' => 1500]);
}
// It still holds what of the family's would keep that from its end.
echo "not ready when PHP ends:\n";
$run('', ['TICKET_TEST_LATE' => 10_000]);

// It would be ready when all is over.
$env = ['LD_PRELOAD' => preload(), 'TICKET_TEST_LATE' => 30_000, 'TICKET_TEST_LATE_ONCE' => 1];
$worker = "if (!\$worker = pcntl_fork()) { echo (new Zookeeper('{$server->dsn()}'))->getId() > 0 ? 'issued' : ''; exit; } pcntl_waitpid(\$worker, \$status);";
$cases = [
    'first_use' => ['echo (new Number())->generate() > 0 ? "issued" : "";', ['ticket.lease' => 'first_use']],
    'startup' => ['echo (new Number())->generate() > 0 ? "issued" : "";', []],
    'in a worker' => [$worker, ['ticket.dsn' => '']],
];
foreach ($cases as $name => [$code, $ini]) {
    // Under one that reaps nothing.
    $said = run(PRELUDE . $code . ' echo "\n";', leasing($server, $ini), $env, [built('place'), 'watch']);
    echo "not ready when another is started, $name: ", with_left($said), "\n";
}
?>
--EXPECT--
startup, the first hangs:
  tried again; nothing was thrown; of its children nothing is left
startup, all hang:
  tried again; it hangs in what another thread of PHP was about to do; of its children nothing is left
first_use, the first hangs:
  tried again; nothing was thrown; of its children nothing is left
first_use, all hang:
  tried again; it hangs in what another thread of PHP was about to do; of its children nothing is left
not ready when PHP ends:
  started once; nothing; of its children nothing is left
not ready when another is started, first_use: issued
not ready when another is started, startup: issued
not ready when another is started, in a worker: issued
