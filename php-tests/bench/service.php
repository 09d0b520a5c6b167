<?php
// How many requests does a server answer with an ID, compared with a constant?

require_once __DIR__ . '/measure.php';
require_once __DIR__ . '/../lib/service.php';

/** Requests a second that wrk gets answered, in 2 s. */
function requests(Service $service, string $query): float
{
    exec("wrk -t1 -c16 -d2s 'http://127.0.0.1:$service->port/page.php?$query' 2>&1", $printed, $failed);
    $printed = implode("\n", $printed);
    if ($failed || !preg_match('/^Requests\/sec: +([\d.]+)/m', $printed, $found) || str_contains($printed, 'Non-2xx')) {
        throw new Exception("wrk printed: $printed");
    }
    return (float) $found[1];
}

/** IDs a second that two clients of examples/rpc get in 2 s, in blocks of $size. */
function blocks(int $port, int $size, string $generated): float
{
    $client = var_export(__DIR__ . '/../../examples/rpc/client.php', true);
    $code = <<<PHP
        \$argv = [''];
        require $client;
        \$blocks = new Blocks($port, $size);
        \$many = 0;
        for (\$end = hrtime(true) + 2e9; hrtime(true) < \$end; \$many++) \$blocks->next();
        echo \$many / 2;
        PHP;
    $streams = [1 => ['pipe', 'w']];
    $clients = array_map(function () use ($code, $streams, $generated) {
        $process = proc_open([PHP_BINARY, '-n', '-r', $code], $streams, $pipes, null, ['TICKET_RPC_GENERATED' => $generated] + getenv());
        return [$process, $pipes[1]];
    }, [1, 2]);
    return array_sum(array_map(fn($client) => (float) stream_get_contents($client[1]), $clients));
}

/** An ID a request over HTTP, beside blocks over Thrift. */
function handed_out(Bench $bench): Table
{
    $table = new Table('IDs a second, handed to others', 'x HTTP');
    mkdir($generated = scratch('generated'));
    exec('thrift -r --gen php:server -o ' . escapeshellarg($generated) . ' ' . __DIR__ . '/../../examples/rpc/ticket.thrift 2>&1', $said, $failed);
    if ($failed || !is_file('/usr/lib/php/Transport/TSocket.php')) {
        $table->missing('Thrift', 'thrift-compiler or php-thrift is not installed: ' . implode(' ', $said));
        return $table;
    }
    $ini = ticket();
    $http = new BuiltInServer(array_diff_key($ini, ['extension' => 0]), 1, '<?php echo (new Dig\Ticket\Number())->generate();');
    $command = [PHP_BINARY, '-n', '-d', 'extension=posix'];
    foreach ($ini as $name => $value) {
        array_push($command, '-d', "$name=$value");
    }
    putenv("TICKET_RPC_GENERATED=$generated/gen-php");
    $null = ['file', '/dev/null', 'a'];
    $rpc = new Child([...$command, __DIR__ . '/../../examples/rpc/server.php', (string) $port = free_port(), '2'], [['file', '/dev/null', 'r'], $null, $null]);
    eventually(fn() => @fsockopen('127.0.0.1', $port) !== false, what: 'examples/rpc/server.php listens');
    $found = interleaved($bench->rounds, [
        'http' => fn() => requests($http, ''),
        'one' => fn() => blocks($port, 1, "$generated/gen-php"),
        'block' => fn() => blocks($port, 1000, "$generated/gen-php"),
    ]);
    $rpc->signal(SIGTERM);
    $table->row("PHP's built-in server, one a request", $found['http'], 'IDs/s');
    $table->row('Thrift, one a call', $found['one'], 'IDs/s', ratios($found['one'], $found['http']));
    $table->row('Thrift, in blocks of 1000', $found['block'], 'IDs/s', ratios($found['block'], $found['http']));
    $table->note('wrk -t1 -c16 -d2s; two clients of examples/rpc with two workers, for 2 s');
    return $table;
}

return function (Bench $bench): array {
    $table = new Table('requests a second', 'x constant');
    if (!exec('command -v wrk')) {
        $table->missing('all', 'wrk is not installed');
        return [$table];
    }
    $constant = "'2235128322287227050'";
    $script = <<<PHP
        \$server->set(['worker_num' => 2]);
        \$server->on('Request', function (\$request, \$response) use (&\$worker) {
            \$response->end(isset(\$request->get['id']) ? (string) \$worker->generate() : $constant);
        });
        PHP;
    $page = "<?php echo isset(\$_GET['id']) ? (new Dig\\Ticket\\Number())->generate() : $constant;";
    $ini = ticket();
    unset($ini['extension']);
    $services = [
        "PHP's built-in server" => fn() => new BuiltInServer($ini, 1, $page),
        'Swoole, 2 workers' => Swoole::module() ? fn() => new Swoole($ini, 'SWOOLE_PROCESS', $script) : null,
    ];
    foreach ($services as $name => $start) {
        if (!$start) {
            $table->missing($name, 'Swoole is not there; build it, and: make bench SWOOLE=/path/to/swoole.so');
            continue;
        }
        $service = $start();
        $found = interleaved($bench->rounds, [
            'id' => fn() => requests($service, 'id'),
            'constant' => fn() => requests($service, 'constant'),
        ]);
        unset($service, $start);
        $table->row("$name, an ID", $found['id'], 'req/s', ratios($found['id'], $found['constant']));
        $table->row("$name, a constant", $found['constant'], 'req/s');
    }
    $table->note('wrk -t1 -c16 -d2s, by turns against the same server');
    return [$table, handed_out($bench)];
};
