<?php
// How long does the first ID of a process take?

require_once __DIR__ . '/measure.php';
require_once __DIR__ . '/../lib/locked.php';

/** ms of `new Number()` and its first ID, in a process that holds no node yet. */
function first(array $ini): float
{
    return php($ini, <<<'PHP'
        $began = hrtime(true);
        $id = (new Dig\Ticket\Number())->generate();
        echo json_encode((hrtime(true) - $began) / 1e6);
        PHP);
}

/** ms from the start of a process until it has done this. */
function since_start(array $ini, string $code): float
{
    $began = hrtime(true);
    return (php($ini, "$code; echo json_encode(hrtime(true));") - $began) / 1e6;
}

/** ms of a connection and a session and nothing else, in TLS where there is a CA: no client can do without. */
function session(string $server, string $ca = ''): float
{
    $began = hrtime(true);
    $tls = stream_context_create(['ssl' => ['cafile' => $ca, 'peer_name' => '127.0.0.1']]);
    $stream = stream_socket_client(($ca === '' ? 'tcp' : 'tls') . "://$server", context: $tls);
    // No session to go on with, 10 s, no password, not read-only.
    fwrite($stream, pack('NNJNJNx16x', 45, 0, 0, 10_000, 0, 16));
    if (strlen((string) fread($stream, 41)) < 41) {
        throw new Exception("$server gives no session");
    }
    $took = (hrtime(true) - $began) / 1e6;
    // Or it would expire later, while something else is measured: closeSession.
    fwrite($stream, pack('NNN', 8, 1, 0xFFFFFFF5));
    return $took;
}

/** A server that has answered for a while, since Java compiles what it does often: sessions, and what a lease asks. */
function warmed(callable $session, array $ini): void
{
    for ($i = 0; $i < 3000; $i++) {
        $session();
    }
    php($ini, <<<'PHP'
        $client = new Dig\Zookeeper\Client();
        for ($i = 0; $i < 1500; $i++) {
            $client->getChildren('/');
            $client->exists('/warm');
            $client->transaction()->create('/warm')->create('/warm/claim')->set('/warm', $i)->commit();
            $client->get('/warm');
            $client->transaction()->set('/warm', '')->delete('/warm/claim')->delete('/warm')->commit();
        }
        PHP);
}

return function (Bench $bench): array {
    $plain = $bench->server()->dsn();
    $zookeeper = ticket(12, ['ticket.dsn' => $plain]);
    $ca = new Authority('bench');
    $locked = new Server(secure($ca->issue('IP:127.0.0.1'), $ca), soon: false);
    $secure = substr($locked->secure(), strlen('tcp+tls://'));
    $tls = ticket(12, ['ticket.dsn' => $locked->secure(), 'ticket.zookeeper_tls_ca' => $ca->file]);
    warmed(fn() => session($plain), $zookeeper);
    warmed(fn() => session($secure, $ca->file), $tls);
    $first_use = ['ticket.lease' => 'first_use'];
    $one = '$id = (new Dig\Ticket\Number())->generate()';
    $contenders = [
        'bare' => fn() => since_start([], '$id = hrtime(true)'),
        'local' => fn() => first(ticket(12, $first_use)),
        'made' => fn() => first(['ticket.local_path' => scratch('registry')] + $first_use + ['extension' => getenv('TICKET_TEST_MODULE')]),
        'startup' => fn() => since_start($zookeeper, $one),
        'first_use' => fn() => since_start($zookeeper + $first_use, $one),
        'tls' => fn() => since_start($tls, $one),
        'tls, first_use' => fn() => since_start($tls + $first_use, $one),
        'session' => fn() => session($plain),
        'tls session' => fn() => session($secure, $ca->file),
    ];
    $times = interleaved($bench->rounds * 10, array_map(fn($contender) => function () use ($contender) {
        // The keeper of the one before ends meanwhile, and the server has closed its session.
        usleep(20_000);
        return $contender();
    }, $contenders));
    $local = new Table('new Number() and generate(), local registry, ticket.lease=first_use');
    $local->row('registry in use', $times['local'], 'ms', atMost: 0.3);
    $local->row('registry made', $times['made'], 'ms');
    $start = new Table("from PHP's start, ZooKeeper on loopback", 'ms more');
    $start->row('no ID, no extension', $times['bare'], 'ms');
    $start->row('ticket.lease=startup', $times['startup'], 'ms', less($times['startup'], $times['bare']), atMost: 10);
    $start->row('ticket.lease=first_use', $times['first_use'], 'ms', less($times['first_use'], $times['bare']), atMost: 10);
    $start->row('TLS, ticket.lease=startup', $times['tls'], 'ms', less($times['tls'], $times['bare']), atMost: 15);
    $start->row('TLS, ticket.lease=first_use', $times['tls, first_use'], 'ms', less($times['tls, first_use'], $times['bare']), atMost: 15);
    $start->row("a session, by PHP's streams, in a process that runs", $times['session'], 'ms');
    $start->row('the same with TLS', $times['tls session'], 'ms');
    $start->note('one process each in each of ' . $bench->rounds * 10 . ' rounds; the servers had given 3,000 sessions, and answered 7,500 requests');
    return [$local, $start];
};
