<?php
// What do requests of Dig\Zookeeper\Client cost, and how many can there be?

require_once __DIR__ . '/measure.php';

/** Times of one call each, in us: prints medians by operation. */
const REQUESTS = <<<'PHP'
    function medians(callable $one, int $times): float {
        for ($i = 0; $i < $times; $i++) {
            $began = hrtime(true);
            $one($i);
            $took[] = (hrtime(true) - $began) / 1e3;
        }
        sort($took);
        return $took[intdiv($times, 2)];
    }

    PHP;

/** The crate in a loop of its own: one connection, no keeper, no PHP. Null where it cannot be built. */
function bare_crate(string $dsn): ?array
{
    static $program = null;
    if ($program === null) {
        $root = dirname(__DIR__, 2);
        exec("cd $root && cargo build --release --locked --no-default-features --features bench --bin bare_crate --target-dir target/bare 2>&1", $said, $failed);
        $program = $failed ? false : "$root/target/bare/release/bare_crate";
    }
    return $program ? json_decode((string) shell_exec("$program $dsn"), true) : null;
}

function kazoo(string $dsn): ?array
{
    return json_decode((string) shell_exec('/usr/bin/python3 ' . __DIR__ . "/kazoo_loop.py $dsn 2>/dev/null"), true);
}

/** ZooKeeper's client in C, whose calls are php-zookeeper's; by FFI, which takes less than 1 us of each. Null where it is not there. */
function c_client(string $dsn): ?array
{
    $library = glob('/usr/lib/*/libzookeeper_mt.so.2')[0] ?? null;
    exec(escapeshellarg(getenv('TEST_PHP_EXECUTABLE')) . ' -n -d extension=ffi -m 2>/dev/null', $modules);
    if ($library === null || !in_array('FFI', $modules, true)) {
        return null;
    }
    return php(['extension' => 'ffi', 'ffi.enable' => 1], "const SERVER = '$dsn', LIBRARY = '$library';" . REQUESTS . <<<'PHP'
        $c = FFI::cdef('typedef struct zhandle zhandle; struct acls { int count; void *data; }; extern struct acls ZOO_OPEN_ACL_UNSAFE;
            void zoo_set_debug_level(int); zhandle *zookeeper_init(const char *, void *, int, const void *, void *, int); int zoo_state(zhandle *);
            int zoo_exists(zhandle *, const char *, int, void *); int zoo_get(zhandle *, const char *, int, char *, int *, void *);
            int zoo_set(zhandle *, const char *, const char *, int, int); int zoo_delete(zhandle *, const char *, int);
            int zoo_create(zhandle *, const char *, const char *, int, const struct acls *, int, char *, int); int zookeeper_close(zhandle *);', LIBRARY);
        $c->zoo_set_debug_level(0);
        $handle = $c->zookeeper_init(SERVER, null, 10_000, null, null, 0);
        for ($end = hrtime(true) + 10e9; $c->zoo_state($handle) !== 3 && hrtime(true) < $end; usleep(1000));
        $path = '/c-' . getmypid();
        [$stat, $value, $length, $open] = [$c->new('char[128]'), $c->new('char[256]'), $c->new('int'), FFI::addr($c->ZOO_OPEN_ACL_UNSAFE)];
        $well = fn(int $code) => $code === 0 ?: throw new Exception("the C client says $code");
        $create = fn(string $path, string $value) => $well($c->zoo_create($handle, $path, $value, strlen($value), $open, 0, null, 0));
        $create($path, str_repeat('x', 64));
        echo json_encode([
            'get' => medians(function () use ($c, $handle, $path, $value, $length, $stat, $well) {
                $length->cdata = 256;
                $well($c->zoo_get($handle, $path, 0, $value, FFI::addr($length), FFI::addr($stat)));
            }, 2000),
            'exists' => medians(fn() => $well($c->zoo_exists($handle, $path, 0, FFI::addr($stat))), 2000),
            'set' => medians(fn() => $well($c->zoo_set($handle, $path, 'y', 1, -1)), 500),
            'create and delete' => medians(fn() => $create("$path-x", '') && $well($c->zoo_delete($handle, "$path-x", -1)), 500),
        ]);
        $c->zoo_delete($handle, $path, -1);
        $c->zookeeper_close($handle);
        PHP);
}

/** What it takes to ask another process anything at all, and to have its answer: two processes, a pair of sockets. */
const TRIP = <<<'PHP'
    [$ours, $theirs] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    stream_set_read_buffer($ours, 0);
    if (!pcntl_fork()) {
        fclose($ours);
        while (($asked = fread($theirs, 64)) !== '' && $asked !== false) {
            fwrite($theirs, $asked);
        }
        exit;
    }
    fclose($theirs);
    echo json_encode(['get' => medians(function () use ($ours) {
        fwrite($ours, str_repeat('x', 64));
        fread($ours, 64);
    }, 2000)]);
    fclose($ours);
    PHP;

return function (Bench $bench): array {
    $dsn = $bench->server()->dsn();
    $zookeeper = ticket(12, ['ticket.dsn' => $dsn, 'ticket.lease' => 'first_use']);
    $ours = fn() => php($zookeeper, REQUESTS . <<<'PHP'
        $client = new Dig\Zookeeper\Client();
        $path = $client->create('/bench-', str_repeat('x', 64), null, Dig\Zookeeper\Client::SEQUENCE);
        echo json_encode([
            'get' => medians(fn() => $client->get($path), 2000),
            'exists' => medians(fn() => $client->exists($path), 2000),
            'set' => medians(fn() => $client->set($path, 'y'), 500),
            'create and delete' => medians(fn() => $client->delete($client->create("$path-x")), 500),
            'new' => medians(fn() => new Dig\Zookeeper\Client(), 2000),
        ]);
        $client->delete($path);
        PHP);
    $found = interleaved($bench->rounds, [
        'ours' => $ours, 'crate' => fn() => bare_crate($dsn), 'kazoo' => fn() => kazoo($dsn),
        'c' => fn() => c_client($dsn), 'trip' => fn() => php($zookeeper, REQUESTS . TRIP),
    ]);
    $found['relayed'] = array_column(array_filter($found['crate']), 'relayed');
    $tables = [];
    foreach (['get', 'exists', 'set', 'create and delete'] as $what) {
        $table = new Table("$what: the median of calls one after the other", 'us over the crate');
        $of = fn($name) => array_filter(array_column(array_filter($found[$name]), $what));
        $table->row('Dig\Zookeeper\Client', $of('ours'), 'us', $of('crate') ? less($of('ours'), $of('crate')) : [], atMost: $of('crate') ? 25 : null);
        $of('relayed') && $table->row('the crate, asked by another process, in Rust', $of('relayed'), 'us', less($of('relayed'), $of('crate')));
        $others = ['crate' => 'the crate alone, in Rust', 'c' => "the C client (php-zookeeper's), by FFI", 'kazoo' => 'kazoo, in Python', 'trip' => 'a trip to another process and back'];
        foreach ($what === 'get' ? $others : array_slice($others, 0, 3) as $name => $label) {
            $of($name) ? $table->row($label, $of($name), 'us') : $table->missing($label, '(not to be had)');
        }
        $tables[] = $table;
    }
    $one = array_column(array_filter($found['c']), 'exists');
    if ($one) {
        $table = new Table("beside one exists() of the C client", 'x');
        foreach (['get', 'exists', 'set'] as $what) {
            $ours = array_column(array_filter($found['ours']), $what);
            $table->row("$what()", $ours, 'us', ratios($ours, $one), atMost: $what === 'set' ? null : 1.15);
        }
        $tables[] = $table;
    }
    $unused = new Table('new Client() that is not used');
    $unused->row('Dig\Zookeeper\Client', array_column($found['ours'], 'new'), 'us', atMost: 2);
    $tables[] = $unused;

    $together = fn() => php($zookeeper, <<<'PHP'
        $client = new Dig\Zookeeper\Client();
        $client->makePath('/bench');
        $file = tempnam(sys_get_temp_dir(), 'ticket');
        $end = hrtime(true) + 3e9;
        for ($i = 0; $i < 20; $i++) {
            if (!pcntl_fork()) {
                for ($gets = 0; hrtime(true) < $end; $gets++) $client->get('/bench');
                file_put_contents($file, "$gets\n", FILE_APPEND);
                exit;
            }
        }
        while (pcntl_wait($status) > 0);
        $gets = array_sum(file($file));
        unlink($file);
        $keeper = Dig\Ticket\status()['keeper'];
        echo json_encode($gets / 3);
        PHP);
    $twenty = new Table('gets of 20 processes together, with the server on the same machine', columns: ['min', 'median', 'max']);
    $twenty->row('Dig\Zookeeper\Client', interleaved($bench->rounds, ['all' => $together])['all'], 'gets/s', atLeast: 20_000);
    $alone = array_column(array_filter($found['crate']), 'together');
    $label = 'the crate alone, in 20 loops over one connection';
    $alone ? $twenty->row($label, $alone, 'gets/s') : $twenty->missing($label, '(not to be had)');
    $tables[] = $twenty;

    $memory = fn() => php($zookeeper, <<<'PHP'
        for ($i = 0; $i < 200; $i++) {
            $clients[] = $client = new Dig\Zookeeper\Client();
            $client->exists('/');
        }
        preg_match_all('/^Private_\w+: +(\d+) kB$/m', file_get_contents('/proc/' . Dig\Ticket\status()['keeper'] . '/smaps_rollup'), $found);
        echo json_encode(array_sum($found[1]) / 1024);
        PHP);
    $keeper = new Table("the keeper's private memory with 200 connections");
    $keeper->row('Dig\Zookeeper\Client', interleaved($bench->rounds, ['all' => $memory])['all'], 'MiB', atMost: 6);
    $tables[] = $keeper;
    return $tables;
};
