<?php

/**
 * Stubs of php-zookeeper's classes as the extension `ticket` has them, for IDEs and static analysers: what differs from
 * php-zookeeper is told in docs/php-zookeeper.md. They are there unless that extension is loaded, or
 * `ticket.zookeeper_class` is off. That these declarations match is tested (php-tests/surface/stub.phpt).
 */

/** Runs the callbacks that are due, of all objects. They are run by themselves, too: see {@see Zookeeper}. */
function zookeeper_dispatch() {}

/**
 * A handle to ZooKeeper, with php-zookeeper's names, parameters and numbers.
 *
 * Behind it is a client as {@see Dig\Zookeeper\Client}: it shares its session until it makes an ephemeral znode, or
 * {@see Zookeeper::addAuth()} or {@see Zookeeper::getClientId()} is called. Each call takes `recv_timeout` ms at the most.
 *
 * What ZooKeeper refuses is thrown as `ZookeeperException`, or one that extends it, with ZooKeeper's code and php-zookeeper's
 * words; the exception before it (`getPrevious()`) has a whole sentence, the path, and whether the outcome is known. A path
 * by ZooKeeper's rules is as for `Client`; others are refused (-8, "bad arguments"). Without a connection all methods but
 * the constructor, `connect()`, `setLogStream()` and the static ones throw `ZookeeperConnectionException` 5998.
 *
 * When its own session has ended, or its credentials were refused, the first call to learn of it throws -112 or -115, and all
 * others -9 ("invalid zhandle state") until `connect()` is called again.
 *
 * Callbacks are called in PHP's own thread between any two operations of the script, at the end of a call before its answer is
 * seen, and by {@see zookeeper_dispatch()}; never while a call waits, and never one within another. Where that takes a signal
 * (SIGURG), `sleep()` returns early for it; `ticket.watch_signal` is to be `auto`, and the script not to handle it itself. They get
 * type (`Zookeeper::*_EVENT`), state (`Zookeeper::*_STATE`) and path. Those of znodes are for once, and are told also of what
 * happened while the connection was lost. They go with their object, and with the request; a fork has none of its parent's.
 *
 * Cannot be cloned or serialized.
 */
class Zookeeper
{
    /** Permission to read value, ACL and the names of children. */
    public const PERM_READ = 1;
    /** Permission to set the value. */
    public const PERM_WRITE = 2;
    /** Permission to make children. */
    public const PERM_CREATE = 4;
    /** Permission to delete children. */
    public const PERM_DELETE = 8;
    /** All permissions. */
    public const PERM_ALL = 31;
    /** Permission to set the ACL. */
    public const PERM_ADMIN = 16;

    /** The znode goes with the handle's own session. */
    public const EPHEMERAL = 1;
    /** The znode's name gets a number of ten digits, higher than those of all made before it below its parent. */
    public const SEQUENCE = 2;
    /** The same. php-zookeeper does not have it. */
    public const SEQUENTIAL = 2;

    /** The session has ended. */
    public const EXPIRED_SESSION_STATE = -112;
    /** The credentials were refused. */
    public const AUTH_FAILED_STATE = -113;
    /** The connection is lost, and sought again. */
    public const CONNECTING_STATE = 1;
    /** Never so here. */
    public const ASSOCIATING_STATE = 2;
    /** With a server. */
    public const CONNECTED_STATE = 3;
    /** There was no connection yet. */
    public const NOTCONNECTED_STATE = 999;

    /** A znode was made. */
    public const CREATED_EVENT = 1;
    /** A znode was deleted. */
    public const DELETED_EVENT = 2;
    /** A value was changed. */
    public const CHANGED_EVENT = 3;
    /** Children were made or deleted. */
    public const CHILD_EVENT = 4;
    /** The session has another state. */
    public const SESSION_EVENT = -1;
    /** A watch has ended. */
    public const NOTWATCHING_EVENT = -2;

    /** For {@see Zookeeper::setDebugLevel()}. */
    public const LOG_LEVEL_ERROR = 1;
    /** For {@see Zookeeper::setDebugLevel()}. */
    public const LOG_LEVEL_WARN = 2;
    /** For {@see Zookeeper::setDebugLevel()}. */
    public const LOG_LEVEL_INFO = 3;
    /** For {@see Zookeeper::setDebugLevel()}. */
    public const LOG_LEVEL_DEBUG = 4;

    /** Something on this machine is wrong; the message says what. */
    public const SYSTEMERROR = -1;
    public const RUNTIMEINCONSISTENCY = -2;
    public const DATAINCONSISTENCY = -3;
    /** The connection was lost before there was an answer. */
    public const CONNECTIONLOSS = -4;
    /** The request is longer than `ticket.max_packet`, and was not sent. */
    public const MARSHALLINGERROR = -5;
    public const UNIMPLEMENTED = -6;
    /** There was no answer in time. */
    public const OPERATIONTIMEOUT = -7;
    public const BADARGUMENTS = -8;
    /** The session has ended, and `connect()` was not called since. */
    public const INVALIDSTATE = -9;
    public const NEWCONFIGNOQUORUM = -13;
    public const RECONFIGINPROGRESS = -14;
    public const OK = 0;
    public const APIERROR = -100;
    public const NONODE = -101;
    public const NOAUTH = -102;
    public const BADVERSION = -103;
    public const NOCHILDRENFOREPHEMERALS = -108;
    public const NODEEXISTS = -110;
    public const NOTEMPTY = -111;
    public const SESSIONEXPIRED = -112;
    public const INVALIDCALLBACK = -113;
    public const INVALIDACL = -114;
    public const AUTHFAILED = -115;
    public const CLOSING = -116;
    public const NOTHING = -117;
    public const SESSIONMOVED = -118;

    /**
     * Connects, as {@see Zookeeper::connect()}, if `$host` is not empty. A subclass need not call it.
     *
     * @param string $host
     * @param callable|null $watcher_cb as for `connect()`
     * @param int $recv_timeout `zookeeper.recv_timeout` (php.ini) unless given
     */
    public function __construct($host = '', $watcher_cb = null, $recv_timeout = 10000) {}

    /**
     * Begins a connection, and does not wait for it. One that there was ends, with its ephemeral znodes.
     *
     * @param string $host `host:port[,host:port...][/chroot]`; the port is 2181 if it is left out
     * @param callable|null $watcher_cb is called with the session's events
     * @param int $recv_timeout ms that a call may take, and that the session is to last without a word; an hour at the most,
     *   and for the session no less than 100; `zookeeper.recv_timeout` unless given
     *
     * @return void
     *
     * @throws ZookeeperConnectionException 5999 if `$host` names no servers
     * @throws ZookeeperException -8, and a warning, if `$recv_timeout` is not above 0
     */
    public function connect($host, $watcher_cb = null, $recv_timeout = 10000) {}

    /**
     * Runs the callbacks that are due, and waits for one if there is none. Not php-zookeeper's.
     *
     * @param float|null $timeout in s; `null`: as long as a call may take (`$recv_timeout`)
     *
     * @return int how many were run
     *
     * @throws ZookeeperException -8 if the time is negative
     */
    public function wait($timeout = null) {}

    /**
     * A stream that is readable while callbacks are due, for loops of events: as {@see Dig\Zookeeper\Client::stream()}. Not
     * php-zookeeper's.
     *
     * @return resource
     */
    public function stream() {}

    /**
     * Ends the connection, and with it a session of its own, its ephemeral znodes and all callbacks.
     *
     * @return void
     */
    public function close() {}

    /**
     * Makes a znode. `$value` must be given.
     *
     * @param string $path
     * @param string|null $value `null` is written as the empty string
     * @param array|int $acl list of arrays with `perms`, `scheme` and `id`; an int, as the last argument, is `$flags`;
     *   `null` is as the default, everything for everybody
     * @param int $flags 0, `EPHEMERAL`, `SEQUENCE`, both of these, or 4 for a container
     *
     * @return string the path of the znode, with its number
     *
     * @throws ZookeeperNoNodeException if there is no parent
     * @throws ZookeeperException -110 if it exists, -108, -114
     * @throws ZookeeperAuthenticationException -102
     */
    public function create($path, $value = null, array $acl = [['perms' => 31, 'scheme' => 'world', 'id' => 'anyone']], $flags = 0) {}

    /**
     * Deletes a znode.
     *
     * @param string $path
     * @param int $version that the znode must have; -1 for any
     *
     * @return bool true
     *
     * @throws ZookeeperNoNodeException
     * @throws ZookeeperException -103, -111
     * @throws ZookeeperAuthenticationException -102
     */
    public function delete($path, $version = -1) {}

    /**
     * The value of a znode.
     *
     * @param string $path
     * @param callable|null $watcher_cb is called once, with type, state and path, when the value changes or the znode goes
     * @param array $stat_info set to its stat, as {@see Zookeeper::exists()} returns it
     * @param int $max_size bytes of the value at the most; 0 for all of it
     *
     * @return string|null `null` if it is empty
     *
     * @throws ZookeeperNoNodeException
     * @throws ZookeeperAuthenticationException -102
     */
    public function get($path, $watcher_cb = null, &$stat_info = null, $max_size = 0) {}

    /**
     * The names of a znode's children, in no order.
     *
     * @param string $path
     * @param callable|null $watcher_cb is called once, with type, state and path, when children come or go, or the znode does
     *
     * @return list<string>
     *
     * @throws ZookeeperNoNodeException
     * @throws ZookeeperAuthenticationException -102
     */
    public function getChildren($path, $watcher_cb = null) {}

    /**
     * The stat of a znode.
     *
     * @param string $path
     * @param callable|null $watcher_cb is called once, with type, state and path, when the znode comes, changes or goes
     *
     * @return array{czxid: float, mzxid: float, ctime: float, mtime: float, version: int, cversion: int, aversion: int,
     *   ephemeralOwner: float, dataLength: int, numChildren: int, pzxid: float}|false times in ms since 1970; numbers of 64
     *   bits are floats, which have 53
     */
    public function exists($path, $watcher_cb = null) {}

    /**
     * Sets the value of a znode. `$value` must be given.
     *
     * @param string $path
     * @param string|null $value `null` is written as the empty string
     * @param int $version that the znode must have; -1 for any
     * @param array $stat_info set to its stat, as {@see Zookeeper::exists()} returns it
     *
     * @return bool true
     *
     * @throws ZookeeperNoNodeException
     * @throws ZookeeperException -103
     * @throws ZookeeperAuthenticationException -102
     */
    public function set($path, $value = null, $version = -1, &$stat_info = null) {}

    /**
     * The stat and the ACL of a znode.
     *
     * @param string $path
     *
     * @return array{array, list<array{perms: int, scheme: string, id: string}>}
     *
     * @throws ZookeeperNoNodeException
     */
    public function getAcl($path) {}

    /**
     * Sets the ACL of a znode.
     *
     * @param string $path
     * @param int $version that its ACL must have; -1 for any
     * @param array $acl as for {@see Zookeeper::create()}
     *
     * @return bool true
     *
     * @throws ZookeeperNoNodeException
     * @throws ZookeeperException -103, -114
     * @throws ZookeeperAuthenticationException -102
     */
    public function setAcl($path, $version, $acl) {}

    /**
     * The session's ID. Does not wait: the ID is 0 until there is a session of its own, which this makes it ask for.
     *
     * @return array{int, string} the password is not handed out: `''`
     */
    public function getClientId() {}

    /**
     * One of the constants that end with `_STATE`. Does not wait for a server.
     *
     * @return int
     */
    public function getState() {}

    /**
     * What it was connected with, in ms.
     *
     * @return int
     */
    public function getRecvTimeout() {}

    /**
     * Whether its session can go on, which it cannot when it has ended or its credentials were refused.
     *
     * @return bool
     */
    public function isRecoverable() {}

    /**
     * Does nothing: there is no log here.
     *
     * @param int $level
     *
     * @return bool true
     */
    public static function setDebugLevel($level) {}

    /**
     * Does nothing: the keeper chooses the server.
     *
     * @param bool $trueOrFalse
     *
     * @return bool true
     */
    public static function setDeterministicConnOrder($trueOrFalse) {}

    /**
     * Presents credentials, for what is asked next, and does not wait for the answer. If they are refused, the next call
     * throws `ZookeeperAuthenticationException` -115. Gives the handle a session of its own.
     *
     * @param string $scheme `digest`, for one
     * @param string $cert `user:password`, for one
     * @param callable $completion_cb is called with 0 or the error
     *
     * @return bool true
     */
    public function addAuth($scheme, #[\SensitiveParameter] $cert, $completion_cb = null) {}

    /**
     * Another callable for the session's events, which is told the state as it is, too.
     *
     * @param callable $watcher_cb is called with -1, the state and ''
     *
     * @return bool true
     */
    public function setWatcher($watcher_cb) {}

    /**
     * Does nothing: there is no log here.
     *
     * @param resource|string $stream
     *
     * @return bool true
     */
    public function setLogStream($stream) {}

    /**
     * Runs the callbacks that are due, of all objects. They are run by themselves, too: see {@see Zookeeper}.
     *
     * @return void
     */
    public static function dispatch() {}

    /**
     * The servers' configuration.
     *
     * @return ZookeeperConfig
     */
    public function getConfig() {}
}

/**
 * The servers' configuration (ZooKeeper 3.5 and later), over the connection of the handle that it came from, which lasts as
 * long as this. Made by `new` it has none (5998). To change it takes the rights for that, and servers that allow it
 * (`reconfigEnabled`).
 */
class ZookeeperConfig
{
    /** Of no connection. */
    public function __construct() {}

    /**
     * The whole text of the configuration.
     *
     * @param callable|null $watcher_cb is called once, with type, state and path, when it changes; not where the object of `Zookeeper` has
     *   gone (-8)
     * @param array $stat_info set to its stat, as {@see Zookeeper::exists()} returns it
     *
     * @return string
     */
    public function get($watcher_cb = null, &$stat_info = null) {}

    /**
     * Makes these the servers, and no others.
     *
     * @param string $members with commas between servers (`server.1=host:port:port:role;port`)
     * @param int $version that the configuration must have; -1 for any
     * @param array $stat_info set to its stat
     *
     * @return string the whole text of the new configuration
     *
     * @throws ZookeeperException -123 if the servers do not allow it; -13, -14, -103, -6
     * @throws ZookeeperAuthenticationException -102
     */
    public function set($members, $version = -1, &$stat_info = null) {}

    /**
     * Adds servers. All else as {@see ZookeeperConfig::set()}.
     *
     * @param string $members
     * @param int $version
     * @param array $stat_info
     *
     * @return string
     */
    public function add($members, $version = -1, &$stat_info = null) {}

    /**
     * Removes servers, by their numbers. All else as {@see ZookeeperConfig::set()}.
     *
     * @param string $members
     * @param int $version
     * @param array $stat_info
     *
     * @return string
     */
    public function remove($members, $version = -1, &$stat_info = null) {}
}
