//! The family's memory that a lease works on, and its nonces.

use std::sync::atomic::Ordering;

use crate::rule::kept;
use crate::sync::{AtomicU32, AtomicU64, fence};

/// Nonces of writes whose outcome is not known yet, per lease. One more replaces the oldest; if that one
/// lands after all, it looks like a stranger's, and the lease is lost, which is safe.
pub const ATTEMPTS: usize = 7;

/// The memory of the family that a lease works on.
#[derive(Clone, Copy)]
pub struct Memory<'a> {
    /// `last` of every node ID.
    pub words: &'a [AtomicU64],
    /// The permit word.
    pub permit: &'a AtomicU64,
    /// The nonce in our mark, then those of attempts. Survives the process that runs the machine.
    pub nonces: &'a [AtomicU64; 1 + ATTEMPTS],
    /// The nonce in our claim. The mark's changes with every write.
    pub claim: &'a AtomicU64,
    /// Not 0: more processes may issue from the lease than the one that it is for. Set before they read the
    /// permit.
    pub ridden: &'a AtomicU32,
}

/// Before another process than the one that the lease is for looks at the permit to issue with it.
pub fn ride(ridden: &AtomicU32) {
    ridden.store(1, Ordering::SeqCst);
    // The machine withdraws the permit before it looks whether anyone rides (`Machine::release`).
    if kept!("ride_fence") {
        fence(Ordering::SeqCst);
    }
}

impl Memory<'_> {
    /// Rule 7: a nonce for a write, kept before the write is sent.
    pub(super) fn attempt(&self, nonce: u64) -> u64 {
        // The oldest attempt makes room.
        for pair in self.nonces[1..].windows(2).rev() {
            pair[1].store(pair[0].load(Ordering::Acquire), Ordering::Release);
        }
        if kept!("nonce_before_send") {
            self.nonces[1].store(nonce, Ordering::Release);
        }
        nonce
    }

    /// The nonce is in our mark.
    pub(super) fn keep(&self, nonce: u64) {
        self.nonces[0].store(nonce, Ordering::Release);
    }

    /// No nonce is ours any more.
    pub(super) fn forget(&self) {
        for nonce in self.nonces.iter().chain([self.claim]) {
            nonce.store(0, Ordering::Release);
        }
    }

    pub(super) fn is_ours(&self, nonce: u64) -> bool {
        let mut kept = self.nonces.iter();
        nonce != 0 && kept.any(|ours| ours.load(Ordering::Acquire) == nonce)
    }

    pub(super) fn is_our_claim(&self, nonce: u64) -> bool {
        !kept!("claim_of_ours")
            || self.is_ours(nonce)
            || nonce != 0 && self.claim.load(Ordering::Acquire) == nonce
    }
}
