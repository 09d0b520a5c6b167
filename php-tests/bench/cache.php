<?php
// What does it cost to read the shared cache, and how soon is a change in it?

require_once __DIR__ . '/measure.php';

return function (Bench $bench): array {
    $dsn = $bench->server()->dsn();
    $zookeeper = ticket(12, ['ticket.dsn' => $dsn, 'ticket.lease' => 'first_use', 'ticket.zookeeper_timeout' => 60_000, 'memory_limit' => '1G']);
    $apcu = ['extension' => 'apcu', 'apc.enable_cli' => 1];
    $has_apcu = file_exists(PHP_EXTENSION_DIR . '/apcu.so');
    php($zookeeper, <<<'PHP'
        $client = new Dig\Zookeeper\Client();
        $client->makePath('/bench-cache/db/host');
        $client->set('/bench-cache/db/host', random_bytes(1024));
        for ($i = 0; $i < 10_000; $i++) $client->makePath("/bench-tree/$i", 'of a hundred bytes or so' . str_repeat('.', 80));
        for ($i = 0; $i < 20; $i++) $client->makePath("/bench-services/web/$i", json_encode(['address' => "10.0.0.$i:80", 'meta' => ['zone' => 'a']]));
        PHP);
    $loop = fn(string $setup, string $call) => <<<PHP
        $setup
        for (\$i = 0; \$i < 20_000; \$i++) $call;
        \$began = hrtime(true);
        for (\$i = 0; \$i < 500_000; \$i++) $call;
        echo json_encode((hrtime(true) - \$began) / 500_000);
        PHP;
    $found = interleaved($bench->rounds, [
        'cache' => fn() => php($zookeeper, $loop('$cache = new Dig\Zookeeper\Cache("/bench-cache");', '$cache->get("db/host")')),
        'aged' => fn() => php($zookeeper, $loop('$cache = new Dig\Zookeeper\Cache("/bench-cache");', '$cache->get("db/host", 60.0)')),
        'apcu' => fn() => $has_apcu ? php($apcu, $loop('apcu_store("db/host", random_bytes(1024));', 'apcu_fetch("db/host")')) : null,
    ]);
    $reads = new Table('to read 1 KiB, in a loop', 'x apcu_fetch');
    foreach (['cache' => 'Cache::get()', 'aged' => 'the same with $maxAge'] as $name => $label) {
        $reads->row($label, $found[$name], 'ns', $has_apcu ? ratios($found[$name], $found['apcu']) : [], atMost: $has_apcu && $name === 'cache' ? 2 : null);
    }
    $has_apcu ? $reads->row('apcu_fetch()', $found['apcu'], 'ns') : $reads->missing('apcu_fetch()', '(not installed)');

    $found = interleaved($bench->rounds, ['list' => fn() => php($zookeeper, <<<'PHP'
        use Dig\Zookeeper\{Cache, Discovery};
        new Cache('/bench-services');
        for ($i = 0, $first = $one = 0; $i < 1000; $i++) {
            $services = new Discovery('/bench-services');
            $began = hrtime(true);
            $services->one('web');
            $one += hrtime(true) - $began;
            $services = new Discovery('/bench-services');
            $began = hrtime(true);
            $services->instances('web');
            $first += hrtime(true) - $began;
        }
        $began = hrtime(true);
        for ($i = 0; $i < 100_000; $i++) $services->instances('web');
        echo json_encode([(hrtime(true) - $began) / 1e3 / 100_000, $first / 1e3 / 1000, $one / 1e3 / 1000, count($services->instances('web'))]);
        PHP)])['list'];
    $services = new Table('instances() of a service with 20');
    $services->row('again, of an object that has been asked', array_column($found, 0), 'us', atMost: 5);
    $services->row('of a new object, as in each request', array_column($found, 1), 'us');
    $services->row('one() of a new object', array_column($found, 2), 'us');

    $found = interleaved($bench->rounds, ['all' => fn() => php($zookeeper, <<<'PHP'
        $began = hrtime(true);
        $cache = new Dig\Zookeeper\Cache('/bench-tree');
        $load = (hrtime(true) - $began) / 1e6;
        $began = hrtime(true);
        $count = count($cache->all());
        $all = (hrtime(true) - $began) / 1e6;
        $began = hrtime(true);
        $children = count($cache->children(''));
        echo json_encode(['load' => $load, 'all' => $all, 'children' => (hrtime(true) - $began) / 1e6, 'nodes' => $count]);
        PHP)])['all'];
    $tree = new Table('10,001 znodes of 100 bytes');
    $tree->row('to load them first, in ms', array_column($found, 'load'), 'ms', atMost: 1000);
    $tree->row('all()', array_column($found, 'all'), 'ms');
    $tree->row('children() of the uppermost', array_column($found, 'children'), 'ms');

    $found = interleaved($bench->rounds, ['seen' => fn() => php($zookeeper, <<<'PHP'
        use Dig\Zookeeper\{Cache, Client};
        [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        $cache = new Cache('/bench-cache');
        if (!pcntl_fork()) {
            $client = new Client();
            for ($i = 0; $i < 300; $i++) {
                fread($theirs, 1);
                usleep(2000);
                $client->set('/bench-cache', (string) hrtime(true));
            }
            exit;
        }
        for ($took = []; count($took) < 300;) {
            $version = $cache->version();
            fwrite($ours, 'x');
            $cache->waitForChange($version);
            $took[] = (hrtime(true) - (int) $cache->get('')) / 1e6;
        }
        pcntl_wait($status);
        sort($took);
        echo json_encode([$took[150], $took[297]]);
        PHP)])['seen'];
    $soon = new Table('from before a set in one process until another one has read it');
    $soon->row('the median', array_column($found, 0), 'ms', atMost: 3);
    $soon->row('99 of 100', array_column($found, 1), 'ms');

    // Beside 1,000 updates a second. The reader has a processor of its own, where there are two: whom the system lets wait for
    // another process is not the question.
    shell_exec('taskset -acp 1 ' . $bench->server()->pid() . ' 2>&1');
    $beside = fn(string $call) => php($zookeeper, <<<PHP
        use Dig\Zookeeper\{Cache, Client};
        \$cache = new Cache('/bench-cache');
        \$on = fn(int \$processor, int \$pid) => shell_exec("taskset -acp \$processor \$pid 2>&1");
        \$on(1, Dig\Ticket\status()['keeper']);
        \$on(0, getmypid());
        [\$ours, \$theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
        if (!pcntl_fork()) {
            fclose(\$ours);
            \$on(1, getmypid());
            stream_set_blocking(\$theirs, false);
            \$client = new Client();
            for (\$next = hrtime(true); !fgets(\$theirs) && !feof(\$theirs); \$next += 1_000_000) {
                \$client->set('/bench-cache/db', random_bytes(200));
                if ((\$rest = \$next - hrtime(true)) > 0) usleep(intdiv(\$rest, 1000));
            }
            exit;
        }
        \$before = \$cache->version();
        \$took = array_fill(0, 400_000, 0);
        for (\$i = 0; \$i < 400_000; \$i++) {
            \$began = hrtime(true);
            $call;
            \$took[\$i] = hrtime(true) - \$began;
            if (\$i % 100 === 0) usleep(100);
        }
        fclose(\$ours);
        pcntl_wait(\$status);
        sort(\$took);
        echo json_encode([\$took[200_000] / 1e3, \$took[399_960] / 1e3, \$cache->version() - \$before]);
        PHP);
    $found = interleaved($bench->rounds, ['get' => fn() => $beside('$cache->get("db/host")'), 'nothing' => fn() => $beside('$cache->age()')]);
    $delayed = new Table('a single get() of 1 KiB, on a processor of its own, beside up to 1,000 updates a second');
    $delayed->row('the median', array_column($found['get'], 0), 'us');
    $delayed->row('9,999 of 10,000', array_column($found['get'], 1), 'us', atMost: 20);
    $delayed->row('9,999 of 10,000 of age(), which reads no picture', array_column($found['nothing'], 1), 'us');
    $delayed->row('pictures meanwhile', array_column($found['get'], 2), '');
    return [$reads, $services, $tree, $soon, $delayed];
};
