//! The keeper: one small process per family, which alone talks to ZooKeeper.
//!
//! PHP forks when it likes, and a client of ZooKeeper does not survive that; a session per worker would
//! swamp the servers. So nothing of ours runs inside PHP: its processes share a [`Board`] with the keeper,
//! which leases the family's node IDs and those of single processes, and publishes permits there. A [`Link`]
//! ties the two together. Whoever needs a keeper and finds none starts one ([`ensure`]), and a process that stands by
//! to start the next one when it is killed; that takes over what it finds on the board.

mod board;
mod connect;
mod link;
mod owner;
mod process;
mod serve;
mod session;
mod spawn;
mod standby;
mod tenure;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::id::Layout;
use crate::lease::machine::Terms;
use crate::rule::kept;

pub use board::{Board, FAMILY, HURRY, MOVE, OWN, SITES, Slot, Standing};
pub use link::{Link, has_hung_up};
pub use spawn::ensure;

/// What a keeper has to do: the same for every keeper of a family.
#[derive(Clone)]
pub struct Duty {
    /// The layout of the IDs.
    pub layout: Layout,
    /// How leases are kept.
    pub terms: Terms,
    /// `ticket.session_timeout`.
    pub session_timeout: Duration,
    /// `ticket.release_timeout`.
    pub release_timeout: Duration,
    /// The process that started the family.
    pub pid: u32,
    /// PHP's name for the way it runs.
    pub sapi: String,
    /// Which registry each node ID was leased from.
    pub bound: &'static [AtomicU64],
    /// Gives back the memory that the process has as a fork of PHP.
    pub forget: fn(),
}

/// Leaves the family. If the caller was its last process and `wait` is set, waits until the keeper has
/// released what a ZooKeeper within reach holds for it, at most `most`.
pub fn leave(link: Link, board: &Board, wait: bool, most: Duration) {
    let left = link.leave();
    if !left.last || !wait || !kept!("last_one_waits") {
        return;
    }
    let started = Instant::now();
    loop {
        let turn = board.turn.load(Ordering::SeqCst);
        // The keeper sets it before it sends what would engage it, and then looks whether we are still there.
        if board.engaged.load(Ordering::SeqCst) == 0
            || !left.has_keeper() && kept!("waits_for_a_keeper")
        {
            return;
        }
        let rest = most.saturating_sub(started.elapsed());
        if rest.is_zero() {
            return;
        }
        board::wait(&board.turn, turn, rest.min(LOOK_AGAIN));
    }
}

impl Board {
    /// Why no keeper could be started, if that is so.
    #[must_use]
    pub fn spawn_error(&self) -> String {
        self.spawn_error.get()
    }
}

/// After what time whoever waits for the keeper looks whether there is one.
pub const LOOK_AGAIN: Duration = Duration::from_millis(50);
