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
    return [$table];
};
