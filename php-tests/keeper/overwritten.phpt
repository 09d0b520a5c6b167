--TEST--
What a process of the family writes over what all of them share of a lease is noticed, and nothing is issued twice for it
--FILE--
<?php
require __DIR__ . '/../lib/zookeeper.php';
const MEMORY = PRELUDE . <<<'PHP'
/** What the family shares: the greatest memory of its kind. */
final class Memory {
    private $file; private $from = 0; private $size = 0;
    function __construct() {
        preg_match_all('~^([0-9a-f]+)-([0-9a-f]+) rw-s .*/dev/zero~m', file_get_contents('/proc/self/maps'), $found, PREG_SET_ORDER);
        foreach ($found as [, $from, $to]) {
            if (hexdec($to) - hexdec($from) > $this->size) [$this->from, $this->size] = [hexdec($from), hexdec($to) - hexdec($from)];
        }
        $this->file = fopen('/proc/self/mem', 'r+');
        stream_set_read_buffer($this->file, 0);
    }
    /** The place of this value, which it has once. */
    function find(int $value): int {
        fseek($this->file, $this->from);
        for ($all = ''; strlen($all) < $this->size && ($more = fread($this->file, 65536)) != '';) $all .= $more;
        $found = [];
        for ($at = -1; ($at = strpos($all, pack('q', $value), $at + 1)) !== false;) if ($at % 8 === 0) $found[] = $at;
        return count($found) === 1 ? $this->from + $found[0] : throw new Exception(json_encode($found) . " of $value");
    }
    function write(int $at, int $value): void {
        fseek($this->file, $at);
        fwrite($this->file, pack('q', $value)) === 8 || throw new Exception('not written');
    }
}
/** The word of a node when this is the last ID of it. */
function word(int $id) { return $id >> 22 << 12 | $id & 4095; }
/** The permit of the family, as it is shared. */
function permit(?int $node = null, int $later = 0) { return status()['mark'] - 1262332800000 + $later << 10 | ($node ?? status()['node']); }
/** What a fork prints, which waits for a line before each of its steps. */
function forked(callable ...$steps) {
    $pair = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
    if (!pcntl_fork()) {
        foreach ($steps as $step) { fgets($pair[1]); fwrite($pair[1], json_encode($step()) . "\n"); }
        exit;
    }
    return function () use ($pair) { fwrite($pair[0], "\n"); return json_decode(fgets($pair[0])); };
}
function until(callable $holds) {
    for ($end = hrtime(true) + 30e9; !$holds(); usleep(1000)) if (hrtime(true) > $end) throw new Exception(json_encode(status()));
}
function of($status) { return array_map(fn($key) => status()[$key], (array) $status); }

PHP;
$server = new Server();

// Lowered by one process, and noticed by those that had seen more: of what they issued themselves, or of what was there
// when they last looked after their permit. The keeper does not look so soon.
$said = run(MEMORY . <<<'PHP'
$number = new Number();
$ids = $number->generateMany(1000);
$node = $number->getNodeId();
$memory = new Memory();
$at = $memory->find(word(end($ids)));
forked(fn() => $memory->write($at, word($ids[500])))();
echo str_replace($node, 'N', thrown(function () use ($number, &$ids) { $ids[] = $number->generate(); })), "\n";
$more = $number->generateMany(1000);
$ids = array_merge($ids, $more);
echo json_encode([count(array_unique($ids)), $number->getNodeId() === $node, of(['moves', 'overwritten'])]), "\n";
echo str_replace($node, 'N', status()['error']), "\n";

$idle = forked(fn() => $number->getNodeId(), fn() => thrown(fn() => $number->generate()), fn() => $number->generate());
$node = $idle();
$memory->write($memory->find(word(end($ids))), 0);
echo strstr($idle(), ' by other code', true), ', ', of('overwritten')[0], "\n";
$ids[] = $idle();
$ids = array_merge($ids, $number->generateMany(1000));
echo count(array_unique($ids)), "\n";
PHP, leasing($server, ['ticket.window' => 60_000]));
echo preg_replace("/node \\d+/", "node N", $said), "\n";

// Noticed by the keeper, while nobody issues.
$php = start(MEMORY . <<<'PHP'
$number = new Number();
$ids = $number->generateMany(1000);
$memory = new Memory();
// It has looked since.
$mark = of('mark');
until(fn() => of('mark') !== $mark);
$memory->write($memory->find(word(end($ids))), 0);
until(fn() => of('overwritten') === [1]);
array_push($ids, ...$number->generateMany(1000));
$other = $number->getNodeId();
// A mark moves now and then.
until(function () use ($memory, &$at) { try { return $at = $memory->find(permit()); } catch (Exception) { return false; } });
$memory->write($at, permit($other % 900 + 1));
until(fn() => of('overwritten') === [2] && of('node') === [$other]);
array_push($ids, ...$number->generateMany(1000));
echo count(array_unique($ids)), "\n";

// While there is no keeper: a node that was never leased is not believed, and a long permit not for long.
$number->generate();
$asked = fn() => preg_match('/ZooKeeper has not answered|lowered/', thrown(fn() => $number->generate())) === 1;
$first = forked($asked);
$second = forked(fn() => $number->getNodeId(), $asked);
echo json_encode(of('keeper')), "\n";
await();
$right = permit();
$memory->write($at, permit($other % 900 + 2));
echo json_encode($first()), "\n";
$memory->write($at, permit($other, 3_600_000));
echo json_encode($second() === $other), "\n";
$memory->write($at, $right);
await();
echo json_encode($second()), "\n";
PHP, leasing($server, ['ticket.window' => 900, 'ticket.acquire_timeout' => 2000]));
echo $first = $php->line(), "\n";
[$keeper] = json_decode($next = $php->line()) ?? throw new Exception("$first $next " . $php->finish());
pause($keeper);
$php->say('paused');
echo $php->line(), "\n", $php->line(), "\n";
// Longer than marks are set ahead.
sleep(2);
$php->say('go on');
echo $first = $php->line(), "\n";
signal($keeper, 'CONT');
$php->finish();
?>
--EXPECT--
Dig\Ticket\Exception\UnavailableNodeIdException: what was issued of node N was lowered by other code, in memory that all processes of this family can write, so IDs may have been issued twice just now; nothing more is issued of the time that was reserved, and the next call goes on after it or with another node. End what does that (FFI, a faulty extension), and start PHP anew
[2000,false,[1,1]]
memory that all processes of this family can write was overwritten, last what belongs to node N: IDs may have been issued twice before that was found; end what does that (FFI, a faulty extension), and start PHP anew
Dig\Ticket\Exception\UnavailableNodeIdException: what was issued of node N was lowered, 2
3001
3000
true
true
true
