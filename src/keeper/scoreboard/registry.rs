//! A registry in ZooKeeper, and how the session with it stands.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

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

    /// Why there is no session.
    #[must_use]
    pub fn error(&self) -> String {
        self.error.get()
    }
}
