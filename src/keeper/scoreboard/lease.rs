//! One lease: what is asked for, and what there is.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use super::cache::uptime;
use super::registry::age;
use super::text::Text;
use super::{FILLED, changed, wait};
use crate::lease::Wanted;
use crate::lease::machine::{self, ATTEMPTS};

/// One lease.
#[repr(C)]
pub struct LeaseSlot {
    /// Changes, and wakes those who wait, whenever the keeper has changed the rest.
    turn: AtomicU32,
    /// 0: free, 1: being filled, 2: filled.
    pub(super) state: AtomicU32,
    registry: AtomicU32,
    /// 0: any; else the node ID + 1.
    wanted: AtomicU32,
    /// The process whose own it is, by a number that no parent and no fork of it has; 0: the family's.
    pub(super) owner: AtomicU64,
    /// That process's ID as the keeper saw it, and when the process was started; 0 if unknown.
    pub(in crate::keeper) pid: AtomicU32,
    pub(in crate::keeper) since: AtomicU64,
    /// Whether processes other than the owner issue from it, or are about to: those that asked for its node by
    /// number. Set before they read the permit.
    pub(super) ridden: AtomicU32,
    /// [`HURRY`], [`MOVE`].
    pub(in crate::keeper) asks: AtomicU32,
    pub(super) permit: AtomicU64,
    /// When the keeper saw another mark in it last, in ms of the system's uptime, or 0.
    pub(super) renewed: AtomicU64,
    pub(super) nonces: [AtomicU64; 1 + ATTEMPTS],
    pub(super) claim: AtomicU64,
    pub(in crate::keeper) error: Text<64>,
}

/// The permit is about to be used up.
pub const HURRY: u32 = 1;
/// The clock is behind, further than can be borne.
pub const MOVE: u32 = 2;

impl LeaseSlot {
    pub(super) fn fill(&self, registry: usize, wanted: Wanted, owner: u64) {
        // At most REGISTRY_SLOTS.
        self.registry.store(registry as u32, Ordering::Relaxed);
        let wanted = match wanted {
            Wanted::Exactly(node) => u32::from(node) + 1,
            _ => 0,
        };
        self.wanted.store(wanted, Ordering::Relaxed);
        self.owner.store(owner, Ordering::Relaxed);
        // As it sees itself; the keeper learns from its registration how it sees it.
        let pid = if owner == 0 { 0 } else { std::process::id() };
        self.pid.store(pid, Ordering::Relaxed);
        self.since.store(0, Ordering::Relaxed);
        self.state.store(FILLED, Ordering::Release);
    }

    pub(in crate::keeper) fn is_filled(&self) -> bool {
        self.state.load(Ordering::Acquire) == FILLED
    }

    /// The registry that the lease is of.
    #[must_use]
    pub fn registry(&self) -> usize {
        self.registry.load(Ordering::Relaxed) as usize
    }

    pub(in crate::keeper) fn wanted(&self) -> Wanted {
        match self.wanted.load(Ordering::Relaxed).checked_sub(1) {
            // What was stored came from a u16.
            Some(node) => Wanted::Exactly(node as u16),
            None => Wanted::Any,
        }
    }

    /// The process whose own it is; 0: the family's.
    #[must_use]
    pub fn owner(&self) -> u64 {
        self.owner.load(Ordering::Relaxed)
    }

    /// Before another process than the owner looks at the permit to issue with it.
    pub fn ride(&self) {
        machine::ride(&self.ridden);
    }

    /// Makes it the family's, if others than its owner issue from it.
    pub(in crate::keeper) fn hand_over(&self) -> bool {
        let ridden = self.ridden.load(Ordering::SeqCst) != 0;
        if ridden {
            self.owner.store(0, Ordering::Release);
        }
        ridden
    }

    /// The permit word.
    #[must_use]
    pub fn permit(&self) -> u64 {
        self.permit.load(Ordering::Acquire)
    }

    /// How many ms ago its mark was moved ahead last; `None`: it never was.
    #[must_use]
    pub fn renewed(&self) -> Option<u64> {
        age(&self.renewed)
    }

    /// Its mark was moved ahead.
    pub(in crate::keeper) fn renew(&self) {
        self.renewed.store(uptime(), Ordering::Release);
    }

    /// Asks the keeper for something. The caller then sends the hint.
    pub fn ask(&self, what: u32) {
        self.asks.fetch_or(what, Ordering::AcqRel);
    }

    /// Whether what was asked for is not answered yet.
    #[must_use]
    pub fn is_asked(&self, what: u32) -> bool {
        self.asks.load(Ordering::Acquire) & what != 0
    }

    /// Answers what was asked for; returns whether it was.
    pub(in crate::keeper) fn take(&self, what: u32) -> bool {
        self.asks.fetch_and(!what, Ordering::AcqRel) & what != 0
    }

    /// What to give to [`LeaseSlot::wait`], read before looking at the rest.
    #[must_use]
    pub fn turn(&self) -> u32 {
        self.turn.load(Ordering::Acquire)
    }

    /// Waits until something changes.
    pub fn wait(&self, turn: u32, most: Duration) {
        wait(&self.turn, turn, most);
    }

    pub(in crate::keeper) fn changed(&self) {
        changed(&self.turn);
    }

    /// Why there is no lease, as far as the registry's answers go.
    #[must_use]
    pub fn error(&self) -> String {
        self.error.get()
    }
}
