//! Who owns a node ID until when.
//!
//! Ownership is kept in a [`Registry`]: a *claim* keeps owners on distinct nodes and lets people see
//! them; it never carries safety. Safety rests on the node's *high-water mark*: every timestamp up
//! to it may have been issued, and whoever comes next issues only above it.
//!
//! Nothing here knows PHP. Time comes from outside ([`Clock`]), so that a test can set it.

pub mod bindings;
mod candidates;
#[cfg(test)]
#[cfg(not(ticket_loom))]
mod contract;
#[cfg(not(ticket_loom))]
pub mod local;
pub mod machine;
pub mod policy;
#[cfg(not(ticket_loom))]
pub mod zookeeper;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::id::Permit;

pub use bindings::Bindings;
pub(crate) use candidates::{first_node, random};
#[cfg(not(ticket_loom))]
pub use local::Local;

/// Reads the time, in the layout's milliseconds.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// Which node ID is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// Any free one but 0; preferably one whose mark is past.
    Any,
    /// Any free one but 0 whose mark is past, for a move after the clock went back.
    Elsewhere,
    /// This one and no other.
    Exactly(u16),
}

/// Why no ID can be issued now: a sentence that names what it is about and says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No lease is to be had: the registry cannot be used, or has no node free.
    Unavailable(String),
    /// The clock stands where no ID may be issued, most often behind what was issued.
    Clock(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(reason) | Self::Clock(reason) => f.write_str(reason),
        }
    }
}

/// A place where node IDs are leased. Dropping it ends its claims.
pub trait Registry {
    /// Leases a node ID. Its words are then those of [`Registry::words`].
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] when the registry cannot be used, all node IDs are taken, or the one
    /// asked for is not to be had; for [`Wanted::Elsewhere`] also when no free mark is past.
    fn acquire(&mut self, wanted: Wanted) -> Result<Permit, Refusal>;

    /// Lets the caller go on with a node that it has acquired.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] when the registry cannot be used.
    fn extend(&mut self, node: u16) -> Result<Permit, Refusal>;

    /// The word `last` of every node, to be read again after every `acquire` and `extend`.
    fn words(&self) -> &[AtomicU64];

    /// The smallest value that a word can have, to be read with the words.
    fn floor(&self) -> u64;
}
