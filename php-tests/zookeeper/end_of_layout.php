<?php
require __DIR__ . '/../lib/zookeeper.php';
$server = new Server();
$znodes = new Znodes($server);
$clock = new Clock();
// 64 - 14 - 22 = 28 bits of milliseconds: three days.
$now = (int) (microtime(true) * 1000);
$epoch = $now - 1000;
$end = $epoch + (1 << 28) - 1;
$ini = leasing($server, ['ticket.epoch' => $epoch, 'ticket.node_bits' => 14, 'ticket.sequence_bits' => 22]);
$stand = fn(int $at) => $clock->set($at - (int) (microtime(true) * 1000), true);
// Two seconds before the end, less than what is reserved.
$stand($end - 2000);
$code = PRELUDE . <<<'PHP'
$number = new Number();
do {
    try { $ids = $number->generateMany(3); $said = Number::parse(end($ids))['timestamp']; }
    catch (Exception $e) { $said = get_class($e) . ': ' . $e->getMessage(); }
    echo json_encode([$number->getNodeId(), $said, status()['keeper']]), "\n";
} while (await());
PHP;
$php = start($code, $ini, $clock->env());
[$node, $last] = json_decode($php->line());
$mark = fn(int $node) => $znodes->getData(sprintf('/sim/ticket/.marks/%05d', $node));
$near = fn(int $ms) => fn($timestamp) => is_int($timestamp) && abs($timestamp - $end + $ms) < 500;
var_dump($near(2000)($last), strtok($mark($node)[0], ' ') === "until=$end");

// Another one is killed with its keeper, so that its mark stays there. It is nobody's any more.
$other = start($code, $ini, $clock->env());
[$left, , $keeper] = json_decode($other->line());
$ini['ticket.session_timeout'] = 600;
kill_both($keeper);
kill($other->pid());
eventually(fn() => count(claims($server)) === 1, 20, 'its session ends');
$say = fn(string $text) => preg_replace('/epoch \d+/', 'epoch EPOCH', str_replace([$server->dsn(), "node $left "], ['DSN', 'node LEFT '], $text));
$try = fn(int $node) => $say(run(PRELUDE . "echo thrown(fn() => new Number($node));", ['ticket.acquire_timeout' => 1000] + $ini, $clock->env()));
echo $try($left), "\n";
// As earlier versions have written it.
$znodes->create('/sim/ticket/.marks/00007', sprintf('until=%d nonce=0123456789abcdef', $end + 3000));
echo str_replace('node 7', 'node LEFT', $try(7)) === $try($left) ? "the same\n" : $try(7);

// The last of all. More is not written, whatever callers want.
[, $version] = $mark($node);
$stand($end - 400);
$php->say('more');
[, $last] = json_decode($php->line());
var_dump($near(400)($last));
usleep(1_500_000);
$php->say('more');
[$same, $last] = json_decode($php->line());
[$data, $later] = $mark($node);
var_dump($same === $node, strtok($data, ' ') === "until=$end", $later === $version);

// Beyond it.
$stand($end + 60_000);
$php->say('more');
echo $say(json_decode($php->line())[1]), "\n";
$php->finish();
?>
