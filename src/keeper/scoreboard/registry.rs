//! A registry in ZooKeeper, and how the session with it stands.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::cache::uptime;
use super::text::Text;
use crate::lease::zookeeper::LONGEST;

/// A registry in ZooKeeper.
#[repr(C)]
pub struct RegistrySlot {
    /// 0: free, 1: being filled, 2: filled, for the family's life.
    pub(super) state: AtomicU32,
    /// A [`ConnectionState`].
    pub(in crate::keeper) link: AtomicU32,
    /// The session's ID, or 0.
    pub(in crate::keeper) session: AtomicU64,
    /// Since when there is no connection with it, in ms of the system's uptime; 0: there is one, or none was sought yet.
    away: AtomicU64,
    /// When the claims were listed last, as above, or 0; how many there were, and how many of these of nodes for spares.
    listed: AtomicU64,
    claims: AtomicU32,
    spares: AtomicU32,
    pub(in crate::keeper) dsn: Text<{ LONGEST[0] / 8 }>,
    pub(in crate::keeper) path: Text<{ LONGEST[1] / 8 }>,
    /// The DSN with addresses for names, for a keeper that cannot look them up.
    pub(in crate::keeper) resolved: Text<{ LONGEST[0] / 8 }>,
    /// Why there is no session.
    pub(in crate::keeper) error: Text<{ RegistrySlot::LONGEST_ERROR / 8 }>,
}

/// How a registry's session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum ConnectionState {
    /// There has been none.
    None,
    /// It can be used.
    Connected,
    /// The client looks for a server that will go on with it.
    Disconnected,
    /// It has ended; a new one is sought.
    Expired,
}

impl RegistrySlot {
    /// The longest sentence on why there is no session, in bytes.
    pub(in crate::keeper) const LONGEST_ERROR: usize = 1024;

    /// Its DSN, as it was given.
    #[must_use]
    pub fn dsn(&self) -> String {
        self.dsn.get()
    }

    /// Its parent znode.
    #[must_use]
    pub fn path(&self) -> String {
        self.path.get()
    }

    /// How its session stands, and the session's ID.
    #[must_use]
    pub fn session(&self) -> (ConnectionState, u64) {
        let state = match self.link.load(Ordering::Acquire) {
            1 => ConnectionState::Connected,
            2 => ConnectionState::Disconnected,
            3 => ConnectionState::Expired,
            _ => ConnectionState::None,
        };
        (state, self.session.load(Ordering::Acquire))
    }

    /// For how many ms there has been no connection; `None`: there is one, or none was sought yet.
    #[must_use]
    pub fn away_for(&self) -> Option<u64> {
        age(&self.away)
    }

    /// Whether there is a connection from now on.
    pub(in crate::keeper) fn stand(&self, state: ConnectionState) {
        match state {
            ConnectionState::Connected => self.away.store(0, Ordering::Relaxed),
            // It stays what it was where a search goes on.
            _ => {
                let (free, now) = (Ordering::Relaxed, uptime());
                let _ = self.away.compare_exchange(0, now, free, free);
            }
        }
        self.link.store(state as u32, Ordering::Release);
    }

    /// A new keeper seeks a session: that of the one before, if there was one, is not its own.
    pub(in crate::keeper) fn seek(&self) {
        self.stand(match self.session().0 {
            ConnectionState::Connected => ConnectionState::Disconnected,
            other => other,
        });
    }

    /// The claims were listed.
    pub(in crate::keeper) fn list(&self, claims: usize, spares: usize) {
        // There are no more than node IDs.
        self.claims.store(claims as u32, Ordering::Relaxed);
        self.spares.store(spares as u32, Ordering::Relaxed);
        self.listed.store(uptime(), Ordering::Release);
    }

    /// What the last listing had; `None`: there was none.
    #[must_use]
    pub fn listing(&self) -> Option<Listing> {
        let age = age(&self.listed)?;
        Some(Listing {
            claims: self.claims.load(Ordering::Relaxed),
            spares: self.spares.load(Ordering::Relaxed),
            age,
        })
    }

    /// Why there is no session.
    #[must_use]
    pub fn error(&self) -> String {
        self.error.get()
    }
}

/// How many nodes of a registry are leased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Claims of all nodes.
    pub claims: u32,
    /// Those of them that are of the nodes that families keep spares of.
    pub spares: u32,
    /// How long ago they were listed, in ms.
    pub age: u64,
}

/// How many ms ago that was; `None`: it never was.
pub(super) fn age(at: &AtomicU64) -> Option<u64> {
    match at.load(Ordering::Acquire) {
        0 => None,
        at => Some(uptime().saturating_sub(at)),
    }
}
