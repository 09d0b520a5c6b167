--TEST--
Readers share, and writers do not: whoever asked first is first, no writer waits for later readers, and who is killed is no hindrance
--FILE--
<?php
require __DIR__ . '/../lib/recipe.php';
$server = new Server();
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
$client = new Client();
$lock = new CLASS_($client, '/rw', ['data' => 'NAME_']);
while (($what = await()) !== '') {
    if ($what === 'acquire') tell('NAME_', $lock->acquire(), $lock->token());
    if ($what === 'try') tell('NAME_', $lock->acquire(0.0));
    if ($what === 'release') { $lock->release(); tell('NAME_', 'released'); }
    if ($what === 'held') tell('NAME_', $lock->isHeld());
}
PHP;
$php = fn(string $class, string $name) => start(str_replace(['CLASS_', 'NAME_'], [$class, $name], $code), recipes($server));
[$r1, $r2, $r3] = array_map(fn($name) => $php('ReadLock', $name), ['r1', 'r2', 'r3']);
[$w1, $w2] = array_map(fn($name) => $php('WriteLock', $name), ['w1', 'w2']);
[$said, $tokens, $stand] = ['', [], 0];
$say = function (object $php, string $what, bool $answers = true) use (&$tokens) {
    $php->say($what);
    if ($answers) {
        [$name, $told, $token] = explode(' ', $php->line() . ' ');
        echo "$name $told\n";
        $token === '' || $tokens[] = (int) $token;
    }
};
$hear = function (object $php) use (&$tokens) {
    [$name, $told, $token] = explode(' ', $php->line() . ' ');
    echo "$name $told\n";
    $tokens[] = (int) $token;
};
$line = fn(int $many) => in_line($znodes, '/rw', $many);
/** Nothing is heard of it. */
$silent = function (object ...$all) {
    [$read, $none] = [array_map(fn($php) => $php->pipes[1], $all), null];
    stream_select($read, $none, $none, 0, 20_000) && print("too early\n");
};

// Two readers; a writer waits for both; a reader that comes later for the writer; a writer for that.
$say($r1, 'acquire');
$say($r2, 'acquire');
$say($w1, 'acquire', false);
$line(3);
$say($r3, 'acquire', false);
$line(4);
$say($w2, 'acquire', false);
$line(5);
$silent($w1, $r3, $w2);
$say($r1, 'release');
$silent($w1, $r3, $w2);
$say($r2, 'release');
$hear($w1);
$silent($r3, $w2);
// Only if it is free: it is not, for anyone.
$say($r1, 'try');
$say($r2, 'try');
$say($w1, 'held');
// The writer is killed, then the reader.
kill($w1->pid());
$hear($r3);
$silent($w2);
$say($r1, 'try');
kill($r3->pid());
$hear($w2);
$say($r1, 'acquire', false);
$line(2);
$say($r2, 'acquire', false);
$line(3);
$silent($r1, $r2);
// Whoever is before the readers makes way: both of them have it.
$say($w2, 'release');
$hear($r1);
$hear($r2);
$say($w2, 'acquire', false);
$line(3);
// A reader that is between others is no hindrance to who comes behind them, nor is a writer that gives up.
$say($r1, 'release');
$silent($w2);
$say($r1, 'acquire', false);
$line(3);
kill($w2->pid());
$hear($r1);
$say($r2, 'held');
$say($r1, 'release');
$say($r2, 'release');
$line(0);
$sorted = array_unique($tokens);
sort($sorted);
var_dump($sorted === $tokens);

// A crowd of both, of which some are killed.
$guarded = scratch('guarded');
mkdir($guarded);
$crowd = PRELUDE . CLIENT . RECIPES . <<<'PHP'
function alive(int $pid): bool { return preg_match('/\) [^ZX] /', (string) @file_get_contents("/proc/$pid/stat")) === 1; }
$now = fn(string $what) => array_filter(array_map(fn($name) => (int) substr(strrchr($name, '-'), 1), glob(getenv('GUARDED') . "/$what-*")), alive(...));
$workers = [];
for ($started = 0; $started < 8 || $workers;) {
    if ($started < 8) {
        $started++;
        if (!$pid = pcntl_fork()) {
            $reads = $started % 3 > 0;
            $lock = $reads ? new ReadLock(new Client(), '/crowd') : new WriteLock(new Client(), '/crowd');
            $pid = getmypid();
            $own = getenv('GUARDED') . '/' . ($reads ? 'reads' : 'writes') . "-$pid";
            $together = 0;
            for ($i = 0; $i < 60; $i++) {
                $lock->acquire();
                touch($own);
                $writers = array_diff($now('writes'), [$pid]);
                $readers = array_diff($now('reads'), [$pid]);
                if ($writers || !$reads && $readers) tell('not alone', $own, ...$writers, ...$readers);
                $together += $readers ? 1 : 0;
                usleep(300);
                unlink($own);
                $lock->release();
                if ($i === 40 && $started % 4 === 0) exec("kill -9 $pid");
            }
            exit($reads && $together ? 1 : 0);
        }
        $workers[$pid] = true;
        continue;
    }
    $pid = pcntl_wait($status);
    unset($workers[$pid]);
    $shared = ($shared ?? false) || pcntl_wexitstatus($status) === 1;
}
tell($shared);
PHP;
echo run($crowd, recipes($server), ['GUARDED' => $guarded]), "\n";
in_line($znodes, '/crowd', 0);
exec("rm -rf $guarded");
?>
--EXPECT--
r1 true
r2 true
r1 released
r2 released
w1 true
r1 false
r2 false
w1 true
r3 true
r1 false
w2 true
w2 released
r1 true
r2 true
r1 released
r1 true
r2 true
r1 released
r2 released
bool(true)
true
