--TEST--
docs/operating.md: what an operator sees while ZooKeeper is away, in that order and in those words
--FILE--
<?php
require __DIR__ . '/documents.php';
$server = new Server();
$php = start(PRELUDE . <<<'PHP'
$number = new Number();
// How the session stands, and whether and in which words something is wrong, each time it is another one; with what a call did then.
$seen = null;
$show = function () use ($number, &$seen) {
    $said = thrown(fn() => $number->generate());
    $status = status();
    $now = [$status['session'], $status['error'], $status['ahead'] > 0, strtok($said, ':')];
    $now === $seen || print(json_encode($seen = $now) . "\n");
};
while (thrown(fn() => $number->generate()) !== 'nothing was thrown');
while (true) {
    $show();
    usleep(20_000);
}
PHP, client($server, ['ticket.window' => 6000, 'ticket.session_timeout' => 3000, 'ticket.acquire_timeout' => 300]));
/** The lines as they come, until one holds all of that. */
$until = function (array $of) use ($php): array {
    do {
        $line = $php->line();
        $line === '' && throw new Exception('it has ended: ' . stream_get_contents($php->pipes[2]));
        $seen[] = $now = json_decode($line, true);
    } while (array_intersect_assoc($of, array_map('json_encode', $now)) !== $of);
    return $seen;
};
$well = ['"connected"', 'null', 'true', '"nothing was thrown"'];
$until($well);
$server->kill();
$away = $until([2 => 'false', 3 => '"Dig\\\\Ticket\\\\Exception\\\\UnavailableNodeIdException"']);
$server->start();
$until($well);
signal($php->pid(), 'KILL');

// What had to be said is in the page.
$page = file_get_contents(ROOT . '/docs/operating.md');
$sessions = [];
foreach ($away as [$session, $error, $ahead, $said]) {
    end($sessions) === $session || $sessions[] = $session;
    // What the server did is not known in the first moment.
    $error === null || preg_match('~^' . preg_quote(str_replace($server->dsn(), 'zk1:2181', $error)) . '(:|$)~m', $page) || print("not in the page: $error\n");
    // As long as there is reserved time, no call fails.
    $ahead && $said !== 'nothing was thrown' && print("failed although time is left: $said\n");
}
echo implode(', ', array_filter($sessions, fn($session) => $session !== 'connected')), "\n";
?>
--EXPECT--
disconnected, expired
