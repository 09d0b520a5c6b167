//! Locks, elections, semaphores: how one comes to hold what only so many may hold at a time, on ZooKeeper.
//!
//! Machines that know no server, no session and no clock: they say which [`Step`] is next, and are told what came of it
//! and what else happens ([`Event`]). What carries the steps out is `keeper::serve::held`.
//!
//! The znodes are those of Apache Curator, so that its programs and ours may stand in one line ([`name`]).

pub mod barrier;
pub mod claim;
pub mod contender;
pub mod counter;
pub mod name;
pub mod queue;
pub mod validity;

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod model;

#[cfg(test)]
#[cfg(not(ticket_loom))]
mod tests;

pub use claim::Claim;
pub use contender::{Contender, Event, Fault, Role, Standing, Step};
pub use name::Guid;

/// One of both.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Machine {
    /// Stands in line.
    Contender(Contender),
    /// Takes an item of a queue.
    Claim(Claim),
}

impl Machine {
    /// One for a role.
    #[must_use]
    pub fn new(role: Role, once: bool, guid: Guid) -> Self {
        match role {
            Role::Claim(_) => Self::Claim(Claim::default()),
            _ => Self::Contender(Contender::new(role, once, guid)),
        }
    }

    /// How it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match self {
            Self::Contender(one) => one.standing(),
            Self::Claim(one) => one.standing(),
        }
    }

    /// What is to be done next.
    #[must_use]
    pub fn next(&self) -> Step {
        match self {
            Self::Contender(one) => one.next(),
            Self::Claim(one) => one.next(),
        }
    }

    /// Takes in what has happened.
    pub fn happens(&mut self, event: Event) {
        match self {
            Self::Contender(one) => one.happens(event),
            Self::Claim(one) => one.happens(event),
        }
    }

    /// The znode of what it holds, if that is below this one.
    #[must_use]
    pub fn path(&self, below: &str) -> String {
        match self {
            Self::Contender(one) => {
                let root = below.trim_end_matches('/');
                format!("{root}{}", one.path().unwrap_or_default())
            }
            Self::Claim(_) => claim::claim_of(below).unwrap_or_default(),
        }
    }
}
