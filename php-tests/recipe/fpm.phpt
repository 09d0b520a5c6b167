--TEST--
php-fpm: what a request holds ends with it, and with its worker; others wait for that, over one session
--SKIPIF--
<?php
require __DIR__ . '/../lib/service.php';
if (!Fpm::program()) die('skip: there is no php-fpm of PHP ' . PHP_VERSION . '; install it to test this');
?>
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$znodes = new Znodes($server);
$page = <<<'PHP'
<?php
use Dig\Zookeeper\{Client, Election, Lock};
try {
    $lock = new Lock(new Client(), '/page');
    $what = $_GET['what'] ?? '';
    if ($what === 'leave') {
        // To the end of the request, in a circle.
        $lock->onLost(fn() => $lock);
        $one = new Election(new Client(), '/leader');
        $one->join(fn() => $one);
    }
    $held = $lock->acquire();
    echo getmypid(), ' ', json_encode($held), ' ', $lock->token();
    if ($what === 'hang') {
        file_put_contents(__DIR__ . '/tmp/holder', getmypid());
        usleep(60_000_000);
    }
    if ($what === 'die') {
        ini_set('display_errors', '0');
        throw new Exception();
    }
} catch (Throwable $e) {
    echo get_class($e), ': ', $e->getMessage();
    throw $e;
}
PHP;
$fpm = new Fpm(recipes($server), "pm = static\npm.max_children = 4", false, page: $page);
[$pids, $tokens] = [[], []];
for ($i = 0; $i < 200; $i++) {
    try {
        $said = $fpm->ask($i % 3 === 0 ? 'what=leave' : ($i % 10 === 7 ? 'what=die' : ''));
    } catch (Exception $e) {
        // What dies is answered by 500.
        $said = substr($e->getMessage(), strrpos($e->getMessage(), ': ') + 2);
    }
    [$pid, $held, $token] = explode(' ', $said) + ['', '', ''];
    $held === 'true' || print("$said\n");
    [$pids[$pid], $tokens[]] = [true, (int) $token];
}
$sorted = array_unique($tokens);
sort($sorted);
var_dump(count($pids) > 1, $sorted === $tokens);
in_line($znodes, '/page', 0);
in_line($znodes, '/leader', 0);
// A worker is killed while it holds it: who waits gets it.
$ask = function () use ($fpm) {
    $socket = stream_socket_client("tcp://127.0.0.1:$fpm->port");
    $record = fn(int $type, string $content) => pack('CCnnx2', 1, $type, 1, strlen($content)) . $content;
    $parameters = '';
    foreach (['SCRIPT_FILENAME' => $fpm->script(), 'REQUEST_METHOD' => 'GET', 'QUERY_STRING' => 'what=hang'] as $name => $value) {
        $parameters .= pack('CN', strlen($name), strlen($value) | 1 << 31) . $name . $value;
    }
    fwrite($socket, $record(1, pack('nx6', 1)) . $record(4, $parameters) . $record(4, '') . $record(5, ''));
    return $socket;
};
for ($i = 0; $i < 3; $i++) {
    $socket = $ask();
    in_line($znodes, '/page', 1);
    $holder = "$fpm->directory/tmp/holder";
    eventually(fn() => (int) @file_get_contents($holder), what: 'it holds it');
    kill((int) file_get_contents($holder));
    unlink($holder);
    [, $held] = explode(' ', $fpm->ask());
    echo $held, "\n";
    in_line($znodes, '/page', 0);
}
?>
--EXPECT--
bool(true)
bool(true)
true
true
true
