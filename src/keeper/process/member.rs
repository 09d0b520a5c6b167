//! The process that calls, as one of its family.

use std::sync::atomic::AtomicU32;

/// The process of a family that calls.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    /// It is the one that began the family.
    pub is_first: bool,
    /// The family's registry is in ZooKeeper.
    pub is_distant: bool,
    /// As the board knows it as an owner.
    pub identity: u64,
    /// Process ID of what it has started to stand by for a keeper, or 0. Its forks have none.
    pub standby: &'a AtomicU32,
}
