--TEST--
A program that the first process executes in its place waits for none of ours; they end, and executed PHP reaps them
--SKIPIF--
<?php
require __DIR__ . '/../lib/processes.php';
skip_without_namespaces();
?>
--FILE--
<?php
require __DIR__ . '/../lib/processes.php';
$server = new Server();
// What the program finds that has been executed: its children, as the kernel knows them.
$look = <<<'PHP'
$ours = function () {
    $found = [];
    foreach (glob('/proc/[0-9]*/stat') as $file) {
        if (preg_match('/\((.*)\) (.) (\d+) /s', (string) @file_get_contents($file), $stat) && (int) $stat[3] === getmypid()) {
            $found[] = [$stat[1], $stat[2] === 'Z'];
        }
    }
    sort($found);
    return $found;
};
for ($end = hrtime(true) + 30e9; in_array(false, array_column($ours(), 1)) && hrtime(true) < $end;) usleep(2000);
echo pcntl_wait($status, WNOHANG) === -1 ? 'waits for none' : 'waits', '; ended: ', implode(' ', array_column($ours(), 0));
// Where there is ticket, a fork reaps.
if (pcntl_fork() === 0) exit;
pcntl_wait($status);
echo '; after a fork: ', array_sum(array_column($ours(), 1)), "\n";
PHP;
foreach (array_slice(places(), 0, 2) as $place => $before) {
    foreach (['without ticket' => [PHP_BINARY, '-n'], 'with ticket' => command('', ['ticket.dsn' => ''])] as $name => $program) {
        $program = array_slice(array_diff($program, ['-r', '']), 1);
        $code = '(new Dig\Ticket\Number())->generate(); pcntl_exec(PHP_BINARY, ' . var_export([...$program, '-r', $look], true) . ');';
        echo "$place, $name: ", run($code, leasing($server), [], $before), "\n";
    }
}
?>
--EXPECT--
as any process, without ticket: waits for none; ended: ticket-standby; after a fork: 1
as any process, with ticket: waits for none; ended: ticket-standby; after a fork: 0
as process 1, without ticket: waits for none; ended: ticket-keeper ticket-standby; after a fork: 2
as process 1, with ticket: waits for none; ended: ticket-keeper ticket-standby; after a fork: 0
