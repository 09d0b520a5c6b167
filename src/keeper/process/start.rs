//! What is started, and for what.

use std::os::fd::RawFd;
use std::sync::atomic::Ordering;

use super::children::Child;
use crate::keeper::config::Config;
use crate::keeper::scoreboard::Scoreboard;
use crate::rule::kept;

/// When a keeper is to be started.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// At once.
    Now,
    /// After a moment, or as soon as something is said to it.
    Soon,
    /// When something is said to it.
    Asked,
}

/// When keepers are to be children of the process that started what stands by for them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Siblings {
    /// Always.
    Always,
    /// Where the first process of the family is given orphans when they are started.
    Adopted,
    /// Never.
    Never,
}

/// What a keeper begins with.
pub(super) struct Start<'a> {
    pub(super) keepers_end: RawFd,
    pub(super) board: &'static Scoreboard,
    pub(super) config: &'a Config,
    pub(super) when: When,
    /// PHP had other threads, whose locks may be held for ever in this process.
    pub(super) threads: bool,
    pub(super) siblings: Siblings,
    /// The process that started this one, if nothing of it may live longer.
    pub(super) bound: Option<u32>,
}

impl Start<'_> {
    /// For one that is nobody's child.
    pub(super) fn orphan(&self) -> Self {
        Self {
            siblings: Siblings::Never,
            bound: None,
            ..*self
        }
    }

    /// What a keeper that is started now is to what stands by for it.
    pub(super) fn kind(&self) -> Child {
        let adopts = || self.board.adopts.load(Ordering::Relaxed) != 0;
        match self.siblings {
            Siblings::Always => Child::Sibling,
            Siblings::Adopted if adopts() && kept!("adopts_by_now") => Child::Sibling,
            _ => Child::Ordinary,
        }
    }
}
