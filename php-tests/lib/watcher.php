<?php
// Kills what a server has left when its test has ended, however that ended: reads sessions, one a line, until its
// input ends, and kills all processes of the last.

require __DIR__ . '/ticket.php';

for ($session = 0; ($line = fgets(STDIN)) !== false;) {
    $session = (int) $line;
}
foreach ($session ? of_session($session) : [] as $pid) {
    signal($pid, 'KILL');
}
