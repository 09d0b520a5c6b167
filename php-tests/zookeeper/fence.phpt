--TEST--
examples/fence.php shows who has which node, and fences one: never lower, never unasked, never over a change
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';

/** The command, as people type it: without any extension. It is answered when it asks. */
final class Fence
{
    public readonly string $asked;
    private $process;
    private array $pipes = [];

    public function __construct(string ...$arguments)
    {
        $command = [getenv('TEST_PHP_EXECUTABLE'), '-n', dirname(__DIR__, 2) . '/examples/fence.php', ...$arguments];
        $this->process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], ['redirect', 1]], $this->pipes);
        for ($asked = ''; !str_ends_with($asked, '[y/N] ') && '' !== $read = (string) fread($this->pipes[1], 1000);) {
            $asked .= $read;
        }
        $this->asked = $asked;
    }

    /** What else it says. */
    public function answer(string $line = ''): string
    {
        @fwrite($this->pipes[0], "$line\n");
        fclose($this->pipes[0]);
        return stream_get_contents($this->pipes[1]) . 'status ' . proc_close($this->process) . "\n";
    }
}

$server = new Server();
$znodes = new Znodes($server);
$znodes->mkdir('/app');
$dsn = "{$server->dsn()}/app";
$here = [$dsn, '/sim/ticket'];
$say = fn(string $text) => preg_replace(
    ['/until=\d+/', '~(?<!started=)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z~', '/[+-]\d+\.\d s\)/', '/ host=\S+ keeper=\d+/', '/ +$/m'],
    ['until=N', 'TIME', 'N s)', ' host=HOST keeper=PID', ''],
    str_replace($server->dsn(), 'DSN', preg_replace('/started=\S+ ticket=\S+/', 'started=TIME', $text)),
);
$ini = ['ticket.lease' => 'first_use'];
$node = fn(int $id) => json_decode(run(PRELUDE . "echo json_encode(Number::parse((new Number($id))->generate()));", leasing($dsn, $ini)), true);
$mark = fn(int $node) => mark($znodes, $node, '/app/sim/ticket');
$now = fn() => (int) (microtime(true) * 1000);

// A family, and what can be left behind.
$php = start(PRELUDE . LOAD . <<<'PHP'
$number = new Number(3);
$ids = $number->generateMany(100);
echo "\n";
await();
for ($end = microtime(true) + 60; microtime(true) < $end;) {
    try { $ids[] = $number->generate(); } catch (Exception $e) { if (status()['lost'] > 0) break; }
    usleep(1000);
}
echo json_encode(Number::parse(end($ids))), "\n";
PHP, leasing($dsn, ['ticket.acquire_timeout' => 2000, 'ticket.window' => 6000] + $ini));
$php->line();
$marks = '/app/sim/ticket/.marks';
$nonce = 'nonce=0123456789abcdef';
$ahead = fn(int $ms) => sprintf('until=%d %s', $now() + $ms, $nonce);
foreach ([2 => $ahead(-60_000), 7 => "gar\0bage", 8 => $ahead(60_000), 9 => $ahead(400 * 86_400_000),
    10 => "until=9999999999999999 $nonce", 1001 => $ahead(60_000), 1002 => $ahead(60_000)] as $id => $data) {
    $znodes->create(sprintf("$marks/%04d", $id), $data);
}
$znodes->create("$marks/0011", $ahead(0), true);
$znodes->create("$marks/0012", $ahead(0), false, 4);
$znodes->create("$marks/x", 'no node');
$znodes->create('/app/sim/ticket/4', '10.0.0.7', true);
$znodes->create('/app/sim/ticket/1002', 'one of ours', true);
$znodes->create('/app/sim/ticket/0006', 'by hand');
$znodes->create('/app/sim/ticket/.marks/0006', $ahead(-1000));
echo $say((new Fence(...$here))->asked), "\n";

// That mark: it is said what will be, and done when that is wanted.
echo $say(($fence = new Fence(...$here, ...['7', '--reserve=200']))->asked), "\n", $fence->answer('n');
var_dump($znodes->getData("$marks/0007")[0] === "gar\0bage");
echo $say(($fence = new Fence(...$here, ...['7', '--reserve=200']))->asked . $fence->answer('y'));
$until = $mark(7);
var_dump($until > $now() - 60_000, $node(7)['timestamp'] > $until);

// By default above all that there can be; not below what it said, nor what its own reader knows.
(new Fence(...$here, ...['5', '--yes']))->answer();
var_dump(abs($mark(5) - $now() - 220 * 60_000) < 60_000);
$znodes->create("$marks/0020", sprintf('until=%d nonce=short', $later = $now() + 50 * 60_000));
(new Fence(...$here, ...['20', '--yes', '--reserve=5']))->answer();
var_dump($mark(20) === $later + 5);
$znodes->create("$marks/0021", '');
(new Fence(...$here, ...['21', '--yes', '--reserve=5', "--above=$later"]))->answer();
var_dump($mark(21) === $later);
foreach ([8, 9, 2] as $id) {
    [$data, $version] = $znodes->getData(sprintf("$marks/%04d", $id));
    (new Fence(...$here, ...[(string) $id, '--yes', '--reserve=0']))->answer();
    [$new, $next] = $znodes->getData(sprintf("$marks/%04d", $id));
    // The same time, by somebody else.
    var_dump(strtok($new, ' ') === strtok($data, ' ') && $new !== $data && $next === $version + 1);
}

// What a mark says is what ticket reads in it. Of any other, no number stands for what can have been issued: it may
// only make the new mark later. Most of these numbers are of a minute ago.
$ago = $now() - 60_000;
$unreadable = ["until={$ago}ms $nonce", "until={$ago}.5 $nonce", "until=$ago+5000 $nonce", "until=0x$ago $nonce",
    "until=-$ago $nonce", "until= $ago $nonce", "until=++$ago $nonce", "until=x until=$ago $nonce", "xuntil=$ago $nonce",
    "until=$ago\t$nonce", "until=$ago\n$nonce", "until=$ago,$nonce", "a until=$ago", "until=$ago nonce=x $nonce",
    "until=$ago {$nonce}0", "until=$ago $nonce\n", "until=$ago $nonce\0", "until=$ago nonce=+123456789abcdef",
    "until=$ago nonce=0123456789abcdeg", "until=$ago Nonce=0123456789abcdef", "until=$ago $nonce \xff",
    "until=$ago $nonce \xed\xa0\x80", "\xc0\x80 until=$ago $nonce", "until=1262332799999 $nonce",
    "until=18446744073709551616 $nonce", "until=x, not until=$later $nonce"];
$readable = ["until=+$ago $nonce", "until=" . str_repeat('0', 30) . "$ago $nonce", "$nonce until=$ago",
    "  until=$ago  $nonce ", "until=$ago nonce=0123456789ABCDEF", "until=$ago until=x $nonce nonce=x",
    "xuntil=x \u{e9}\n until=$ago $nonce"];
foreach ([...$unreadable, ...$readable] as $at => $data) {
    $can = $at >= count($unreadable);
    $znodes->create(sprintf("$marks/%04d", 100 + $at), $data);
    $znodes->create(sprintf("$marks/%04d", 200 + $at), $data);
    $least = max($now(), str_contains($data, (string) $later) ? $later : 0) + 200;
    $fence = new Fence(...$here, ...[(string) (100 + $at), '--yes', '--reserve=200']);
    $said = $fence->asked . $fence->answer();
    if (str_contains($said, 'UNREADABLE') === $can || ($can ? $mark(100 + $at) !== $ago : $mark(100 + $at) < $least)) {
        echo json_encode($data, JSON_INVALID_UTF8_SUBSTITUTE), ": {$mark(100 + $at)}, $said";
    }
}
// So does ticket, some at a time.
foreach (array_chunk([...$unreadable, ...$readable], 8, true) as $some) {
    $families = array_map(fn($at) => start(PRELUDE . 'echo answered(fn() => (new Number(' . (200 + $at) . '))->generate());',
        leasing($dsn, ['ticket.acquire_timeout' => 500] + $ini)), array_keys($some));
    foreach (array_combine(array_keys($some), $families) as $at => $family) {
        if (!str_contains($said = $family->finish(), $at < count($unreadable) ? 'cannot be read' : 'nothing was thrown')) {
            echo json_encode($some[$at], JSON_INVALID_UTF8_SUBSTITUTE), ": $said\n";
        }
    }
}

// Not unless told: its owner finishes what it had reserved, and the next one issues above that.
echo $say(($fence = new Fence(...$here, ...['3', '--yes']))->asked), $fence->answer();
echo $say(($fence = new Fence(...$here, ...['3', '--yes', '--live']))->asked), $fence->answer();
$until = $mark(3);
$php->say('');
$last = json_decode($php->finish(), true);
var_dump($last['node'] === 3 && $last['timestamp'] <= $until);
var_dump($node(3)['timestamp'] > $until);

// Two at once, and one that is overtaken by a family.
$two = [new Fence(...$here, ...['40']), new Fence(...$here, ...['40'])];
echo $say($two[1]->answer('y')), $say($two[0]->answer('y'));
$fence = new Fence(...$here, ...['41', '--reserve=200']);
$node(41);
$before = $znodes->getData("$marks/0041");
echo $fence->answer('y');
var_dump($znodes->getData("$marks/0041") === $before);

// What it does not do.
foreach ([[], ['a'], [...$here, '1024'], [...$here, '-1'], [...$here, '1', '--force'], [...$here, '11', '--yes'],
    [...$here, '12', '--yes'], [$dsn, '/nowhere'], ['127.0.0.1:1', '/x']] as $arguments) {
    $fence = new Fence(...$arguments);
    echo $say($fence->asked . $fence->answer());
}

// Whoever thinks for longer than a session lasts.
$fence = new Fence(...$here, ...['42', '--reserve=200']);
$server->kill();
$server->start();
$znodes = new Znodes($server);
echo $say($fence->answer('y'));
// What earlier versions have left: nothing is to be had there, and it is said.
echo $say(($fence = new Fence(...$here, ...['10']))->asked), "\n", $fence->answer();
?>
--EXPECT--
DSN/app /sim/ticket  epoch=1262332800000 node_bits=10 sequence_bits=12  now TIME
 node  state                     mark (ahead of the clock here)          claim
    3  leased                    TIME (N s)       host=HOST keeper=PID sapi=cli started=TIME
    4  of another program                                                10.0.0.7
    6  CLAIM OF NOBODY           TIME (N s)       by hand
    7  UNREADABLE                "gar\000bage"
    8  left behind               TIME (N s)
    9  of a clock far ahead      TIME (N s)
   10  at the end of the layout  TIME (N s)
   11  MARK DOES NOT LAST        "until=N nonce=012345..."
   12  REFUSED                                                           ZooKeeper refuses /sim/ticket/.marks/0012: its ACL does not let anyone
 1001  left behind               TIME (N s)
 1002  leased, or a spare        TIME (N s)      one of ours
1012 of 1023 node IDs are free

    7  UNREADABLE                "gar\000bage"
Its mark will be TIME. Fence it? [y/N]
fence: nothing was written
status 1
bool(true)
    7  UNREADABLE                "gar\000bage"
Its mark will be TIME. Fence it? [y/N] node 7 is fenced: its mark is TIME; whoever has it next issues above that
status 0
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
    3  leased                    TIME (N s)       host=HOST keeper=PID sapi=cli started=TIME
fence: the node is leased: end its owner, which its claim names by host and keeper; or say --live, and end it after that
status 1
    3  leased                    TIME (N s)       host=HOST keeper=PID sapi=cli started=TIME
node 3 is fenced: its mark is TIME; whoever has it next issues above that
Now end its owner, which its claim names by host and keeper: until then nobody is given the node
status 0
bool(true)
bool(true)
node 40 is fenced: its mark is TIME; whoever has it next issues above that
status 0
fence: the mark has changed meanwhile; nothing was written. Look again
status 1
fence: the mark has changed meanwhile; nothing was written. Look again
status 1
bool(true)
fence: say: php fence.php host:port[,host:port...][/chroot] path [node]
with --client, or servers with tcp+tls:// before them, as the extension's settings say; with a node, also: --yes --live --reserve=MS --above=MS
status 1
fence: say: php fence.php host:port[,host:port...][/chroot] path [node]
with --client, or servers with tcp+tls:// before them, as the extension's settings say; with a node, also: --yes --live --reserve=MS --above=MS
status 1
fence: the node must be a number from 0 to 1023
status 1
fence: there is no option -1
status 1
fence: there is no option --force
status 1
   11  MARK DOES NOT LAST        "until=N nonce=012345..."
fence: this cannot be fenced, and no family uses it as it is
status 1
   12  REFUSED                                                           ZooKeeper refuses /sim/ticket/.marks/0012: its ACL does not let anyone
fence: this cannot be fenced, and no family uses it as it is
status 1
fence: /nowhere is no path of ticket's
status 1
fence: no server of 127.0.0.1:1 accepts a session
status 1
node 42 is fenced: its mark is TIME; whoever has it next issues above that
status 0
   10  at the end of the layout  TIME (N s)
Its mark will be TIME, the end of the layout: nothing more can be issued from it. Fence it? [y/N]
fence: nothing was written
status 1
