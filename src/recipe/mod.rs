//! Locks, elections, semaphores: how one comes to hold what only so many may hold at a time, on ZooKeeper.
//!
//! Machines that know no server, no session and no clock: they say which [`Step`] is next, and are told what came of it
//! and what else happens ([`Event`]). What carries the steps out is `keeper::serve::held`.
//!
//! The znodes are those of Apache Curator, so that its programs and ours may stand in one line ([`name`]).

pub mod contender;
pub mod name;
pub mod validity;

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod model;

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests;

pub use contender::{Contender, Event, Fault, Role, Standing, Step};
pub use name::Guid;
