<?php
// php proxy.php HOST:PORT [LISTEN]: stands between ZooKeeper's clients and a server, and knows where a message ends
// (class Proxy of zookeeper.php drives it). What goes between two servers has no such ends: then it is told where to
// listen and passes bytes. It prints its port, and answers each line it is told (`MODE [MS [MODE]]`, or an empty one) with
// how many messages of a kind it has withheld, how many messages and connections it has disturbed in any way, and how
// many connections there are.

require __DIR__ . '/ticket.php';

/** For so long, ns, unless there is another mode before. */
const HELD = 3_600_000_000_000;

/** What goes one way through a connection, message by message. */
final class Way
{
    /** Came in, but is no whole message yet. */
    public string $part = '';
    /** To be sent: [when, bytes]. */
    public array $queue = [];
    public bool $ended = false;
    public ?Way $back = null;
    public bool $greeted = false;
    /** Of requests: the multis (by xid) of which the first to succeed will have its reply withheld. */
    public array $multis = [];
    /** Of requests: those that an old server does not know, by xid. */
    public array $unknown = [];
    /** Of requests: those for lists, and those that are told that there is no such znode, by xid. */
    public array $lists = [];
    public array $absent = [];
    /** Of requests: the one whose reply is lost. */
    public ?int $unanswered = null;

    public function __construct(public $from, public $to, public bool $replies)
    {
    }
}

/** What happens to the next request of a kind. */
const LOSES = ['lose_reply', 'lose_request', 'late_request'];

/** The kinds of requests that `lose_*` knows, by the first that has the name. */
const KINDS = [1 => [1, 15, 19, 21], 2 => [2, 20], 5 => [5], 14 => [14]];

/** Requests that come late, and the connections to the server that they are on. */
$late = [];

/** @var Way[] $ways */
[$ways, $listener, $mode, $delay, $then, $withheld, $disturbed] = [[], null, 'pass', 0, 'pass', 0, 0];
[$host, $port] = explode(':', $argv[2] ?? '127.0.0.1:' . free_port());
$context = stream_context_create(['socket' => ['tcp_nodelay' => true, 'backlog' => 1000]]);

function listen(): void
{
    global $listener, $host, $port, $context;
    $flags = STREAM_SERVER_BIND | STREAM_SERVER_LISTEN;
    // The same port again after it was given up.
    $listener = $listener ?: @stream_socket_server("tcp://$host:$port", $code, $message, $flags, $context);
    $listener || exit("port $port: $message\n");
}

function cut(Way ...$which): void
{
    global $ways;
    foreach ($which as $way) {
        unset($ways[(int) $way->from], $ways[(int) $way->to]);
        is_resource($way->from) && fclose($way->from);
        is_resource($way->to) && fclose($way->to);
    }
}

function accept(): void
{
    global $ways, $listener, $argv, $context;
    $client = @stream_socket_accept($listener, 0);
    $flags = STREAM_CLIENT_CONNECT;
    if (!$client || !$server = @stream_socket_client("tcp://$argv[1]", $code, $message, 1, $flags, $context)) {
        return;
    }
    stream_set_blocking($client, false);
    stream_set_blocking($server, false);
    $ways[(int) $client] = $requests = new Way($client, $server, false);
    $ways[(int) $server] = $replies = new Way($server, $client, true);
    [$requests->back, $replies->back] = [$replies, $requests];
}

function obey(string $line): void
{
    global $ways, $listener, $mode, $delay, $then, $withheld, $disturbed;
    if ($line !== '') {
        $before = $mode;
        [$mode, $delay, $then] = [...explode(' ', $line), 'pass'];
        $lossy = ['drop_requests', 'drop_replies', 'drop_all'];
        $others = ['pass', 'delay', 'hold', 'hold_lists', 'hold_looks', 'lag', 'gone', 'drop_multi_reply', 'old', 'older', 'cut', 'deliver'];
        if (!in_array($mode, [...$others, ...$lossy, ...LOSES], true)) {
            exit("There is no mode $mode\n");
        }
        if (in_array($before, $lossy, true) || $mode === 'cut') {
            $disturbed += intdiv(count($ways), 2);
            cut(...$ways);
        }
        if ($mode === 'deliver') {
            deliver();
            $mode = 'pass';
        }
        if ($mode !== 'cut') {
            listen();
        } elseif ($listener) {
            fclose($listener);
            $listener = null;
        }
        foreach ($ways as $way) {
            $way->multis = [];
            // What was held goes on its way now.
            $way->queue = array_map(fn($one) => str_starts_with($before, 'hold') ? [0, $one[1]] : $one, $way->queue);
            if (lost($way)) {
                $way->queue = [];
            }
        }
    }
    echo "$withheld $disturbed ", intdiv(count($ways), 2), "\n";
}

/** Whether the next request of its kind is this one; then it is lost, or its reply will be, or it comes late. */
function loses(Way $way, int $xid, string $message): bool
{
    global $mode, $delay, $late, $ways;
    if (!in_array($mode, LOSES, true) || !in_array(unpack('N', $message, 8)[1], KINDS[$delay], true)) {
        return false;
    }
    if ($mode === 'lose_reply') {
        $way->unanswered = $xid;
        $mode = 'pass';
        return false;
    }
    if ($mode === 'late_request') {
        // The client's connection breaks, the one to the server does not.
        $late[] = [$way->to, $message];
        unset($ways[(int) $way->from], $ways[(int) $way->to]);
        fclose($way->from);
    } else {
        $way->ended = true;
    }
    has_lost();
    return true;
}

/** What was to be lost is. */
function has_lost(): void
{
    global $mode, $then, $listener, $withheld, $disturbed;
    $mode = $then;
    $withheld++;
    $disturbed++;
    if ($mode === 'cut' && $listener) {
        fclose($listener);
        $listener = null;
    }
}

/** Sends what comes late, and waits for what the server does with it. */
function deliver(): void
{
    global $late;
    foreach ($late as [$to, $message]) {
        stream_set_blocking($to, true);
        stream_set_timeout($to, 10);
        fwrite($to, $message);
        $xid = substr($message, 4, 4);
        // What comes before its reply may be of anything.
        do {
            $head = (string) stream_get_contents($to, 4);
            $reply = strlen($head) === 4 ? (string) stream_get_contents($to, unpack('N', $head)[1]) : '';
        } while ($reply !== '' && substr($reply, 0, 4) !== $xid);
        fclose($to);
    }
    $late = [];
}

/**
 * Notes a request that looks whether a znode is there (3) or for its children (8, 12) with a watch, as PHP does, and not the keeper
 * for its own.
 */
function looks(Way $way, int $xid, string $message): void
{
    global $mode, $delay;
    $kind = unpack('N', $message, 8)[1];
    // Of a write it has the outcome, and of all before it.
    if ($mode === 'lag' && in_array($kind, [9, 14], true)) {
        $mode = 'pass';
    }
    if ($mode === 'hold_looks' && in_array($kind, [8, 12], true)) {
        $way->lists[$xid] = true;
        return;
    }
    if (!in_array($kind, [3, 8, 12], true) || substr($message, -1) !== "\1") {
        return;
    }
    $path = substr($message, 16, unpack('N', $message, 12)[1]);
    if (in_array($mode, ['lag', 'gone'], true) && $path === $delay) {
        $way->absent[$xid] = true;
    } elseif ($kind !== 3) {
        $way->lists[$xid] = true;
    }
}

function lost(Way $way): bool
{
    global $mode;
    return $mode === 'drop_all' || $mode === ($way->replies ? 'drop_replies' : 'drop_requests');
}

/** Looks at a whole message, and queues it unless it shall not arrive. */
function pass(Way $way, string $message): void
{
    global $mode, $delay, $withheld, $disturbed, $argv;
    if (lost($way)) {
        $disturbed++;
        return;
    }
    $late = $way->replies ? ($mode === 'hold' ? HELD : (int) $delay * 1_000_000) : 0;
    $disturbed += (int) ($late > 0);
    if (isset($argv[2])) {
        $way->queue[] = [hrtime(true) + $late, $message];
        return;
    }
    $xid = unpack('N', $message, 4)[1];
    if (!$way->replies) {
        // The first request is a handshake, which has neither xid nor type.
        if ($way->greeted && $mode === 'drop_multi_reply' && unpack('N', $message, 8)[1] === 14) {
            $way->multis[$xid] = true;
        }
        if ($way->greeted && in_array(unpack('N', $message, 8)[1], ['old' => [106], 'older' => [106, 22]][$mode] ?? [], true)) {
            $way->unknown[$xid] = true;
        }
        if ($way->greeted && loses($way, $xid, $message)) {
            return;
        }
        if ($way->greeted) {
            looks($way, $xid, $message);
        }
        $way->greeted = true;
    } elseif ($xid === $way->back->unanswered) {
        $way->ended = true;
        has_lost();
        return;
    } elseif (isset($way->back->unknown[$xid])) {
        unset($way->back->unknown[$xid]);
        // What is not implemented is -6, and such a server hangs up then.
        $way->queue[] = [0, pack('N', 16) . substr($message, 4, 12) . pack('N', 0xFFFFFFFA)];
        $way->ended = true;
        return;
    } elseif (isset($way->back->absent[$xid])) {
        unset($way->back->absent[$xid]);
        $disturbed++;
        // That there is no such znode is -101.
        $message = pack('N', 16) . substr($message, 4, 12) . pack('N', 0xFFFFFF9B);
    } elseif (isset($way->back->lists[$xid])) {
        unset($way->back->lists[$xid]);
        if (in_array($mode, ['hold_lists', 'hold_looks'], true)) {
            $disturbed++;
            $late = HELD;
        }
    } elseif ($mode === 'drop_multi_reply' && isset($way->back->multis[$xid])) {
        // A multi that was refused has written nothing: its results are of type -1, or there are none.
        if (strlen($message) >= 24 && unpack('N', $message, 20)[1] !== 0xFFFFFFFF) {
            $withheld++;
            $disturbed++;
            $mode = 'pass';
            // What came before it still arrives, then the connection is cut.
            $way->ended = true;
            return;
        }
    }
    $way->queue[] = [hrtime(true) + $late, $message];
}

/**
 * A server that connects for an election also says where it listens itself, and the other one may rather connect there:
 * to the proxy for that way, as Ensemble chooses the addresses.
 */
function introduced(string $bytes): string
{
    global $host;
    if (!str_starts_with($bytes, pack('J', -65536))) {
        return $bytes;
    }
    [, $length] = unpack('N', $bytes, 16);
    [, , $from, $to] = explode('.', $host);
    $address = "127.0.$to.$from" . strrchr(substr($bytes, 20, $length), ':');
    return substr($bytes, 0, 16) . pack('N', strlen($address)) . $address . substr($bytes, 20 + $length);
}

function receive(Way $way): void
{
    global $argv, $ways;
    $bytes = (string) @fread($way->from, 65536);
    $way->ended = $bytes === '' && feof($way->from);
    if (isset($argv[2])) {
        $bytes === '' || pass($way, $way->replies || $way->greeted ? $bytes : introduced($bytes));
        $way->greeted = true;
        return;
    }
    $way->part .= $bytes;
    while (!$way->ended && isset($ways[(int) $way->from]) && strlen($way->part) >= 8) {
        $length = 4 + unpack('N', $way->part)[1];
        if (strlen($way->part) < $length) {
            break;
        }
        pass($way, substr($way->part, 0, $length));
        $way->part = substr($way->part, $length);
    }
}

function send(Way $way): void
{
    $sent = @fwrite($way->to, $way->queue[0][1]);
    if ($sent === false) {
        cut($way);
    } elseif ($sent === strlen($way->queue[0][1])) {
        array_shift($way->queue);
    } else {
        $way->queue[0][1] = substr($way->queue[0][1], $sent);
    }
}

listen();
echo "$port\n";
while (true) {
    [$read, $write, $except, $wait, $now] = [['control' => STDIN], [], null, null, hrtime(true)];
    if ($listener) {
        $read['listener'] = $listener;
    }
    foreach ($ways as $key => $way) {
        if (!$way->ended) {
            $read[$key] = $way->from;
        }
        if ($way->queue && $way->queue[0][0] <= $now) {
            $write[$key] = $way->to;
        } elseif ($way->queue) {
            $wait = min($wait ?? PHP_INT_MAX, $way->queue[0][0] - $now);
        }
    }
    stream_select($read, $write, $except, $wait === null ? null : 0, $wait === null ? null : intdiv($wait, 1000) + 1);
    // What cuts connections comes last or looks whether they are still there.
    foreach ($write as $key => $_) {
        isset($ways[$key]) && send($ways[$key]);
    }
    foreach (array_diff_key($read, ['control' => 0, 'listener' => 0]) as $key => $_) {
        isset($ways[$key]) && receive($ways[$key]);
    }
    foreach ($ways as $way) {
        $way->ended && !$way->queue && cut($way);
    }
    if (isset($read['control'])) {
        $line = fgets(STDIN);
        $line === false ? exit() : obey(trim($line));
    }
    if (isset($read['listener']) && $listener) {
        accept();
    }
}
