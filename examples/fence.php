<?php
// Shows who has which node ID in ZooKeeper, and fences a node: whoever had it can finish what it has reserved and
// nothing more, and the next one issues above that. For a mark that nobody can read, or that was lost.
//
//     php fence.php host:port[,host:port...][/chroot] /sim/ticket        shows
//     php fence.php host:port[,host:port...][/chroot] /sim/ticket 7      fences node 7, if you say yes
//
//     --yes           does not ask
//     --live          also where the node is leased. Its owner has to be ended all the same: it takes another node, or
//                     throws if it was told to have this one, but its claim stays, and keeps everybody from the node
//     --reserve=MS    how far ahead of the clock a mark can be: 8/3 ticket.window + ticket.clock_tolerance, the highest
//                     of all that use the path. If you do not say, the highest there can be, which is 220 minutes
//     --above=MS      a time (Unix ms) before which all IDs of the node lie, if you know that some clock was ahead
//     --client        by the extension's client, with its settings: credentials (for the servers of ticket.dsn) and TLS, which
//                     servers with tcp+tls:// before them need: php -d ticket.lease=first_use fence.php ...
//
// It sets the mark only if that is as you saw it (by its version), never lowers it, and deletes nothing. Without --client
// no extension is needed.

namespace Dig\Ticket\Fence;

use Dig\Zookeeper\Client;
use Dig\Zookeeper\Exception\NoNodeException;

const NO_NODE = -101, NO_AUTH = -102, BAD_VERSION = -103, NODE_EXISTS = -110;

/** As much of ZooKeeper's protocol as this takes. What is refused throws with ZooKeeper's error as code. */
final class Session
{
    private $socket;
    private int $xid = 0;

    public function __construct(string $servers, private string $chroot)
    {
        $hello = pack('NJNJ', 0, 0, 10_000, 0) . self::string(str_repeat("\0", 16));
        foreach (explode(',', $servers) as $server) {
            $address = preg_match('/:\d+$/', $server) ? $server : "$server:2181";
            $this->socket = @stream_socket_client("tcp://$address", $code, $message, 5);
            if ($this->socket) {
                stream_set_timeout($this->socket, 10);
                @fwrite($this->socket, self::string($hello));
                if ($this->receive() !== null) {
                    return;
                }
            }
        }
        throw new \Exception("no server of $servers accepts a session");
    }

    public function __destruct()
    {
        $this->socket && @fwrite($this->socket, self::string(pack('NN', 0, -11)));
    }

    /** What the servers have agreed on by now is seen from here on. */
    public function sync(string $path): void
    {
        $this->ask(9, $path);
    }

    /** Names; none where there is no such znode. */
    public function children(string $path): array
    {
        $reply = $this->look(8, $path) ?? pack('N', 0);
        $names = [];
        for ($at = 4, $left = unpack('N', $reply)[1]; $left > 0; $left--) {
            $names[] = $name = substr($reply, $at + 4, unpack('N', $reply, $at)[1]);
            $at += 4 + strlen($name);
        }
        return $names;
    }

    /** data, version, when it was set (Unix ms) and whether it goes with a session; null if there is no such znode. */
    public function get(string $path): ?array
    {
        if (null === $reply = $this->look(4, $path)) {
            return null;
        }
        $length = unpack('N', $reply)[1];
        // -1 stands for data that are null.
        $length = $length === 0xFFFFFFFF ? 0 : $length;
        $stat = unpack('x24/Jset/Nversion/x8/Jowner', $reply, 4 + $length);
        return ['data' => substr($reply, 4, $length), 'owned' => $stat['owner'] !== 0] + $stat;
    }

    public function set(string $path, string $data, int $version): void
    {
        $this->ask(5, $path, self::string($data) . pack('N', $version));
    }

    /** One that stays, and that anyone may do anything with, like those that ticket makes. */
    public function create(string $path, string $data): void
    {
        $acl = pack('NN', 1, 31) . self::string('world') . self::string('anyone');
        $this->ask(1, $path, self::string($data) . $acl . pack('N', 0));
    }

    private function look(int $type, string $path): ?string
    {
        try {
            return $this->ask($type, $path, "\0");
        } catch (\Exception $error) {
            return $error->getCode() === NO_NODE ? null : throw $error;
        }
    }

    private function ask(int $type, string $path, string $more = ''): string
    {
        $body = self::string($this->chroot . $path) . $more;
        @fwrite($this->socket, self::string(pack('NN', ++$this->xid, $type) . $body));
        $reply = $this->receive() ?? throw new \Exception("no answer from ZooKeeper about $path; look again");
        $error = unpack('N', $reply, 12)[1];
        if ($error !== 0) {
            $error -= 1 << 32;
            $why = $error === NO_AUTH ? 'its ACL does not let anyone' : "error $error";
            throw new \Exception("ZooKeeper refuses $path: $why", $error);
        }
        return substr($reply, 16);
    }

    private function receive(): ?string
    {
        $head = (string) @stream_get_contents($this->socket, 4);
        $length = strlen($head) === 4 ? unpack('N', $head)[1] : 0;
        $body = (string) @stream_get_contents($this->socket, $length);
        return $length > 0 && strlen($body) === $length ? $body : null;
    }

    private static function string(string $bytes): string
    {
        return pack('N', strlen($bytes)) . $bytes;
    }
}

/** The same by the extension's client. */
final class Locked
{
    private Client $client;

    public function __construct(string $dsn)
    {
        class_exists(Client::class) || throw new \Exception('--client and tcp+tls:// need the extension ticket');
        $this->client = new Client($dsn, ['timeout' => 10_000]);
    }

    public function sync(string $path): void
    {
        $this->client->sync($path);
    }

    public function children(string $path): array
    {
        try {
            return $this->client->getChildren($path);
        } catch (NoNodeException) {
            return [];
        }
    }

    public function get(string $path): ?array
    {
        try {
            $data = $this->client->get($path, null, $stat);
        } catch (NoNodeException) {
            return null;
        }
        return ['data' => (string) $data, 'owned' => $stat->ephemeralOwner !== 0, 'set' => $stat->mtime, 'version' => $stat->version];
    }

    public function set(string $path, string $data, int $version): void
    {
        $this->client->set($path, $data, $version);
    }

    /** For those whose the other marks are. */
    public function create(string $path, string $data): void
    {
        $this->client->create($path, $data, $this->client->getAcl(dirname($path)));
    }
}

/** The node IDs below one path. */
final class Nodes
{
    public readonly int $max;
    public readonly string $layout;
    /** The last millisecond that an ID can show. */
    public readonly int $end;
    private int $epoch;

    public function __construct(private Session|Locked $session, private string $path)
    {
        $session->sync($path);
        $this->layout = $session->get("$path/.marks")['data'] ?? throw new \Exception("$path is no path of ticket's");
        if (!preg_match('/^epoch=(\d{1,14}) node_bits=(\d{1,2}) sequence_bits=(\d{1,2})$/D', $this->layout, $found)
            || $found[2] < 1 || $found[2] > 14 || $found[3] < 1 || $found[3] > 22) {
            throw new \Exception("$path/.marks holds no layout, but: " . shown($this->layout));
        }
        $this->epoch = (int) $found[1];
        $this->max = (1 << $found[2]) - 1;
        $this->end = $this->epoch + (1 << 64 - $found[2] - $found[3]) - 1;
    }

    /** All that have a claim or a mark. */
    public function used(): array
    {
        $nodes = [];
        foreach ([...$this->session->children($this->path), ...$this->session->children("$this->path/.marks")] as $name) {
            if (preg_match('/^\d{1,5}$/D', $name) && (int) $name <= $this->max) {
                $nodes[(int) $name] = $this->node((int) $name);
            }
        }
        ksort($nodes);
        return $nodes;
    }

    /** What there is of a node; `until` is null where that is unknown, `known` is the least that it was. */
    public function node(int $id): array
    {
        $name = sprintf('%0' . strlen((string) $this->max) . 'd', $id);
        $node = ['id' => $id, 'path' => "$this->path/.marks/$name", 'until' => null, 'known' => 0];
        try {
            // Some write it without zeroes.
            $node['claim'] = $this->session->get("$this->path/$name") ?? $this->session->get("$this->path/$id");
            $node['mark'] = $mark = $this->session->get($node['path']);
        } catch (\Exception $error) {
            return ['error' => $error->getMessage()] + $node;
        }
        if ($mark) {
            preg_match_all('/until=\+?0*([0-9]+)/', $mark['data'], $found);
            $node['known'] = max([0, ...array_map($this->capped(...), $found[1])]);
            $node['until'] = $mark['owned'] ? null : $this->until($mark['data']);
        }
        return $node;
    }

    /** What a mark says, read as ticket itself does (parse_mark in src/lease/zookeeper/text.rs); null if it cannot. */
    private function until(string $data): ?int
    {
        if (!preg_match('/^\+?0*([0-9]{1,20})$/D', self::field($data, 'until') ?? '', $until)
            || !preg_match('/^[0-9a-f]{16}$/Di', self::field($data, 'nonce') ?? '')
            // The greatest of 64 bits.
            || strlen($until[1]) === 20 && strcmp($until[1], '18446744073709551615') > 0) {
            return null;
        }
        $until = $this->capped($until[1]);
        return $until < $this->epoch ? null : $until;
    }

    /** IDs end with the layout, whatever a mark says; and this PHP's integers not before. */
    private function capped(string $digits): int
    {
        return strlen($digits) > 19 ? $this->end : min((int) $digits, $this->end);
    }

    /** The first of that name. */
    private static function field(string $data, string $key): ?string
    {
        foreach (preg_match('//u', $data) ? explode(' ', $data) : [] as $pair) {
            if (str_starts_with($pair, "$key=")) {
                return substr($pair, strlen($key) + 1);
            }
        }
        return null;
    }

    /** How a node stands. */
    public function state(array $node, int $now): string
    {
        [$claim, $mark, $until] = [$node['claim'] ?? null, $node['mark'] ?? null, $node['until']];
        $spare = $this->max >= 255 && $node['id'] > $this->max - intdiv($this->max, 16);
        return match (true) {
            isset($node['error']) => 'REFUSED',
            $mark && $mark['owned'] => 'MARK DOES NOT LAST',
            $mark && $until === null => 'UNREADABLE',
            $claim && !$claim['owned'] => 'CLAIM OF NOBODY',
            $claim && !$mark => 'of another program',
            $claim && $until < $now => 'leased, used up',
            (bool) $claim => $spare ? 'leased, or a spare' : 'leased',
            !$mark => 'never used, or its mark is lost',
            $until === $this->end => 'at the end of the layout',
            $until > $now + 86_400_000 => 'of a clock far ahead',
            $until > $now => 'left behind',
            default => 'free',
        };
    }

    /** What to fence the node with. */
    public function above(array $node, int $now, int $reserve, int $above): int
    {
        // A mark that can be read is above all that was issued, and nobody else can move it once this is written. What
        // else says when is no reason to reserve less.
        $until = $node['until'] ?? max($now, $node['known'], $node['mark']['set'] ?? 0) + $reserve;
        return min(max($until, $above), $this->end);
    }

    public function fence(array $node, int $until): void
    {
        $data = sprintf('until=%d nonce=%s', $until, bin2hex(random_bytes(8)));
        try {
            $node['mark']
                ? $this->session->set($node['path'], $data, $node['mark']['version'])
                : $this->session->create($node['path'], $data);
        } catch (\Exception $error) {
            $changed = in_array($error->getCode(), [BAD_VERSION, NO_NODE, NODE_EXISTS], true);
            throw $changed ? new \Exception('the mark has changed meanwhile; nothing was written. Look again') : $error;
        }
    }
}

/** Printable, and short. */
function shown(string $data, int $most = 100): string
{
    return addcslashes(substr($data, 0, $most), "\0..\37\"\\\177..\377") . (strlen($data) > $most ? '...' : '');
}

function at(int $ms): string
{
    return gmdate('Y-m-d\TH:i:s', intdiv($ms, 1000)) . sprintf('.%03dZ', $ms % 1000);
}

function line(array $node, string $state, int $now): string
{
    $mark = match (true) {
        $node['until'] !== null => sprintf('%s (%+.1f s)', at($node['until']), ($node['until'] - $now) / 1000),
        isset($node['mark']) => '"' . shown($node['mark']['data'], 32) . '"',
        default => '',
    };
    // Without what is for programs only.
    $claim = isset($node['claim']) ? shown(preg_replace('/^nonce=\w+ /', '', $node['claim']['data'])) : '';
    return rtrim(sprintf('%5d  %-24s  %-38s  %s', $node['id'], $state, $mark, $node['error'] ?? $claim));
}

function main(array $arguments): void
{
    $now = (int) (microtime(true) * 1000);
    $options = ['reserve' => intdiv(8 * 3_600_000, 3) + 3_600_000, 'above' => 0];
    $words = [];
    foreach ($arguments as $argument) {
        match (true) {
            preg_match('/^--(yes|live|client)$/D', $argument, $found) === 1 => $options[$found[1]] = true,
            preg_match('/^--(reserve|above)=(\d{1,18})$/D', $argument, $found) === 1 => $options[$found[1]] = (int) $found[2],
            str_starts_with($argument, '-') => throw new \Exception("there is no option $argument"),
            default => $words[] = $argument,
        };
    }
    if (!in_array(count($words), [2, 3], true)) {
        throw new \Exception("say: php fence.php host:port[,host:port...][/chroot] path [node]\n" .
            'with --client, or servers with tcp+tls:// before them, as the extension\'s settings say; ' .
            'with a node, also: --yes --live --reserve=MS --above=MS');
    }
    $locked = isset($options['client']) || str_starts_with($words[0], 'tcp+tls://');
    [$servers, $chroot] = explode('/', $words[0], 2) + [1 => ''];
    $look = fn() => new Nodes($locked ? new Locked($words[0]) : new Session($servers, rtrim("/$chroot", '/')), $words[1]);
    $nodes = $look();
    if (count($words) === 2) {
        echo "$words[0] $words[1]  $nodes->layout  now ", at($now), "\n";
        echo ' node  state                     mark (ahead of the clock here)          claim', "\n";
        $free = $nodes->max;
        foreach ($nodes->used() as $node) {
            $state = $nodes->state($node, $now);
            if ($state !== 'free') {
                echo line($node, $state, $now), "\n";
                $free -= $node['id'] > 0 ? 1 : 0;
            }
        }
        echo "$free of $nodes->max node IDs are free\n";
        return;
    }
    if (!preg_match('/^\d{1,5}$/D', $words[2]) || (int) $words[2] > $nodes->max) {
        throw new \Exception("the node must be a number from 0 to $nodes->max");
    }
    $node = $nodes->node((int) $words[2]);
    echo line($node, $nodes->state($node, $now), $now), "\n";
    if (isset($node['error']) || ($node['mark']['owned'] ?? false)) {
        throw new \Exception('this cannot be fenced, and no family uses it as it is');
    }
    if (($node['claim']['owned'] ?? false) && !isset($options['live'])) {
        throw new \Exception('the node is leased: end its owner, which its claim names by host and keeper; ' .
            'or say --live, and end it after that');
    }
    $until = $nodes->above($node, $now, $options['reserve'], $options['above']);
    if (!isset($options['yes'])) {
        $spent = $until === $nodes->end ? ', the end of the layout: nothing more can be issued from it' : '';
        echo 'Its mark will be ', at($until), "$spent. Fence it? [y/N] ";
        if (strtolower(trim((string) fgets(STDIN))) !== 'y') {
            throw new \Exception('nothing was written');
        }
    }
    // The session may have ended while you thought; what you saw is what the version stands for.
    $look()->fence($node, $until);
    echo "node {$node['id']} is fenced: its mark is ", at($until), "; whoever has it next issues above that\n";
    if ($node['claim']['owned'] ?? false) {
        echo "Now end its owner, which its claim names by host and keeper: until then nobody is given the node\n";
    }
}

try {
    main(array_slice($argv, 1));
} catch (\Exception $error) {
    fwrite(STDERR, "fence: {$error->getMessage()}\n");
    exit(1);
}
