<?php
// php client.php PORT [SCRIPT]: asks an FPM for the script again and again, or else an HTTP server for its page.

require __DIR__ . '/../lib/service.php';
[, $port] = $argv;
while (true) {
    try {
        if (isset($argv[2])) {
            fastcgi((int) $port, $argv[2], 'issue=1');
        } elseif (!@file_get_contents("http://127.0.0.1:$port/page.php?issue=1")) {
            throw new Exception('no answer');
        }
    } catch (Exception) {
        // The worker was killed. What fails in it is in its journal.
        usleep(10_000);
    }
}
