--TEST--
The module zookeeper: there unless php-zookeeper is, or ticket.zookeeper_class is off; its settings and its section of phpinfo
--FILE--
<?php
require __DIR__ . '/../lib/compat.php';
$look = <<<'PHP'
echo json_encode([extension_loaded('zookeeper'), phpversion('zookeeper'), class_exists('Zookeeper', false), class_exists('ZookeeperConfig', false),
    class_exists('ZookeeperNoNodeException', false), function_exists('zookeeper_dispatch'), ini_get('zookeeper.recv_timeout'),
    class_exists('ZookeeperException', false), get_parent_class('Dig\Zookeeper\Exception\NoNodeException'), extension_loaded('ticket')]), "\n";

PHP;
$ini = ['ticket.lease' => 'first_use'];
echo run($look, $ini), "\n";
foreach (['off', '"off"', '0'] as $off) {
    echo run($look, ['ticket.zookeeper_class' => $off] + $ini), "\n";
}
// Also where another setting is wrong; and a wrong one is no `off`.
echo run("ini_set('display_errors', 0); $look", ['ticket.zookeeper_class' => 'off', 'ticket.window' => 'x', 'display_startup_errors' => 0, 'log_errors' => 0] + $ini), "\n";
echo run($look, ['ticket.zookeeper_class' => 'of', 'display_startup_errors' => 0, 'log_errors' => 0] + $ini), "\n";
echo run('class Zookeeper { const MINE = 1; } class ZookeeperNoNodeException extends Exception {} echo Zookeeper::MINE;', ['ticket.zookeeper_class' => 'off'] + $ini), "\n";

$other = scratch('zookeeper');
exec('cc -shared -fPIC -Wall $($PHP_CONFIG --includes) -o ' . "$other " . escapeshellarg(__DIR__ . '/../surface/zookeeper.c') . ' 2>&1', $said, $failed);
!$failed || die(implode("\n", $said));
foreach ([[$other, getenv('TICKET_TEST_MODULE')], [getenv('TICKET_TEST_MODULE'), $other]] as [$first, $second]) {
    $command = [getenv('TEST_PHP_EXECUTABLE'), '-n', '-d', "extension=$first", '-d', "extension=$second", '-d', 'ticket.lease=first_use', '-r', $look];
    echo shell_exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1');
}

$php = escapeshellarg(getenv('TEST_PHP_EXECUTABLE')) . ' -n -d ticket.lease=first_use -d extension=' . escapeshellarg(getenv('TICKET_TEST_MODULE'));
echo implode(' ', preg_grep('/^(ticket|zookeeper)$/', explode("\n", shell_exec("$php -m 2>&1")))), "\n";
echo preg_replace('/ticket \d.*/', 'ticket', trim(shell_exec("$php --ri zookeeper 2>&1"))), "\n";
echo run(<<<'PHP'
$module = new ReflectionExtension('zookeeper');
echo implode(' ', $module->getClassNames()), "\n", json_encode([$module->getINIEntries(), array_keys($module->getFunctions()), $module->getDependencies()]), "\n";
echo (new ReflectionMethod('Zookeeper', 'create'))->getExtensionName(), "\n";
var_dump(ini_set('zookeeper.recv_timeout', '5k'), ini_get('zookeeper.recv_timeout'), @ini_set('zookeeper.recv_timeout', '-1'), @ini_set('zookeeper.session_lock', '0'));
$zookeeper = new Zookeeper('127.0.0.1:1');
var_dump($zookeeper->getRecvTimeout());
PHP, $ini), "\n";
?>
--EXPECT--
[true,"1.3.0",true,true,true,true,"10000",true,"ZookeeperNoNodeException",true]
[false,false,false,false,false,false,false,true,"Dig\\Zookeeper\\Exception\\ZookeeperException",true]
[false,false,false,false,false,false,false,true,"Dig\\Zookeeper\\Exception\\ZookeeperException",true]
[false,false,false,false,false,false,false,true,"Dig\\Zookeeper\\Exception\\ZookeeperException",true]
[false,false,false,false,false,false,false,true,"Dig\\Zookeeper\\Exception\\ZookeeperException",true]
PHP Warning:  PHP Startup: ticket.window must be a whole number from 100 to 3600000, "x" given in Unknown on line 0
[true,"1.3.0",true,true,true,true,"10000",true,"ZookeeperNoNodeException",true]
PHP Warning:  PHP Startup: ticket.zookeeper_class must be "auto" or "off", "of" given in Unknown on line 0
1
[true,"0",false,false,false,false,false,true,"Dig\\Zookeeper\\Exception\\ZookeeperException",true]
[true,"0",false,false,false,false,false,true,"Dig\\Zookeeper\\Exception\\ZookeeperException",true]
ticket zookeeper
zookeeper

zookeeper support => enabled
version => 1.3.0
by => ticket

Directive => Local Value => Master Value
zookeeper.recv_timeout => 10000 => 10000
zookeeper.session_lock => 1 => 1
zookeeper.sess_lock_wait => 150000 => 150000
ZookeeperException ZookeeperOperationTimeoutException ZookeeperConnectionException ZookeeperMarshallingException ZookeeperAuthenticationException ZookeeperSessionException ZookeeperNoNodeException Zookeeper ZookeeperConfig
[{"zookeeper.recv_timeout":"10000","zookeeper.session_lock":"1","zookeeper.sess_lock_wait":"150000"},["zookeeper_dispatch"],[]]
zookeeper
string(5) "10000"
string(2) "5k"
bool(false)
bool(false)
int(5120)
