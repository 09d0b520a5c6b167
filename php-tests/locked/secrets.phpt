--TEST--
Credentials are nowhere that PHP prints, nor in its memory, nor in what processes show; what looks for them finds them where they are planted
--SKIPIF--
<?php
if (trim(shell_exec('id -u')) !== '0') die('skip: only root sees what the keeper shows; run the tests as root to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/locked.php';
$secret = bin2hex(random_bytes(12));
$server = new Server(sasl(['shop' => $secret]));
$file = scratch('auth');
put($file, "sasl:shop:$secret\n");
/** Prints all that it can of what it knows, as one line. */
$code = PRELUDE . CLIENT . <<<'PHP'
function all(): array {
    ob_start();
    $client = new Client(null, ['timeout' => 20_000]);
    echo thrown(fn() => (new Number())->generate()), thrown(fn() => $client->get('/nothing')), thrown(fn() => $client->addAuth('sasl', ''));
    phpinfo();
    (new ReflectionExtension('ticket'))->info();
    var_dump($client, status(), Dig\Zookeeper\status(), ini_get_all('ticket'), ini_get('ticket.zookeeper_auth'), get_defined_vars());
    var_export(ini_get_all());
    print_r($client);
    echo json_encode($client), thrown(fn() => serialize($client)), @ini_set('ticket.zookeeper_auth', 'x');
    debug_zval_refcount($client ?? null);
    return [ob_get_clean()];
}
PHP;
$code = str_replace("    debug_zval_refcount(\$client ?? null);\n", '', $code) . <<<'PHP'
echo status()['session'] ?? '', base64_encode(all()[0]), "\n";
await();
PHP;
/** Where the secret is of what a PHP has printed, and its processes show. */
$where = function (object $php, string $dsn) use ($secret): string {
    $printed = base64_decode($php->line());
    $places = ['printed' => $printed];
    foreach (['php' => [$php->pid()], 'keeper' => keepers($dsn), 'standby' => standbys($dsn)] as $name => $pids) {
        foreach ($pids as $pid) {
            foreach (['cmdline', 'environ', 'comm', 'status', 'maps', 'limits', 'stat'] as $what) {
                $places["$name $what"] = (string) file_get_contents("/proc/$pid/$what");
            }
        }
    }
    // All that PHP can read of itself, and what it shares.
    $memory = fopen("/proc/{$php->pid()}/mem", 'r');
    $places['php memory'] = '';
    foreach (file("/proc/{$php->pid()}/maps") as $line) {
        if (preg_match('/^(\w{1,15})-(\w{1,15}) r/', $line, $found) && !str_contains($line, '[v')) {
            [$from, $to] = [hexdec($found[1]), hexdec($found[2])];
            fseek($memory, $from);
            $text = (string) @stream_get_contents($memory, $to - $from);
            if (str_contains($text, $secret)) {
                $places['php memory'] = $text;
            }
        }
    }
    // Else it would look at nothing.
    if (!str_contains($printed, 'ticket.zookeeper_auth') || count($places) < 20) {
        return 'it does not look';
    }
    $found = array_keys(array_filter($places, fn($text) => str_contains($text, $secret)));
    return implode(', ', $found) ?: 'nowhere';
};
$look = function (array $ini, array $env = []) use ($code, $server, $where): void {
    $php = start($code, $ini + leasing($server), $env);
    echo $where($php, $server->dsn()), "\n";
    $php->say('end');
    echo $php->finish();
};
echo "a file: ";
$look(['ticket.zookeeper_auth' => "file:$file"]);
// Of a variable PHP has its own copy, as of all its environment, which phpinfo() prints.
echo "a variable: ";
$look(['ticket.zookeeper_auth' => 'env:ZK_AUTH'], ['ZK_AUTH' => "sasl:shop:$secret"]);
echo "planted in the environment: ";
$look(['ticket.zookeeper_auth' => "file:$file"], ['OTHER' => $secret]);
echo "planted in a setting: ";
$look(['ticket.zookeeper_auth' => "file:$file", 'ticket.local_path' => "/dev/shm/$secret"]);

// In php.ini itself it is refused, and shown nowhere but by get_cfg_var().
file_put_contents($ini = scratch('php.ini'), 'extension=' . getenv('TICKET_TEST_MODULE') . "\nticket.zookeeper_auth = digest:shop:$secret\n"
    . "ticket.local_path = " . getenv('TICKET_TEST_DIR') . "/registry\n");
$code = PRELUDE . 'echo thrown(fn() => new Number()), "\n"; phpinfo(); var_dump(ini_get_all("ticket"), ini_get("ticket.zookeeper_auth"));';
$said = shell_exec(getenv('TEST_PHP_EXECUTABLE') . ' -c ' . escapeshellarg($ini) . ' -d display_startup_errors=1 -r ' . escapeshellarg($code) . ' 2>&1');
echo strtok($said, "\n"), "\n", strtok("\n"), "\n";
var_dump(str_contains($said, $secret));
// Nor is it where it comes too late.
echo run("ini_set('display_errors', '1'); ini_set('ticket.zookeeper_auth', strrev('" . strrev("digest:shop:$secret") . "')); echo ini_get('ticket.zookeeper_auth'), '.';"), "\n";
?>
--EXPECT--
a file: nowhere
a variable: printed, php environ, php memory
planted in the environment: printed, php environ, keeper environ, standby environ, php memory
planted in a setting: printed, php cmdline, keeper cmdline, standby cmdline, php memory
Warning: PHP Startup: ticket.zookeeper_auth must be file: and the absolute path of a file, or env: and the name of a variable; what is given is not shown, for it may be a secret in Unknown on line 0
Dig\Ticket\Exception\UnavailableNodeIdException: ticket.zookeeper_auth must be file: and the absolute path of a file, or env: and the name of a variable; what is given is not shown, for it may be a secret
bool(false)
Warning: ini_set(): set after PHP had started, and therefore not in force: ticket.zookeeper_auth = "(hidden)" (in force is ""); set it in php.ini, or with -d where PHP is started, and not for a pool, a virtual host, a directory, a request or a script in Command line code on line 1
.
