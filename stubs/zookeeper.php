<?php

/**
 * Stubs of the ZooKeeper client of the extension `ticket`, for IDEs and static analysers. The extension itself is
 * described in docs/client.md; that these declarations match it is tested (php-tests/surface/stub.phpt).
 */

namespace {

    /** What php-zookeeper throws. Its own class if that extension is loaded, else this one. */
    class ZookeeperException extends Exception
    {
    }
}

namespace Dig\Zookeeper {

    /**
     * A client of ZooKeeper. The family's keeper, a small process beside PHP, has the session; PHP has a private
     * connection with it for each client and process. Making a client asks for nothing.
     *
     * A client shares its session with all of the family's that are made with the same `$dsn` and `$options`, until it
     * does what needs a session of its own (an ephemeral znode, {@see Client::addAuth()}, {@see Client::getSessionId()}):
     * it has one from then on, which ends with the object, or its process. In a fork the object goes on to work, with a
     * session that is not the parent's.
     *
     * Paths are absolute, below the chroot of the DSN, by ZooKeeper's rules: UTF-8, no empty name, no `.` or `..`, no
     * slash at the end, no control characters and none beyond U+FFFF; else `\ValueError`, and nothing is sent. Path,
     * value and ACL of a request take `ticket.max_packet` bytes at the most, as ZooKeeper sends them: a few more than they have;
     * else {@see Exception\MarshallingException}, and nothing is sent.
     *
     * All that asks ZooKeeper takes no longer than `timeout`, and throws a {@see Exception\ZookeeperException} where it
     * is not answered or refused. Handlers of signals (`pcntl_async_signals()`) run meanwhile; what they throw ends the
     * call. Two calls of a client at once are refused ({@see Exception\InvalidStateException}): such a handler needs a
     * client of its own.
     *
     * Cannot be cloned or serialized. A subclass must call `parent::__construct()`.
     */
    class Client
    {
        /** Permission to read value, ACL and the names of children. */
        public const PERM_READ = 1;
        /** Permission to set the value. */
        public const PERM_WRITE = 2;
        /** Permission to make children. */
        public const PERM_CREATE = 4;
        /** Permission to delete children. */
        public const PERM_DELETE = 8;
        /** Permission to set the ACL. */
        public const PERM_ADMIN = 16;
        /** All permissions. */
        public const PERM_ALL = 31;

        /** The znode goes with the client's own session. */
        public const EPHEMERAL = 1;
        /** The znode's name gets a number of ten digits, higher than those of all made before it below its parent. */
        public const SEQUENCE = 2;
        /** The znode goes some time after its last child has (ZooKeeper 3.5.3 and later). */
        public const CONTAINER = 4;

        /**
         * Asks for nothing and never waits.
         *
         * @param string|null $dsn the servers, `host:port[,host:port...][/chroot]`; the port is 2181 if it is left out;
         *   with `tcp+tls://` before each of them in TLS; up to 1024 bytes; `null` for `ticket.dsn`
         * @param array{timeout?: int, session_timeout?: int, auth?: list<array{string, string}>,
         *   tls?: array{ca: string, cert?: string, key?: string}} $options
         *   - `timeout`: ms that a call may take, from 1 to 3,600,000; `ticket.zookeeper_timeout` unless given;
         *   - `session_timeout`: ms, from 100 to 3,600,000, within the limits of the servers; `ticket.session_timeout`
         *     unless given;
         *   - `auth`: pairs of scheme and credentials, as for {@see Client::addAuth()}, for each session from its start, in
         *     place of those of `ticket.zookeeper_auth`; and `['sasl', 'user:password']` for SASL's DIGEST-MD5, once at most;
         *     1 MiB together, each counted as 64 bytes more
         *   - `tls`: files in PEM for servers with `tcp+tls://`, in place of `ticket.zookeeper_tls_ca` and so on: who has signed
         *     their certificates, and the client's certificate and key, if they want one. They are read here. Servers that it
         *     lets vouch for themselves are sent none of `ticket.zookeeper_auth`: see `auth`
         *
         * @throws \ValueError if the DSN is none, or neither it nor `ticket.dsn` is given, or an option is unknown or
         *   out of range
         * @throws \TypeError if an option has another type
         * @throws Exception\ZookeeperException if a setting is wrong
         */
        public function __construct(?string $dsn = null, #[\SensitiveParameter] array $options = []) {}

        /**
         * Makes a znode. Its parent must exist and not be ephemeral.
         *
         * @param string $path with {@see Client::SEQUENCE}, what the name begins with; it may be nothing (`/queue/`), but not
         *   right below a chroot
         * @param string|null $value `null` is the empty string
         * @param list<array{perms: int, scheme: string, id: string}>|null $acl who may do what, not empty; `null`:
         *   everybody everything
         * @param int $flags 0, {@see Client::EPHEMERAL}, {@see Client::SEQUENCE}, both of these, or
         *   {@see Client::CONTAINER}
         * @param int $ttl ms after which the znode goes that was not changed and has no children, up to
         *   1,099,511,627,775; 0: it stays; not for ephemeral znodes and containers (ZooKeeper 3.5.3 and later, if its
         *   servers have `zookeeper.extendedTypesEnabled`)
         *
         * @return string the path of the znode, with its number
         *
         * @throws Exception\NodeExistsException
         * @throws Exception\NoNodeException if there is no parent
         * @throws Exception\NoChildrenForEphemeralsException
         * @throws Exception\InvalidAclException
         * @throws Exception\NoAuthException
         */
        public function create(string $path, ?string $value = null, ?array $acl = null, int $flags = 0, int $ttl = 0): string {}

        /**
         * The value of a znode.
         *
         * @param (callable(Event): mixed)|null $watcher called once, when the value is set next or the znode deleted
         * @param Stat|null $stat set to the stat of that value
         *
         * @return string|null never `null` so far: a znode that was made without a value has an empty one
         *
         * @throws Exception\NoNodeException
         * @throws Exception\NoAuthException
         */
        public function get(string $path, ?callable $watcher = null, ?Stat &$stat = null): ?string {}

        /**
         * Sets the value of a znode.
         *
         * @param string|null $value `null` is the empty string
         * @param int $version that the znode must have; -1 for any
         *
         * @return Stat as it is now
         *
         * @throws Exception\BadVersionException
         * @throws Exception\NoNodeException
         * @throws Exception\NoAuthException
         */
        public function set(string $path, ?string $value, int $version = -1): Stat {}

        /**
         * The stat of a znode; `null` if there is none.
         *
         * @param (callable(Event): mixed)|null $watcher called once, when the znode is made, its value set, or it is
         *   deleted
         */
        public function exists(string $path, ?callable $watcher = null): ?Stat {}

        /**
         * The names of a znode's children, in no order.
         *
         * @param (callable(Event): mixed)|null $watcher called once, when the next child is made or deleted, or the
         *   znode deleted
         * @param Stat|null $stat set to the stat of the znode
         *
         * @return list<string>
         *
         * @throws Exception\NoNodeException
         * @throws Exception\NoAuthException
         */
        public function getChildren(string $path, ?callable $watcher = null, ?Stat &$stat = null): array {}

        /**
         * Deletes a znode.
         *
         * @param string $path not the root
         * @param int $version that the znode must have; -1 for any
         *
         * @return bool true
         *
         * @throws Exception\NotEmptyException if it has children
         * @throws Exception\BadVersionException
         * @throws Exception\NoNodeException
         * @throws Exception\NoAuthException
         */
        public function delete(string $path, int $version = -1): bool {}

        /**
         * Who may do what with a znode.
         *
         * @param Stat|null $stat set to the stat of the znode
         *
         * @return list<array{perms: int, scheme: string, id: string}> `perms` is a sum of `Client::PERM_*`
         *
         * @throws Exception\NoNodeException
         * @throws Exception\NoAuthException
         */
        public function getAcl(string $path, ?Stat &$stat = null): array {}

        /**
         * Sets who may do what with a znode.
         *
         * @param list<array{perms: int, scheme: string, id: string}> $acl not empty
         * @param int $version of its ACL (`Stat::$aversion`) that the znode must have; -1 for any
         *
         * @return Stat as it is now
         *
         * @throws Exception\InvalidAclException
         * @throws Exception\BadVersionException
         * @throws Exception\NoNodeException
         * @throws Exception\NoAuthException
         */
        public function setAcl(string $path, array $acl, int $version = -1): Stat {}

        /**
         * Waits until the server that the client is with knows all that was committed before: what is read next is at
         * least as new.
         */
        public function sync(string $path = '/'): void {}

        /** Begins a transaction: changes of which all are made, or none. */
        public function transaction(): Transaction {}

        /**
         * Several znodes at once, of one moment (ZooKeeper 3.6 and later; else one after the other).
         *
         * @param list<string> $paths
         *
         * @return array<string, Node|null> by path, in the order of `$paths`; `null` where there is no such znode
         *
         * @throws Exception\NoAuthException for any of them
         */
        public function getMany(array $paths): array {}

        /**
         * How many znodes are below one, at any depth (ZooKeeper 3.6 and later).
         *
         * @throws Exception\NoNodeException
         * @throws Exception\UnimplementedException
         */
        public function countDescendants(string $path): int {}

        /**
         * Makes a znode and those above it, as far as they are missing, each with this value, open to everybody. That
         * others make or delete some meanwhile is no error, nor is a reply that was lost.
         *
         * @return bool true
         *
         * @throws Exception\NoNodeException if the chroot of the DSN is missing
         * @throws Exception\NoAuthException
         */
        public function makePath(string $path, string $value = ''): bool {}

        /**
         * As {@see Client::create()}.
         *
         * @param list<array{perms: int, scheme: string, id: string}> $acls an empty one: everybody everything
         *
         * @return bool true
         */
        public function makeNode(string $path, string $value, array $acls = [], int $flag = 0): bool {}

        /**
         * Deletes a znode and all below it. That others delete or make some meanwhile is no error, nor is a znode that
         * is not there, nor a reply that was lost.
         *
         * @param string $path not the root
         *
         * @return bool true
         *
         * @throws Exception\OperationTimeoutException if `timeout` was too short for all of it; what is deleted stays
         *   so, and the next call goes on from there
         * @throws Exception\NoAuthException
         */
        public function deletePath(string $path): bool {}

        /**
         * Presents credentials: the client has a session of its own from here on, and these rights in it. Not for SASL, which a
         * session begins with: see the options of {@see Client::__construct()}. They are kept, each once, and presented to the next
         * server, too.
         *
         * @param string $scheme `digest`, for one
         * @param string $cert `user:password`, for one
         *
         * @throws Exception\MarshallingException if those of this client would be over 1 MiB together (each counted as 64
         *   bytes more); nothing was sent
         * @throws Exception\AuthFailedException if the server refuses them; the client cannot be used any more
         */
        public function addAuth(string $scheme, #[\SensitiveParameter] string $cert): void {}

        /**
         * Who the servers take this client for (ZooKeeper 3.7 and later).
         *
         * @return list<array{scheme: string, id: string}>
         *
         * @throws Exception\UnimplementedException
         */
        public function whoAmI(): array {}

        /**
         * How the client's session stands. Asks no server, but the keeper. That a session which clients share has expired is
         * {@see SessionState::Suspended}, since another one follows.
         *
         * @throws Exception\OperationTimeoutException if the keeper does not answer
         */
        public function getState(): SessionState {}

        /** The ID of a session of the client's own, which it has from here on. Waits until there is one. */
        public function getSessionId(): int {}

        /**
         * Watches a znode until the watch is cancelled, or the client closed: whatever happens to it, and that a child of
         * it is made or deleted. Where something may have been missed (another server, session or keeper; a reader that is
         * too slow), {@see Event::RESYNC} says so: read again what you need (ZooKeeper 3.6 and later).
         *
         * @param string $path it need not be there
         * @param callable(Event): mixed $callback
         * @param bool $recursive also all that is below it; then no {@see Event::CHILD} is told, but what the children do
         *
         * @throws Exception\UnimplementedException if the server is older
         * @throws Exception\ZookeeperException where the client has 100,000 watches already, of all kinds; each 256 bytes of a path count
         *   as one more
         */
        public function watch(string $path, callable $callback, bool $recursive = false): Watch {}

        /**
         * Has a callback told how the client's session stands, as {@see Client::getState()} says it: now, and whenever that
         * changes. That a session which clients share has expired is told as {@see SessionState::Suspended}, since another one
         * follows; of one of the client's own it is {@see SessionState::Expired}.
         *
         * @param (callable(SessionState): mixed)|null $callback `null`: none any more
         */
        public function onSession(?callable $callback): void {}

        /**
         * Runs the callbacks that are due, in the order of what they are about. They are also run at the end of each method
         * that asks ZooKeeper; where {@see Client::interrupt()} is on, between any two operations of the script; and nowhere
         * else. Never while a call waits, never one within another. What one throws comes out here, and the rest
         * stays for the next time.
         *
         * @return int how many
         */
        public function dispatch(): int {}

        /**
         * The same, and waits for one if none is due.
         *
         * @param float|null $timeout in s; `null`: as long as it takes
         *
         * @return int how many were run; 0 if the time is over
         *
         * @throws Exception\InvalidStateException if nothing is watched and no time is given: it would wait for ever; or within a
         *   callback, where none can be run
         * @throws \ValueError if the time is negative
         */
        public function wait(?float $timeout = null): int {}

        /**
         * A stream for `stream_select()` and loops of events (`Swoole\Event::add()`, ReactPHP, AMPHP, Workerman...): it is
         * readable while {@see Client::dispatch()} has something to do. Not to be read, for nothing is in it. It is the same
         * thing whatever becomes of the keeper; a fork needs one of its own. Each call gives another resource: keep the one that
         * a loop has, to take it out again.
         *
         * @return resource
         */
        public function stream(): mixed {}

        /**
         * Whether callbacks are also run between any two operations of the script, so that they need no
         * {@see Client::dispatch()}: off unless this is called. It takes the signal SIGURG while there is a callback; where
         * the script handles that itself, or `ticket.watch_signal` is `off`, nothing changes. As with every signal that PHP
         * handles, `sleep()` and `usleep()` return early, and `stream_select()` returns false with a warning.
         */
        public function interrupt(bool $on = true): void {}

        /**
         * Ends the client, and its own session if it has one: its ephemeral znodes are gone when this returns, unless
         * ZooKeeper is out of reach; it waits for that for 1 s at the most. What asks ZooKeeper then throws
         * {@see Exception\ClosedException}.
         */
        public function close(): void {}
    }

    /**
     * What ZooKeeper knows of a znode besides its value. Transactions (`zxid`) are numbered, across all znodes, in the
     * order in which they were made; times are in ms since 1970, by the servers' clocks.
     *
     * Cannot be cloned or serialized.
     */
    final class Stat
    {
        /** The transaction that made the znode. */
        public readonly int $czxid;
        /** The last transaction that set its value. */
        public readonly int $mzxid;
        /** The last transaction that made or deleted a child. */
        public readonly int $pzxid;
        /** When it was made. */
        public readonly int $ctime;
        /** When its value was set last. */
        public readonly int $mtime;
        /** How often its value was set. */
        public readonly int $version;
        /** How often children were made or deleted. */
        public readonly int $cversion;
        /** How often its ACL was set. */
        public readonly int $aversion;
        /** The session that an ephemeral znode goes with; 0 for others. */
        public readonly int $ephemeralOwner;
        /** The length of its value, in bytes. */
        public readonly int $dataLength;
        /** How many children it has. */
        public readonly int $numChildren;

        private function __construct() {}
    }

    /**
     * A znode, as {@see Client::getMany()} found it.
     *
     * Cannot be cloned or serialized.
     */
    final class Node
    {
        public readonly string $path;
        public readonly string $value;
        public readonly Stat $stat;

        private function __construct() {}
    }

    /**
     * What has happened to a znode that is watched.
     *
     * Cannot be cloned or serialized.
     */
    final class Event
    {
        /** The znode was made. */
        public const CREATED = 1;
        /** The znode was deleted. */
        public const DELETED = 2;
        /** The znode's value was set. */
        public const CHANGED = 3;
        /** A child of the znode was made or deleted. */
        public const CHILD = 4;
        /** Anything, or nothing: it could not be watched for a while, or no longer. Read again. */
        public const RESYNC = 0;

        /** One of the constants. */
        public readonly int $type;
        /** The znode. */
        public readonly string $path;
        /** The transaction; -1 where the server does not say (before ZooKeeper 3.9). */
        public readonly int $zxid;

        private function __construct() {}
    }

    /** A watch that stays, of {@see Client::watch()}. It goes on without this object, and ends with its client. */
    final class Watch
    {
        /** Ends it: nothing more is told, also of what has happened already. */
        public function cancel(): void {}

        /** Whether it still tells. */
        public function isActive(): bool {}

        private function __construct() {}
    }

    /**
     * Services that are registered in ZooKeeper, each instance as a znode `$base/$name/<uuid>`.
     *
     * Cannot be cloned or serialized.
     */
    final class Discovery
    {
        /**
         * Asks for nothing.
         *
         * @param string $base the znode above all services; it need not be there
         * @param string|null $dsn `host:port[,host:port...][/chroot]`; null for `ticket.dsn`
         *
         * @throws \ValueError if one of them is none, or both `$dsn` and `ticket.dsn` are empty
         */
        public function __construct(string $base = '/services', ?string $dsn = null) {}

        /**
         * Registers this process: makes an ephemeral znode `$base/$name/<uuid>` with the value
         * `{"address":"...","meta":{...}}` and the ACL of `ticket.zookeeper_acl`, and what is missing above it, as containers
         * from ZooKeeper 3.5.1 on.
         *
         * It is kept as long as this process lives, whatever becomes of the object and the request, and made again when its
         * session has expired, when it was deleted, and when ZooKeeper has lost its data. A fork does not have it.
         *
         * Where this process has already registered that address under that name, base and DSN, that is what is returned, with
         * this meta. With the same meta that is not waited for, also where ZooKeeper is away
         * ({@see Registration::isRegistered()}).
         *
         * @param string $name the name of one znode: not empty, `.` or `..`, no slash; with the base 1024 bytes at the most
         * @param string $address in UTF-8, not empty: `host:port`, a URL, whatever those who look for it understand
         * @param array<string, mixed> $meta what `json_encode()` can encode; as JSON, with the address, 4096 bytes at the most
         *
         * @throws \ValueError if one of them is none, or too long
         * @throws Exception\OperationTimeoutException if it is not there within `ticket.zookeeper_timeout` ms
         * @throws Exception\NoAuthException if the ACL of what is above does not allow it
         * @throws Exception\NoNodeException if the chroot of the DSN does not exist
         * @throws Exception\ZookeeperException if ZooKeeper refuses it for another reason, if the family has 1024 already, or
         *   if the keeper cannot be asked. After any of them nothing is registered, but for what was before: of that the keeper
         *   goes on to set the meta.
         */
        public function register(string $name, string $address, array $meta = []): Registration {}

        /**
         * The instances of a service, from the shared cache ({@see Cache}): of any process, also of other machines and other
         * programs that register as {@see register()} does. What else is in their JSON is there, too; znodes with another value are left
         * out.
         *
         * Asks nobody, but where the service is in no cache yet: then `$base/$name` is one from now on, and its first load is
         * waited for. With `ticket.cache = /services` all services are cached from the start.
         *
         * @param ?float $maxAge in seconds; null: `ticket.cache_max_age` decides
         *
         * @return list<array{address: string, meta: array, id: string}> in the order of their ids; none where there is no
         *   such service
         * @throws \ValueError as {@see register()}
         * @throws Exception\StaleException if the cache is older than that
         * @throws Exception\OperationTimeoutException,Exception\CacheFullException as {@see Cache::__construct()}
         */
        public function instances(string $name, ?float $maxAge = null): array {}

        /**
         * One of them at random; null: there is none.
         *
         * @return ?array{address: string, meta: array, id: string}
         * @throws Exception\StaleException,Exception\ZookeeperException as {@see instances()}
         */
        public function one(string $name, ?float $maxAge = null): ?array {}
    }

    /**
     * What {@see Discovery::register()} has registered. It goes on without this object.
     *
     * Cannot be cloned or serialized.
     */
    final class Registration
    {
        private function __construct() {}

        /**
         * Sets another address and meta, as for {@see Discovery::register()}, and waits until it has them.
         *
         * @param array<string, mixed> $meta
         *
         * @throws \ValueError as {@see Discovery::register()}
         * @throws Exception\InvalidStateException if it is not registered any more, or was by another process than this
         * @throws Exception\ZookeeperException as {@see Discovery::register()}; the keeper goes on to set them
         */
        public function update(string $address, array $meta = []): void {}

        /**
         * Whether its znode is there, as far as the keeper knows, in a session that has a server. Asks nobody. In a fork of
         * the process that has registered: false.
         */
        public function isRegistered(): bool {}

        /**
         * Ends it, and waits until ZooKeeper knows. Where it has ended, and in a fork, this does nothing.
         *
         * @throws Exception\OperationTimeoutException if ZooKeeper could not be told within `ticket.zookeeper_timeout` ms; it
         *   is as soon as it can be reached, or the session ends
         */
        public function unregister(): void {}

        /**
         * The path of its znode, below the chroot of the DSN. It changes where this virtual machine turns out to be a copy of
         * another one.
         */
        public function getPath(): string {}
    }

    /**
     * Held by one at a time, of all processes and machines that use the same path: in line, in the order of asking.
     *
     * Its znode is an ephemeral one below $path, with a name as Curator gives it, so that Curator's `InterProcessMutex`, and
     * kazoo's `Lock` with `extra_lock_patterns=['-lock-']`, stand in the same line (Curator's does not wait for a {@see ReadLock} or
     * {@see WriteLock} of that path). All locks of a family of processes are held
     * in one session, by the keeper: it releases what a process held within milliseconds of its end, and after
     * the session's timeout (the client's `session_timeout`, as the servers have it) what is held by one that is stopped.
     *
     * It is certain only as long as {@see isHeld()} is true, which is false before anybody else can be granted it, whatever
     * becomes of ZooKeeper, the keeper or this process: 3/5 of the session's timeout after the last word of ZooKeeper's
     * leader. Only where somebody deletes its znode by hand another may have it some ms before that is seen. What no lock can promise: that it is held still when something that was begun meanwhile takes effect, for this
     * process may be stopped between the two. So a write to ZooKeeper belongs into a {@see Transaction} with
     * {@see Transaction::check()} of the lock, and a write elsewhere has to carry {@see token()}, and be refused there where a
     * higher one has been seen.
     *
     * It is released when the object goes, at the end of the request, and when its client is closed. A fork does not hold what
     * its parent holds. Cannot be cloned or serialized; not reentrant.
     */
    final class Lock
    {
        /**
         * Asks for nothing yet.
         *
         * @param string $path below which its znodes are; made, with those above it, if it is missing
         * @param array{data?: string} $options data: the value of its znode, for people to read
         *
         * @throws \ValueError,\TypeError if $path is no path of ZooKeeper's, or an option is none
         */
        public function __construct(Client $client, string $path, array $options = []) {}

        /**
         * Holds it, as soon as all who asked before have had it. All of the process waits for that, coroutines of Swoole's and
         * fibers, too, also for what one of them holds.
         *
         * @param ?float $timeout for how long to wait, in seconds; 0.0: only if it is free; null: for ever. Whether it is free
         *   may take as long as the client's `timeout` to be known.
         *
         * @return bool false: somebody else had it all the time, or stood in line before
         *
         * @throws \ValueError if $timeout is below 0
         * @throws \LogicException if this object holds it already
         * @throws Exception\OperationTimeoutException if ZooKeeper could not be asked in time; nothing is left behind. With a
         *   $timeout of null never: then it waits for ZooKeeper, too
         * @throws Exception\NoAuthException,Exception\NoNodeException,... if ZooKeeper refuses it
         * @throws Exception\ZookeeperException if the keeper, or this process, may not open more files
         * @throws \Throwable what a callback of another watch throws, which is called meanwhile; then it is not held
         */
        public function acquire(?float $timeout = null): bool {}

        /**
         * Does not hold it any more, and waits until ZooKeeper knows, at most the client's `timeout`: the keeper goes on to
         * tell it then. Where it is not held, this does nothing. Called by a signal's handler within a call of the same client
         * it does not wait.
         *
         * @throws Exception\NoAuthException if its znode may not be deleted, which others then wait for until the family's session
         *   has ended; it is not held any more
         * @throws Exception\InvalidStateException in a signal's handler, within {@see acquire()} of the same object
         */
        public function release(): void {}

        /** Whether it is certainly held. Asks nobody: a load and a look at the clock. */
        public function isHeld(): bool {}

        /** For how long it is certainly held, in seconds, if nothing more is heard of ZooKeeper; 0.0 where it is not. */
        public function remaining(): float {}

        /**
         * The fencing token: the transaction that made its znode (czxid), higher than that of whoever held it before.
         *
         * @throws Exception\LockLostException unless it is held
         */
        public function token(): int {}

        /** @throws Exception\LockLostException unless it is held */
        public function check(): void {}

        /** Its znode; null unless it is held. */
        public function getPath(): ?string {}

        /**
         * Is called, without arguments, when it was held and is not any more without {@see release()}: its time has run out, its session has ended,
         * its znode was deleted, the keeper was killed, or this process was stopped for too long. It is called as callbacks
         * of watches are: see {@see Client::dispatch()}. It is never held again by itself. The client keeps the callback, and
         * with it what that holds, until it is replaced by another one or null.
         *
         * @param ?callable(): void $callback null: nobody
         */
        public function onLost(?callable $callback): void {}
    }

    /**
     * Held by any number of readers, or by one {@see WriteLock} of the same path; as Curator's `InterProcessReadWriteLock` and
     * kazoo's have it. A reader waits for the writers that asked before it, so no writer waits for ever. It cannot be made a
     * writer's: release it, and acquire that. Otherwise as {@see Lock}.
     */
    final class ReadLock
    {
        /** @see Lock::__construct() */
        public function __construct(Client $client, string $path, array $options = []) {}

        /** @see Lock::acquire() */
        public function acquire(?float $timeout = null): bool {}

        /** @see Lock::release() */
        public function release(): void {}

        /** @see Lock::isHeld() */
        public function isHeld(): bool {}

        /** @see Lock::remaining() */
        public function remaining(): float {}

        /** @see Lock::token() */
        public function token(): int {}

        /** @see Lock::check() */
        public function check(): void {}

        /** @see Lock::getPath() */
        public function getPath(): ?string {}

        /** @see Lock::onLost() */
        public function onLost(?callable $callback): void {}
    }

    /** Held by one writer, and no {@see ReadLock} of the same path beside it. Otherwise as {@see Lock}. */
    final class WriteLock
    {
        /** @see Lock::__construct() */
        public function __construct(Client $client, string $path, array $options = []) {}

        /** @see Lock::acquire() */
        public function acquire(?float $timeout = null): bool {}

        /** @see Lock::release() */
        public function release(): void {}

        /** @see Lock::isHeld() */
        public function isHeld(): bool {}

        /** @see Lock::remaining() */
        public function remaining(): float {}

        /** @see Lock::token() */
        public function token(): int {}

        /** @see Lock::check() */
        public function check(): void {}

        /** @see Lock::getPath() */
        public function getPath(): ?string {}

        /** @see Lock::onLost() */
        public function onLost(?callable $callback): void {}
    }

    /**
     * Held by at most so many at a time; as Curator's `InterProcessSemaphoreV2`. How many that is stands in the value of $path,
     * and all who use it have to say the same number. Otherwise as {@see Lock}; tokens rise, but several are valid at a time, and
     * one that does not wait is refused also while another one is on its way to a free seat.
     */
    final class Semaphore
    {
        /**
         * As {@see Lock::__construct()}.
         *
         * @param string $path a znode below the root
         * @param int $max how many may hold it, between 1 and 2147483647. {@see acquire()} throws InvalidStateException where
         *   it is used for another number
         */
        public function __construct(Client $client, string $path, int $max, array $options = []) {}

        /** @see Lock::acquire() */
        public function acquire(?float $timeout = null): bool {}

        /** @see Lock::release() */
        public function release(): void {}

        /** @see Lock::isHeld() */
        public function isHeld(): bool {}

        /** @see Lock::remaining() */
        public function remaining(): float {}

        /** @see Lock::token() */
        public function token(): int {}

        /** @see Lock::check() */
        public function check(): void {}

        /** @see Lock::getPath() */
        public function getPath(): ?string {}

        /** @see Lock::onLost() */
        public function onLost(?callable $callback): void {}
    }

    /**
     * One of several candidates leads, until it resigns or is lost; as Curator's `LeaderLatch`. What {@see Lock} says of a
     * lock is so of the leadership: it is certain as long as {@see isLeader()} is true, and only one is at a time.
     *
     * Cannot be cloned or serialized.
     */
    final class Election
    {
        /**
         * As {@see Lock::__construct()}.
         *
         * @param string $data what the others are to know of this candidate: its address, for one
         */
        public function __construct(Client $client, string $path, string $data = '') {}

        /**
         * Is a candidate from now on, until {@see resign()}. Does not wait. Where it is one, only the callbacks are changed. Where
         * ZooKeeper refuses it, that is told by {@see awaitLeadership()}, and it is none until one of both is called again.
         *
         * Callbacks are called as those of watches are: see {@see Client::dispatch()}. A candidate that was deposed, as its
         * session has ended, stands in line again by itself, and may be elected again, by another token.
         *
         * @param ?callable(int): void $elected with the fencing token
         * @param ?callable(): void $deposed when it does not lead any more without {@see resign()}
         */
        public function join(?callable $elected = null, ?callable $deposed = null): void {}

        /**
         * Waits until this candidate leads, and joins if it is none.
         *
         * @param ?float $timeout in seconds; null: for ever
         *
         * @return bool false: somebody else led all the time
         *
         * @throws \ValueError if $timeout is below 0
         * @throws Exception\OperationTimeoutException if ZooKeeper could not be asked in time; it stays a candidate
         * @throws Exception\ZookeeperException as {@see Lock::acquire()}; or the keeper has no room for its client so far, and it
         *   stays a candidate
         */
        public function awaitLeadership(?float $timeout = null): bool {}

        /** Whether it certainly leads. Asks nobody. */
        public function isLeader(): bool {}

        /** @see Lock::remaining() */
        public function remaining(): float {}

        /**
         * The fencing token of this term: higher than that of every leader before.
         *
         * @throws Exception\LockLostException unless it leads
         */
        public function token(): int {}

        /** @throws Exception\LockLostException unless it leads */
        public function check(): void {}

        /** Its znode; null unless it leads. */
        public function getPath(): ?string {}

        /**
         * What the leader has given as $data, as ZooKeeper has it now; null: there is none. It may not know yet that it leads.
         *
         * @throws Exception\ZookeeperException as {@see Client::get()}
         */
        public function leader(): ?string {}

        /**
         * What all candidates have given, the leader first, the others in the order in which they would follow.
         *
         * @return list<string>
         *
         * @throws Exception\ZookeeperException as {@see Client::get()}
         */
        public function members(): array {}

        /**
         * Is no candidate any more, nor leads; waits as {@see Lock::release()} does.
         *
         * @throws Exception\NoAuthException as {@see Lock::release()}
         * @throws Exception\InvalidStateException in a signal's handler, within {@see awaitLeadership()} of the same object
         */
        public function resign(): void {}
    }

    /**
     * Items that are put by some and taken by others, each by one at a time: with the lowest priority number first, and of equal
     * ones the oldest. The layout is that of kazoo's `LockingQueue`.
     *
     * At least once: an item is there until it is acknowledged, and is given to another where the process that has taken it ends, is
     * stopped for longer than the session's timeout, or loses its session. So what is done with it elsewhere may be done
     * twice; what is done in ZooKeeper, in the transaction that {@see Message::ack()} is given, is done exactly once.
     *
     * Cannot be cloned or serialized.
     */
    final class Queue
    {
        /**
         * Asks for nothing yet.
         *
         * @param string $path a znode below the root, of this queue alone; made when the first item is put
         * @param array{max_items?: int} $options max_items: how many items there may be when one is put (5000, which is as many as
         *   a list of names should have); at least 1
         *
         * @throws \ValueError,\TypeError if $path is no path of ZooKeeper's, or an option is none
         */
        public function __construct(Client $client, string $path, array $options = []) {}

        /**
         * Puts an item. It was put exactly once when this returns, also where a connection was lost meanwhile: then it is looked
         * for.
         *
         * @param string $value at most as long as `ticket.max_packet` allows
         * @param int $priority between 0, which is taken first, and 999
         *
         * @return string the item's name
         *
         * @throws \ValueError if $priority is out of range
         * @throws Exception\QuotaExceededException if the queue has max_items already; nothing was put
         * @throws Exception\ZookeeperException as {@see Client::create()}. isOutcomeUnknown() is true only if ZooKeeper could not
         *   be asked in time what has become of it, or items that were put meanwhile are gone again, and it may have been one
         */
        public function put(string $value, int $priority = 100): string {}

        /**
         * Takes an item that nobody else has.
         *
         * @param ?float $timeout for how long to wait for one, in seconds; 0.0: not; null: for ever
         *
         * @return ?Message null: there was none, as far as ZooKeeper has said in time
         *
         * @throws \ValueError if $timeout is below 0
         * @throws Exception\ZookeeperException as {@see Lock::acquire()}
         */
        public function take(?float $timeout = 0.0): ?Message {}

        /**
         * How many items there are, also those that are taken.
         *
         * @throws Exception\ZookeeperException as {@see Client::exists()}
         */
        public function count(): int {}
    }

    /**
     * An item that was taken. It is given back when the object goes without {@see ack()}, and when its process ends.
     *
     * Cannot be cloned or serialized.
     */
    final class Message
    {
        public readonly string $value;

        /** How often it was taken, this time included: 1 unless it was given back, or to one that ended. */
        public readonly int $deliveries;

        public readonly string $name;

        public readonly int $priority;

        private function __construct() {}

        /**
         * Deletes the item: it was done. It is fenced: where it was given to another meanwhile, nothing is done. Where it was
         * interrupted, or its outcome is unknown, it can be called again: what was done then is not done twice.
         *
         * @param ?Transaction $with what else is to be done in the same step, all of it or nothing; begun by a client with the
         *   same DSN. It counts as committed
         *
         * @throws Exception\LockLostException if it is not this one's any more; nothing of $with was done
         * @throws Exception\TransactionException if something of $with cannot be done; then nothing was, and it is taken still
         * @throws Exception\InvalidStateException if it was acknowledged or given back, or taken by another process
         * @throws Exception\ZookeeperException as {@see Client::delete()}
         */
        public function ack(?Transaction $with = null): void {}

        /**
         * Lets others have it at once.
         *
         * @throws Exception\InvalidStateException as {@see ack()}
         */
        public function giveBack(): void {}
    }

    /**
     * Closed as long as its znode is there, whoever has made it, and whether that lives still.
     *
     * Cannot be cloned or serialized.
     */
    final class Barrier
    {
        /**
         * Asks for nothing yet.
         *
         * @param string $path a znode below the root
         *
         * @throws \ValueError,\TypeError if $path is no path of ZooKeeper's
         */
        public function __construct(Client $client, string $path) {}

        /**
         * Closes it, with all that is missing above it. Where it is closed, this does nothing.
         *
         * @throws Exception\ZookeeperException as {@see Client::makePath()}
         */
        public function set(): void {}

        /**
         * Opens it: all who wait go on. Where it is open, this does nothing. It opens it once, also where an answer is lost: what
         * others have closed again since stays closed.
         *
         * @throws Exception\ZookeeperException as {@see Client::delete()}
         */
        public function remove(): void {}

        /** @throws Exception\ZookeeperException as {@see Client::exists()} */
        public function isSet(): bool {}

        /**
         * Waits until it is open.
         *
         * @param ?float $timeout in seconds; null: for ever
         *
         * @return bool false: it was closed all the time
         *
         * @throws \ValueError if $timeout is below 0
         * @throws Exception\ZookeeperException as {@see Client::exists()}
         */
        public function wait(?float $timeout = null): bool {}
    }

    /**
     * So many begin together, and end together; also where some of them die meanwhile.
     *
     * Those that wait in {@see enter()} and those that are inside are there until they leave, or end: whoever is killed, or whose
     * session or keeper ends, is not there any more for the others. It opens when $count are there, and is open as long as anybody
     * is inside. So one that comes then goes in, too, though they are more than $count, or others leave already.
     *
     * An empty znode `...-ready` may stay behind, for one where all are killed inside: it lets nobody in, and the next one that leaves
     * deletes it.
     *
     * Cannot be cloned or serialized.
     */
    final class DoubleBarrier
    {
        /**
         * Asks for nothing yet.
         *
         * @param string $path a znode below the root, of this barrier alone
         * @param int $count how many have to enter, between 1 and 2147483647
         *
         * @throws \ValueError,\TypeError if $path is no path of ZooKeeper's, or $count is out of range
         */
        public function __construct(Client $client, string $path, int $count) {}

        /**
         * Waits until $count are there, this one included. Where anybody is inside, it goes on at once.
         *
         * @param ?float $timeout in seconds; null: for ever
         *
         * @return bool false: they were not, as far as ZooKeeper has said in time, and this one is outside
         *
         * @throws \ValueError if $timeout is below 0
         * @throws Exception\InvalidStateException if this object has entered already
         * @throws Exception\LockLostException if its session or keeper has ended while it waited, or somebody has deleted its znode:
         *   enter again
         * @throws Exception\ZookeeperException as {@see Lock::acquire()}
         */
        public function enter(?float $timeout = null): bool {}

        /**
         * Leaves, and waits until all have left, or ended, that were inside then: not those that come later, nor those that
         * only waited.
         *
         * @param ?float $timeout in seconds; null: for ever
         *
         * @return bool false: some were inside still; this one has left
         *
         * @throws \ValueError if $timeout is below 0
         * @throws Exception\InvalidStateException if this object has not entered
         * @throws Exception\ZookeeperException as {@see Lock::acquire()}
         */
        public function leave(?float $timeout = null): bool {}
    }

    /**
     * A number that many change. Each change is made exactly once: it is a versioned write that says whose it is, so that one
     * whose answer was lost is looked for and, if it was not made, made again.
     *
     * Its znode has the number as text, and behind it the last change of each of the last 32 processes that have changed it; a
     * number alone, as kazoo writes it, is read, too. If the znode is deleted while others change it, a change may be made to
     * the next one of its name. Cannot be cloned or serialized.
     */
    final class Counter
    {
        /**
         * Asks for nothing yet.
         *
         * @param string $path a znode below the root; it is made with the first change, and 0 before
         *
         * @throws \ValueError,\TypeError if $path is no path of ZooKeeper's
         */
        public function __construct(Client $client, string $path) {}

        /**
         * @throws Exception\InvalidStateException if the znode's value is no counter's
         * @throws Exception\ZookeeperException as {@see Client::get()}
         */
        public function get(): int {}

        /**
         * Adds to it, and returns what it is then.
         *
         * @throws \ValueError if it would leave 64 bits; nothing was added
         * @throws Exception\BadVersionException if others were quicker for as long as a call may take; nothing was added
         * @throws Exception\InvalidStateException as {@see get()}
         * @throws Exception\ZookeeperException as {@see Client::set()}. isOutcomeUnknown() is true only if ZooKeeper could not be
         *   asked in time what has become of it, or before it could more than 32 other processes have changed the counter, or
         *   something else than this class has
         */
        public function add(int $by = 1): int {}

        /**
         * Sets it to $new if it is $old.
         *
         * @return bool false: it is another number
         *
         * @throws Exception\ZookeeperException as {@see add()}
         */
        public function compareAndSet(int $old, int $new): bool {}
    }

    /**
     * Who is there, of those that have joined. Where services are to be found, {@see Discovery} is the better choice: it reads the
     * shared cache.
     *
     * Cannot be cloned or serialized.
     */
    final class Group
    {
        /**
         * Asks for nothing yet.
         *
         * @param string $path a znode below the root, of this group alone, with 1024 bytes at the most
         *
         * @throws \ValueError,\TypeError if $path is no such path
         */
        public function __construct(Client $client, string $path) {}

        /**
         * Joins, as {@see Discovery::register()} registers: for as long as this process lives, whatever becomes of sessions,
         * servers and the keeper. The client's credentials are not used for it. {@see Registration::update()} takes $member and
         * $meta.
         *
         * @param array<string, mixed> $meta
         *
         * @throws \ValueError,Exception\ZookeeperException as {@see Discovery::register()}
         */
        public function join(string $member, array $meta = []): Registration {}

        /**
         * Who is there, as ZooKeeper has it now; in no order that means anything.
         *
         * @return list<array{member: string, meta: array, id: string}>
         *
         * @throws Exception\ZookeeperException as {@see Client::getMany()}
         */
        public function members(): array {}
    }

    /** How a session stands. */
    enum SessionState
    {
        /** There was none yet. */
        case Connecting;
        /** With a server. */
        case Connected;
        /** With a server that can only be read, since it has lost the others. */
        case ReadOnly;
        /** Its server is lost; it may go on with another one. */
        case Suspended;
        /** It has ended, and its ephemeral znodes are gone. */
        case Expired;
        /** The servers refused the client's credentials. */
        case AuthFailed;
        /** By {@see Client::close()}. */
        case Closed;
    }

    /**
     * Several changes of which all are made, or none. {@see Client::transaction()} begins one, and its methods add to
     * it, with the parameters and errors of the client's methods of the same names. All of it together takes `ticket.max_packet`
     * bytes at the most, as for one request of {@see Client}.
     *
     * Cannot be cloned or serialized.
     */
    final class Transaction
    {
        private function __construct() {}

        /**
         * @param list<array{perms: int, scheme: string, id: string}>|null $acl
         *
         * @see Client::create()
         */
        public function create(string $path, ?string $value = null, ?array $acl = null, int $flags = 0, int $ttl = 0): static {}

        /** @see Client::set() */
        public function set(string $path, ?string $value, int $version = -1): static {}

        /** @see Client::delete() */
        public function delete(string $path, int $version = -1): static {}

        /**
         * Nothing is done unless the znode exists, or what is given is held: its own znode is there as long as nobody else
         * can have been granted it, so that this is certain, whatever happens meanwhile.
         *
         * @param string|Lock|ReadLock|WriteLock|Semaphore|Election $path held by a client with the same DSN
         * @param int $version that the znode must have; -1 for any
         *
         * @throws Exception\LockLostException if it is not held now; {@see commit()} throws TransactionException where it is
         *   not then (-101)
         */
        public function check(
            string|Lock|ReadLock|WriteLock|Semaphore|Election $path,
            int $version = -1,
        ): static {}

        /**
         * Makes the changes. Without any it returns at once.
         *
         * Afterwards nothing can be added or committed ({@see Exception\InvalidStateException}), unless it failed and
         * was certainly not carried out: then it may be committed again.
         *
         * @return list<string|Stat|true> for each change in their order: the path of what was made, the stat of what
         *   was set, else true
         *
         * @throws Exception\TransactionException if one of them is refused; with the code of that, and nothing was done
         */
        public function commit(): array {}
    }

    /**
     * A subtree of ZooKeeper in memory that all of PHP's processes share: reading it takes no lock, asks nobody and never
     * waits. ticket's keeper follows the subtree, as long as PHP runs, and keeps the memory up to date; FPM's requests and
     * forks read it.
     *
     * What is read is always a picture of one moment: znodes that are written in one transaction change together. While
     * ZooKeeper is away the last picture is served on, and {@see age()} tells how old it is. What cannot be cached as a whole is not
     * cached: then every method but age() and isComplete() throws why.
     *
     * Servers tell nobody that an ACL has changed (`Stat::$aversion`), nor, since 3.8.4, what happens to a znode that may not be read:
     * that is found out when all is loaded anew. What is cached is to have an ACL that lets everybody read it, and keeps it.
     *
     * A path may be a whole one, of the cache's znode or below it (`/config/db/host`), or one relative to it (`db/host`, and
     * `''` for itself). Other paths are a {@see \ValueError}. `$maxAge` is in seconds: an older cache throws
     * {@see Exception\StaleException}; null: `ticket.cache_max_age` decides.
     *
     * One PHP has at most 64 caches, which share `ticket.cache_size`. Paths have up to 40 levels below the cache's.
     */
    final class Cache
    {
        /**
         * The cache of a subtree. Where it is not in `ticket.cache`, this is how it begins to be followed, and waits until
         * it is loaded, at most `ticket.zookeeper_timeout`. The znode itself may be missing, and appear later.
         *
         * @param string $path of its uppermost znode; `/` for all of it; at most 512 bytes
         * @param ?string $dsn null: `ticket.dsn`
         *
         * @throws \ValueError for another path, or another DSN; or where there is none
         * @throws Exception\OperationTimeoutException where it is not loaded in time; it is loaded on
         * @throws Exception\CacheFullException,Exception\NoAuthException where it cannot be
         * @throws Exception\ZookeeperException where there are 64 already, or `ticket.cache_size` is 0
         */
        public function __construct(string $path, ?string $dsn = null) {}

        /**
         * The value of a znode; null: there is no such znode.
         *
         * @throws Exception\StaleException,Exception\CacheFullException
         */
        public function get(string $path, ?float $maxAge = null): ?string {}

        /**
         * The same with its stat.
         *
         * @throws Exception\StaleException,Exception\CacheFullException
         */
        public function node(string $path, ?float $maxAge = null): ?Node {}

        /**
         * The names of its children, in no particular order; none, also where there is no such znode.
         *
         * @return list<string>
         * @throws Exception\StaleException,Exception\CacheFullException
         */
        public function children(string $path, ?float $maxAge = null): array {}

        /**
         * All values, by their whole paths, in no particular order: as they were at one moment.
         *
         * @return array<string, string>
         * @throws Exception\StaleException,Exception\CacheFullException
         */
        public function all(?float $maxAge = null): array {}

        /**
         * A number that rises whenever anything in the subtree has changed, also a stat. It outlives a keeper, not PHP.
         *
         * @throws Exception\CacheFullException
         */
        public function version(): int {}

        /**
         * How old it is, in seconds: the time since the last request was sent that a server has answered and that has shown
         * nothing newer. About a second at the most while all is well, and ever more while ZooKeeper or the keeper is away.
         * (How far a server may lag behind its leader is up to it: `syncLimit`.) Time that the machine was asleep counts.
         */
        public function age(): float {}

        /**
         * Whether there is a picture.
         */
        public function isComplete(): bool {}

        /**
         * Waits until {@see version()} is another one than `$since`, and returns it.
         *
         * @param ?float $timeout in seconds, after which it returns the same; null: however long it takes
         *
         * @throws Exception\CacheFullException
         */
        public function waitForChange(int $since, ?float $timeout = null): int {}
    }

    /**
     * What the clients of the family have and have asked, and how its caches stand. Asks nobody.
     *
     * - `connections`: with the keeper, one of each client object and process that has asked for something
     * - `shared_sessions`, `own_sessions`: with ZooKeeper, those that clients share and those of bound ones
     * - `watches`: that wait for something
     * - `held`: locks, seats of semaphores, leaderships, messages and members of double barriers that its processes have
     * - `registrations`: of processes ({@see Discovery::register()}), also those that are not there now
     * - `requests`, `failures`: what was asked since PHP was started, and how many of those failed
     * - `caches`: each with its `path` and `dsn`, whether it is `complete`, its `version`, how many `nodes` it has, its `age` in
     *   seconds (null: it was never loaded), and an `error`, why it is not complete or gets older
     * - `cache_memory`: the `room` that `ticket.cache_size` leaves to all caches, how much of it is `used`, in bytes, and how often
     *   all was written anew to make room (`rewrites`)
     *
     * @return array{connections: int, shared_sessions: int, own_sessions: int, watches: int, held: int, registrations: int,
     *   requests: int, failures: int,
     *   caches: list<array{path: string, dsn: string, complete: bool, version: int, nodes: int, age: ?float, error: ?string}>,
     *   cache_memory: array{room: int, used: int, rewrites: int}}
     * @throws \Dig\Ticket\Exception\UnavailableNodeIdException if ticket could not start; the message says why
     */
    function status(): array {}
}

namespace Dig\Zookeeper\Exception {

    /**
     * ZooKeeper has not carried something out, or may not have. The message says what and why, and what to do;
     * `getCode()` is ZooKeeper's number for it. Of this very class where none of those below has the number.
     */
    class ZookeeperException extends \ZookeeperException
    {
        private ?string $path = null;
        private bool $outcomeUnknown = false;

        /** The znode that it is about, if it is about one. */
        public function getPath(): ?string {}

        /**
         * Whether it may have been carried out: the answer was lost. `false`: it certainly was not, by this call.
         */
        public function isOutcomeUnknown(): bool {}
    }

}

namespace {

    /*
     * php-zookeeper's exceptions of single errors. Theirs, where that extension is loaded; then `\ZookeeperException` alone
     * is above those of `Dig\Zookeeper`, and so it is where `ticket.zookeeper_class` is off, where there are none of these.
     */

    /** There was no answer in time (-7). */
    class ZookeeperOperationTimeoutException extends Dig\Zookeeper\Exception\ZookeeperException
    {
    }

    /** The connection was lost before there was an answer (-4), there is none (5998), or none can be made (5999). */
    class ZookeeperConnectionException extends Dig\Zookeeper\Exception\ZookeeperException
    {
    }

    /** The request is too long, and was not sent (-5). */
    class ZookeeperMarshallingException extends Dig\Zookeeper\Exception\ZookeeperException
    {
    }

    /** The ACL does not allow it (-102), or the credentials were refused (-115). */
    class ZookeeperAuthenticationException extends Dig\Zookeeper\Exception\ZookeeperException
    {
    }

    /** The session has ended (-112), or moved to another server (-118). */
    class ZookeeperSessionException extends Dig\Zookeeper\Exception\ZookeeperException
    {
    }

    /** There is no such znode, or no parent of one that is to be made (-101). */
    class ZookeeperNoNodeException extends Dig\Zookeeper\Exception\ZookeeperException
    {
    }
}

namespace Dig\Zookeeper\Exception {

    /** There is no such znode, or no parent of one that is to be made (-101). */
    class NoNodeException extends \ZookeeperNoNodeException
    {
    }

    /** There is such a znode already (-110). */
    class NodeExistsException extends ZookeeperException
    {
    }

    /** The znode has another version (-103). */
    class BadVersionException extends ZookeeperException
    {
    }

    /** The znode has children (-111). */
    class NotEmptyException extends ZookeeperException
    {
    }

    /** The znode's ACL, or that of the one above it for what makes and deletes, does not allow it (-102). */
    class NoAuthException extends \ZookeeperAuthenticationException
    {
    }

    /** The servers refused the client's credentials (-115). */
    class AuthFailedException extends \ZookeeperAuthenticationException
    {
    }

    /** The servers do not know such an ACL (-114). */
    class InvalidAclException extends ZookeeperException
    {
    }

    /** Ephemeral znodes have no children (-108). */
    class NoChildrenForEphemeralsException extends ZookeeperException
    {
    }

    /** The connection was lost before there was an answer (-4). */
    class ConnectionLossException extends \ZookeeperConnectionException
    {
    }

    /** There was no answer in time (-7). */
    class OperationTimeoutException extends \ZookeeperOperationTimeoutException
    {
    }

    /** The client's own session has ended, and its ephemeral znodes with it; what is asked next begins another one (-112). */
    class SessionExpiredException extends \ZookeeperSessionException
    {
    }

    /** The session has moved to another server (-118). */
    class SessionMovedException extends \ZookeeperSessionException
    {
    }

    /** The server can only be read now (-119). */
    class NotReadOnlyException extends ZookeeperException
    {
    }

    /** A quota of the path is exceeded (-125). */
    class QuotaExceededException extends ZookeeperException
    {
    }

    /** The request is too long, and was not sent (-5). */
    class MarshallingException extends \ZookeeperMarshallingException
    {
    }

    /** The server takes it for no valid request (-8). */
    class BadArgumentsException extends ZookeeperException
    {
    }

    /** The object cannot do that now (-9). */
    class InvalidStateException extends ZookeeperException
    {
    }

    /** The client has been closed (-116). */
    class ClosedException extends ZookeeperException
    {
    }

    /** The server cannot do that; most often it is too old (-6). */
    class UnimplementedException extends ZookeeperException
    {
    }

    /** The servers' configuration cannot be changed so (-13, -14, -123). */
    class ReconfigException extends ZookeeperException
    {
    }

    /** A cache has no room in `ticket.cache_size` (-1001, a number of ticket's own). */
    class CacheFullException extends ZookeeperException
    {
    }

    /** A cache is older than it may be (-1002, a number of ticket's own). */
    class StaleException extends ZookeeperException
    {
    }

    /** What is to be held is not, or not any more (-1003, a number of ticket's own). */
    class LockLostException extends ZookeeperException
    {
    }

    /** A change of a transaction was refused, and none was made; `getCode()` says why. */
    class TransactionException extends ZookeeperException
    {
        private ?int $index = null;

        /** Which one, counted from 0. */
        public function getIndex(): ?int {}
    }
}
