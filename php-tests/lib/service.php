<?php
// The servers that PHP runs in, the clients that load them, and what must be left of them: nothing.

require_once __DIR__ . '/zookeeper.php';

/**
 * What the servers run: it prints its process, the moment it began, and ten IDs. `?ms=500` takes that long. `?began=FILE`
 * makes FILE first. `?until=FILE` makes FILE.runs after the first ID, and issues the others when there is FILE.
 */
const PAGE = <<<'PHP'
<?php
$began = hrtime(true);
isset($_GET['began']) && touch($_GET['began']);
try {
    $ids = [];
    for ($i = 0; $i < 10; $i++) {
        // A new object each time, as requests make them.
        $ids[] = (new Dig\Ticket\Number())->generate();
        usleep((int) ($_GET['ms'] ?? 0) * 100);
        for ($until = $_GET['until'] ?? ''; $until !== '' && !file_exists($until); usleep(5000)) {
            touch("$until.runs");
            clearstatcache();
        }
    }
    echo getmypid(), " $began ", implode(' ', $ids);
} catch (Exception $e) {
    http_response_code(500);
    echo get_class($e), ': ', $e->getMessage();
}
PHP;

/** What a family leases from: its settings, and what is leased there. */
abstract class Registry
{
    /** The local one and a ZooKeeper, each empty. */
    public static function both(): array
    {
        return [new LocalRegistry('local'), new ZookeeperRegistry('zookeeper')];
    }

    final public function __construct(public readonly string $name)
    {
        $this->prepare();
    }

    abstract protected function prepare(): void;

    abstract public function ini(): array;

    /** How many claims and how many sessions there are now. */
    abstract public function held(): array;

    /** The files, processes and such that are there but should not be when nobody leases. */
    abstract public function litter(): array;

    /** One claim, and one session for it. */
    public function one(): array
    {
        return [1, 1];
    }

    /**
     * Throws unless just one family leases. A claim too many is one whenever it is seen. Fewer are
     * looked for again, for the kernel does not tell all locks at one moment; and so are sessions: one that a busy
     * keeper has lost ends in its own time.
     */
    final public function holds(): void
    {
        $one = $this->one();
        $told = fn(array $held) => throw new Exception('held: ' . json_encode($held) . ', not ' . json_encode($one));
        $held = settled(fn() => ($held = $this->held())[0] <= $one[0] ? $held : $told($held), $one);
        $held === $one || $told($held);
    }
}

final class LocalRegistry extends Registry
{
    private string $directory;

    protected function prepare(): void
    {
        $this->directory = scratch('registry');
    }

    public function ini(): array
    {
        return ['ticket.local_path' => $this->directory];
    }

    public function held(): array
    {
        clearstatcache();
        if (!$stat = @stat("$this->directory/registry")) {
            return [0, 0];
        }
        // As the kernel names it: major and minor number of the device, and the inode.
        $dev = $stat['dev'];
        $minor = $dev & 0xFF | $dev >> 12 & 0xFFF00;
        $file = sprintf(' %02x:%02x:%d ', $dev >> 8 & 0xFFF, $minor, $stat['ino']);
        // The kernel prints them page by page. When others come or go in between it may print one twice, and another
        // not at all.
        $locks = array_filter(file('/proc/locks'), fn($lock) => str_contains($lock, $file));
        return [count(array_unique(array_map(fn($lock) => strstr($lock, ':'), $locks))), 0];
    }

    public function one(): array
    {
        return [1, 0];
    }

    public function litter(): array
    {
        return array_values(array_diff(scandir($this->directory), ['.', '..', 'registry']));
    }
}

final class ZookeeperRegistry extends Registry
{
    private Server $server;

    protected function prepare(): void
    {
        $this->server = new Server();
    }

    public function ini(): array
    {
        return leasing($this->server);
    }

    public function held(): array
    {
        return [count(leases($this->server)), sessions($this->server)];
    }

    public function litter(): array
    {
        return keepers($this->server->dsn());
    }
}

/** Clients that ask again and again until they are told to end. */
final class Load
{
    private string $file;
    private array $clients = [];
    private int $test;

    /** `$ask` makes one request and returns what PAGE printed, or throws. */
    public function __construct(callable $ask, int $clients = 4)
    {
        $this->file = scratch('load');
        $this->test = getmypid();
        touch("$this->file.answered");
        for ($client = 0; $client < $clients; $client++) {
            if (!$pid = pcntl_fork()) {
                $this->ask($ask, $client);
                exit;
            }
            $this->clients[] = $pid;
        }
    }

    public function __destruct()
    {
        if (getmypid() === $this->test) {
            touch("$this->file.stop");
        }
    }

    private function ask(callable $ask, int $client): void
    {
        for ($lines = []; !file_exists("$this->file.stop") && alive($this->test);) {
            try {
                $lines[] = $ask();
                file_put_contents("$this->file.answered", '.', FILE_APPEND);
            } catch (Throwable $error) {
                $lines[] = $failed = 'failed: ' . str_replace("\n", ' ', $error->getMessage());
                file_put_contents("$this->file.failed", $failed);
                usleep(10_000);
            }
        }
        file_put_contents("$this->file.$client", implode("\n", $lines));
    }

    /** Waits until so many more requests have been answered. */
    public function more(int $requests): void
    {
        $answered = function () {
            clearstatcache();
            return filesize("$this->file.answered");
        };
        $goal = $answered() + $requests;
        try {
            eventually(fn() => $answered() >= $goal, 90);
        } catch (Exception $late) {
            $failed = @file_get_contents("$this->file.failed") ?: 'none failed';
            throw new Exception("{$late->getMessage()}{$answered()} answers instead of $goal; the last: $failed");
        }
    }

    /**
     * Ends it; what was answered, by process. Throws when an ID came twice, or when those of one process do not rise
     * in the order of its requests.
     *
     * @param array|null $failures what failed; null: that any did throws
     */
    public function end(?array &$failures = null): array
    {
        touch("$this->file.stop");
        foreach ($this->clients as $client) {
            pcntl_waitpid($client, $status);
        }
        $allowed = func_num_args() > 0;
        [$requests, $failures] = [[], []];
        foreach (array_keys($this->clients) as $client) {
            foreach (array_filter(explode("\n", file_get_contents("$this->file.$client"))) as $line) {
                if (preg_match('/^\d+ \d+( -?\d+){10}$/', $line)) {
                    [$pid, $began, $ids] = explode(' ', $line, 3);
                    $requests[$pid][(int) $began] = array_map('intval', explode(' ', $ids));
                } else {
                    $failures[] = $line;
                }
            }
        }
        if ($failures && !$allowed) {
            throw new Exception(count($failures) . " requests failed, the first: $failures[0]");
        }
        foreach ($requests as &$ids) {
            ksort($ids);
            $ids = array_merge(...$ids);
        }
        clearstatcache();
        check(10 * filesize("$this->file.answered"), ...array_values($requests));
        return $requests;
    }
}

/** What several have got, by process. Throws when an ID came to two of them. */
function together(array ...$loads): array
{
    $lists = array_merge(...array_map(array_values(...), $loads));
    check(array_sum(array_map(count(...), $lists)), ...$lists);
    foreach ($loads as $load) {
        foreach ($load as $pid => $ids) {
            $all[$pid] = array_merge($all[$pid] ?? [], $ids);
        }
    }
    return $all;
}

/** How many nodes are in the IDs. */
function nodes(array $processes): int
{
    $nodes = array_map(fn($id) => Dig\Ticket\Number::parse($id)['node'], array_merge(...array_values($processes)));
    return count(array_unique($nodes));
}

/** A server in a directory of its own that runs PAGE, with these settings. */
abstract class Service
{
    public readonly int $port;
    public readonly string $directory;
    protected ?Child $child = null;
    /** Kept: servers remove their files when they are told to end. */
    private int $first = 0;
    private $watcher;
    private $watched;

    /** `$before`: what its command line begins with, such as a place of processes.php. */
    public function __construct(protected readonly array $ini, string $page = PAGE, private readonly array $before = [])
    {
        $streams = [['pipe', 'r'], ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']];
        $this->watcher = proc_open([PHP_BINARY, '-n', __DIR__ . '/watcher.php'], $streams, $pipes);
        [$this->watched] = $pipes;
        $this->directory = scratch('service');
        mkdir($this->directory);
        // Where it would leave temporary files.
        mkdir("$this->directory/tmp");
        chmod("$this->directory/tmp", 0777);
        file_put_contents("$this->directory/page.php", $page);
        $this->port = free_port();
        $this->start();
        eventually(function () {
            try {
                return $this->ask();
            } catch (Exception $error) {
                return str_contains($error->getMessage(), 'refused') ? false : throw $error;
            }
        }, what: 'it answers');
        $this->began();
    }

    /** Call it when the server has another first process. */
    protected function began(): void
    {
        $this->first = $this->before ? $this->inner() : $this->child?->pid ?? $this->told();
        fwrite($this->watched, ($this->before ? $this->child->pid : $this->first) . "\n");
    }

    /** In a PID namespace of its own, as what it is known there. */
    private function inner(): int
    {
        $told = file_exists("$this->directory/pid") ? $this->told() : 1;
        foreach (descendants($this->child->pid) as $pid) {
            if (preg_match("/^NSpid:.*\t$told$/m", (string) @file_get_contents("/proc/$pid/status"))) {
                return $pid;
            }
        }
        throw new Exception("It has no process $told");
    }

    private function told(): int
    {
        return (int) file_get_contents("$this->directory/pid");
    }

    abstract protected function start(): void;

    /** Whether what was started as the test's child is still there. */
    public function runs(): bool
    {
        return $this->child->runs();
    }

    /** The server's first process. */
    public function pid(): int
    {
        return $this->first;
    }

    /** It and all that it has forked. */
    public function processes(): array
    {
        return of_session($this->first);
    }

    /** What PAGE prints; throws unless the request succeeds. */
    public function ask(string $query = ''): string
    {
        $context = stream_context_create(['http' => ['timeout' => 60]]);
        return @file_get_contents("http://127.0.0.1:$this->port/page.php?$query", false, $context)
            ?: throw new Exception(error_get_last()['message'] ?? 'an empty answer');
    }

    /** Options of a PHP that has the module and nothing of the machine's configuration. */
    protected function options(): array
    {
        $options = ['-n'];
        foreach (['extension' => getenv('TICKET_TEST_MODULE')] + $this->ini as $name => $value) {
            array_push($options, '-d', "$name=$value");
        }
        return $options;
    }

    /** Starts a server that stays the test's child, or one that leaves it. */
    protected function execute(array $command, bool $leaves, array $env = []): void
    {
        $env += ['TMPDIR' => "$this->directory/tmp"];
        // Apache signals its process group, which must not be the test's.
        $command = ['setsid', ...$this->before, 'env', ...array_map(fn($name, $value) => "$name=$value", array_keys($env), $env), ...$command];
        $log = ['file', "$this->directory/log", 'a'];
        $streams = [['file', '/dev/null', 'r'], $log, $log];
        if (!$leaves || $this->before) {
            $this->child = new Child($command, $streams);
        } elseif (0 !== proc_close(proc_open($command, $streams, $pipes))) {
            throw new Exception(file_get_contents("$this->directory/log"));
        }
    }

    /**
     * Ends it by this signal to its first process, and waits until nothing is left of it: none of its processes and none
     * of these, no keeper, no claim, no session, no lock, no file. Throws, too, if one of its processes has crashed.
     */
    public function stop(string $signal, Registry $registry, array $processes): void
    {
        array_push($processes, ...$this->processes());
        $this->tell($signal);
        $left = fn() => array_filter([
            'processes' => array_values(array_filter([...$processes, ...$this->processes()], alive(...))),
            'keepers' => [...keepers($this->directory), ...standbys($this->directory)],
            'claims and sessions' => array_filter($registry->held()),
            'in the registry' => $registry->litter(),
            'files' => array_values(array_diff(scandir("$this->directory/tmp"), ['.', '..'])),
        ]);
        try {
            eventually(fn() => !$left());
        } catch (Exception) {
            throw new Exception('left: ' . json_encode($left()));
        }
        $crashes = '/SIG(SEGV|ABRT|BUS|ILL|FPE)|exit signal (Segm|Abort|Bus|Illegal|Floating)/';
        if ($crashed = preg_grep($crashes, file("$this->directory/log"))) {
            throw new Exception(implode($crashed));
        }
    }

    protected function tell(string $signal): void
    {
        signal($this->pid(), $signal);
    }
}

/** The processes that a process has started, and they. */
function descendants(int $pid): array
{
    $found = [];
    foreach (explode(' ', trim((string) @file_get_contents("/proc/$pid/task/$pid/children"))) as $child) {
        $child === '' || array_push($found, (int) $child, ...descendants((int) $child));
    }
    return $found;
}

/** Users that servers started by root give their workers. */
function unprivileged(): bool
{
    return fileowner(getenv('TICKET_TEST_DIR')) === 0;
}

final class Fpm extends Service
{
    /** Where the program is; null when there is none of this PHP. */
    public static function program(): ?string
    {
        [$major, $minor] = [PHP_MAJOR_VERSION, PHP_MINOR_VERSION];
        foreach (["/usr/sbin/php-fpm$major.$minor", PHP_BINDIR . '/../sbin/php-fpm'] as $program) {
            if (is_executable($program)) {
                return $program;
            }
        }
        return null;
    }

    /**
     * `$pool` are the lines of a pool's `pm`; `$within`: what its command begins with
     * that stays as its parent, if at all, and of which nothing is to be known.
     */
    public function __construct(
        array $ini,
        private readonly string $pool,
        private readonly bool $daemonize = true,
        private readonly int $timeout = 60,
        string $page = PAGE,
        private readonly array $within = [],
        array $before = [],
    ) {
        parent::__construct($ini, $page, $before);
    }

    protected function start(): void
    {
        $daemonize = $this->daemonize ? 'yes' : 'no';
        $user = unprivileged() ? 'user = nobody' : '';
        // A worker, and the keeper that it starts, are named after their pool.
        $name = basename($this->directory);
        file_put_contents("$this->directory/fpm.conf", <<<INI
            [global]
            pid = $this->directory/pid
            error_log = $this->directory/log
            daemonize = $daemonize
            process_control_timeout = $this->timeout
            [$name]
            listen = 127.0.0.1:$this->port
            $user
            $this->pool
            INI);
        $this->execute(
            [...$this->within, self::program(), '-y', "$this->directory/fpm.conf", ...$this->options()],
            $this->daemonize,
        );
    }

    /** Executes itself anew, and waits until it has. */
    public function reload(): void
    {
        $ready = fn() => substr_count(file_get_contents("$this->directory/log"), 'ready to handle connections');
        $before = $ready();
        signal($this->pid(), 'USR2');
        eventually(fn() => $ready() > $before, what: 'the reload');
        $this->began();
    }

    public function ask(string $query = ''): string
    {
        return fastcgi($this->port, $this->script(), $query);
    }

    public function script(): string
    {
        return "$this->directory/page.php";
    }
}

/** What a script prints that an FPM runs, with these parameters besides; throws unless the request succeeds. */
function fastcgi(int $port, string $script, string $query = '', array $more = []): string
{
    $socket = @stream_socket_client("tcp://127.0.0.1:$port", $code, $message, 60) ?: throw new Exception($message);
    // More than a call may wait for a lease.
    stream_set_timeout($socket, 25);
    $record = fn(int $type, string $content) => pack('CCnnx2', 1, $type, 1, strlen($content)) . $content;
    $parameters = '';
    $given = ['SCRIPT_FILENAME' => $script, 'REQUEST_METHOD' => 'GET', 'QUERY_STRING' => $query] + $more;
    foreach ($given as $name => $value) {
        $parameters .= pack('CN', strlen($name), strlen($value) | 1 << 31) . $name . $value;
    }
    // Whose other end is gone says so when it is read.
    @fwrite($socket, $record(1, pack('nx6', 1)) . $record(4, $parameters) . $record(4, '') . $record(5, ''));
    for ($printed = ''; strlen($head = (string) @stream_get_contents($socket, 8)) === 8;) {
        ['type' => $type, 'length' => $length, 'padding' => $padding] = unpack('x/Ctype/x2/nlength/Cpadding', $head);
        $content = (string) stream_get_contents($socket, $length + $padding);
        $printed .= $type === 6 ? substr($content, 0, $length) : '';
        if ($type === 3) {
            [$head, $body] = explode("\r\n\r\n", $printed, 2);
            return str_starts_with($head, 'Status:') ? throw new Exception("$head: $body") : $body;
        }
    }
    throw new Exception('the connection ended without an answer');
}

/** PHP's own, for development. */
final class BuiltInServer extends Service
{
    public function __construct(array $ini, private readonly int $workers, string $page = PAGE)
    {
        parent::__construct($ini, $page);
    }

    protected function start(): void
    {
        $command = [PHP_BINARY, ...$this->options(), '-S', "127.0.0.1:$this->port", '-t', $this->directory];
        // 1 is refused with a warning: that is what there is without it.
        $this->execute($command, false, $this->workers > 1 ? ['PHP_CLI_SERVER_WORKERS' => $this->workers] : []);
    }

    protected function tell(string $signal): void
    {
        // Up to PHP 8.3 it leaves its workers behind when it ends.
        foreach (array_reverse($this->processes()) as $pid) {
            signal($pid, $signal);
        }
    }
}

/** Apache with mod_php, prefork. */
final class Apache extends Service
{
    /** What of it is missing here; null when nothing is. */
    public static function missing(): ?string
    {
        foreach (['/usr/sbin/apache2', self::module('mod_mpm_prefork'), self::php()] as $file) {
            if (!file_exists($file)) {
                return $file;
            }
        }
        return null;
    }

    private static function module(string $name): string
    {
        return "/usr/lib/apache2/modules/$name.so";
    }

    private static function php(): string
    {
        return self::module('libphp' . PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION);
    }

    /** `$lines` of its configuration. */
    public function __construct(
        array $ini,
        private readonly bool $daemonize,
        private readonly string $lines = '',
        string $page = PAGE,
        array $before = [],
    ) {
        parent::__construct($ini, $page, $before);
    }

    protected function start(): void
    {
        $ini = ['extension' => getenv('TICKET_TEST_MODULE')] + $this->ini;
        file_put_contents("$this->directory/php.ini", array_map(fn($k, $v) => "$k=\"$v\"\n", array_keys($ini), $ini));
        [$prefork, $authz, $php] = [self::module('mod_mpm_prefork'), self::module('mod_authz_core'), self::php()];
        $user = unprivileged() ? "User nobody\nGroup nogroup" : '';
        file_put_contents("$this->directory/apache.conf", <<<CONF
            ServerRoot $this->directory
            ServerName localhost
            Listen 127.0.0.1:$this->port
            PidFile $this->directory/pid
            ErrorLog $this->directory/log
            DefaultRuntimeDir $this->directory
            DocumentRoot $this->directory
            $user
            LoadModule mpm_prefork_module $prefork
            LoadModule authz_core_module $authz
            LoadModule php_module $php
            PHPIniDir $this->directory
            <Files *.php>
                SetHandler application/x-httpd-php
            </Files>
            KeepAlive Off
            StartServers 6
            MinSpareServers 2
            MaxSpareServers 6
            MaxRequestWorkers 6
            GracefulShutdownTimeout 60
            $this->lines
            CONF);
        $command = ['/usr/sbin/apache2', '-f', "$this->directory/apache.conf"];
        $this->execute([...$command, ...$this->daemonize ? [] : ['-DFOREGROUND']], $this->daemonize, [
            // Nothing of the machine's configuration.
            'PHP_INI_SCAN_DIR' => '',
        ]);
    }
}

/** Swoole: an extension of PHP's, and a script that starts its server. */
final class Swoole extends Service
{
    /**
     * Answers on $port what PAGE prints. Workers issue with `$worker`, other processes save() to `$run`; a case puts
     * its own lines before the start.
     */
    private const SCRIPT = <<<'PHP'
<?php
%s
function page(Number $number): string {
    $began = hrtime(true);
    for ($ids = []; count($ids) < 10;) $ids[] = $number->generate();
    return getmypid() . " $began " . implode(' ', $ids);
}
[, $port, $run] = $argv;
$server = new Swoole\Http\Server('127.0.0.1', (int) $port, %s);
$server->set(['worker_num' => 4, 'log_level' => SWOOLE_LOG_ERROR]);
// Then Swoole kills late workers. That takes those which still have a connection that they no longer read
// (SWOOLE_BASE), and those which were started while the server was told to end and have missed it.
$server->set(['max_wait_time' => $server->mode === SWOOLE_BASE ? 1 : 3]);
$server->on('WorkerStart', function () use (&$worker) {
    $worker = new Number();
});
$server->on('Request', function ($request, $response) use (&$worker) {
    $response->end(page($worker));
});
$server->on('AfterReload', fn() => print("reloaded\n"));
$server->on('WorkerError', function ($server, $id, $pid, $status, $signal) {
    if ($signal !== SIGKILL) echo "worker $id ended: status $status, signal $signal\n";
});
%s
$server->start();
PHP;

    public const MODES = ['SWOOLE_PROCESS', 'SWOOLE_BASE'];
    /**
     * How requests fail that Swoole itself cuts off: when the server ends, and in SWOOLE_BASE when a worker does, which
     * then does not read the connections that it has accepted.
     */
    private const CUT = '/(HTTP request failed!|Connection refused|Connection reset by peer)$/';

    /** Its file: $TICKET_TEST_SWOOLE, or that among PHP's extensions; null when there is none. Throws if it is of no use. */
    public static function module(): ?string
    {
        $module = getenv('TICKET_TEST_SWOOLE') ?: PHP_EXTENSION_DIR . '/swoole.so';
        if (!getenv('TICKET_TEST_SWOOLE') && !file_exists($module)) {
            return null;
        }
        $command = array_map(escapeshellarg(...), [PHP_BINARY, '-n', ...self::load($module), '-m']);
        exec(implode(' ', $command) . ' 2>&1', $printed);
        return in_array('swoole', $printed) ? $module : throw new Exception(implode("\n", $printed));
    }

    /** For SKIPIF. A Swoole that is named and cannot be loaded is another reason, which php-tests/run does not excuse. */
    public static function skip(): void
    {
        try {
            self::module() || print('skip Swoole is not there; build it, and: make test SWOOLE=/path/to/swoole.so');
        } catch (Exception $error) {
            echo 'skip: Swoole cannot be loaded: ', strtok($error->getMessage(), "\n");
        }
    }

    /** Options that load it, and first what some builds of it need. */
    public static function load(string $module): array
    {
        $needed = array_filter(['sockets', 'curl'], fn($name) => file_exists(PHP_EXTENSION_DIR . "/$name.so"));
        return array_merge(...array_map(fn($name) => ['-d', "extension=$name"], [...$needed, $module]));
    }

    /** `$script` are the lines of a case. A daemon leaves its parent, and the process that PHP was started as. */
    public function __construct(
        array $ini,
        private readonly string $mode,
        private readonly string $script = '',
        private readonly string $run = '',
        private readonly bool $daemonize = false,
        array $before = [],
    ) {
        parent::__construct($ini, PAGE, $before);
    }

    protected function start(): void
    {
        $server = "$this->directory/server.php";
        $script = $this->script;
        if ($this->daemonize) {
            $set = ['daemonize' => true, 'pid_file' => "$this->directory/pid", 'log_file' => "$this->directory/log"];
            $script .= "\n\$server->set(" . var_export($set, true) . ');';
        }
        file_put_contents($server, sprintf(self::SCRIPT, PRELUDE, $this->mode, $script));
        $options = [...$this->options(), ...self::load(self::module())];
        $this->execute([PHP_BINARY, ...$options, $server, $this->port, $this->run], $this->daemonize);
    }

    /** Replaces all workers. */
    public function reload(): void
    {
        $reloads = fn() => substr_count(file_get_contents("$this->directory/log"), "reloaded\n");
        $before = $reloads();
        signal($this->pid(), 'USR1');
        eventually(fn() => $reloads() > $before, what: 'the reload');
    }

    /** Ends it under this load, waits until nothing is left, and prints what went wrong; what was answered, by process. */
    public function end(Load $load, Registry $registry, array $processes): array
    {
        $this->stop('TERM', $registry, $processes);
        $answers = $load->end($failures);
        self::report($failures);
        echo str_replace("reloaded\n", '', file_get_contents("$this->directory/log"));
        return $answers;
    }

    /** Prints the failures that are not Swoole's own. */
    public static function report(array $failures): void
    {
        echo implode("\n", [...preg_grep(self::CUT, $failures, PREG_GREP_INVERT), '']);
    }
}
