<?php
// The families of a run, and what can be done to their processes.

require_once __DIR__ . '/../lib/service.php';
require_once __DIR__ . '/plan.php';

/** One signal to several processes at once. */
function signal_all(array $pids, string $signal): void
{
    if (array_filter($pids, fn($pid) => $pid <= 1)) {
        throw new Exception("SIG$signal for nobody");
    }
    if ($pids) {
        // One that has just ended is no matter.
        exec("kill -$signal " . implode(' ', $pids) . ' 2>/dev/null');
    }
}

/** A process as the journals name it: its ID and when it was started, for an ID may come again. */
function process_name(int $pid): string
{
    $stat = (string) @file_get_contents("/proc/$pid/stat");
    return "$pid-" . (explode(' ', substr($stat, (int) strrpos($stat, ')') + 2))[19] ?? 'gone');
}

function children(int $pid): array
{
    preg_match_all('/\d+/', (string) @file_get_contents("/proc/$pid/task/$pid/children"), $children);
    return array_values(array_filter(array_map('intval', $children[0]), alive(...)));
}

/** All that has mapped the run's own copy of the module, keepers too. */
function members(string $directory): array
{
    $pids = [];
    foreach (glob('/proc/[0-9]*') as $process) {
        if (str_contains((string) @file_get_contents("$process/maps"), "$directory/ticket.so")) {
            $pids[] = (int) basename($process);
        }
    }
    return array_values(array_filter($pids, alive(...)));
}

/** What all families of a run have in common. */
final class Run
{
    public function __construct(
        /** Theirs: what they execute, their registries. */
        public readonly string $directory,
        /** Of the journals, in which each registry has a folder. */
        public readonly string $journals,
        public readonly int $rate,
        public readonly array $leasing,
    ) {
    }
}

abstract class Family
{
    /** @var Proxy[] between it and each server, if it leases there */
    public readonly array $links;
    public readonly ?Clock $clock;
    /** Started so many times. */
    public int $life = 0;

    public function __construct(
        public readonly string $name,
        public readonly array $is,
        protected readonly Run $run,
        ?Ensemble $ensemble,
    ) {
        $servers = $is['registry'] === 'zookeeper' ? $ensemble->servers : [];
        $this->links = array_map(fn($server) => new Proxy($server), $servers);
        $this->clock = $is['clock'] ? new Clock() : null;
    }

    abstract public function start(): void;

    /** Tells it to end as it should; ended() tells whether it has. */
    abstract public function end(): void;

    abstract public function ended(): bool;

    /** The first process; 0 when there is none. */
    abstract public function first(): int;

    /** Those that its first process has forked and which still are its children. */
    public function workers(): array
    {
        return $this->first() ? children($this->first()) : [];
    }

    public function keepers(): array
    {
        return $this->links ? keepers("ticket.dsn={$this->dsn()}") : [];
    }

    /** Kills all of it, with its keeper or without. */
    public function kill(bool $keeper): void
    {
        // It must not fork while its workers are counted.
        if ($first = $this->first()) {
            signal_all([$first], 'STOP');
            signal_all([...$keeper ? $this->keepers() : [], ...$this->workers(), $first], 'KILL');
            eventually($this->ended(...), 10, "the end of $this->name, which was killed");
        }
    }

    public function directory(): string
    {
        return "{$this->run->directory}/{$this->is['registry']}";
    }

    protected function dsn(): string
    {
        return implode(',', array_map(fn($link) => $link->dsn(), $this->links));
    }

    protected function ini(): array
    {
        return $this->links
            ? ['ticket.dsn' => $this->dsn()] + $this->run->leasing
            : ['ticket.local_path' => $this->directory()] + $this->run->leasing;
    }

    /** Makes its local registry one of yesterday. */
    public function age(): void
    {
        $this->clock->set(-86_400_000);
        run('', $this->ini(), $this->clock->env());
        $this->clock->set(0);
    }

    /** What its journals' names begin with. */
    protected function named(): string
    {
        return "$this->name.$this->life";
    }

    protected function journals(): string
    {
        return "{$this->run->journals}/{$this->is['registry']}";
    }
}

final class CliFamily extends Family
{
    private $process = null;
    private array $pipes = [];

    public function start(): void
    {
        $this->life++;
        $command = [PHP_BINARY, '-n', '-d', 'extension=' . getenv('TICKET_TEST_MODULE')];
        foreach ($this->ini() as $name => $value) {
            array_push($command, '-d', "$name=$value");
        }
        array_push($command, "{$this->run->directory}/family.php", $this->journals(), $this->named());
        array_push($command, $this->is['kind'], $this->is['workers'], $this->run->rate);
        $log = ['file', "{$this->run->journals}/output", 'a'];
        $streams = [['pipe', 'r'], $log, $log, ['pipe', 'r']];
        $env = $this->clock ? $this->clock->env() : [];
        $this->process = proc_open($command, $streams, $this->pipes, null, $env + getenv());
    }

    public function end(): void
    {
        fclose($this->pipes[3]);
    }

    public function ended(): bool
    {
        return !$this->process || !proc_get_status($this->process)['running'];
    }

    public function first(): int
    {
        return $this->ended() ? 0 : proc_get_status($this->process)['pid'];
    }

    public function say(string $line): void
    {
        @fwrite($this->pipes[0], "$line\n");
    }
}

final class FpmFamily extends Family
{
    private ?Fpm $fpm = null;
    private array $clients = [];

    public function start(): void
    {
        $this->life++;
        // Who waits for FPM to answer does not wait for a lease.
        $page = '<?php if (!$_GET) exit("there"); require ' . var_export("{$this->run->directory}/issuer.php", true) . ';'
            . "\$issuer = new Issuer('{$this->journals()}', '{$this->named()}', fn() => new Dig\\Ticket\\Number());"
            . "for (\$i = 0; \$i < 5; \$i++) { \$issuer->tick({$this->run->rate}); usleep(Issuer::TICK * 1000); }"
            . '$issuer->write(); echo "issued";';
        $pool = "pm = static\npm.max_children = {$this->is['workers']}";
        $this->fpm = new Fpm($this->ini(), $pool, false, 5, $page);
        $quiet = [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']];
        for ($this->clients = []; count($this->clients) < $this->is['workers'];) {
            $command = [PHP_BINARY, '-n', __DIR__ . '/client.php', $this->fpm->port, $this->fpm->script()];
            $this->clients[] = new Child($command, $quiet);
        }
    }

    public function end(): void
    {
        $this->clients = [];
        signal_all([$this->first()], 'QUIT');
    }

    public function ended(): bool
    {
        return !$this->first();
    }

    public function first(): int
    {
        return $this->fpm && alive($this->fpm->pid()) ? $this->fpm->pid() : 0;
    }
}
