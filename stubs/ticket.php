<?php

/**
 * Stubs of the extension `ticket`, for IDEs and static analysers. The extension itself is described in
 * README.md and docs/; that these declarations match it is tested (php-tests/surface/stub.phpt).
 */

namespace Dig\Ticket {

    /**
     * Whatever can say which node ID a {@see Number} is to use.
     *
     * An ID's node must be its owner's alone. The extension's own implementations see to that; one of
     * yours names a node, which the family (the process that started PHP and all its forks) then leases
     * like `new Number(5)` does.
     */
    interface NodeInterface
    {
        /** The highest node ID of the article's layout (10 bits). */
        public const MAX_NODE_ID = 1023;

        /**
         * A node ID, from 0 to the layout's highest (1023 unless `ticket.node_bits` says otherwise).
         */
        public function getId(): int;
    }

    /**
     * Generates unique 64-bit IDs that rise with time: `timestamp << 22 | node << 12 | sequence` in the
     * article's layout, which the settings `ticket.epoch`, `ticket.node_bits` and `ticket.sequence_bits`
     * change.
     *
     * All objects of a family on one node share one sequence, so making many of them is safe and cheap. The
     * constants are the article's, whatever the settings say.
     *
     * Cannot be cloned or serialized. A subclass must call `parent::__construct()`.
     */
    class Number
    {
        /** Bits of an ID. */
        public const TOTAL_BIT = 64;
        /** Bits of the timestamp; the sign bit is its first, so IDs turn negative on 2079-09-07. */
        public const EPOCH_BIT = 42;
        /** Bits of the node ID. */
        public const NODE_BIT = 10;
        /** Bits of the sequence. */
        public const SEQUENCE_BIT = 12;
        /** The highest node ID. */
        public const MAX_NODE_ID = 1023;
        /** The highest sequence number: one node issues at most 4096 IDs per millisecond. */
        public const MAX_SEQUENCE_NUMBER = 4095;
        /** Timestamp 0, in Unix milliseconds: 2010-01-01T08:00:00Z. */
        public const CUSTOM_EPOCH = 1262332800000;

        /**
         * @param int|NodeInterface|null $node
         *   - `null`: the node that the family leases for all its processes, taken when PHP starts
         *     (`ticket.lease`);
         *   - an integer from 0 to the layout's highest: exactly this node, by whichever lease of the family's
         *     holds it, or else by one of its own, from the family's registry;
         *   - a {@see Node\Zookeeper} or {@see Node\Local}: that process's own node, followed when its lease
         *     moves;
         *   - any other NodeInterface: exactly the node that its `getId()` returns.
         *
         * @throws Exception\UnavailableNodeIdException if the node cannot be leased, or a setting is wrong
         * @throws \ValueError if the node ID is out of range
         */
        public function __construct(int|NodeInterface|null $node = null) {}

        /**
         * The node ID that this object issues with. A lease that may move has another one after the clock
         * was set back beyond `ticket.clock_tolerance`.
         *
         * @return int from 0 to the layout's highest node ID
         *
         * @throws Exception\UnavailableNodeIdException if there is no lease and none is to be had
         */
        public function getNodeId(): int {}

        /**
         * The time, as the extension sees it.
         *
         * @return int milliseconds since `ticket.epoch` ({@see Number::CUSTOM_EPOCH} by default)
         */
        public function getTimestamp(): int {}

        /**
         * One ID, never issued before and never again, greater than the one before from this object (as
         * unsigned numbers; except after a move to another node because the clock went back).
         *
         * Waits for the clock's next millisecond when all IDs of one are issued, and again if others on this
         * node use that one up, too; and at most `ticket.acquire_timeout` when there is no lease or the
         * clock is behind. Never talks to ZooKeeper. With the local registry it looks twice a second, and more
         * often while IDs run ahead of the clock, whether the registry's file is in place.
         *
         * @throws Exception\IllegalTimeException if the clock is further behind what was issued than
         *   `ticket.clock_tolerance` and no other node can take over; works again when it has caught up
         * @throws Exception\UnavailableNodeIdException if there is no lease and none is to be had; works
         *   again when the cause is gone
         */
        public function generate(): int {}

        /**
         * Several IDs at once, as by {@see Number::generate()} and without a call for each. If it throws,
         * none of them is returned or ever issued.
         *
         * @param int $count from 1 to 1,000,000
         *
         * @return list<int> strictly increasing (except as said there)
         *
         * @throws Exception\IllegalTimeException
         * @throws Exception\UnavailableNodeIdException
         * @throws \ValueError if `$count` is out of range
         */
        public function generateMany(int $count): array {}

        /**
         * Takes an ID apart, by the layout of the settings.
         *
         * @param int $id any integer
         *
         * @return array{timestamp: int, node: int, sequence: int} the timestamp in Unix milliseconds
         *
         * @throws Exception\UnavailableNodeIdException if a setting is wrong
         */
        public static function parse(int $id): array {}

        /**
         * An ID as text, for URLs and for people: 13 characters in Crockford's base 32 (0 to 9 and A to Z without I, L,
         * O and U), of the ID as an unsigned number of 64 bits. Texts sort as the unsigned numbers do, in every
         * collation of a database.
         *
         * @param int $id any integer
         */
        public static function toText(int $id): string {}

        /**
         * The ID that a text of {@see Number::toText()} stands for. Lower case is as upper case; `i` and `l` are read as 1
         * and `o` as 0. There is nothing else in a text, no hyphen and no space.
         *
         * @throws \ValueError if it is none; the message says where
         */
        public static function fromText(string $text): int {}

        /**
         * The lowest ID that the layout of the settings has for this millisecond; microseconds are cut off. All IDs of a
         * day, by a primary key: `WHERE id BETWEEN first($midnight) AND first($next) - 1`, or `id >= … AND id < …`.
         *
         * IDs may be ahead of the clock, by up to 500 ms with the local registry and up to `ticket.clock_tolerance` with
         * ZooKeeper: one issued just before `$moment` may be above this. From 2079-09-07 on,
         * in the article's layout, results are negative: compare them as unsigned numbers by then.
         *
         * @throws \ValueError if the time is before `ticket.epoch` or after the end of the layout
         * @throws Exception\UnavailableNodeIdException if a setting is wrong
         */
        public static function first(\DateTimeInterface $moment): int {}

        /**
         * The highest ID of this millisecond; otherwise as {@see Number::first()}.
         *
         * @throws \ValueError if the time is before `ticket.epoch` or after the end of the layout
         * @throws Exception\UnavailableNodeIdException if a setting is wrong
         */
        public static function last(\DateTimeInterface $moment): int {}

        /**
         * When an ID was made, to the millisecond and in UTC, by the layout of the settings.
         *
         * @param int $id any integer
         *
         * @throws Exception\UnavailableNodeIdException if a setting is wrong
         */
        public static function time(int $id): \DateTimeImmutable {}
    }

    /**
     * What the family is and holds now. Asks nobody: it reads memory that the family shares.
     *
     * - `version` of the extension; `layout` of the IDs, in words, and its numbers: `epoch` in Unix milliseconds, `node_bits`,
     *   `sequence_bits`;
     * - `pid` of the process that started the family, which may have ended; `started`: when it did, in Unix milliseconds;
     * - `registry` of the family's lease: `local` or `zookeeper`; `place`: the directory, or DSN and path;
     * - `node`: the family's node ID, if it has one; `mark`: its high-water mark in Unix milliseconds;
     *   `ahead`: how many ms the mark is ahead of the clock, 0 where it is past; with ZooKeeper that is how long
     *   IDs can be issued without it;
     * - `session`: `none` yet, `connected`, `disconnected` or `expired`, and `session_id` in ZooKeeper's own
     *   notation; both `null` with the local registry;
     * - `disconnected_for_ms`: for how many ms the keeper has had no connection with ZooKeeper; `null` while it has one, before one
     *   was sought, and with the local registry. `last_renewal_ms`: how many ms ago the family's mark was moved ahead, which is
     *   done every third of `ticket.window`; `null` if it never was, and with the local registry;
     * - `keeper`: its process ID, if there is one;
     * - `nodes_total`: node IDs of the layout; `nodes_leased`: how many of them are claimed in the registry, spares included, and
     *   `nodes_spare`: how many of these are of the highest, which families keep as spares; as the keeper listed them
     *   `nodes_listed_ms` ms ago, which it does when it looks for a node and about every second `ticket.window`. These three are
     *   `null` before, and with the local registry;
     * - `vm_generation`: where the keeper listens for the kernel's word that this virtual machine was cloned or put back to
     *   an earlier state: `uevent`, `kmsg` or `uevent, kmsg`; `null` if nowhere, with the local registry, or without a
     *   keeper. Whether the machine has a generation ID, and the kernel a driver for it, is not told;
     * - `beyond_53_bits`, `negative`, `exhausted`: when IDs of this layout are first greater than 2^53 (JavaScript rounds
     *   them), first negative as signed numbers, and when there are none any more, each in Unix milliseconds, past or to
     *   come; `warning`: which of these comes within a year, in words;
     * - `error`: what is wrong, if anything, also a setting that came after PHP had started and is not in force;
     * - counted since the family started: IDs `issued` (each process counts its own in at the end of a request,
     *   when it renews its permit, and here), `waits` (calls that had to wait, and got their IDs),
     *   `wait_ms` and `wait_max_ms` (how long they took, all together and the longest, in ms and rounded up), `refused` (calls that
     *   threw, by what: `illegal_time` IllegalTimeException, `unavailable` UnavailableNodeIdException; those that a wrong setting
     *   refuses are not counted), `clock_steps` (how often a process saw that the clock had gone back), `clock_offset_max_ms`
     *   (the furthest of these, in ms), `keeper_restarts` (keepers that followed the first), `spawn_failures` (how often a keeper
     *   could not be started, or failed), `moves` (to another node because of that), `lost`
     *   (leases that another owner has taken meanwhile), `voided` (permits that were given up after that word)
     *   and `overwritten` (how often other code had written into what the family shares of its leases from
     *   ZooKeeper; `error` then says so).
     *
     * @return array{version: string, layout: string, epoch: int, node_bits: int, sequence_bits: int, pid: int, started: int,
     *   registry: string, place: string, node: ?int, mark: ?int, ahead: ?int, last_renewal_ms: ?int, session: ?string,
     *   session_id: ?string, disconnected_for_ms: ?int, keeper: ?int, vm_generation: ?string, beyond_53_bits: int,
     *   negative: int, exhausted: int, nodes_total: int, nodes_leased: ?int, nodes_spare: ?int, nodes_listed_ms: ?int,
     *   warning: ?string, error: ?string, issued: int, waits: int, wait_ms: int, wait_max_ms: int, clock_steps: int,
     *   clock_offset_max_ms: int, keeper_restarts: int, spawn_failures: int, moves: int, lost: int, voided: int,
     *   overwritten: int, refused: array{illegal_time: int, unavailable: int}}
     *
     * @throws Exception\UnavailableNodeIdException if a setting is wrong
     */
    function status(): array {}
}

namespace Dig\Ticket\Node {

    use Dig\Ticket\NodeInterface;

    /**
     * A node ID of this very process, from a registry in ZooKeeper that many machines share. It is leased and
     * kept by the family's keeper, a small process beside PHP. Needed only by those that must not share the
     * family's node.
     *
     * Cannot be cloned or serialized.
     */
    final class Zookeeper implements NodeInterface
    {
        /**
         * @param string $dsn the servers, `host:port[,host:port...][/chroot]`; the port is 2181 if it is left out
         * @param string $path the parent znode, made if it is missing, without characters beyond U+FFFF; an empty one
         *   means `/dig/ticket`
         *
         * @throws \Dig\Ticket\Exception\UnavailableNodeIdException if the DSN or the path is none, or a setting
         *   is wrong
         */
        public function __construct(string $dsn, string $path = '/sim/ticket') {}

        /**
         * A client of this node's servers, made when this is called first.
         */
        public function getZookeeper(): \Dig\Zookeeper\Client {}

        /**
         * The process's node ID: the same for its whole life and for all objects with this DSN and path, unless
         * the lease was lost or had to move because the clock was set back; another one in a fork. It is free
         * again when the process has ended; if another process of the family uses it by number (`new Number($id)`),
         * it is the family's then, until that ends.
         *
         * Waits at most `ticket.acquire_timeout`.
         *
         * @return int from 1 to the layout's highest node ID
         *
         * @throws \Dig\Ticket\Exception\UnavailableNodeIdException if none is to be had; the message names
         *   DSN and path and says why
         */
        public function getId(): int {}
    }

    /**
     * A node ID of this very process, from a local registry: a file that all processes of this machine
     * share. Needed only by those that must not share the family's node.
     *
     * Cannot be cloned or serialized.
     */
    final class Local implements NodeInterface
    {
        /**
         * @param string|null $directory absolute path (UTF-8) of the registry's directory, made if it is missing,
         *   as seen by the process that started PHP, also in a chroot; `null` for `ticket.local_path`
         *
         * @throws \Dig\Ticket\Exception\UnavailableNodeIdException if the directory is outside of
         *   `open_basedir`, or a setting is wrong
         * @throws \ValueError if the path is not absolute or not in UTF-8
         */
        public function __construct(?string $directory = null) {}

        /**
         * The process's node ID: the same for its whole life, unless the lease had to move because the clock
         * was set back or the registry's file was removed; another one in a fork. It is free again when the
         * process has ended, and so have those of its forks that did not ask for a node ID themselves.
         *
         * @return int from 1 to the layout's highest node ID
         *
         * @throws \Dig\Ticket\Exception\UnavailableNodeIdException if none is free or the registry cannot
         *   be used; the message names the directory
         */
        public function getId(): int {}
    }
}

namespace Dig\Ticket\Exception {

    /** Parent of all that `ticket` throws because no ID can be issued now. */
    class TicketException extends \RuntimeException
    {
    }

    /** The clock stands where no ID may be issued; most often, behind what was issued. */
    class IllegalTimeException extends TicketException
    {
    }

    /**
     * No node ID is leased, or a setting is wrong or was given after PHP had started. The message says why, names the
     * setting, path or server, and what to do.
     */
    class UnavailableNodeIdException extends TicketException
    {
    }
}
