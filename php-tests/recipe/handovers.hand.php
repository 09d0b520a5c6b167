<?php
require __DIR__ . '/../lib/recipe.php';
$many = (int) (getenv('TICKET_TEST_HANDOVERS') ?: 1000);
$server = new Server();
$znodes = new Znodes($server);
$guarded = scratch('guarded');
file_put_contents($guarded, str_pad('0 0 end 0', 64));
$code = PRELUDE . CLIENT . RECIPES . <<<'PHP'
// What only a holder may do: token, process, begin or end, hand-overs until now; in one piece of 64 bytes.
$file = fopen(getenv('GUARDED'), 'r+');
function put(string $what): void { global $file; fseek($file, 0); fwrite($file, str_pad($what, 64)); fflush($file); }
function seen(): array { return explode(' ', trim(file_get_contents(getenv('GUARDED')))); }
function alive(int $pid): bool { return preg_match('/\) [^ZX] /', (string) @file_get_contents("/proc/$pid/stat")) === 1; }
function wrong(string $what): never { file_put_contents(getenv('GUARDED') . '.wrong', "$what\n", FILE_APPEND); exit(1); }
function work(int $many): void {
    global $file;
    $file = fopen(getenv('GUARDED'), 'r+');
    [$lock, $pid] = [new Lock(new Client(), '/guarded'), getmypid()];
    while (seen()[3] < $many) {
        if (!$lock->acquire(60)) wrong('nobody releases it');
        $token = $lock->isHeld() ? $lock->token() : null;
        if ($token === null) continue;
        [$last, $by, $state, $count] = seen();
        if ($last >= $token) wrong("$token after $last");
        if ($state === 'begin' && alive($by) && !str_contains((string) @file_get_contents(getenv('GUARDED') . '.lost'), "$last\n")) wrong("$token while $by holds it by $last");
        put("$token $pid begin $count");
        if (seen() !== ["$token", "$pid", 'begin', $count]) wrong('two at once');
        if ($count % 7 === 0) usleep(300);
        // On a machine that has stopped for so long.
        if (!$lock->isHeld()) file_put_contents(getenv('GUARDED') . '.lost', "$token\n", FILE_APPEND);
        elseif (seen() !== ["$token", "$pid", 'begin', $count]) wrong('two at once');
        else put("$token $pid end " . ($count + 1));
        $lock->release();
    }
}
$workers = [];
while (seen()[3] < MANY) {
    while (count($workers) < WORKERS_) {
        if (!$pid = pcntl_fork()) {
            work(MANY);
            exit;
        }
        $workers[$pid] = true;
    }
    unset($workers[pcntl_wait($status)]);
}
foreach ($workers as $pid => $_) pcntl_waitpid($pid, $status);
echo "done\n";
PHP;
$families = [];
foreach ([3, 3, 2] as $workers) {
    $started = str_replace(['MANY', 'WORKERS_'], ["$many", "$workers"], $code);
    $families[] = start($started, recipes($server, ['ticket.session_timeout' => 4000]), ['GUARDED' => $guarded]);
}
$count = fn() => (int) (explode(' ', trim(file_get_contents($guarded)))[3] ?? 0);
$workers = fn(object $php) => array_filter(array_map('intval', explode(' ', (string) @file_get_contents("/proc/{$php->pid()}/task/{$php->pid()}/children"))), fn($pid) => $pid > 0 && !str_starts_with((string) @file_get_contents("/proc/$pid/comm"), 'ticket'));
[$killed, $keeper, $end] = [0, false, hrtime(true) + 60e9 + $many * 30e6];
for ($at = 0; $count() < $many; usleep(10_000)) {
    if (hrtime(true) > $end || file_exists("$guarded.wrong")) {
        break;
    }
    if ($count() - $at < 20) {
        continue;
    }
    $at = $count();
    $pids = $workers($families[$killed % 3]);
    if ($pids && $at < $many * 0.9) {
        signal($pids[array_rand($pids)], 'KILL');
        $killed++;
    }
    if (!$keeper && $at > $many / 2) {
        $keeper = true;
        kill(array_values(array_intersect(keepers($server->dsn()), descendants($families[0]->pid())))[0]);
    }
}
echo @file_get_contents("$guarded.wrong");
foreach ($families as $php) {
    echo $php->finish(), "\n";
}
var_dump($count() >= $many, $killed > 5, $keeper);
in_line($znodes, '/guarded', 0);
?>
