<?php
// The families of a run, and what can be done to their processes.

require_once __DIR__ . '/../lib/service.php';
require_once __DIR__ . '/plan.php';
require_once __DIR__ . '/work.php';

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
    return own_pid($pid) . '-' . (explode(' ', substr($stat, (int) strrpos($stat, ')') + 2))[19] ?? 'gone');
}

/** What a process takes for its ID: another one in a PID namespace of its own. */
function own_pid(int $pid): int
{
    preg_match('/^NSpid:.*\s(\d+)$/m', (string) @file_get_contents("/proc/$pid/status"), $own);
    return (int) ($own[1] ?? $pid);
}

/** Those of PHP's, and not of ours. */
function children(int $pid): array
{
    preg_match_all('/\d+/', (string) @file_get_contents("/proc/$pid/task/$pid/children"), $children);
    $php = fn($pid) => alive($pid) && !str_starts_with((string) @file_get_contents("/proc/$pid/comm"), 'ticket-');
    return array_values(array_filter(array_map('intval', $children[0]), $php));
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

/** The claims there are: by name, the keeper of each, as Family::owners() says, and its session. */
function claimants(Server|string $server): array
{
    // One that is cut off may say that it serves, and keep us waiting.
    $znodes = new Znodes($server, 2000);
    $claimants = [];
    foreach ($znodes->children('/sim/ticket') as $claim) {
        [$data, , $session] = $znodes->getData("/sim/ticket/$claim") ?? ['', 0, ''];
        if (preg_match('/ host=(\S+ keeper=\d+) /', $data, $keeper)) {
            $claimants[$claim] = [$keeper[1], $session];
        }
    }
    return $claimants;
}

/**
 * What is wrong with the claims.
 *
 * @param array $claimants as claimants() says
 * @param array[] $families the keepers of each
 */
function misclaimed(array $claimants, array $families): array
{
    $misclaimed = [];
    $owners = array_map(fn($claimant) => $claimant[0], $claimants);
    foreach ($families as $family => $keepers) {
        if (!array_intersect($owners, $keepers)) {
            $misclaimed[] = "no claim: $family";
        }
        $owners = array_diff($owners, $keepers);
    }
    foreach ($owners as $claim => $owner) {
        $misclaimed[] = "nobody's claim: $claim of $owner";
    }
    return $misclaimed;
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

    /** The file that is there when no more faults come. */
    public function healed(): string
    {
        return "$this->journals/healed";
    }
}

/** Which of the recipes the module has. */
function recipes(): array
{
    $has = 'echo json_encode(array_keys(array_filter(' . var_export(CLASSES, true) . ', class_exists(...))));';
    return json_decode(run($has, ['ticket.lease' => 'first_use']), true);
}

/** What is not here and a family like this needs; null when nothing is. */
function missing(array $is): ?string
{
    if ($is['first']) {
        exec(implode(' ', array_map(escapeshellarg(...), [...UNSHARE, 'true'])) . ' 2>&1', $said, $failed);
        if ($failed) {
            return 'no PID namespace, which needs root: ' . implode(' ', $said);
        }
    }
    return match ($is['kind']) {
        'fpm' => Fpm::program() ? null : 'no php-fpm of this PHP',
        'apache' => ($file = Apache::missing()) ? "no $file" : null,
        'swoole' => Swoole::module() ? null : 'no Swoole; make torture SWOOLE=/path/to/swoole.so',
        default => null,
    };
}

/** Starts what follows in a PID namespace of its own, as its process 1. It has a host's name of its own, too. */
const UNSHARE = ['unshare', '--pid', '--uts', '--fork', '--mount-proc', '--kill-child'];

abstract class Family
{
    /** @var Proxy[] between it and each server, if it leases there */
    public readonly array $links;
    public readonly ?Clock $clock;
    /** Without anything between. */
    protected readonly string $servers;
    /** Started so many times. */
    public int $life = 0;
    /** By process, as the journals name it: when it was killed, and whether its keeper was. */
    public array $killed = [];

    public function __construct(
        public readonly string $name,
        public readonly array $is,
        protected readonly Run $run,
        ?Ensemble $ensemble,
    ) {
        $servers = $is['registry'] === 'zookeeper' ? $ensemble->servers : [];
        $this->links = array_map(fn($server) => new Proxy($server), $servers);
        $this->clock = $is['clock'] ? new Clock() : null;
        $this->servers = (string) $ensemble?->dsn();
    }

    abstract public function start(): void;

    /** Tells it to end as it should; ended() tells whether it has. */
    abstract public function end(): void;

    abstract public function ended(): bool;

    /** The first process; 0 when there is none. */
    abstract public function first(): int;

    /** Those that issue and that its first process has forked. */
    public function workers(): array
    {
        return $this->first() ? children($this->first()) : [];
    }

    /** All of them and the first one, but the keeper. */
    public function processes(): array
    {
        return $this->first() ? [$this->first(), ...$this->workers()] : [];
    }

    /** Those that shall issue. */
    public function issuers(): array
    {
        return $this->workers();
    }

    public function keepers(): array
    {
        return $this->links ? keepers($this->mark()) : [];
    }

    /** Those that stand by for them. */
    public function standbys(): array
    {
        return $this->links ? standbys($this->mark()) : [];
    }

    /** What is in the command line of all of them and of nobody else's. */
    protected function mark(): string
    {
        return "ticket.dsn={$this->dsn()}";
    }

    /** Its keepers as claims name them. */
    public function owners(): array
    {
        $host = $this->is['first'] ? $this->name : php_uname('n');
        return array_map(fn($pid) => "$host keeper=" . own_pid($pid), $this->keepers());
    }

    /** What starts it, in a namespace of its own or not. */
    protected function before(): array
    {
        $under = [PHP_BINARY, '-n', __DIR__ . '/first.php', "{$this->run->journals}/{$this->named()}.left"];
        return match ($this->is['first']) {
            '' => [],
            'first' => [...UNSHARE, 'sh', '-c', 'hostname "$0" && exec "$@"', $this->name],
            'under' => [...UNSHARE, 'sh', '-c', 'hostname "$0" && exec "$@"', $this->name, ...$under],
        };
    }

    /** Its first process, if this one starts it. */
    protected function begun(int $pid): int
    {
        $child = fn(int $pid) => $pid ? children($pid)[0] ?? 0 : 0;
        return match ($this->is['first']) {
            '' => $pid,
            'first' => $child($pid),
            'under' => $child($child($pid)),
        };
    }

    /** Kills all of it, with its keeper or without. */
    public function kill(bool $keeper): void
    {
        // It must not fork while its workers are counted.
        if ($first = $this->first()) {
            signal_all([$first], 'STOP');
            $this->killing($processes = $this->processes(), $keeper || $this->is['first'] === 'first');
            signal_all([...$keeper ? $this->keepers() : [], ...$processes], 'KILL');
            eventually($this->ended(...), 10, "the end of $this->name, which was killed");
        }
    }

    /** Notes that these are killed now. */
    public function killing(array $pids, bool $keeper): void
    {
        foreach (array_map(fn($pid) => "{$this->named()}." . process_name($pid), $pids) as $process) {
            $this->killed[$process] = [hrtime(true), $keeper];
        }
    }

    /** Those of its workers that have begun with recipes and are not at the end of it; all, if none has begun. */
    public function busy(): array
    {
        $workers = $this->workers();
        $file = fn($pid) => "{$this->journals()}/{$this->named()}." . process_name($pid);
        $begun = array_filter($workers, fn($pid) => file_exists($file($pid) . '.history')) ?: $workers;
        return array_values(array_filter($begun, fn($pid) => alive($pid) && !file_exists($file($pid) . '.end')));
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
        $more = match (true) {
            $this->is['kind'] === 'waits' => ['ticket.lease' => 'first_use'],
            // What is left of it is looked at. It shall not be left because the machine is busy.
            $this->is['first'] === 'under' => ['ticket.release_timeout' => 10_000],
            default => [],
        };
        return $this->links
            ? ['ticket.dsn' => $this->dsn()] + $more + $this->run->leasing
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

class CliFamily extends Family
{
    private $process = null;
    private array $pipes = [];

    public function start(): void
    {
        $this->life++;
        $command = [...$this->before(), PHP_BINARY, '-n', '-d', 'extension=' . getenv('TICKET_TEST_MODULE')];
        foreach ($this->ini() as $name => $value) {
            array_push($command, '-d', "$name=$value");
        }
        array_push($command, ...$this->script());
        $log = ['file', "{$this->run->journals}/output", 'a'];
        $streams = [['pipe', 'r'], $log, $log, ['pipe', 'r']];
        $env = $this->clock ? $this->clock->env() : [];
        $this->process = proc_open($command, $streams, $this->pipes, null, $env + getenv());
    }

    /** What PHP runs, and its arguments. */
    protected function script(): array
    {
        $kind = $this->is['recipes'] ? 'recipes' : $this->is['kind'];
        return ["{$this->run->directory}/family.php", $this->journals(), $this->named(), $kind, $this->is['workers'], $this->run->rate,
            ...$this->is['nodes']];
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
        return $this->ended() ? 0 : $this->begun(proc_get_status($this->process)['pid']);
    }

    public function issuers(): array
    {
        return $this->is['kind'] === 'waits' ? $this->workers() : $this->processes();
    }

    public function say(string $line): void
    {
        @fwrite($this->pipes[0], "$line\n");
    }
}

/** None of ours: the article's PHP, on the same path. It has the module only so that it is found. */
final class ArticleFamily extends CliFamily
{
    protected function script(): array
    {
        // Some.
        $rate = max(10, intdiv($this->run->rate, 20));
        return [__DIR__ . '/article.php', $this->journals(), $this->named(), $this->servers, $this->is['workers'], $rate];
    }

    protected function ini(): array
    {
        return ['ticket.lease' => 'first_use'] + parent::ini();
    }

    public function issuers(): array
    {
        return $this->workers();
    }
}

/** One of a kind that cannot be here: nothing of it ever runs. */
final class NoFamily extends Family
{
    public function start(): void
    {
        $this->life++;
    }

    public function end(): void
    {
    }

    public function ended(): bool
    {
        return true;
    }

    public function first(): int
    {
        return 0;
    }
}

/** A server that runs PHP. */
abstract class ServiceFamily extends Family
{
    protected ?Service $service = null;
    private array $clients = [];

    public function start(): void
    {
        $this->life++;
        $this->service = $this->service();
        $quiet = [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']];
        for ($this->clients = []; $this->clients() && count($this->clients) < $this->is['workers'];) {
            $this->clients[] = new Child([PHP_BINARY, '-n', __DIR__ . '/client.php', ...$this->clients()], $quiet);
        }
    }

    abstract protected function service(): Service;

    /** The arguments of client.php; none if it needs no clients. */
    abstract protected function clients(): array;

    /** The signal that ends it as it should. */
    abstract protected function signal(): string;

    /** Who waits for a server to answer does not wait for a lease. */
    protected function page(): string
    {
        $work = !$this->is['recipes'] ? '' : "require '{$this->run->directory}/work.php';"
            . "\$work = new Work('{$this->journals()}', '{$this->named()}', \$issuer->idle({$this->run->rate}), '{$this->run->healed()}');"
            . 'for ($i = random_int(1, 5); $i > 0 && $work->turn(); $i--);';
        return '<?php if (!$_GET) exit("there"); require ' . var_export("{$this->run->directory}/issuer.php", true) . ';'
            . "\$issuer = new Issuer('{$this->journals()}', '{$this->named()}', fn() => new Dig\\Ticket\\Number());$work"
            . "for (\$i = 0; \$i < 5; \$i++) { \$issuer->tick({$this->run->rate}); usleep(Issuer::TICK * 1000); }"
            . '$issuer->write(); echo "issued";';
    }

    public function end(): void
    {
        $this->clients = [];
        signal_all([$this->first()], $this->signal());
    }

    public function ended(): bool
    {
        return !$this->first();
    }

    public function first(): int
    {
        return $this->service && alive($this->service->pid()) ? $this->begun($this->service->pid()) : 0;
    }
}

final class FpmFamily extends ServiceFamily
{
    protected function service(): Service
    {
        $pool = "pm = static\npm.max_children = {$this->is['workers']}";
        return new Fpm($this->ini(), $pool, false, 5, $this->page(), $this->before());
    }

    protected function clients(): array
    {
        return [$this->service->port, $this->service->script()];
    }

    protected function signal(): string
    {
        return 'QUIT';
    }

    protected function mark(): string
    {
        // What a worker has started says the pool's name in place of the settings.
        return $this->service ? basename($this->service->directory) : parent::mark();
    }
}

final class ApacheFamily extends ServiceFamily
{
    protected function service(): Service
    {
        $n = $this->is['workers'];
        $lines = "StartServers $n\nMinSpareServers 1\nMaxSpareServers $n\nMaxRequestWorkers $n";
        return new Apache($this->ini(), false, $lines, $this->page());
    }

    protected function clients(): array
    {
        return [$this->service->port];
    }

    protected function signal(): string
    {
        return 'WINCH';
    }

    protected function mark(): string
    {
        // Its settings are in a file.
        return $this->service ? $this->service->directory : parent::mark();
    }
}

final class SwooleFamily extends ServiceFamily
{
    protected function service(): Service
    {
        return new Swoole($this->ini(), 'SWOOLE_PROCESS', <<<PHP
            require '{$this->run->directory}/issuer.php';
            \$server->set(['worker_num' => {$this->is['workers']}]);
            \$server->on('WorkerStart', function () use (&\$issuer) {
                \$issuer = new Issuer('{$this->journals()}', '{$this->named()}', fn() => new Number());
                Swoole\Timer::tick(Issuer::TICK, fn() => \$issuer->tick({$this->run->rate}));
            });
            \$server->on('WorkerExit', fn() => Swoole\Timer::clearAll());
            \$server->on('WorkerStop', function () use (&\$issuer) {
                \$issuer->write();
            });
            \$server->on('Request', fn(\$request, \$response) => \$response->end('there'));
            PHP);
    }

    protected function clients(): array
    {
        return [];
    }

    protected function signal(): string
    {
        return 'TERM';
    }

    /** The children of the manager, its first process's one child. */
    public function workers(): array
    {
        return array_merge(...array_map(children(...), $this->managers()));
    }

    public function processes(): array
    {
        return $this->first() ? [$this->first(), ...$this->managers(), ...$this->workers()] : [];
    }

    private function managers(): array
    {
        return $this->first() ? children($this->first()) : [];
    }
}
