<?php
// php watch.php FILE HOST:PORT...: asks ZooKeeper's servers all the time for a session, and writes when one begins to
// grant them, or has stopped: a time (CLOCK_MONOTONIC, ns), the server's number from 1, and 1 or 0. It has stopped
// when it last did. (What it says of itself with `srvr` is not enough: a leader that is cut off says that it serves
// until it notices, and after elections servers were seen to say so for half a minute in which they committed nothing.)

[, $file] = $argv;
$servers = array_slice($argv, 2);
// A ConnectRequest: protocol 0, nothing seen, 400 ms, no session before. The session ends by itself.
$connect = pack('NNJNJN', 44, 0, 0, 400, 0, 16) . str_repeat("\0", 16);
$serves = array_fill(0, count($servers), null);
$served = array_fill(0, count($servers), hrtime(true));
while (true) {
    $begin = hrtime(true);
    $sockets = $answers = $heard = [];
    foreach ($servers as $i => $server) {
        $socket = @stream_socket_client("tcp://$server", $code, $message, 0.2);
        if ($socket && @fwrite($socket, $connect)) {
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
            if ($bytes === '' || strlen($answers[$i]) >= 20) {
                unset($sockets[$i]);
            }
        }
    }
    foreach ($servers as $i => $_) {
        // Length, protocol, the time-out that was granted, and the session.
        $now = strlen($answers[$i] ?? '') >= 20 && unpack('J', $answers[$i], 12)[1] !== 0;
        if ($now !== $serves[$i]) {
            $at = $now ? $heard[$i] : $served[$i];
            file_put_contents($file, "$at " . ($i + 1) . ' ' . (int) $now . "\n", FILE_APPEND);
            $serves[$i] = $now;
        }
        $served[$i] = $now ? $heard[$i] : $served[$i];
    }
    usleep(100_000);
}
