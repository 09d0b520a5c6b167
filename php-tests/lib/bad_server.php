<?php
// php bad_server.php KIND: what listens on a port of 127.0.0.1 and is no ZooKeeper that serves (class BadServer of
// zookeeper.php starts it). It prints its port, and ends with its stdin.

/** Says nothing; closes at once; speaks TLS only; speaks HTTP; says something when connected to; does not accept. */
[, $kind] = $argv;
$options = ['socket' => ['backlog' => $kind === 'full' ? 0 : 100]];
if ($kind === 'tls') {
    $key = openssl_pkey_new(['private_key_type' => OPENSSL_KEYTYPE_EC, 'curve_name' => 'prime256v1']);
    $certificate = openssl_csr_sign(openssl_csr_new(['commonName' => 'test'], $key), null, $key, 1);
    openssl_x509_export($certificate, $text);
    openssl_pkey_export($key, $secret);
    file_put_contents($file = tempnam(sys_get_temp_dir(), 'tls'), $text . $secret);
    $options['ssl'] = ['local_cert' => $file];
}
$flags = STREAM_SERVER_BIND | STREAM_SERVER_LISTEN;
do {
    // Below those that outgoing connections get.
    $port = random_int(10_000, 32_000);
    $server = @stream_socket_server("tcp://127.0.0.1:$port", $code, $message, $flags, stream_context_create($options));
} while (!$server);
$streams = [];
if ($kind === 'full') {
    // As many as have room; what comes then is lost, as on a network that swallows it.
    while ($client = @stream_socket_client("tcp://127.0.0.1:$port", $code, $message, 0.3)) {
        $streams[] = $client;
    }
}
echo "$port\n";
while (true) {
    [$read, $none] = [[STDIN, ...$streams], null];
    $kind === 'full' || $read[] = $server;
    stream_select($read, $none, $none, null);
    foreach ($read as $stream) {
        if ($stream === STDIN) {
            exit(isset($file) ? (int) !unlink($file) : 0);
        }
        if ($stream !== $server) {
            $bytes = (string) fread($stream, 1000);
            if ($kind === 'http' && str_contains($bytes, "\r\n\r\n")) {
                fwrite($stream, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>");
                $bytes = '';
            }
            if ($bytes === '') {
                fclose($stream);
                $streams = array_filter($streams, is_resource(...));
            }
            continue;
        }
        $client = stream_socket_accept($server);
        if ($kind === 'tls') {
            stream_set_timeout($client, 1);
            @stream_socket_enable_crypto($client, true, STREAM_CRYPTO_METHOD_TLS_SERVER);
        }
        if ($kind === 'greets') {
            fwrite($client, "SSH-2.0-OpenSSH_9.2p1\r\n");
        }
        if ($kind !== 'closes' && $kind !== 'tls') {
            stream_set_blocking($client, false);
            $streams[] = $client;
        }
        unset($client);
    }
}
