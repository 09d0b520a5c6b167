//! A cache: a subtree of ZooKeeper in memory that all processes of a family share, as [`picture`]s that are whole at any
//! moment. The keeper alone writes; whoever reads needs no lock, asks nobody, and never waits.
//!
//! * *Where.* In an [`arena`], of two halves. What is written is written behind what there is, and never changed. A picture
//!   is one word, the place of its root: to publish another one is one store, so nobody sees a part of a change.
//! * *Room.* Where a half is full, what is still in use is written anew into the other one, and all pictures change over to
//!   that with one store, of the epoch. The old half is [retired](arena::Writer::release) before it is written again: whoever
//!   still reads there finds that out, and reads again.
//! * *A picture* is a tree of nodes, each with a trie of its children, by the hashes of their names. Those parts of a tree that
//!   a [`change`] does not touch are in both pictures.
//! * *A writer that is killed*, at whatever store, leaves at worst what nobody refers to; the next one goes on.

pub mod arena;
#[cfg(not(ticket_loom))]
pub mod change;
#[cfg(not(ticket_loom))]
pub mod picture;

#[cfg(test)]
#[cfg(ticket_loom)]
mod interleaved;
#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests;

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::FixedState;

/// Caches that one family can have.
pub const CACHES: usize = if cfg!(ticket_loom) { 2 } else { 64 };

/// Levels of znodes below the root of a cache: what is deeper is not cached.
pub const DEPTH: usize = 40;

/// Bits of a hash that tell the children of one node of a trie apart.
const BITS: u32 = 5;

/// Levels of a trie, until a hash has no more bits. Names of the same hash are in one list below.
const LEVELS: u32 = u64::BITS.div_ceil(BITS);

/// Of a name. The key is a secret: nobody can make names of the same hash, and where there are such, they are all found.
fn hash(key: u64, name: &[u8]) -> u64 {
    if cfg!(test) && key == 0 {
        // A bad one.
        return name.first().map_or(0, |&byte| u64::from(byte & 1) << 63);
    }
    let mut hasher = FixedState::with_seed(key).build_hasher();
    hasher.write(name);
    hasher.finish()
}

/// Which of the children of a node of a trie a hash leads to, on that level.
fn branch(hash: u64, level: u32) -> u32 {
    // At the last level fewer bits are left.
    ((hash << (BITS * level)) >> (u64::BITS - BITS)) as u32
}
