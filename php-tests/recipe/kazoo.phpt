--TEST--
kazoo and ours stand in one line: each waits for the other, in the order of asking; readers share, writers do not
--FILE--
<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\{Lock, ReadLock, WriteLock};
$client = new Client();
$locks = ['lock' => new Lock($client, '/line'), 'read' => new ReadLock($client, '/line'), 'write' => new WriteLock($client, '/line')];
while (($what = await()) !== '') {
    if ($what === 'release') {
        $held->release();
        echo "released\n";
    } else {
        $held = $locks[$what];
        $held->acquire();
        echo "acquired\n";
    }
}
PHP;
/** A process of kazoo's, as start() gives one. */
function kazoo(string $dsn): object
{
    $process = new Child(['/usr/bin/python3', __DIR__ . '/kazoo_line.py', $dsn, '/line'], [['pipe', 'r'], ['pipe', 'w'], ['redirect', 1]]);
    return new class($process) {
        public function __construct(private Child $process)
        {
        }

        public function say(string $line): void
        {
            fwrite($this->process->pipes[0], "$line\n");
        }

        public function line(): string
        {
            return trim((string) fgets($this->process->pipes[1]));
        }
    };
}
$znodes = new Znodes($server);
$in_line = fn(int $many) => eventually(fn() => count($znodes->children('/line')) === $many, what: "$many are in line");
$php = start($code, client($server));
$kazoo = kazoo($server->dsn());
/** Whether it has nothing to say yet. */
$waits = function (object $one) use ($php): bool {
    $pipe = $one === $php ? $one->pipes[1] : (fn() => $this->process->pipes[1])->call($one);
    [$read, $none] = [[$pipe], null];
    return stream_select($read, $none, $none, 0, 100_000) === 0;
};
// Each in turn is the one that waits.
$php->say('lock');
echo $php->line(), "\n";
[$holder, $other] = [$php, $kazoo];
for ($i = 0; $i < 20; $i++) {
    $other->say('lock');
    $in_line(2);
    $early = !$waits($other);
    $holder->say('release');
    if ([$holder->line(), $other->line(), $early] !== ['released', 'acquired', false]) {
        echo "round $i\n";
    }
    [$holder, $other] = [$other, $holder];
}
$holder->say('release');
echo $holder->line(), "\n";
$in_line(0);
foreach ([['read', 'read'], ['read', 'write'], ['write', 'read'], ['write', 'write'], ['lock', 'read'], ['read', 'lock']] as [$first, $second]) {
    foreach (['ours first' => [$php, $kazoo], 'kazoo first' => [$kazoo, $php]] as $who => [$one, $two]) {
        $one->say($first);
        $one->line();
        $two->say($second);
        $in_line(2);
        echo "$first, $second, $who: ", $waits($two) ? 'waits' : 'shares', "\n";
        $one->say('release');
        $one->line();
        $two->line();
        $two->say('release');
        $two->line();
        $in_line(0);
    }
}
$php->finish();
?>
--EXPECT--
acquired
released
read, read, ours first: shares
read, read, kazoo first: shares
read, write, ours first: waits
read, write, kazoo first: waits
write, read, ours first: waits
write, read, kazoo first: waits
write, write, ours first: waits
write, write, kazoo first: waits
lock, read, ours first: waits
lock, read, kazoo first: waits
read, lock, ours first: waits
read, lock, kazoo first: waits
