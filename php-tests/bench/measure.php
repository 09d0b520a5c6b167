<?php
// What the questions measure with.

require_once __DIR__ . '/../lib/zookeeper.php';
require_once __DIR__ . '/table.php';

/** What `make bench` was told, and the server that its questions share. */
final class Bench
{
    private ?Server $server = null;

    public function __construct(
        public readonly int $rounds,
        public readonly float $latency,
        /** @var int[] */
        public readonly array $crowd,
    ) {
    }

    /** Started when a question needs one; as others start theirs. */
    public function server(): Server
    {
        return $this->server ??= new Server(['tickTime' => 2000], soon: false);
    }
}

/** Settings that load ticket, with so many bits of sequence. A layout has a registry of its own, which is not new. */
function ticket(int $sequenceBits = 12, array $more = []): array
{
    static $made = [];
    $wide = ['ticket.epoch' => 1_700_000_000_000, 'ticket.node_bits' => 4, 'ticket.sequence_bits' => $sequenceBits];
    $ini = $more + ['extension' => getenv('TICKET_TEST_MODULE')] + ($sequenceBits === 12 ? [] : $wide)
        + ['ticket.local_path' => getenv('TICKET_TEST_DIR') . "/registry.$sequenceBits"];
    if (!isset($made[$ini['ticket.local_path']]) && !isset($ini['ticket.dsn'])) {
        $made[$ini['ticket.local_path']] = true;
        php($ini, 'new Dig\Ticket\Number(1);');
        // A new registry is half a second ahead of the clock.
        usleep(700_000);
    }
    return $ini;
}

/** @return string[] the command line of a PHP with these settings and nothing of the machine's */
function command_line(array $ini): array
{
    $command = [getenv('TEST_PHP_EXECUTABLE'), '-n'];
    foreach ($ini as $name => $value) {
        array_push($command, '-d', "$name=$value");
    }
    return $command;
}

/** The file of a script: opcache takes nothing else. */
function script(string $code): string
{
    $file = getenv('TICKET_TEST_DIR') . '/' . hash('crc32b', $code) . '.php';
    file_exists($file) || file_put_contents($file, "<?php\n$code\n");
    return $file;
}

/** A PHP that runs $code as a script; its stdin and stdout are [0] and [1] of `pipes`. */
function launch(array $ini, string $code, array $before = [], array $env = []): object
{
    $command = [...$before, ...command_line($ini), script($code)];
    $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes, null, $env + getenv());
    return new class($process, $pipes) {
        public function __construct(public $process, public array $pipes)
        {
        }

        /** What it prints as JSON. */
        public function result(): mixed
        {
            $line = (string) fgets($this->pipes[1]);
            return json_decode($line, true)
                ?? throw new Exception("a PHP that was measured printed: $line" . stream_get_contents($this->pipes[1]));
        }

        public function finish(): string
        {
            fclose($this->pipes[0]);
            $printed = stream_get_contents($this->pipes[1]);
            return proc_close($this->process) === 0 ? $printed : throw new Exception("a PHP that was measured failed: $printed");
        }
    };
}

/** What a PHP that runs $code prints as JSON. */
function php(array $ini, string $code, array $before = []): mixed
{
    $printed = launch($ini, $code, $before)->finish();
    return $printed === '' ? null : json_decode($printed, true) ?? throw new Exception("a PHP that was measured printed: $printed");
}

/**
 * Measures all contenders in each round, each time in another order.
 *
 * @param array<string, callable> $contenders
 * @return array<string, array> of each contender its results, round by round
 */
function interleaved(int $rounds, array $contenders): array
{
    $results = array_map(fn() => [], $contenders);
    for ($round = 0; $round < $rounds; $round++) {
        // In a circle each would always have the same one's leavings: a keeper that ends, a warm cache. An order and its reverse:
        // all come early as often as late.
        $names = $round % 2 ? array_reverse($names) : array_keys($contenders);
        $round % 2 || shuffle($names);
        foreach ($names as $name) {
            $results[$name][] = $contenders[$name]();
        }
    }
    return $results;
}

function quantile(array $values, float $share): float
{
    sort($values);
    $at = $share * (count($values) - 1);
    $low = $values[(int) floor($at)];
    return $low + ($values[(int) ceil($at)] - $low) * ($at - floor($at));
}

function median(array $values): float
{
    return quantile($values, 0.5);
}

/** What is left of each when the other of the same round is taken off; or how many times the other it is. */
function less(array $values, array $others): array
{
    return array_map(fn($one, $other) => $one - $other, $values, $others);
}

function ratios(array $values, array $others): array
{
    return array_map(fn($one, $other) => $one / $other, $values, $others);
}
