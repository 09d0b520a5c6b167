//! What a machine asks a registry, what the registry answers, and what else can happen to a lease.

use std::collections::BTreeSet;

/// A node's mark, as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    /// The last timestamp that is spoken for; at the most the layout's last.
    pub until: u64,
    /// The nonce of the write that set it.
    pub nonce: u64,
    /// What a write must name to replace it.
    pub version: i32,
}

/// A node's claim, as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Claim {
    /// There is none.
    Free,
    /// Of the session that reads.
    Ours,
    /// Of another session. The nonce is 0 if the claim has none.
    Other {
        /// The nonce in the claim's data.
        nonce: u64,
    },
}

/// What to ask the registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// Which node IDs are claimed?
    List,
    /// Mark and claim of this node. `settle`: as of now, and not as of whenever the server asked last
    /// heard of it.
    Look {
        /// The node ID.
        node: u16,
        /// Whether to catch up with the registry first (`sync`).
        settle: bool,
    },
    /// In one step: set the mark, if it has this version or, for `None`, does not exist; delete the claim,
    /// if `stale`; make ours.
    Acquire {
        /// The node ID.
        node: u16,
        /// The mark to set.
        until: u64,
        /// The nonce for mark and claim.
        nonce: u64,
        /// The version of the mark found.
        version: Option<i32>,
        /// An old session of ours still has the claim.
        stale: bool,
    },
    /// Set the mark, if it has this version or, for `None`, does not exist.
    Extend {
        /// The node ID.
        node: u16,
        /// The mark to set.
        until: u64,
        /// The nonce for the mark.
        nonce: u64,
        /// The version it must have.
        version: Option<i32>,
    },
    /// In one step: set the mark, if it has this version; delete the claim.
    Release {
        /// The node ID.
        node: u16,
        /// The mark to set.
        until: u64,
        /// The nonce for the mark.
        nonce: u64,
        /// The version it must have.
        version: i32,
    },
}

/// What the registry answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// To [`Request::List`].
    Claimed(BTreeSet<u16>),
    /// To [`Request::Look`].
    Node(Option<Mark>, Claim),
    /// A write was done; the mark's version is now this.
    Done {
        /// The new version.
        version: i32,
    },
    /// A write was not done, and never will be: another version, a claim in the way, no such mark.
    Refused,
    /// A write may have been done, or may be done later: a time-out, a lost connection, any other error.
    Unknown,
    /// The registry says no to what was asked, and will again: no right to, no such path. A read or a
    /// write that was certainly not done.
    Denied(String),
    /// The same, but for this node only: what it has cannot be read, or not be written. Others may do.
    Unusable(String),
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// There is a new session. Requests of the old one will not be answered any more.
    Session,
    /// The answer to the request under way.
    Reply(Reply),
    /// Time has passed.
    Tick,
    /// A caller has used up much of the permit: extend now.
    Hurry,
    /// The clock is behind what the node has issued, further than can be borne.
    ClockBehind,
    /// The lease is not needed any more.
    Release,
    /// The process that it was for has ended, and issues nothing any more.
    Abandoned,
    /// This machine is a copy of another one, which has all that was had here, or was put back to an earlier state.
    /// The session is not to be used any more; there will be a new one.
    Cloned,
}
