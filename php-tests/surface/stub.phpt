--TEST--
The stub declares exactly what the extension has
--FILE--
<?php
$classes = [
    'Dig\Ticket\NodeInterface', 'Dig\Ticket\Number', 'Dig\Ticket\Node\Local', 'Dig\Ticket\Node\Zookeeper',
    'Dig\Ticket\Exception\TicketException', 'Dig\Ticket\Exception\IllegalTimeException',
    'Dig\Ticket\Exception\UnavailableNodeIdException', 'Dig\Zookeeper\Client', 'Dig\Zookeeper\Transaction', 'Dig\Zookeeper\Stat',
    'Dig\Zookeeper\Node', 'Dig\Zookeeper\Event', 'Dig\Zookeeper\Watch', 'Dig\Zookeeper\Cache', 'Dig\Zookeeper\Discovery',
    'Dig\Zookeeper\Registration', 'Dig\Zookeeper\Lock', 'Dig\Zookeeper\ReadLock', 'Dig\Zookeeper\WriteLock',
    'Dig\Zookeeper\Semaphore', 'Dig\Zookeeper\Election', 'Dig\Zookeeper\Queue', 'Dig\Zookeeper\Message',
    'Dig\Zookeeper\Barrier', 'Dig\Zookeeper\DoubleBarrier', 'Dig\Zookeeper\Counter', 'Dig\Zookeeper\Group', 'Dig\Zookeeper\SessionState', 'Dig\Zookeeper\Exception\ZookeeperException',
    'Dig\Zookeeper\Exception\TransactionException',
];
$compat = [
    'Zookeeper', 'ZookeeperConfig', 'ZookeeperException', 'ZookeeperOperationTimeoutException', 'ZookeeperConnectionException',
    'ZookeeperMarshallingException', 'ZookeeperAuthenticationException', 'ZookeeperSessionException', 'ZookeeperNoNodeException',
];
foreach ([
    'NoNode', 'NodeExists', 'BadVersion', 'NotEmpty', 'NoAuth', 'AuthFailed', 'InvalidAcl', 'NoChildrenForEphemerals', 'ConnectionLoss',
    'OperationTimeout', 'SessionExpired', 'SessionMoved', 'NotReadOnly', 'QuotaExceeded', 'Marshalling', 'BadArguments', 'InvalidState',
    'Closed', 'Unimplemented', 'Reconfig', 'CacheFull', 'Stale', 'LockLost',
] as $name) {
    $classes[] = "Dig\Zookeeper\Exception\\{$name}Exception";
}
$functions = ['Dig\Ticket\status', 'Dig\Zookeeper\status'];
$reflect = function (array $options, string $file) use ($functions, $classes, $compat) {
    $names = [...$functions, 'zookeeper_dispatch', ...$classes, ...$compat];
    $command = [getenv('TEST_PHP_EXECUTABLE'), '-n', ...$options, __DIR__ . '/../lib/reflect.php', $file, ...$names];
    return shell_exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1');
};
$stub = $reflect([], implode(':', glob(__DIR__ . '/../../stubs/*.php')));
$extension = $reflect(['-d', 'extension=' . getenv('TICKET_TEST_MODULE')], '');
echo $extension;
if ($stub !== $extension) {
    echo "The stub says:\n$stub";
}
// Nothing else is there: no class, function, constant or setting that the stub or README does not tell.
foreach (['ticket' => [$classes, $functions], 'zookeeper' => [$compat, ['zookeeper_dispatch']]] as $name => [$expected, $functions]) {
    $module = new ReflectionExtension($name);
    $names = $module->getClassNames();
    sort($names);
    sort($expected);
    var_dump($names === $expected, array_keys($module->getFunctions()) === $functions, $module->getConstants());
}
?>
--EXPECT--
function Dig\Ticket\status(): array
function Dig\Zookeeper\status(): array
function zookeeper_dispatch(): none
interface Dig\Ticket\NodeInterface extends none implements 
  public const MAX_NODE_ID = 1023
  abstract public getId(): int
class Dig\Ticket\Number extends none implements 
  public const CUSTOM_EPOCH = 1262332800000
  public const EPOCH_BIT = 42
  public const MAX_NODE_ID = 1023
  public const MAX_SEQUENCE_NUMBER = 4095
  public const NODE_BIT = 10
  public const SEQUENCE_BIT = 12
  public const TOTAL_BIT = 64
  public __construct(Dig\Ticket\NodeInterface|int|null $node = null): none
  public static first(DateTimeInterface $moment): int
  public static fromText(string $text): int
  public generate(): int
  public generateMany(int $count): array
  public getNodeId(): int
  public getTimestamp(): int
  public static last(DateTimeInterface $moment): int
  public static parse(int $id): array
  public static time(int $id): DateTimeImmutable
  public static toText(int $id): string
final class Dig\Ticket\Node\Local extends none implements Dig\Ticket\NodeInterface
  public const MAX_NODE_ID = 1023
  public __construct(?string $directory = null): none
  public getId(): int
final class Dig\Ticket\Node\Zookeeper extends none implements Dig\Ticket\NodeInterface
  public const MAX_NODE_ID = 1023
  public __construct(string $dsn, string $path = "\/sim\/ticket"): none
  public getId(): int
  public getZookeeper(): Dig\Zookeeper\Client
class Dig\Ticket\Exception\TicketException extends RuntimeException implements Stringable, Throwable
class Dig\Ticket\Exception\IllegalTimeException extends Dig\Ticket\Exception\TicketException implements Stringable, Throwable
class Dig\Ticket\Exception\UnavailableNodeIdException extends Dig\Ticket\Exception\TicketException implements Stringable, Throwable
class Dig\Zookeeper\Client extends none implements 
  public const CONTAINER = 4
  public const EPHEMERAL = 1
  public const PERM_ADMIN = 16
  public const PERM_ALL = 31
  public const PERM_CREATE = 4
  public const PERM_DELETE = 8
  public const PERM_READ = 1
  public const PERM_WRITE = 2
  public const SEQUENCE = 2
  public __construct(?string $dsn = null, array $options = []): none
  public addAuth(string $scheme, string $cert): void
  public close(): void
  public countDescendants(string $path): int
  public create(string $path, ?string $value = null, ?array $acl = null, int $flags = 0, int $ttl = 0): string
  public delete(string $path, int $version = -1): bool
  public deletePath(string $path): bool
  public dispatch(): int
  public exists(string $path, ?callable $watcher = null): ?Dig\Zookeeper\Stat
  public get(string $path, ?callable $watcher = null, ?Dig\Zookeeper\Stat & $stat = null): ?string
  public getAcl(string $path, ?Dig\Zookeeper\Stat & $stat = null): array
  public getChildren(string $path, ?callable $watcher = null, ?Dig\Zookeeper\Stat & $stat = null): array
  public getMany(array $paths): array
  public getSessionId(): int
  public getState(): Dig\Zookeeper\SessionState
  public interrupt(bool $on = true): void
  public makeNode(string $path, string $value, array $acls = [], int $flag = 0): bool
  public makePath(string $path, string $value = ""): bool
  public onSession(?callable $callback): void
  public set(string $path, ?string $value, int $version = -1): Dig\Zookeeper\Stat
  public setAcl(string $path, array $acl, int $version = -1): Dig\Zookeeper\Stat
  public stream(): mixed
  public sync(string $path = "\/"): void
  public transaction(): Dig\Zookeeper\Transaction
  public wait(?float $timeout = null): int
  public watch(string $path, callable $callback, bool $recursive = false): Dig\Zookeeper\Watch
  public whoAmI(): array
final class Dig\Zookeeper\Transaction extends none implements 
  private __construct(): none
  public check(Dig\Zookeeper\Lock|Dig\Zookeeper\ReadLock|Dig\Zookeeper\WriteLock|Dig\Zookeeper\Semaphore|Dig\Zookeeper\Election|string $path, int $version = -1): static
  public commit(): array
  public create(string $path, ?string $value = null, ?array $acl = null, int $flags = 0, int $ttl = 0): static
  public delete(string $path, int $version = -1): static
  public set(string $path, ?string $value, int $version = -1): static
final class Dig\Zookeeper\Stat extends none implements 
  public readonly int $czxid
  public readonly int $mzxid
  public readonly int $pzxid
  public readonly int $ctime
  public readonly int $mtime
  public readonly int $version
  public readonly int $cversion
  public readonly int $aversion
  public readonly int $ephemeralOwner
  public readonly int $dataLength
  public readonly int $numChildren
  private __construct(): none
final class Dig\Zookeeper\Node extends none implements 
  public readonly string $path
  public readonly string $value
  public readonly Dig\Zookeeper\Stat $stat
  private __construct(): none
final class Dig\Zookeeper\Event extends none implements 
  public const CHANGED = 3
  public const CHILD = 4
  public const CREATED = 1
  public const DELETED = 2
  public const RESYNC = 0
  public readonly int $type
  public readonly string $path
  public readonly int $zxid
  private __construct(): none
final class Dig\Zookeeper\Watch extends none implements 
  private __construct(): none
  public cancel(): void
  public isActive(): bool
final class Dig\Zookeeper\Cache extends none implements 
  public __construct(string $path, ?string $dsn = null): none
  public age(): float
  public all(?float $maxAge = null): array
  public children(string $path, ?float $maxAge = null): array
  public get(string $path, ?float $maxAge = null): ?string
  public isComplete(): bool
  public node(string $path, ?float $maxAge = null): ?Dig\Zookeeper\Node
  public version(): int
  public waitForChange(int $since, ?float $timeout = null): int
final class Dig\Zookeeper\Discovery extends none implements 
  public __construct(string $base = "\/services", ?string $dsn = null): none
  public instances(string $name, ?float $maxAge = null): array
  public one(string $name, ?float $maxAge = null): ?array
  public register(string $name, string $address, array $meta = []): Dig\Zookeeper\Registration
final class Dig\Zookeeper\Registration extends none implements 
  private __construct(): none
  public getPath(): string
  public isRegistered(): bool
  public unregister(): void
  public update(string $address, array $meta = []): void
final class Dig\Zookeeper\Lock extends none implements 
  public __construct(Dig\Zookeeper\Client $client, string $path, array $options = []): none
  public acquire(?float $timeout = null): bool
  public check(): void
  public getPath(): ?string
  public isHeld(): bool
  public onLost(?callable $callback): void
  public release(): void
  public remaining(): float
  public token(): int
final class Dig\Zookeeper\ReadLock extends none implements 
  public __construct(Dig\Zookeeper\Client $client, string $path, array $options = []): none
  public acquire(?float $timeout = null): bool
  public check(): void
  public getPath(): ?string
  public isHeld(): bool
  public onLost(?callable $callback): void
  public release(): void
  public remaining(): float
  public token(): int
final class Dig\Zookeeper\WriteLock extends none implements 
  public __construct(Dig\Zookeeper\Client $client, string $path, array $options = []): none
  public acquire(?float $timeout = null): bool
  public check(): void
  public getPath(): ?string
  public isHeld(): bool
  public onLost(?callable $callback): void
  public release(): void
  public remaining(): float
  public token(): int
final class Dig\Zookeeper\Semaphore extends none implements 
  public __construct(Dig\Zookeeper\Client $client, string $path, int $max, array $options = []): none
  public acquire(?float $timeout = null): bool
  public check(): void
  public getPath(): ?string
  public isHeld(): bool
  public onLost(?callable $callback): void
  public release(): void
  public remaining(): float
  public token(): int
final class Dig\Zookeeper\Election extends none implements 
  public __construct(Dig\Zookeeper\Client $client, string $path, string $data = ""): none
  public awaitLeadership(?float $timeout = null): bool
  public check(): void
  public getPath(): ?string
  public isLeader(): bool
  public join(?callable $elected = null, ?callable $deposed = null): void
  public leader(): ?string
  public members(): array
  public remaining(): float
  public resign(): void
  public token(): int
final class Dig\Zookeeper\Queue extends none implements 
  public __construct(Dig\Zookeeper\Client $client, string $path, array $options = []): none
  public count(): int
  public put(string $value, int $priority = 100): string
  public take(?float $timeout = 0): ?Dig\Zookeeper\Message
final class Dig\Zookeeper\Message extends none implements 
  public readonly string $value
  public readonly int $deliveries
  public readonly string $name
  public readonly int $priority
  private __construct(): none
  public ack(?Dig\Zookeeper\Transaction $with = null): void
  public giveBack(): void
final class Dig\Zookeeper\Barrier extends none implements 
  public __construct(Dig\Zookeeper\Client $client, string $path): none
  public isSet(): bool
  public remove(): void
  public set(): void
  public wait(?float $timeout = null): bool
final class Dig\Zookeeper\DoubleBarrier extends none implements 
  public __construct(Dig\Zookeeper\Client $client, string $path, int $count): none
  public enter(?float $timeout = null): bool
  public leave(?float $timeout = null): bool
final class Dig\Zookeeper\Counter extends none implements 
  public __construct(Dig\Zookeeper\Client $client, string $path): none
  public add(int $by = 1): int
  public compareAndSet(int $old, int $new): bool
  public get(): int
final class Dig\Zookeeper\Group extends none implements 
  public __construct(Dig\Zookeeper\Client $client, string $path): none
  public join(string $member, array $meta = []): Dig\Zookeeper\Registration
  public members(): array
final enum Dig\Zookeeper\SessionState extends none implements UnitEnum
  case Connecting
  case Connected
  case ReadOnly
  case Suspended
  case Expired
  case AuthFailed
  case Closed
  public readonly string $name
  public static cases(): array
class Dig\Zookeeper\Exception\ZookeeperException extends ZookeeperException implements Stringable, Throwable
  private ?string $path = null
  private bool $outcomeUnknown = false
  public getPath(): ?string
  public isOutcomeUnknown(): bool
class Dig\Zookeeper\Exception\TransactionException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
  private ?int $index = null
  public getIndex(): ?int
class Dig\Zookeeper\Exception\NoNodeException extends ZookeeperNoNodeException implements Stringable, Throwable
class Dig\Zookeeper\Exception\NodeExistsException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\BadVersionException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\NotEmptyException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\NoAuthException extends ZookeeperAuthenticationException implements Stringable, Throwable
class Dig\Zookeeper\Exception\AuthFailedException extends ZookeeperAuthenticationException implements Stringable, Throwable
class Dig\Zookeeper\Exception\InvalidAclException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\NoChildrenForEphemeralsException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\ConnectionLossException extends ZookeeperConnectionException implements Stringable, Throwable
class Dig\Zookeeper\Exception\OperationTimeoutException extends ZookeeperOperationTimeoutException implements Stringable, Throwable
class Dig\Zookeeper\Exception\SessionExpiredException extends ZookeeperSessionException implements Stringable, Throwable
class Dig\Zookeeper\Exception\SessionMovedException extends ZookeeperSessionException implements Stringable, Throwable
class Dig\Zookeeper\Exception\NotReadOnlyException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\QuotaExceededException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\MarshallingException extends ZookeeperMarshallingException implements Stringable, Throwable
class Dig\Zookeeper\Exception\BadArgumentsException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\InvalidStateException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\ClosedException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\UnimplementedException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\ReconfigException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\CacheFullException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\StaleException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Dig\Zookeeper\Exception\LockLostException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class Zookeeper extends none implements 
  public const APIERROR = -100
  public const ASSOCIATING_STATE = 2
  public const AUTHFAILED = -115
  public const AUTH_FAILED_STATE = -113
  public const BADARGUMENTS = -8
  public const BADVERSION = -103
  public const CHANGED_EVENT = 3
  public const CHILD_EVENT = 4
  public const CLOSING = -116
  public const CONNECTED_STATE = 3
  public const CONNECTING_STATE = 1
  public const CONNECTIONLOSS = -4
  public const CREATED_EVENT = 1
  public const DATAINCONSISTENCY = -3
  public const DELETED_EVENT = 2
  public const EPHEMERAL = 1
  public const EXPIRED_SESSION_STATE = -112
  public const INVALIDACL = -114
  public const INVALIDCALLBACK = -113
  public const INVALIDSTATE = -9
  public const LOG_LEVEL_DEBUG = 4
  public const LOG_LEVEL_ERROR = 1
  public const LOG_LEVEL_INFO = 3
  public const LOG_LEVEL_WARN = 2
  public const MARSHALLINGERROR = -5
  public const NEWCONFIGNOQUORUM = -13
  public const NOAUTH = -102
  public const NOCHILDRENFOREPHEMERALS = -108
  public const NODEEXISTS = -110
  public const NONODE = -101
  public const NOTCONNECTED_STATE = 999
  public const NOTEMPTY = -111
  public const NOTHING = -117
  public const NOTWATCHING_EVENT = -2
  public const OK = 0
  public const OPERATIONTIMEOUT = -7
  public const PERM_ADMIN = 16
  public const PERM_ALL = 31
  public const PERM_CREATE = 4
  public const PERM_DELETE = 8
  public const PERM_READ = 1
  public const PERM_WRITE = 2
  public const RECONFIGINPROGRESS = -14
  public const RUNTIMEINCONSISTENCY = -2
  public const SEQUENCE = 2
  public const SEQUENTIAL = 2
  public const SESSIONEXPIRED = -112
  public const SESSIONMOVED = -118
  public const SESSION_EVENT = -1
  public const SYSTEMERROR = -1
  public const UNIMPLEMENTED = -6
  public __construct(none $host = "", none $watcher_cb = null, none $recv_timeout = 10000): none
  public addAuth(none $scheme, none $cert, none $completion_cb = null): none
  public close(): none
  public connect(none $host, none $watcher_cb = null, none $recv_timeout = 10000): none
  public create(none $path, none $value = null, array $acl = [{"perms":31,"scheme":"world","id":"anyone"}], none $flags = 0): none
  public delete(none $path, none $version = -1): none
  public static dispatch(): none
  public exists(none $path, none $watcher_cb = null): none
  public get(none $path, none $watcher_cb = null, none & $stat_info = null, none $max_size = 0): none
  public getAcl(none $path): none
  public getChildren(none $path, none $watcher_cb = null): none
  public getClientId(): none
  public getConfig(): none
  public getRecvTimeout(): none
  public getState(): none
  public isRecoverable(): none
  public set(none $path, none $value = null, none $version = -1, none & $stat_info = null): none
  public setAcl(none $path, none $version, none $acl): none
  public static setDebugLevel(none $level): none
  public static setDeterministicConnOrder(none $trueOrFalse): none
  public setLogStream(none $stream): none
  public setWatcher(none $watcher_cb): none
  public stream(): none
  public wait(none $timeout = null): none
class ZookeeperConfig extends none implements 
  public __construct(): none
  public add(none $members, none $version = -1, none & $stat_info = null): none
  public get(none $watcher_cb = null, none & $stat_info = null): none
  public remove(none $members, none $version = -1, none & $stat_info = null): none
  public set(none $members, none $version = -1, none & $stat_info = null): none
class ZookeeperException extends Exception implements Stringable, Throwable
class ZookeeperOperationTimeoutException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class ZookeeperConnectionException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class ZookeeperMarshallingException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class ZookeeperAuthenticationException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class ZookeeperSessionException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
class ZookeeperNoNodeException extends Dig\Zookeeper\Exception\ZookeeperException implements Stringable, Throwable
bool(true)
bool(true)
array(0) {
}
bool(true)
bool(true)
array(0) {
}
