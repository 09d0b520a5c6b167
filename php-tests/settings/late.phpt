--TEST--
A value that a setting is given after PHP has started is never in force, and nobody is made to believe that it is
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
if (!Fpm::program()) die('skip: there is no php-fpm of PHP ' . PHP_VERSION . '; install it to test this');
if ($missing = Apache::missing()) die("skip: there is no $missing; install it to test this");
?>
--FILE--
<?php
require __DIR__ . '/../lib/service.php';
const OTHERS = [
    'ticket.dsn' => '127.0.0.1:1', 'ticket.path' => '/other', 'ticket.session_timeout' => '9999',
    'ticket.window' => '29999', 'ticket.release_timeout' => '999', 'ticket.local_path' => '/other',
    'ticket.lease' => 'first_use', 'ticket.acquire_timeout' => '4999', 'ticket.clock_tolerance' => '999',
    'ticket.epoch' => '1262332800001', 'ticket.node_bits' => '9', 'ticket.sequence_bits' => '13',
    'ticket.zookeeper_timeout' => '4999', 'ticket.max_packet' => '1024', 'ticket.max_sessions' => '255',
    'ticket.watch_signal' => 'x', 'ticket.zookeeper_class' => 'other', 'ticket.cache' => '/x', 'ticket.cache_size' => '1G', 'ticket.cache_max_age' => '1',
    'ticket.zookeeper_tls_ca' => '/x', 'ticket.zookeeper_tls_cert' => '/x', 'ticket.zookeeper_tls_key' => '/x',
    'ticket.zookeeper_auth' => 'file:/x', 'ticket.zookeeper_acl' => 'creator',
];
// Prints what is not as it should be where $_GET['given'] is refused, or where nothing is.
$page = '<?php ' . PRELUDE . <<<'PHP'
$given = json_decode($_GET['given'] ?? '{}', true);
$uses = [fn() => (new Number())->generate(), fn() => new Number(5), fn() => Number::parse(1), fn() => new Local(),
    fn() => new Zookeeper('127.0.0.1:1')];
$said = array_unique(array_map(thrown(...), $given ? $uses : array_slice($uses, 0, 4)));
if (!$given) {
    echo $said === ['nothing was thrown'] ? getmypid() : implode("\n", $said), status()['error'];
    return;
}
foreach ($given as $name => $value) {
    $now = ini_get($name);
    $list[] = "$name = \"$value\" (in force is \"$now\")";
    if ($now === $value) {
        die("$name looks as if it were in force");
    }
}
$sentence = 'set after PHP had started, and therefore not in force: ' . implode(', ', $list) . '; set it in php.ini, or '
    . 'with -d where PHP is started, and not for a pool, a virtual host, a directory, a request or a script';
if ($said !== ["Dig\\Ticket\\Exception\\UnavailableNodeIdException: $sentence"]) {
    die("not $sentence\nbut " . implode("\n", $said));
}
ob_start();
(new ReflectionExtension('ticket'))->info();
$info = html_entity_decode(strip_tags(ob_get_clean()), ENT_QUOTES);
if (status()['error'] !== $sentence || !str_contains($info, $sentence)) {
    die('status and phpinfo do not say so');
}
echo getmypid();
PHP;
$given = fn(array $values) => 'given=' . urlencode(json_encode($values));
$registry = new LocalRegistry('local');
$ini = $registry->ini();
$is = function (string $what, string $printed, string $process) {
    $printed === $process || printf("%s: %s\n", $what, $printed);
};

// Of a pool: for all requests of its processes, in both of FPM's ways.
$one = "pm = static\npm.max_children = 1\n";
foreach (['php_value', 'php_admin_value'] as $way) {
    $lines = array_map(fn($name, $value) => "{$way}[$name] = $value\n", array_keys(OTHERS), OTHERS);
    $fpm = new Fpm($ini, $one . implode($lines), page: $page);
    // FPM begins with the last line.
    $values = $given(array_reverse(OTHERS));
    $first = $fpm->ask($values);
    (int) $first > 0 || print("$way: $first\n");
    $is("$way again", $fpm->ask($values), $first);
    $fpm->stop('QUIT', $registry, []);
}
echo "pools: refused\n";

// Of a request or a directory: only there, though the same process answers all of them.
$fpm = new Fpm($ini, $one . "php_admin_value[ticket.window] = 30000", page: $page);
$process = $fpm->ask();
(int) $process > 0 || print("what is in force already is no change: $process\n");
mkdir($directory = "$fpm->directory/directory");
copy($fpm->script(), $script = "$directory/page.php");
foreach (OTHERS as $name => $value) {
    foreach (['PHP_VALUE', 'PHP_ADMIN_VALUE'] as $way) {
        $is("$way $name", fastcgi($fpm->port, $fpm->script(), $given([$name => $value]), [$way => "$name=$value"]), $process);
        $is("after $way $name", $fpm->ask(), $process);
    }
}
echo "FastCGI: refused\n";
// What is in force already is no change, and takes from nobody the right to be refused.
foreach (['PHP_VALUE', 'PHP_ADMIN_VALUE'] as $way) {
    $is("$way, the same", fastcgi($fpm->port, $fpm->script(), '', [$way => "ticket.dsn=\nticket.window=30000"]), $process);
}
$is('another', fastcgi($fpm->port, $fpm->script(), $given(['ticket.window' => '1']), ['PHP_VALUE' => 'ticket.window=1']), $process);
file_put_contents("$directory/.user.ini", "ticket.dsn = 127.0.0.1:1\n");
$root = ['DOCUMENT_ROOT' => $fpm->directory];
$is('.user.ini', fastcgi($fpm->port, $script, $given(['ticket.dsn' => '127.0.0.1:1']), $root), $process);
$is('after .user.ini', $fpm->ask(), $process);
$fpm->stop('QUIT', $registry, []);
echo ".user.ini: refused\n";

$locations = '';
foreach (['php_value', 'php_admin_value'] as $way) {
    foreach (OTHERS as $name => $value) {
        $locations .= "<Location /$way.$name>\n$way $name $value\n</Location>\n";
    }
}
$apache = new Apache($ini, true, <<<CONF
    $locations
    <Directory />
        AllowOverride All
    </Directory>
    CONF, $page);
$ask = fn(string $path, array $values) => file_get_contents(
    "http://127.0.0.1:$apache->port/$path/page.php?" . $given($values)
);
foreach (['php_value', 'php_admin_value', 'htaccess'] as $way) {
    foreach (OTHERS as $name => $value) {
        mkdir($directory = "$apache->directory/$way.$name");
        copy("$apache->directory/page.php", "$directory/page.php");
        $way !== 'htaccess' || file_put_contents("$directory/.htaccess", "php_value $name $value\n");
        $printed = $ask("$way.$name", [$name => $value]);
        (int) $printed > 0 || print("$way $name: $printed\n");
        // PHP is given the value, and not asked anything, where there is no script.
        @file_get_contents("http://127.0.0.1:$apache->port/$way.$name/none.php");
    }
}
// Each of its processes has been asked for such a directory.
for ($i = 0; $i < 30; $i++) {
    $printed = $apache->ask();
    (int) $printed > 0 || print("elsewhere: $printed\n");
}
$apache->stop('TERM', $registry, []);
echo "Apache: refused\n";

// A script is told at once.
echo run(<<<'PHP'
foreach (json_decode(getenv('OTHERS'), true) as $name => $value) {
    $before = ini_get($name);
    set_error_handler(fn($level, $message) => print(strtok($message, ';') . "\n"));
    if (ini_set($name, $value) !== false || ini_get($name) !== $before || ini_set($name, $before) !== $before) {
        echo "$name can be set\n";
    }
    ini_restore($name);
}
echo (new Dig\Ticket\Number())->generate() > 0 ? 'and goes on' : '', "\n";
PHP, $ini + ['ticket.local_path' => '/dev/shm/ticket'], ['OTHERS' => json_encode(OTHERS)]);
?>
--EXPECTF--
pools: refused
FastCGI: refused
.user.ini: refused
Apache: refused
ini_set(): set after PHP had started, and therefore not in force: ticket.dsn = "127.0.0.1:1" (in force is "")
ini_set(): set after PHP had started, and therefore not in force: ticket.path = "/other" (in force is "/sim/ticket")
ini_set(): set after PHP had started, and therefore not in force: ticket.session_timeout = "9999" (in force is "10000")
ini_set(): set after PHP had started, and therefore not in force: ticket.window = "29999" (in force is "30000")
ini_set(): set after PHP had started, and therefore not in force: ticket.release_timeout = "999" (in force is "20000")
ini_set(): set after PHP had started, and therefore not in force: ticket.local_path = "/other" (in force is "%s")
ini_set(): set after PHP had started, and therefore not in force: ticket.lease = "first_use" (in force is "startup")
ini_set(): set after PHP had started, and therefore not in force: ticket.acquire_timeout = "4999" (in force is "5000")
ini_set(): set after PHP had started, and therefore not in force: ticket.clock_tolerance = "999" (in force is "1000")
ini_set(): set after PHP had started, and therefore not in force: ticket.epoch = "1262332800001" (in force is "1262332800000")
ini_set(): set after PHP had started, and therefore not in force: ticket.node_bits = "9" (in force is "10")
ini_set(): set after PHP had started, and therefore not in force: ticket.sequence_bits = "13" (in force is "12")
ini_set(): set after PHP had started, and therefore not in force: ticket.zookeeper_timeout = "4999" (in force is "5000")
ini_set(): set after PHP had started, and therefore not in force: ticket.max_packet = "1024" (in force is "1047552")
ini_set(): set after PHP had started, and therefore not in force: ticket.max_sessions = "255" (in force is "256")
ini_set(): set after PHP had started, and therefore not in force: ticket.watch_signal = "x" (in force is "auto")
ini_set(): set after PHP had started, and therefore not in force: ticket.zookeeper_class = "other" (in force is "auto")
ini_set(): set after PHP had started, and therefore not in force: ticket.cache = "/x" (in force is "")
ini_set(): set after PHP had started, and therefore not in force: ticket.cache_size = "1G" (in force is "16M")
ini_set(): set after PHP had started, and therefore not in force: ticket.cache_max_age = "1" (in force is "0")
ini_set(): set after PHP had started, and therefore not in force: ticket.zookeeper_tls_ca = "/x" (in force is "")
ini_set(): set after PHP had started, and therefore not in force: ticket.zookeeper_tls_cert = "/x" (in force is "")
ini_set(): set after PHP had started, and therefore not in force: ticket.zookeeper_tls_key = "/x" (in force is "")
ini_set(): set after PHP had started, and therefore not in force: ticket.zookeeper_auth = "file:/x" (in force is "")
ini_set(): set after PHP had started, and therefore not in force: ticket.zookeeper_acl = "creator" (in force is "world")
and goes on
