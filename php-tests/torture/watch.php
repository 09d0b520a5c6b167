<?php
// php watch.php FILE HOST:PORT...: asks ZooKeeper's servers all the time whether they serve, and writes each change:
// a time (CLOCK_MONOTONIC, ns), the server's number from 1, and 1 or 0. One that does not answer any more has
// stopped serving when it last did.

[, $file] = $argv;
$servers = array_slice($argv, 2);
$serves = array_fill(0, count($servers), null);
$served = array_fill(0, count($servers), hrtime(true));
while (true) {
    $begin = hrtime(true);
    $sockets = $answers = $heard = [];
    foreach ($servers as $i => $server) {
        $socket = @stream_socket_client("tcp://$server", $code, $message, 0.2);
        if ($socket && @fwrite($socket, 'srvr')) {
            stream_set_blocking($socket, false);
            $sockets[$i] = $socket;
        }
    }
    while ($sockets && hrtime(true) - $begin < 500_000_000) {
        [$read, $none] = [$sockets, []];
        stream_select($read, $none, $none, 0, 50_000);
        foreach ($read as $i => $socket) {
            $bytes = (string) @fread($socket, 4096);
            $answers[$i] = ($answers[$i] ?? '') . $bytes;
            $heard[$i] = hrtime(true);
            if ($bytes === '') {
                unset($sockets[$i]);
            }
        }
    }
    foreach ($servers as $i => $_) {
        $now = str_contains($answers[$i] ?? '', 'Mode:');
        if ($now !== $serves[$i]) {
            $at = $now ? $heard[$i] : $served[$i];
            file_put_contents($file, "$at " . ($i + 1) . ' ' . (int) $now . "\n", FILE_APPEND);
            $serves[$i] = $now;
        }
        $served[$i] = $now ? $heard[$i] : $served[$i];
    }
    usleep(50_000);
}
