--TEST--
Credentials that a call was given are not in the trace of what it throws, where traces have arguments
--SKIPIF--
<?php if (PHP_VERSION_ID < 80200) die('skip: PHP knows no sensitive parameters before 8.2'); ?>
--FILE--
<?php
require __DIR__ . '/../lib/ticket.php';
$code = <<<'PHP'
$client = new Dig\Zookeeper\Client('127.0.0.1:1');
$old = new Zookeeper();
$thrown = [];
foreach ([
    'options' => fn() => new Dig\Zookeeper\Client('127.0.0.1:1', ['auth' => [['digest', 'shop:5ecret']], 'none' => 1]),
    'addAuth' => fn() => $client->addAuth("\0", 'shop:5ecret'),
    'addAuth of others' => fn() => $old->addAuth('digest', 'shop:5ecret', 1),
    'what is no secret' => fn() => $client->get('5ecret'),
] as $name => $call) {
    try {
        $call();
        $thrown[$name] = 'nothing';
    } catch (Throwable $e) {
        $text = print_r($e->getTrace(), true) . $e;
        $thrown[$name] = str_contains($text, '5ecret') ? 'told' : (str_contains($text, 'SensitiveParameterValue') ? 'hidden' : 'no arguments');
    }
}
echo json_encode($thrown);
PHP;
$ini = ['zend.exception_ignore_args' => 0, 'zend.exception_string_param_max_len' => 1000];
print_r(json_decode(run($code, $ini), true));
?>
--EXPECT--
Array
(
    [options] => hidden
    [addAuth] => hidden
    [addAuth of others] => hidden
    [what is no secret] => told
)
