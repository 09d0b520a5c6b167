//! What all that the keeper does works on.

use std::cell::Cell;
use std::os::fd::OwnedFd;
use std::sync::atomic::Ordering;

use async_executor::LocalExecutor;
use async_io::Async;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::config::Config;
use super::files::Files;
use super::link;
use super::scoreboard::{self, Scoreboard};

/// One keeper's, from its start to its end.
pub(in crate::keeper) struct Context {
    pub(in crate::keeper) board: &'static Scoreboard,
    pub(in crate::keeper) config: Config,
    /// What sessions go by unless their clients have said otherwise.
    pub(in crate::keeper) files: Files,
    pub(in crate::keeper) executor: LocalExecutor<'static>,
    /// What the family says.
    pub(in crate::keeper) keepers_end: Async<OwnedFd>,
    /// The family has ended, and what is left is given back.
    pub(in crate::keeper) closing: Cell<bool>,
    /// Descriptors that this process may have.
    pub(in crate::keeper) most_descriptors: usize,
    /// Processes that are watched since they have a lease of their own. Each takes two descriptors.
    pub(in crate::keeper) owners: Cell<usize>,
    engaged: Cell<u32>,
}

impl Context {
    pub(in crate::keeper) fn new(
        keepers_end: Async<OwnedFd>,
        board: &'static Scoreboard,
        config: Config,
        files: Files,
        most_descriptors: usize,
    ) -> Self {
        Self {
            board,
            config,
            files,
            executor: LocalExecutor::new(),
            keepers_end,
            closing: Cell::new(false),
            most_descriptors,
            owners: Cell::new(0),
            engaged: Cell::new(0),
        }
    }

    /// Whether all of PHP has ended.
    pub(in crate::keeper) fn has_ended(&self) -> bool {
        self.closing.get() || link::has_hung_up(&self.keepers_end)
    }

    /// Tells the board how many leases are held, or about to be, at a ZooKeeper within reach, where those of one registry
    /// were `before` and are `now`.
    pub(in crate::keeper) fn engage(&self, before: u32, now: u32) {
        self.engaged.set(self.engaged.get() + now - before);
        self.board
            .engaged
            .store(self.engaged.get(), Ordering::SeqCst);
        scoreboard::changed(&self.board.turn);
    }
}

/// Descriptors that the keeper needs for anything but processes and clients.
pub(in crate::keeper) const SPARE: usize = 32;

/// Raises the limit on this process's descriptors as far as it may, and says how many those are.
pub(in crate::keeper) fn raise_limit() -> usize {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap_or((0, 0));
    let most = match setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(_) => soft,
    };
    usize::try_from(most).unwrap_or(usize::MAX)
}
