--TEST--
A lock is one's at a time: waiting, not waiting, tokens, transactions, data; and what is said where it is not held
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\Lock;
$client = new Client();
$lock = new Lock($client, '/locks/a', ['data' => 'by a test']);
$other = new Lock($client, '/locks/a');
var_dump($lock->isHeld(), $lock->remaining(), $lock->getPath());
echo failed(fn() => $lock->token()), "\n", failed(fn() => $lock->check()), "\n";
var_dump($lock->acquire());
$lock->check();
var_dump($lock->isHeld(), $lock->remaining() > 2 && $lock->remaining() <= 6, Dig\Zookeeper\status()['held']);
$path = $lock->getPath();
echo preg_replace('/[0-9a-f-]{36}-/', 'UUID-', $path), ' ', $client->get($path, null, $stat), "\n";
var_dump($stat->czxid === $lock->token());
try {
    $lock->acquire();
} catch (LogicException $e) {
    echo get_class($e), ': ', $e->getMessage(), "\n";
}
var_dump($other->acquire(0.0), $other->acquire(0.1), $other->isHeld());
echo count($client->getChildren('/locks/a')), " in line\n";
// Only while it is held.
$client->transaction()->check($lock)->create('/written', 'x')->commit();
$token = $lock->token();
$late = $client->transaction()->check($lock)->create('/late', 'x');
$lock->release();
var_dump($lock->isHeld(), $client->exists($path));
echo failed(fn() => $client->transaction()->check($lock)), "\n";
echo failed(fn() => $late->commit()), "\n";
$lock->release();
var_dump($other->acquire(5), $other->token() > $token);
// Gone with its object.
unset($other);
var_dump($lock->acquire(5), $lock->token() > $token);
$client->close();
var_dump($lock->isHeld());
echo failed(fn() => $lock->acquire()), "\n";
echo failed(fn() => $lock->release()), "\n";
PHP;
echo run($code, client($server));
?>
--EXPECTF--
bool(false)
float(0)
NULL
LockLostException -1003 /locks/a certain
LockLostException -1003 /locks/a certain
bool(true)
bool(true)
bool(true)
int(1)
/locks/a/_c_UUID-lock-0000000000 by a test
bool(true)
LogicException: /locks/a: it is held by this object already; release it first, or use another object
bool(false)
bool(false)
bool(false)
1 in line
bool(false)
NULL
LockLostException -1003 /locks/a certain
TransactionException -101 /locks/a/_c_%s-lock-0000000000 certain
bool(true)
bool(true)
bool(true)
bool(true)
bool(false)
ClosedException -116 - certain
nothing was thrown
