//! A cached subtree: which one, and how it stands. What is in it is in the memory of [`crate::cache`].

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use nix::libc;

use super::text::Text;
use super::{FILLED, changed, wait};
use crate::lease::zookeeper::LONGEST;
use crate::wire::Failure;

/// A cached subtree.
#[repr(C)]
pub struct CacheSlot {
    /// Changes, and wakes those who wait, whenever there is another picture, or another reason why there is none.
    turn: AtomicU32,
    /// 0: free, 1: being filled, 2: filled, for the family's life.
    pub(super) state: AtomicU32,
    /// Whether it is refused, and the code of that.
    refused: AtomicU32,
    code: AtomicU32,
    /// When it was as it is at the latest, in ms of the system's uptime; 0: never.
    as_of: AtomicU64,
    pub(super) dsn: Text<{ LONGEST[0] / 8 }>,
    pub(super) path: Text<{ LONGEST[1] / 8 }>,
    /// Why it is refused, or why nothing new is heard.
    error: Text<64>,
    /// The znode that this is about.
    about: Text<{ LONGEST[1] / 8 }>,
}

impl CacheSlot {
    /// Its servers, as they were given.
    #[must_use]
    pub fn dsn(&self) -> String {
        self.dsn.get()
    }

    /// Its uppermost znode.
    #[must_use]
    pub fn path(&self) -> String {
        self.path.get()
    }

    /// Where the rest of a path begins that is below its znode, or is that, if these are its servers.
    #[must_use]
    pub fn is_above(&self, dsn: &str, path: &str) -> Option<usize> {
        let root = match self.path.begins(path)? {
            // Of all.
            1 => 0,
            length => length,
        };
        let is_below = matches!(path.as_bytes().get(root), None | Some(b'/'));
        (is_below && self.dsn.is(dsn)).then_some(root)
    }

    pub(super) fn is_filled(&self) -> bool {
        self.state.load(Ordering::Acquire) == FILLED
    }

    /// What to give to [`CacheSlot::wait`], read before looking at the rest.
    #[must_use]
    pub fn turn(&self) -> u32 {
        self.turn.load(Ordering::Acquire)
    }

    /// Waits until something changes.
    pub fn wait(&self, turn: u32, most: Duration) {
        wait(&self.turn, turn, most);
    }

    /// How long ago it was known to be as it is; `None`: it never was. Also time that the machine was asleep.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        match self.as_of.load(Ordering::Acquire) {
            0 => None,
            as_of => Some(Duration::from_millis(uptime().saturating_sub(as_of))),
        }
    }

    /// Why it cannot be, if that is so.
    #[must_use]
    pub fn refused(&self) -> Option<Failure> {
        (self.refused.load(Ordering::Acquire) != 0).then(|| Failure {
            code: self.code.load(Ordering::Relaxed).cast_signed(),
            unknown: false,
            path: Some(self.about.get()).filter(|path| !path.is_empty()),
            index: None,
            message: self.error.get(),
        })
    }

    /// Why nothing new is heard, if that is known.
    #[must_use]
    pub fn error(&self) -> String {
        self.error.get()
    }

    /// Nothing new is heard, for this reason; empty: for none.
    pub(in crate::keeper) fn hears_nothing(&self, why: &str) {
        if self.refused.load(Ordering::Relaxed) == 0 && self.error.get() != why {
            self.error.set(why);
        }
    }

    /// It is as the picture shows it, or was at that time; that may be `another` picture than before.
    pub(in crate::keeper) fn is_as_of(&self, uptime: u64, another: bool) {
        let was_refused = self.refused.swap(0, Ordering::AcqRel) != 0;
        if was_refused || !self.error.get().is_empty() {
            self.error.set("");
        }
        self.as_of.store(uptime, Ordering::Release);
        if another || was_refused {
            changed(&self.turn);
        }
    }

    /// It cannot be, for this reason.
    pub(in crate::keeper) fn refuse(&self, failure: &Failure) {
        self.code
            .store(failure.code.cast_unsigned(), Ordering::Relaxed);
        self.about.set(failure.path.as_deref().unwrap_or_default());
        self.error.set(&failure.message);
        self.refused.store(1, Ordering::Release);
        changed(&self.turn);
    }
}

/// In ms, with the time that the machine was asleep; never 0.
pub(in crate::keeper) fn uptime() -> u64 {
    (uptime_ns() / 1_000_000).max(1)
}

/// The same in ns.
#[must_use]
#[inline]
pub fn uptime_ns() -> u64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: a place for the time. It cannot fail for a clock that there is (Linux 2.6.39); `nix` copies what it returns, for
    // which the processor waits.
    unsafe { libc::clock_gettime(libc::CLOCK_BOOTTIME, &raw mut time) };
    // Neither is below zero, and both fit for some centuries.
    (time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64).max(1)
}
