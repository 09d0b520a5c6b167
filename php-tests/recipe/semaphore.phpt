--TEST--
A semaphore has so many seats and never one more, also where holders are killed, stopped, or lose their keeper; who says another number is told
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$seat = new Semaphore($client, '/s', 2, ['data' => 'a seat']);
$lost = 0;
$seat->onLost(function () use (&$lost) { $lost++; });
while (($what = await()) !== '') {
    if ($what === 'acquire') tell($seat->acquire(), $seat->isHeld());
    if ($what === 'try') tell($seat->acquire(0.0), $seat->acquire(0.1));
    if ($what === 'release') { $seat->release(); tell('released'); }
    if ($what === 'look') tell($seat->isHeld(), until(function () use ($client, &$lost) { $client->wait(0.01); return $lost; }));
}
PHP;
$line = fn(int $waiting, int $leases) => in_line($znodes, '/s/locks', $waiting) ?? in_line($znodes, '/s/leases', $leases);
$said = function (object $php, ?string $what = null): void {
    $what === null || $php->say($what);
    echo $php->line(), "\n";
};
$of = fn(int $timeout = 60_000) => recipes($server, ['ticket.session_timeout' => $timeout]);
[$a, $b, $c, $d] = [start($code, $of(2000)), start($code, $of()), start($code, $of()), start($code, $of())];
$said($a, 'acquire');
$said($b, 'acquire');
$line(0, 2);
echo $znodes->getData('/s')[0], ' ', $znodes->getData(first($znodes, '/s/leases'))[0], "\n";
// Another number.
echo run(PRELUDE . CLIENT . RECIPES . <<<'PHP'
echo thrown((new Semaphore(new Client(), '/s', 3))->acquire(...)), "\n", failed((new Semaphore(new Client(), '/s', 1))->acquire(...)), "\n";
foreach ([0, -1, 2147483648] as $max) echo thrown(fn() => new Semaphore(new Client(), '/s', $max)), "\n";
echo thrown(fn() => new Semaphore(new Client(), '/', 3)), "\n";
(new Client())->create('/no', 'number');
echo thrown((new Semaphore(new Client(), '/no', 3))->acquire(...)), "\n";
// Nothing is left of whoever was refused, nor of whoever gives up.
tell((new Semaphore(new Client(), '/s', 2))->acquire(0.05));
PHP, $of()), "\n";
$line(0, 2);
$said($c, 'try');
$line(0, 2);
// One waits for a seat, one for that one.
$c->say('acquire');
$line(1, 2);
$d->say('acquire');
$line(2, 2);
kill($b->pid());
$said($c);
$line(1, 2);
$said($c, 'release');
$said($d);
$line(0, 2);
// Who is stopped loses it, and sees that first.
$c->say('acquire');
$line(1, 2);
pause($a->pid());
$said($c);
signal($a->pid(), 'CONT');
$said($a, 'look');
$line(0, 2);
// A lease is deleted by hand; whoever waits, waits on when its place is.
$a->say('acquire');
$line(1, 2);
$znodes->delete(first($znodes, '/s/locks'));
$lease = first($znodes, '/s/leases');
$znodes->delete($lease);
$said($a);
$line(0, 2);
$said($d, 'look');
foreach ([$a, $c, $d] as $php) {
    echo $php->finish();
}
$line(0, 0);

// A crowd, of which some are killed.
$guarded = scratch('guarded');
mkdir($guarded);
echo run(PRELUDE . CLIENT . RECIPES . <<<'PHP'
function alive(int $pid): bool { return preg_match('/\) [^ZX] /', (string) @file_get_contents("/proc/$pid/stat")) === 1; }
$seats = fn() => count(array_filter(array_map(fn($name) => (int) basename($name), glob(getenv('GUARDED') . '/*')), alive(...)));
$workers = [];
for ($i = 0; $i < 8; $i++) {
    if (!$pid = pcntl_fork()) {
        $seat = new Semaphore(new Client(), '/crowd', 3);
        $most = 0;
        for ($n = 0; $n < 20; $n++) {
            $seat->acquire();
            touch($own = getenv('GUARDED') . '/' . getmypid());
            $most = max($most, $seats());
            usleep(15_000);
            if ($n === 10 && $i % 4 === 0) exec('kill -9 ' . getmypid());
            $most = max($most, $seats());
            unlink($own);
            $seat->release();
        }
        exit($most);
    }
    $workers[] = $pid;
}
$most = 0;
foreach ($workers as $pid) {
    pcntl_waitpid($pid, $status);
    $most = max($most, pcntl_wifexited($status) ? pcntl_wexitstatus($status) : 0);
}
tell($most > 1, $most <= 3);
PHP, $of(), ['GUARDED' => $guarded]), "\n";
in_line($znodes, '/crowd/leases', 0);
in_line($znodes, '/crowd/locks', 0);
exec("rm -rf $guarded");
?>
--EXPECT--
true true
true true
2 a seat
Dig\Zookeeper\Exception\InvalidStateException: /s: the semaphore has 2 seats; all who use it have to say the same number
InvalidStateException -9 /s certain
ValueError: Dig\Zookeeper\Semaphore::__construct(): Argument #3 ($max) must be between 1 and 2147483647
ValueError: Dig\Zookeeper\Semaphore::__construct(): Argument #3 ($max) must be between 1 and 2147483647
ValueError: Dig\Zookeeper\Semaphore::__construct(): Argument #3 ($max) must be between 1 and 2147483647
ValueError: Dig\Zookeeper\Semaphore::__construct(): Argument #2 ($path) must name a znode below the root
Dig\Zookeeper\Exception\InvalidStateException: /no: its value is to be the number of seats of a semaphore, and is none; use another path, or correct it
false
false false
true true
released
true true
true true
false true
true true
false true
true true
