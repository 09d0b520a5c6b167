<?php
// php dns.php ADDRESS: a DNS server on port 53 of an address of the loopback network. It knows that good.test is
// 127.0.0.1 and many.test is that and 19 more, answers for slow*.test 3 s late, and for no other name. It prints a line
// when it is there; told `moved N MS`, it says so late that good.test is 127.0.0.N, and told `fails`, that it fails for
// all names; it ends with its stdin.

$server = @stream_socket_server("udp://$argv[1]:53", $code, $message, STREAM_SERVER_BIND) ?: exit($message);
echo "ready\n";
[$late, $good, $delay, $fails] = [[], 1, 0, false];
while (true) {
    [$read, $none] = [[STDIN, $server], null];
    stream_select($read, $none, $none, 0, 50_000);
    if (in_array(STDIN, $read, true)) {
        ($line = fgets(STDIN)) === false && exit;
        $fails = $line === "fails\n";
        sscanf($line, 'moved %d %d', $good, $delay);
        echo $line;
    }
    if (in_array($server, $read, true)) {
        $query = stream_socket_recvfrom($server, 1500, 0, $from);
        $end = strpos($query, "\0", 12) + 1;
        $labels = substr($query, 12, $end - 12);
        $addresses = match (true) {
            $fails => [],
            str_starts_with($labels, "\4good") => [$good],
            str_starts_with($labels, "\4many") => range(1, 20),
            str_starts_with(substr($labels, 1), 'slow') => [1],
            default => null,
        };
        if ($addresses !== null) {
            // Of other types than A there are none.
            $addresses = unpack('n', $query, $end)[1] === 1 ? $addresses : [];
            $records = array_map(fn($last) => pack('nnnNnC4', 0xC00C, 1, 1, 0, 4, 127, 0, 0, $last), $addresses);
            $answer = substr($query, 0, 2) . pack('n5', $fails ? 0x8182 : 0x8180, 1, count($records), 0, 0)
                . substr($query, 12, $end - 12 + 4) . implode($records);
            $slow = str_starts_with(substr($labels, 1), 'slow');
            $late[] = [microtime(true) + ($slow ? 3 : $delay / 1000), $answer, $from];
        }
    }
    foreach ($late as $key => [$when, $answer, $to]) {
        if ($when <= microtime(true)) {
            stream_socket_sendto($server, $answer, 0, $to);
            unset($late[$key]);
        }
    }
}
