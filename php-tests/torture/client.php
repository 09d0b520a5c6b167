<?php
// php client.php PORT SCRIPT: asks an FPM for the script again and again.

require __DIR__ . '/../lib/service.php';
[, $port, $script] = $argv;
while (true) {
    try {
        fastcgi((int) $port, $script, 'issue=1');
    } catch (Exception) {
        // The worker was killed. What fails in it is in its journal.
        usleep(10_000);
    }
}
