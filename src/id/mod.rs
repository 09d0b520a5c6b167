//! What an ID is and which one comes next: pure rules on numbers, without I/O or PHP, and the clock.
//!
//! An ID is `timestamp << (node_bits + sequence_bits) | node << sequence_bits | sequence`
//! ([`Layout`]). All that a node has issued is kept in one atomic word,
//! `timestamp << sequence_bits | sequence`, and the next one is found by [`sequence::reserve`].

#![deny(unsafe_code)]

pub mod clock;
mod horizon;
pub mod layout;
pub mod permit;
pub mod sequence;
pub mod text;

pub use clock::Moment;
pub use horizon::Horizon;
pub use layout::{Layout, Parts};
pub use permit::Permit;
pub use sequence::{Bounds, Miss};
