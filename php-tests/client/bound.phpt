--TEST--
Ephemeral znodes: in a session of the client's own, and gone when it ends, however it ends
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
// The session is long: nothing ends here because its time is over.
$client = new Client(null, ['session_timeout' => 60_000]);
$path = $client->create('/e-', 'x', null, Client::EPHEMERAL | Client::SEQUENCE);
$mine = $client->exists($path)->ephemeralOwner === $client->getSessionId();
echo json_encode([$path, $mine, $client->getState() === SessionState::Connected]), "\n";
PHP;
$ends = [
    'close' => '$client->close(); echo json_encode([(new Client())->exists($path)]), "\n"; await();',
    'destructor' => 'unset($client); echo json_encode([(new Client())->exists($path)]), "\n"; await();',
    'end of the script' => '',
    'exit' => 'exit;',
    'exception' => 'ini_set("display_errors", 0); throw new Exception();',
    'kill' => 'exec("kill -9 " . getmypid());',
    'exec' => 'pcntl_exec("/bin/sleep", ["60"]);',
    'kill, and a fork that outlives' => 'if (pcntl_fork()) exec("kill -9 " . getmypid()); fclose(STDOUT); fclose(STDERR); await();',
];
foreach ($ends as $how => $end) {
    $php = start($code . $end, client($server));
    [$path, $mine, $connected] = json_decode($php->line()) ?? exit($php->finish());
    var_dump($mine && $connected);
    if (in_array($how, ['close', 'destructor'], true)) {
        // Gone when the call has returned.
        echo $how, ': ', $php->line(), "\n";
    } else {
        eventually(fn() => $znodes->getData($path) === null, 40, "$how: $path is gone before its session's time");
        echo "$how: gone\n";
    }
    $how === 'exec' && signal($php->pid(), 'KILL');
    $php->finish();
}
// Nothing is left of any of them.
eventually(fn() => sessions($server) === 1, 40, 'all sessions have ended');
?>
--EXPECT--
bool(true)
close: [null]
bool(true)
destructor: [null]
bool(true)
end of the script: gone
bool(true)
exit: gone
bool(true)
exception: gone
bool(true)
kill: gone
bool(true)
exec: gone
bool(true)
kill, and a fork that outlives: gone
