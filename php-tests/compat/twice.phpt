--TEST--
The module zookeeper is started and ended as often as PHP is in one process
--SKIPIF--
<?php
$library = 'libphp' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '.so';
exec("echo 'int main(void){}' | cc -x c - -o /dev/null -l:$library 2>&1", $said, $failed);
if ($failed) die("skip: there is no $library; install it to test this");
?>
--FILE--
<?php
require __DIR__ . '/../lib/compat.php';
$program = scratch('embed');
$library = 'libphp' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '.so';
exec('cc -Wall $($PHP_CONFIG --includes) -o ' . "$program " . escapeshellarg(__DIR__ . '/../sapi/embed.c') . " -l:$library 2>&1", $said, $failed);
!$failed || die(implode("\n", $said));
// Each start looks, and sets what the next one is.
$code = <<<'PHP'
class Mine extends Zookeeper { function create($path, $value = null, array $acl = null, $flags = 0) { return parent::create($path, $value); } }
try { (new Mine('127.0.0.1:1', null, 1))->create('/a', 'b'); } catch (ZookeeperOperationTimeoutException $e) { $code = $e->getCode(); }
@ini_set('zookeeper.recv_timeout', '20000');
$call = new ReflectionMethod('Zookeeper', 'get');
echo json_encode([count((new ReflectionExtension('zookeeper'))->getClassNames()), $code, (string) $call->getParameters()[2]->getType(), ini_get('zookeeper.session_lock')]), "\n";
PHP;
mkdir($directory = scratch('ini'));
$ini = ['extension' => getenv('TICKET_TEST_MODULE'), 'ticket.lease' => 'first_use', 'ticket.local_path' => getenv('TICKET_TEST_DIR') . '/registry', 'error_reporting' => 0];
file_put_contents("$directory/php.ini", array_map(fn($k, $v) => "$k=\"$v\"\n", array_keys($ini), $ini));
$child = new Child(['env', 'PHP_INI_SCAN_DIR=', $program, $directory, $code], [['pipe', 'r'], ['pipe', 'w'], ['redirect', 1]]);
echo fgets($child->pipes[1]);
for ($time = 1; $time <= 3; $time++) {
    fwrite($child->pipes[0], "\n");
    echo fgets($child->pipes[1]);
    fwrite($child->pipes[0], "\n");
    echo fgets($child->pipes[1]);
}
fwrite($child->pipes[0], "\n");
eventually(fn() => !$child->runs(), what: 'its end');
?>
--EXPECT--
started
[9,-7,"","1"]
ended
[9,-7,"","1"]
ended
[9,-7,"","1"]
ended
