--TEST--
A registration ends with the process that registered, however that ends, and not with its session's time
--FILE--
<?php
require __DIR__ . '/../lib/discovery.php';
$server = new Server();
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . DISCOVERY . <<<'PHP'
$registration = (new Discovery())->register('web', 'a:1');
echo $registration->getPath(), "\n";
PHP;
$ends = [
    'end of the script' => '',
    'exit' => 'exit;',
    'exception' => 'ini_set("display_errors", 0); throw new Exception();',
    'kill' => 'exec("kill -9 " . getmypid());',
    'exec' => 'pcntl_exec("/bin/sleep", ["300"]);',
    // Its fork has all of its descriptors.
    'kill, and a fork that outlives' => 'if (pcntl_fork()) exec("kill -9 " . getmypid()); fclose(STDOUT); fclose(STDERR); await();',
    'exit, and a fork that outlives' => 'if (pcntl_fork()) exit; fclose(STDOUT); fclose(STDERR); await();',
];
foreach ($ends as $how => $end) {
    $php = start($code . $end, discovery($server));
    $path = $php->line();
    str_starts_with($path, '/services/web/') || exit($php->finish());
    eventually(fn() => $znodes->getData($path) === null, 40, "$how: gone before its session's time");
    echo "$how: gone\n";
    $how === 'exec' && signal($php->pid(), 'KILL');
    $php->finish();
}
// Nothing is left of any of them: only the session of this test.
eventually(fn() => sessions($server) === 1, 40, 'all sessions have ended');
// When PHP has ended, it is gone.
run($code, discovery($server));
echo json_encode(registered($znodes)), "\n";
?>
--EXPECT--
end of the script: gone
exit: gone
exception: gone
kill: gone
exec: gone
kill, and a fork that outlives: gone
exit, and a fork that outlives: gone
[]
