<?php
// Real ZooKeeper servers for the tests, and what looks at them and disturbs them. All of it ends with the test.

require_once __DIR__ . '/ticket.php';

/** For so long, in s, a test looks again before it calls wrong what it sees: machines are slow and busy. */
const PATIENCE = 30;

/** Waits until $holds returns something true; throws when it does not for PATIENCE, or $seconds if they are more. */
function eventually(callable $holds, float $seconds = PATIENCE, string $what = ''): void
{
    $seconds = max($seconds, PATIENCE);
    for ($end = hrtime(true) + $seconds * 1e9; !$holds(); usleep(2000)) {
        if (hrtime(true) > $end) {
            throw new Exception("Not within $seconds s: $what");
        }
    }
}

/**
 * What $look returns: $expected as soon as it does, or else what it returned last within PATIENCE. For what cannot be
 * seen at one moment, or becomes what it should be a moment later: processes, sessions, locks.
 */
function settled(callable $look, mixed $expected): mixed
{
    $end = hrtime(true) + PATIENCE * 1e9;
    while (($seen = $look()) !== $expected && hrtime(true) < $end) {
        usleep(2000);
    }
    return $seen;
}

/** Calls $start again when somebody else took a port between free_port() and its use. */
function with_free_ports(callable $start): void
{
    for ($left = 5;; $left--) {
        try {
            $start();
            return;
        } catch (Exception $error) {
            if ($left === 0 || !str_contains($error->getMessage(), 'Address already in use')) {
                throw $error;
            }
        }
    }
}

/** A process beside the test, which ends with it even when the test is killed. */
final class Child
{
    public readonly int $pid;
    public array $pipes = [];
    private $process;
    private int $parent;

    public function __construct(array $command, array $streams)
    {
        $this->process = proc_open(['setpriv', '--pdeathsig', 'KILL', ...$command], $streams, $this->pipes);
        $this->pid = proc_get_status($this->process)['pid'];
        $this->parent = getmypid();
    }

    public function __destruct()
    {
        if ($this->ours()) {
            $this->kill();
        }
    }

    /** Not in a process that the test forked: its destructors must leave alone what the test still uses. */
    public function ours(): bool
    {
        return getmypid() === $this->parent;
    }

    public function runs(): bool
    {
        return is_resource($this->process) && proc_get_status($this->process)['running'];
    }

    public function signal(int $signal): void
    {
        if ($this->runs()) {
            proc_terminate($this->process, $signal);
        }
    }

    public function kill(): void
    {
        $this->signal(SIGKILL);
        if (is_resource($this->process)) {
            proc_close($this->process);
        }
    }
}

/** A ZooKeeper server: one that stands alone, unless Ensemble makes it. */
final class Server
{
    private string $directory;
    private array $config;
    private Child $java;

    /**
     * With settings of zoo.cfg. The session timeout that a client gets is at least two ticks. `$soon`: it starts in half the
     * time and is small, but is slow for ever, since Java does not compile it as well as it could: not for measuring.
     */
    public function __construct(array $config = [], ?int $id = null, bool $wait = true, private readonly bool $soon = true)
    {
        $this->directory = scratch('zookeeper');
        mkdir($this->directory);
        with_free_ports(function () use ($config, $id, $wait) {
            $this->config = $config + [
                'tickTime' => 200,
                'dataDir' => "$this->directory/data",
                'clientPort' => free_port(),
                'clientPortAddress' => '127.0.0.1',
                'maxClientCnxns' => 0,
                'admin.enableServer' => 'false',
                '4lw.commands.whitelist' => '*',
                'maxSessionTimeout' => 60_000,
            ];
            @mkdir($this->config['dataDir']);
            if ($id) {
                file_put_contents("{$this->config['dataDir']}/myid", $id);
            }
            $this->start($wait);
        });
    }

    public function __destruct()
    {
        if ($this->java->ours()) {
            $this->kill();
            exec('rm -rf ' . escapeshellarg($this->directory));
        }
    }

    public function dsn(): string
    {
        return "127.0.0.1:{$this->config['clientPort']}";
    }

    /** Of its secure port, by that name. */
    public function secure(string $host = '127.0.0.1'): string
    {
        return "tcp+tls://$host:{$this->config['secureClientPort']}";
    }

    public function pid(): int
    {
        return $this->java->pid;
    }

    /** What it has said since it was started last. */
    public function said(): string
    {
        return (string) file_get_contents("$this->directory/log");
    }

    /** With the port and the data it had before, and other settings, if any are given. */
    public function start(bool $wait = true, array $config = []): void
    {
        $this->config = $config + $this->config;
        $lines = array_map(fn($name, $value) => "$name=$value\n", array_keys($this->config), $this->config);
        file_put_contents("$this->directory/zoo.cfg", $lines);
        $flags = $this->soon
            ? ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-XX:-UsePerfData']
            : ['-Xmx1000m'];
        // One that was cut off looks for the others that often; by default, soon only once a minute.
        $flags[] = '-Dzookeeper.fastleader.maxNotificationInterval=500';
        $classes = '/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar';
        if (isset($this->config['secureClientPort'])) {
            // Debian's zookeeper.jar does not name all that it needs for TLS.
            $classes = implode(':', [$classes, ...glob('/usr/share/java/netty-*.jar')]);
        }
        if (isset($this->config['jaas'])) {
            $flags[] = "-Djava.security.auth.login.config={$this->config['jaas']}";
        }
        if (isset($this->config['jute.maxbuffer'])) {
            // Of Java's own settings, too.
            $flags[] = "-Djute.maxbuffer={$this->config['jute.maxbuffer']}";
        }
        $main = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';
        $this->java = new Child(
            ['java', ...$flags, '-cp', $classes, $main, "$this->directory/zoo.cfg"],
            [['file', '/dev/null', 'r'], ['file', "$this->directory/log", 'w'], ['redirect', 1]],
        );
        if ($wait) {
            $this->await();
        }
    }

    /** Waits until it serves. */
    public function await(): void
    {
        $log = fn() => file_get_contents("$this->directory/log");
        try {
            eventually(function () use ($log) {
                if (!$this->java->runs() || str_contains($log(), 'Address already in use')) {
                    throw new Exception('The server cannot run');
                }
                // It may be another test's server that has the port and answers.
                return str_contains($this->ask('conf', 2), "dataDir={$this->config['dataDir']}/")
                    && str_contains($this->ask('srvr', 2), 'Mode:');
            }, 60, 'the server serves');
        } catch (Exception $error) {
            $this->kill();
            throw new Exception("{$error->getMessage()}\n{$log()}");
        }
    }

    /**
     * From when to when each session was, by its ID: Unix ms, as the leader of that time stamped what it committed, here
     * from this server's log of transactions. Half of it is missing where another server had the rest.
     */
    public function sessions(): array
    {
        $sessions = [];
        foreach (glob("{$this->config['dataDir']}/version-2/log.*") as $file) {
            $log = file_get_contents($file);
            // A head of 16 bytes; then of each its checksum, its length, and what begins with a session, its count
            // of requests, the transaction's ID, its time and its kind; and a byte at the end. The rest is zero.
            for ($at = 16; $at + 44 <= strlen($log) && $length = unpack('N', $log, $at + 8)[1]; $at += 13 + $length) {
                $is = unpack('Jsession/x12/Jtime/Nkind', $log, $at + 12);
                $which = [2 ** 32 - 10 => 0, 2 ** 32 - 11 => 1][$is['kind']] ?? null;
                if ($which !== null) {
                    $sessions[$is['session']][$which] = $is['time'];
                }
            }
        }
        return $sessions;
    }

    public function kill(): void
    {
        $this->java->kill();
    }

    public function pause(): void
    {
        pause($this->pid());
    }

    public function resume(): void
    {
        $this->java->signal(SIGCONT);
    }

    /** Starts it again with nothing. */
    public function wipe(): void
    {
        $this->kill();
        exec('rm -rf ' . escapeshellarg("{$this->config['dataDir']}/version-2"));
        $this->start();
    }

    /** The answer to one of ZooKeeper's four-letter words; '' when there is none in time. */
    public function ask(string $fourLetterWord, float $seconds = PATIENCE): string
    {
        $socket = @stream_socket_client("tcp://{$this->dsn()}", $code, $message, $seconds);
        if (!$socket) {
            return '';
        }
        stream_set_timeout($socket, (int) $seconds, (int) (fmod($seconds, 1) * 1e6));
        @fwrite($socket, $fourLetterWord);
        return (string) @stream_get_contents($socket);
    }
}

/** What no session can be had from, of a kind that bad_server.php knows, or `refuses`. */
final class BadServer
{
    private ?Child $process = null;
    private int $port;

    public function __construct(string $kind)
    {
        if ($kind === 'refuses') {
            $this->port = free_port();
            return;
        }
        $this->process = new Child(
            [PHP_BINARY, '-n', __DIR__ . '/bad_server.php', $kind],
            [['pipe', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']],
        );
        $this->port = (int) fgets($this->process->pipes[1]) ?: throw new Exception("No server that is $kind");
    }

    public function dsn(): string
    {
        return "127.0.0.1:$this->port";
    }
}

/** Three servers that elect a leader. */
final class Ensemble
{
    /** @var Server[] from 1; to be killed and started singly (`start(false)` when there is no majority yet) */
    public array $servers = [];
    /** @var Proxy[][][] by the server that connects and the one it connects to: for what they say, and for elections */
    private array $between = [];

    /** `$apart`: they can be parted from each other. */
    public function __construct(array $config = [], bool $apart = false)
    {
        with_free_ports(function () use ($config, $apart) {
            $this->servers = $this->between = $ports = [];
            $config += ['initLimit' => 10, 'syncLimit' => 5];
            foreach ([1, 2, 3] as $id) {
                $ports[$id] = [free_port(), free_port()];
            }
            foreach ([1, 2, 3] as $id) {
                $own = [];
                foreach ([1, 2, 3] as $other) {
                    $host = $apart && $other !== $id ? "127.0.$id.$other" : '127.0.0.1';
                    $own["server.$other"] = "$host:" . implode(':', $ports[$other]);
                    if ($host !== '127.0.0.1') {
                        $proxy = fn($port) => new Proxy("127.0.0.1:$port", "$host:$port");
                        $this->between[$id][$other] = array_map($proxy, $ports[$other]);
                    }
                }
                $this->servers[$id] = new Server($config + $own, $id, false);
            }
            foreach ($this->servers as $server) {
                $server->await();
            }
        });
    }

    /**
     * Parts a server from the others: `cut`, connections break; `drop_all`, nothing arrives any more; `mute`, only what
     * it says is lost; `deaf`, only what the others say to it. `pass` joins it again. How many messages and connections
     * that has disturbed until now, or disturbs.
     */
    public function part(int $id, string $mode): int
    {
        $disturbed = 0;
        foreach (array_diff([1, 2, 3], [$id]) as $other) {
            [$to, $from] = ['mute' => ['drop_requests', 'drop_replies'], 'deaf' => ['drop_replies', 'drop_requests']][$mode]
                ?? [$mode, $mode];
            foreach ($this->between[$id][$other] as $i => $proxy) {
                $proxy->mode($to);
                $this->between[$other][$id][$i]->mode($from);
                $disturbed += $proxy->disturbed() + $this->between[$other][$id][$i]->disturbed();
            }
        }
        return $disturbed;
    }

    public function dsn(): string
    {
        return implode(',', array_map(fn($server) => $server->dsn(), $this->servers));
    }

    /** As Server::sessions() says, of all that any of them knows. */
    public function sessions(): array
    {
        return array_replace_recursive(...array_map(fn($server) => $server->sessions(), $this->servers));
    }

    /** Waits until there is one, and only one: a leader that was paused takes itself for it a little longer. */
    public function leader(): Server
    {
        eventually(function () use (&$leaders) {
            $leads = fn($server) => str_contains($server->ask('srvr', 0.5), 'Mode: leader');
            $leaders = array_values(array_filter($this->servers, $leads));
            return count($leaders) === 1;
        }, 60, 'one server leads');
        return $leaders[0];
    }
}

/**
 * A client with a session of its own, to look at znodes and to prepare them. It does not connect again, and its
 * session ends 60 s after it was last used, or so many ms; so long it waits for an answer, 30 s at the most. What
 * ZooKeeper refuses throws with ZooKeeper's error as code.
 */
final class Znodes
{
    private const TIMEOUT = 60_000;
    /** As `0x...`, like all sessions here. */
    public readonly string $session;
    private string $dsn;
    private $socket;
    private int $xid = 0;
    private int $process;

    public function __construct(Server|string $server, private readonly int $timeout = self::TIMEOUT)
    {
        $this->dsn = is_string($server) ? $server : $server->dsn();
        $this->process = getmypid();
        [$this->socket, $id] = self::connect($this->dsn, 0, '', self::credentials(), $timeout);
        if (self::credentials() !== '') {
            self::receive($this->socket);
        }
        $this->session = sprintf('0x%x', $id);
    }

    public function __destruct()
    {
        if ($this->process === getmypid()) {
            try {
                $this->close();
            } catch (Exception) {
                // The server is gone.
            }
        }
    }

    /** Ends the session. */
    public function close(): void
    {
        if ($this->socket) {
            try {
                $this->request(-11);
            } finally {
                $this->socket = null;
            }
        }
    }

    /** Data, version and the session that owns it (`0x0` unless ephemeral); null when there is no such znode. */
    public function getData(string $path): ?array
    {
        if (null === $reply = $this->look(4, $path)) {
            return null;
        }
        $length = unpack('N', $reply)[1];
        // -1 stands for data that are null.
        $length = $length === 0xFFFFFFFF ? 0 : $length;
        $stat = unpack('Nversion/x8/Jowner', $reply, 4 + $length + 32);
        return [substr($reply, 4, $length), $stat['version'], sprintf('0x%x', $stat['owner'])];
    }

    /** What is read after it is what the leader has committed, not what a server that is cut off still has. */
    public function sync(string $path): void
    {
        $this->request(9, self::string($path));
    }

    /** Their names, sorted; none when there is no such znode. */
    public function children(string $path): array
    {
        $reply = $this->look(8, $path) ?? pack('N', 0);
        $names = [];
        for ($offset = 4, $left = unpack('N', $reply)[1]; $left > 0; $left--) {
            $names[] = $name = substr($reply, $offset + 4, unpack('N', $reply, $offset)[1]);
            $offset += 4 + strlen($name);
        }
        sort($names, SORT_STRING);
        return $names;
    }

    /** Anyone may do $perms with it: 1 read, 2 write, 4 create below, 8 delete below, 16 administer. */
    public function create(string $path, string $data = '', bool $ephemeral = false, int $perms = 31): void
    {
        $flags = pack('N', (int) $ephemeral);
        $this->request(1, self::string($path) . self::string($data) . self::anyone($perms) . $flags);
    }

    /** Creates what is missing of the path. */
    public function mkdir(string $path): void
    {
        for ($end = 1; $end !== false && $end < strlen($path);) {
            $end = strpos($path, '/', $end + 1);
            try {
                $this->create($end === false ? $path : substr($path, 0, $end));
            } catch (Exception $error) {
                if ($error->getCode() !== -110) {
                    throw $error;
                }
            }
        }
    }

    public function set(string $path, string $data, int $version = -1): void
    {
        $this->request(5, self::string($path) . self::string($data) . pack('N', $version));
    }

    public function delete(string $path, int $version = -1): void
    {
        $this->request(2, self::string($path) . pack('N', $version));
    }

    public function setAcl(string $path, int $perms): void
    {
        $this->request(7, self::string($path) . self::anyone($perms) . pack('N', -1));
    }

    /** Ends the session of somebody else. */
    public function expire(string $session): void
    {
        $id = (int) hexdec($session);
        $close = self::credentials() . self::string(pack('NN', 1, -11));
        // A client that lives notices that it lost its connection, and may take the session back (and cut us off)
        // before the server has read our second message; so again, until the server does not know the session.
        for ($times = 0;; $times++) {
            try {
                [$socket, $granted] = self::connect($this->dsn, $id, self::password($id), $close, $this->timeout);
            } catch (Exception $error) {
                $times < 20 || throw $error;
                continue;
            }
            if (!$granted) {
                break;
            }
            stream_get_contents($socket);
        }
        if ($times === 0) {
            throw new Exception("The server knows no session $session");
        }
    }

    /** Who may do what with a znode: `scheme:id` of each. */
    public function acl(string $path): array
    {
        $reply = $this->request(6, self::string($path));
        $who = [];
        for ($offset = 4, $left = unpack('N', $reply)[1]; $left > 0; $left--) {
            $offset += 4;
            $parts = [];
            foreach (['scheme', 'id'] as $_) {
                $parts[] = $part = substr($reply, $offset + 4, unpack('N', $reply, $offset)[1]);
                $offset += 4 + strlen($part);
            }
            $who[] = implode(':', $parts);
        }
        return $who;
    }

    /** What a session of the test's own begins with, where the servers ask for it: digest, for the user:password in TICKET_TEST_DIGEST. */
    private static function credentials(): string
    {
        $digest = (string) getenv('TICKET_TEST_DIGEST');
        return $digest === '' ? '' : self::string(pack('NNN', -4, 100, 0) . self::string('digest') . self::string($digest));
    }

    /** What the server gave the owner of a session: new java.util.Random(id ^ 0xB3415C00).nextBytes(16). */
    private static function password(int $id): string
    {
        $seed = ($id ^ 0xB3415C00 ^ 0x5DEECE66D) & 0xFFFFFFFFFFFF;
        for ($password = ''; strlen($password) < 16;) {
            // seed * 0x5DEECE66D + 11, modulo 2^48; in halves, for PHP has no wider integers.
            $high = (($seed >> 24) * 0x5DEECE66D & 0xFFFFFF) << 24;
            $seed = $high + ($seed & 0xFFFFFF) * 0x5DEECE66D + 11 & 0xFFFFFFFFFFFF;
            $password .= pack('V', $seed >> 16);
        }
        return $password;
    }

    /** Shakes hands with the first server that will, sending $more at once; the session is 0 when it was refused. */
    private static function connect(
        string $dsn,
        int $session,
        string $password,
        string $more,
        int $timeout = self::TIMEOUT,
    ): array {
        $patience = min(PATIENCE, intdiv($timeout, 1000));
        $hello = pack('NJNJ', 0, 0, $timeout, $session) . self::string(str_pad($password, 16, "\0")) . "\0";
        $context = stream_context_create(['socket' => ['tcp_nodelay' => true]]);
        foreach (explode(',', $dsn) as $server) {
            $socket = @stream_socket_client("tcp://$server", $code, $message, $patience, STREAM_CLIENT_CONNECT, $context);
            if ($socket) {
                stream_set_timeout($socket, $patience);
                @fwrite($socket, self::string($hello) . $more);
                if (null !== $reply = self::receive($socket)) {
                    $reply = unpack('x4/Ntimeout/Jsession', $reply);
                    return [$socket, $reply['timeout'] ? $reply['session'] : 0];
                }
            }
        }
        throw new Exception("No server of $dsn accepts a session");
    }

    /** A message without its length; null when the connection ends or nothing comes. */
    private static function receive($socket): ?string
    {
        $head = (string) @stream_get_contents($socket, 4);
        $length = strlen($head) === 4 ? unpack('N', $head)[1] : 0;
        $body = (string) @stream_get_contents($socket, $length);
        return $length > 0 && strlen($body) === $length ? $body : null;
    }

    private function request(int $type, string $body = ''): string
    {
        if (!$this->socket) {
            throw new Exception('The session was closed');
        }
        @fwrite($this->socket, self::string(pack('NN', ++$this->xid, $type) . $body));
        $reply = self::receive($this->socket) ?? throw new Exception("The server has dropped session $this->session");
        ['xid' => $xid, 'error' => $error] = unpack('Nxid/x8/Nerror', $reply);
        if ($xid !== $this->xid) {
            throw new Exception("A reply to $xid instead of $this->xid");
        }
        if ($error !== 0) {
            $error -= 1 << 32;
            throw new Exception("ZooKeeper refuses operation $type: error $error", $error);
        }
        return substr($reply, 16);
    }

    /** The reply to a request that reads one znode and sets no watch; null when there is no such znode. */
    private function look(int $type, string $path): ?string
    {
        try {
            return $this->request($type, self::string($path) . "\0");
        } catch (Exception $error) {
            return $error->getCode() === -101 ? null : throw $error;
        }
    }

    private static function string(string $bytes): string
    {
        return pack('N', strlen($bytes)) . $bytes;
    }

    private static function anyone(int $perms): string
    {
        return pack('NN', 1, $perms) . self::string('world') . self::string('anyone');
    }
}

/**
 * Stands between clients and a server, and disturbs them; proxy.php is what runs.
 */
final class Proxy
{
    private Child $proxy;
    private int $port;

    /** `$listen`, an address and a port: for what goes between servers, which is not looked into. */
    public function __construct(Server|string $server, string ...$listen)
    {
        $to = is_string($server) ? $server : $server->dsn();
        $streams = [['pipe', 'r'], ['pipe', 'w'], ['redirect', 1]];
        $this->proxy = new Child([PHP_BINARY, '-n', __DIR__ . '/proxy.php', $to, ...$listen], $streams);
        [$this->port] = $this->numbers();
    }

    public function dsn(): string
    {
        return "127.0.0.1:$this->port";
    }

    /**
     * It is in force when this returns.
     *
     * - `pass`
     * - `delay`: replies come $ms later
     * - `hold`: replies come when there is another mode
     * - `hold_lists`: those do that list children for who watches them, and what comes behind. disturbed() tells that there is one
     * - `hold_looks`: the same of all that list children
     * - `drop_replies`: requests arrive and no reply comes back; the next mode begins by cutting the connections
     * - `drop_requests`: connections are accepted and no request arrives; the next mode begins the same way
     * - `drop_all`: both
     * - `drop_multi_reply`: cuts the connection of the next client that sends a multi which then succeeds, instead
     *   of giving it the reply; then `pass`. dropped() tells that it has happened.
     * - `old`: as if the server were older than 3.6, and knew no watches that stay; `older`: nor reads of several znodes
     * - `cut`: cuts all connections and refuses new ones
     *
     * lose() does it to one request.
     */
    public function mode(string $mode, int $ms = 0): void
    {
        fwrite($this->proxy->pipes[0], "$mode $ms\n");
        $this->numbers();
    }

    /**
     * The connection of the client that sends the next `create`, `delete`, `set` or `multi` is cut. dropped() tells that it has
     * happened.
     *
     * - `reply`: when the server has done it, or refused it
     * - `request`: the server never hears of it
     * - `late`: the server hears of it when deliver() is called, on the connection that the client had, if the server has kept
     *   that: it closes it when a session comes back on another one
     *
     * `$then`: the mode that is in force when it has happened. `cut` spares the connections that there are.
     */
    public function lose(string $what, string $kind, string $then = 'pass'): void
    {
        $mode = ['reply' => 'lose_reply', 'request' => 'lose_request', 'late' => 'late_request'][$what];
        $kind = ['create' => 1, 'delete' => 2, 'set' => 5, 'multi' => 14][$kind];
        fwrite($this->proxy->pipes[0], "$mode $kind $then\n");
        $this->numbers();
    }

    /**
     * As if the server lagged: who looks for $path with a watch is told that there is no such znode, until a client syncs or sends a multi; or, where
     * it is `$gone`, until there is another mode.
     */
    public function lag(string $path, bool $gone = false): void
    {
        fwrite($this->proxy->pipes[0], ($gone ? 'gone' : 'lag') . " $path\n");
        $this->numbers();
    }

    /** Brings what is late; then `pass`. */
    public function deliver(): void
    {
        $this->mode('deliver');
    }

    /** How many clients were not told that their multi has succeeded, or have lost one request. */
    public function dropped(): int
    {
        return $this->asked()[0];
    }

    /** How many messages were lost or late, and how many connections cut. */
    public function disturbed(): int
    {
        return $this->asked()[1];
    }

    public function connections(): int
    {
        return $this->asked()[2];
    }

    private function asked(): array
    {
        fwrite($this->proxy->pipes[0], "\n");
        return $this->numbers();
    }

    private function numbers(): array
    {
        $line = trim((string) fgets($this->proxy->pipes[1]));
        if (!preg_match('/^\d+( \d+ \d+)?$/', $line)) {
            $this->proxy->signal(SIGKILL);
            throw new Exception("The proxy fails: $line" . stream_get_contents($this->proxy->pipes[1]));
        }
        return array_map('intval', explode(' ', $line));
    }
}

/** The names of the claims, sorted. It takes a short session of its own. */
function claims(Server|string $server, string $path = '/sim/ticket'): array
{
    $names = (new Znodes($server))->children($path);
    return array_values(array_filter($names, fn($name) => $name[0] !== '.'));
}

/** The same without the 63 highest: those are spares, which a family has as soon as its lease was extended. */
function leases(Server|string $server, string $path = '/sim/ticket'): array
{
    return array_values(array_filter(claims($server, $path), fn($name) => (int) $name < 961));
}

/** How many sessions the server has, those of the test's own Znodes among them. */
function sessions(Server $server): int
{
    return preg_match('/^zk_global_sessions\s+(\d+)/m', $server->ask('mntr'), $found)
        ? (int) $found[1]
        : throw new Exception('The server does not tell its sessions');
}

/**
 * For code given to start(), after PRELUDE: IDs under load, which loaded() checks in the end. Where
 * `ticket.acquire_timeout` is 0, a call that would have to wait for a lease throws instead.
 */
const LOAD = <<<'PHP'
/** Waits for the first lease. */
function first(Number $number): int {
    for ($end = microtime(true) + 60;; usleep(1000)) {
        try { return $number->generate(); } catch (Exception $e) { if (microtime(true) > $end) throw $e; }
    }
}
/**
 * Issues so many IDs every 3 ms until the file $run.stop exists, and once more then, or until the test has ended.
 * Prints what is thrown, once, with N for its numbers.
 */
function load(Number $number, string $run, int $many = 1): void {
    [$ids, $told, $none] = [[], [], null];
    do {
        $stop = file_exists("$run.stop");
        try { array_push($ids, ...$number->generateMany($many)); } catch (Exception $e) {
            $what = get_class($e) . ': ' . preg_replace('/\d+/', 'N', $e->getMessage());
            if (!isset($told[$what])) echo "$what\n";
            $told[$what] = true;
        }
        $stdin = [STDIN];
    } while (!$stop && !stream_select($stdin, $none, $none, 0, 3000));
    save("$run." . getmypid(), $ids);
}

PHP;

/** Ends the load of LOAD. */
function stop(string $run): void
{
    touch("$run.stop");
}

/** The IDs that each process has issued under load. Throws when there is one twice, or when they do not rise. */
function loaded(string $run): array
{
    $lists = array_map(saved(...), glob("$run.[0-9]*"));
    check(array_sum(array_map(count(...), $lists)), ...$lists);
    return $lists;
}

/** The node IDs that have been leased, by their marks: all but those that are only kept as spares, the 63 highest. */
function leased(Znodes $znodes, string $path = '/sim/ticket'): array
{
    return array_values(array_filter($znodes->children("$path/.marks"), fn($name) => $name < '0961'));
}

/** The timestamp in a mark, in Unix ms. */
function mark(Znodes $znodes, int|string $node, string $path = '/sim/ticket'): int
{
    [$data] = $znodes->getData("$path/.marks/" . (is_int($node) ? sprintf('%04d', $node) : $node));
    return preg_match('/^until=(\d+) nonce=[0-9a-f]{16}$/', $data, $found) ? (int) $found[1] : throw new Exception($data);
}

/**
 * Settings of a PHP that leases from there: short times for what a test waits for, long ones for what it would
 * fail by on a busy machine.
 */
function leasing(Server|Proxy|string $from, array $more = []): array
{
    $dsn = is_string($from) ? $from : $from->dsn();
    return $more + [
        'ticket.dsn' => $dsn,
        'ticket.session_timeout' => 10_000,
        'ticket.window' => 3000,
        'ticket.acquire_timeout' => 20_000,
        'ticket.release_timeout' => 20_000,
    ];
}

/** The keepers of all PHPs whose command line holds $mark, such as their DSN. */
function keepers(string $mark): array
{
    return named('ticket-keeper', $mark);
}

/** The keeper, as soon as there is one. */
function keeper(string $mark): int
{
    eventually(function () use (&$found, $mark) {
        return $found = keepers($mark);
    }, what: 'there is a keeper');
    return $found[0];
}

/** The processes that stand by for keepers. */
function standbys(string $mark): array
{
    return named('ticket-standby', $mark);
}

function named(string $name, string $mark): array
{
    $pids = [];
    foreach (glob('/proc/[0-9]*') as $process) {
        if (@file_get_contents("$process/comm") === "$name\n"
            && str_contains((string) @file_get_contents("$process/cmdline"), $mark)
            && alive((int) basename($process))) {
            $pids[] = (int) basename($process);
        }
    }
    return $pids;
}

/** The process that stands by for a keeper: its parent. */
function standby(int $keeper): int
{
    return (int) explode(' ', explode(') ', file_get_contents("/proc/$keeper/stat"))[1])[1];
}

/** Builds what tests of the keeper load into PHP. */
function preload(string $source = 'preload.c'): string
{
    $library = scratch('preload') . '.so';
    $source = escapeshellarg(dirname(__DIR__) . "/keeper/$source");
    exec("cc -shared -fPIC -O1 -Wall -Werror -o $library $source 2>&1", $said, $failed);
    return $failed ? throw new Exception(implode("\n", $said)) : $library;
}

/** Kills a keeper and what stands by for it, so that PHP has to start another one. */
function kill_both(int $keeper): void
{
    kill(standby($keeper));
    kill($keeper);
}
