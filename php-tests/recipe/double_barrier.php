<?php
require __DIR__ . '/../lib/client.php';
$server = new Server();
$proxy = new Proxy($server);
$znodes = new Znodes($server);
$code = PRELUDE . CLIENT . <<<'PHP'
use Dig\Zookeeper\DoubleBarrier;
$client = new Client(null, ['timeout' => 60_000, 'session_timeout' => 60_000]);
[$many, $double] = [(int) getenv('MANY'), new DoubleBarrier($client, '/double', 3)];
while (($what = await()) !== '') {
    // Rounds, and when each was begun and over.
    for ($i = 0, $times = []; $what === 'rounds' && $i < $many; $i++) {
        foreach (['enter', 'leave'] as $method) {
            $began = hrtime(true);
            $double->$method() || exit("$method has not waited\n");
            $times[] = [$began, hrtime(true)];
            usleep(random_int(0, 2000));
        }
    }
    $what === 'rounds' ? print(json_encode($times)) : print(failed(function () use ($double, $what) {
        [$method, $timeout] = explode(' ', "$what 60");
        echo json_encode($double->$method((float) $timeout)), ', ';
    }));
    echo "\n";
}
PHP;
const MANY = 60;
$start = fn() => start($code, client($proxy), ['MANY' => MANY]);
$workers = [$start(), $start(), $start()];
foreach ($workers as $worker) {
    $worker->say('rounds');
}
// Meanwhile connections are cut.
[$lines, $buffers, $cuts] = [[], array_fill(0, 3, ''), 0];
while (count($lines) < 3) {
    [$read, $none] = [array_map(fn($worker) => $worker->pipes[1], array_diff_key($workers, $lines)), null];
    if (!stream_select($read, $none, $none, 0, 60_000)) {
        $cuts++ % 2 ? $proxy->mode('cut') : $proxy->lose($cuts % 4 === 1 ? 'reply' : 'late', 'create');
        usleep(20_000);
        $proxy->mode('pass');
        continue;
    }
    foreach ($read as $i => $_) {
        $lines[$i] = $workers[$i]->line();
    }
}
$times = array_map(fn($line) => json_decode($line, true) ?? exit("$line\n"), $lines);
$early = 0;
for ($step = 0; $step < 2 * MANY; $step++) {
    $of = array_column($times, $step);
    $early += (int) (min(array_column($of, 1)) < max(array_column($of, 0)));
}
var_dump($cuts > 3, $early);
settled(fn() => $znodes->children('/double'), []);
/** What each of these says. */
function all(array $workers, string $what): string
{
    foreach ($workers as $worker) {
        $worker->say($what);
    }
    return $what . ': ' . implode('; ', array_map(fn($worker) => $worker->line(), $workers)) . "\n";
}
$inside = fn(int $many) => eventually(fn() => count(preg_grep('/\d$/', $znodes->children('/double'))) === $many);
// All of them are killed inside: it is not open to the next.
echo all($workers, 'enter'), json_encode(preg_grep('/ready$/', $znodes->children('/double')) !== []), "\n";
foreach ($workers as $worker) {
    kill($worker->pid());
}
$inside(0);
$workers = [$start(), $start(), $start()];
echo all([$workers[0]], 'enter 0'), all([$workers[1]], 'enter 0.2'), all($workers, 'enter'), all([$workers[2]], 'enter 0');
// One that comes later goes on, as long as there is one; and one that has left may come again.
$late = $start();
echo all([$late], 'enter'), all([$late], 'leave 0'), all([$late], 'leave');
// One is killed, and the others leave; the last one's end is their end.
$workers[0]->say('leave');
usleep(50_000);
kill($workers[2]->pid());
echo all([$workers[1]], 'leave'), $workers[0]->line(), "\n";
settled(fn() => $znodes->children('/double'), []);
// Two are there, and one of them is killed; then two more come.
$workers = [$workers[0], $workers[1], $start(), $late];
[$one, $two, $three, $four] = $workers;
$one->say('enter');
$two->say('enter');
$inside(2);
kill($two->pid());
$inside(1);
$three->say('enter');
$inside(2);
echo all([$four], 'enter'), $one->line(), "\n", $three->line(), "\n";
// Its keeper is killed: then it is outside for the others, and may leave.
kill(keepers($proxy->dsn())[0]);
echo all([$one, $three, $four], 'leave'), all([$one], 'enter 0.1');
settled(fn() => $znodes->children('/double'), []);
// What a fork has is its parent's.
echo run(PRELUDE . CLIENT . <<<'PHP'
$double = new Dig\Zookeeper\DoubleBarrier(new Client(), '/forks', 1);
var_dump($double->enter());
if (!pcntl_fork()) {
    echo failed(fn() => $double->leave(0.1)), "\n";
    var_dump($double->enter(), $double->leave(0.1));
    exit;
}
pcntl_wait($status);
var_dump($double->leave(0.1));
PHP, client($server)), "\n";
?>
