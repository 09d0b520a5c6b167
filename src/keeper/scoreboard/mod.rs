//! What a family and its keeper tell each other, in memory that both have mapped.
//!
//! All zero at first, and valid whatever process dies at whatever moment. Members ask by filling a [`LeaseSlot`],
//! the keeper answers in it; [`super::Link`] carries only the hint that there is something to look at.

mod cache;
mod hold;
mod lease;
mod registration;
mod registry;
mod text;

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use rustix::thread::futex;

use crate::cache::CACHES;
use crate::id::layout::MAX_NODE_BITS;
use crate::lease::Wanted;
use crate::lease::machine::Memory;

pub use cache::CacheSlot;
pub(in crate::keeper) use cache::uptime;
pub use cache::uptime_ns;
pub use hold::{HOLDS, HoldSlot, Holds};
pub use lease::{HURRY, LeaseSlot, MOVE};
pub(in crate::keeper) use registration::registration_of_place;
pub use registration::{
    Entry, LONGEST_PARENT, LONGEST_VALUE, REGISTRATIONS, RegistrationSlot, Registrations,
    place_of_registration,
};
pub(in crate::keeper) use registry::RegistrySlot;
pub use registry::{ConnectionState, Listing};
use text::Text;

const NODES: usize = 1 << MAX_NODE_BITS;

/// Leases that processes of one family can have for themselves at a time.
pub const OWN: usize = 4096;

/// The family's lease, one per node ID that is asked for by number, and those of processes.
const SLOTS: usize = 1 + NODES + OWN;

/// Registries in ZooKeeper that one family can use.
pub const REGISTRY_SLOTS: usize = 64;

/// The place of the family's lease.
pub const FAMILY: usize = 0;

/// A keeper that lived for so long has started well: the next one may be started at once.
pub(in crate::keeper) const SETTLED: Duration = Duration::from_millis(250);

/// What the keeper has counted of clients of ZooKeeper.
#[repr(C)]
pub struct ClientTally {
    /// Connections to the keeper, of processes and client objects.
    pub connections: AtomicU32,
    /// Sessions with ZooKeeper that light clients share.
    pub shared_sessions: AtomicU32,
    /// Sessions of clients' own.
    pub own_sessions: AtomicU32,
    /// Watches that wait for something.
    pub watches: AtomicU32,
    /// What is held for processes.
    pub held: AtomicU32,
    /// Requests, of all keepers of the family.
    pub requests: AtomicU64,
    /// Those of them that failed.
    pub failures: AtomicU64,
}

/// All that is shared.
#[repr(C)]
pub struct Scoreboard {
    /// Process ID of the keeper, as it sees itself; of the last one, if there is none.
    pub keeper: AtomicU32,
    /// Keepers that ended within [`SETTLED`] of their start, in a row.
    pub(in crate::keeper) failures: AtomicU32,
    /// When the last one was started, in ms of the system's uptime.
    pub(in crate::keeper) started: AtomicU64,
    /// Process ID of what stands by for keepers, as it sees itself; of the last one, if there is none.
    pub(in crate::keeper) standby: AtomicU32,
    /// Whether the family's first process is given the orphans of its descendants.
    pub(in crate::keeper) adopts: AtomicU32,
    /// Its PID namespace, or 0.
    pub(in crate::keeper) namespace: AtomicU64,
    /// When the last one was started that waits for a word, as above.
    pub(in crate::keeper) waits: AtomicU64,
    /// Leases that a ZooKeeper that can be reached holds for us, or will when it has answered.
    pub(in crate::keeper) engaged: AtomicU32,
    /// Whether the keeper has nothing left to do but to close a session that it is about to be given.
    pub(in crate::keeper) lingers: AtomicU32,
    /// Changes when `engaged` does.
    pub(in crate::keeper) turn: AtomicU32,
    /// Why no keeper could be started; empty after one was.
    pub(in crate::keeper) spawn_error: Text<32>,
    /// Keepers that have begun; and starts that failed.
    pub(in crate::keeper) keepers: AtomicU64,
    pub(in crate::keeper) spawn_failures: AtomicU64,
    /// Moves to another node because the clock went back.
    pub moves: AtomicU64,
    /// Leases that were lost to another owner.
    pub lost: AtomicU64,
    /// Permits that were given up because this machine is a copy.
    pub voided: AtomicU64,
    /// Where the keeper listens for that: see [`Scoreboard::generation`].
    pub(in crate::keeper) generation: AtomicU32,
    /// How often words or permits were found overwritten by others, and the node ID that this was about last.
    pub(in crate::keeper) overwritten: AtomicU64,
    overwritten_node: AtomicU32,
    /// Of clients of ZooKeeper.
    pub clients: ClientTally,
    /// `last` of every node ID that is leased from ZooKeeper.
    pub words: [AtomicU64; NODES],
    pub(in crate::keeper) registries: [RegistrySlot; REGISTRY_SLOTS],
    caches: [CacheSlot; CACHES],
    /// Which slots are in use, a bit each: most have never been touched, and are not to be.
    used: [AtomicU64; SLOTS.div_ceil(64)],
    slots: [LeaseSlot; SLOTS],
    /// Of processes.
    pub registrations: Registrations,
    /// For how long is held what processes hold.
    pub holds: Holds,
}

const FREE: u32 = 0;
const FILLING: u32 = 1;
const FILLED: u32 = 2;

impl Scoreboard {
    /// The registry of these, made known if need be. `None`: there are too many.
    pub fn registry(&self, dsn: &str, path: &str) -> Option<usize> {
        let places = self.registries.iter();
        place(
            places.map(|slot| (&slot.state, &slot.dsn, &slot.path)),
            dsn,
            path,
        )
    }

    /// The cache of these, made known if need be. `None`: there are too many.
    pub fn cache(&self, dsn: &str, path: &str) -> Option<usize> {
        let places = self.caches.iter();
        place(
            places.map(|slot| (&slot.state, &slot.dsn, &slot.path)),
            dsn,
            path,
        )
    }

    /// A cache that was made known.
    #[must_use]
    pub fn cached(&self, cache: usize) -> &CacheSlot {
        &self.caches[cache % CACHES]
    }

    /// The caches that were made known.
    pub fn caches(&self) -> impl Iterator<Item = usize> + '_ {
        // They are filled from the first on, and stay. To read what was never touched takes memory: 160 KiB.
        let touched = |cache: &usize| self.caches[*cache].state.load(Ordering::Acquire) != FREE;
        (0..CACHES)
            .take_while(touched)
            .filter(|cache| self.caches[*cache].is_filled())
    }

    /// A registry that was made known.
    #[must_use]
    pub fn at(&self, registry: usize) -> &RegistrySlot {
        &self.registries[registry % REGISTRY_SLOTS]
    }

    /// A slot by its place.
    #[must_use]
    pub fn slot(&self, index: usize) -> &LeaseSlot {
        &self.slots[index % SLOTS]
    }

    /// The slot for the family's lease or, by number, for one node ID. It is filled if need be.
    pub fn shared(&self, registry: usize, wanted: Wanted) -> usize {
        let index = match wanted {
            Wanted::Exactly(node) => 1 + usize::from(node) % NODES,
            _ => FAMILY,
        };
        let slot = self.slot(index);
        // Two that fill it at once fill in the same, unless they name two registries; then one wins, and
        // the node is bound to that one.
        if slot.state.load(Ordering::Acquire) != FILLED {
            slot.fill(registry, wanted, 0);
            self.mark_used(index);
        }
        index
    }

    /// A slot for a lease of the process `owner`; the one that it has, if so. `None`: all are in use.
    pub fn own(&self, registry: usize, owner: u64) -> Option<usize> {
        let mine = |&index: &usize| {
            let slot = self.slot(index);
            slot.owner() == owner && slot.registry() == registry && slot.is_filled()
        };
        if let Some(index) = self.used().find(mine) {
            return Some(index);
        }
        for index in 1 + NODES..SLOTS {
            if !self.is_used(index) && claim(&self.slot(index).state) {
                self.slot(index).fill(registry, Wanted::Any, owner);
                self.mark_used(index);
                return Some(index);
            }
        }
        None
    }

    /// The slots in use.
    pub fn used(&self) -> impl Iterator<Item = usize> + '_ {
        set(&self.used)
    }

    /// Where the last keeper heard, by name, if anywhere, whether this machine is a copy.
    #[must_use]
    pub fn generation(&self) -> Option<String> {
        super::generation::names(self.generation.load(Ordering::Relaxed))
    }

    /// How many keepers have followed the first; and how often none could be started.
    #[must_use]
    pub fn restarts(&self) -> (u64, u64) {
        let begun = self.keepers.load(Ordering::Relaxed);
        (
            begun.saturating_sub(1),
            self.spawn_failures.load(Ordering::Relaxed),
        )
    }

    /// Says why there is no keeper. The next one that starts takes it back.
    pub(in crate::keeper) fn fail(&self, reason: &str) {
        self.spawn_error.set(reason);
        self.spawn_failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Words or permits were found overwritten, and put right.
    pub fn tell_overwritten(&self, times: u64, node: u16) {
        if times > 0 {
            self.overwritten_node.store(node.into(), Ordering::Relaxed);
            self.overwritten.fetch_add(times, Ordering::Relaxed);
        }
    }

    /// How often they were, and a sentence that says so.
    #[must_use]
    pub fn overwritten(&self) -> (u64, Option<String>) {
        let times = self.overwritten.load(Ordering::Relaxed);
        let node = self.overwritten_node.load(Ordering::Relaxed);
        let told = (times > 0).then(|| {
            format!(
                "memory that all processes of this family can write was overwritten, last what belongs to node {node}: \
                 IDs may have been issued twice before that was found; end what does that (FFI, a faulty \
                 extension), and start PHP anew"
            )
        });
        (times, told)
    }

    /// Whether anybody but this process has a lease, or wants one, or is registered.
    pub(in crate::keeper) fn is_used_beside(&self, owner: u64) -> bool {
        let all = &self.registrations;
        self.used().any(|index| self.slot(index).owner() != owner)
            || all.used().any(|index| all.slot(index).owner() != owner)
    }

    /// Gives back the slot of a process, whose lease is released.
    pub(in crate::keeper) fn free(&self, index: usize) {
        let slot = self.slot(index);
        slot.owner.store(0, Ordering::Relaxed);
        slot.pid.store(0, Ordering::Relaxed);
        slot.asks.store(0, Ordering::Relaxed);
        slot.ridden.store(0, Ordering::Relaxed);
        slot.permit.store(0, Ordering::Relaxed);
        slot.renewed.store(0, Ordering::Relaxed);
        slot.claim.store(0, Ordering::Relaxed);
        for nonce in &slot.nonces {
            nonce.store(0, Ordering::Relaxed);
        }
        slot.error.set("");
        self.used[index / 64].fetch_and(!(1 << (index % 64)), Ordering::AcqRel);
        slot.state.store(FREE, Ordering::Release);
    }

    /// What a lease works on.
    pub(in crate::keeper) fn memory(&self, index: usize) -> Memory<'_> {
        let slot = self.slot(index);
        Memory {
            words: &self.words,
            permit: &slot.permit,
            nonces: &slot.nonces,
            claim: &slot.claim,
            ridden: &slot.ridden,
        }
    }

    fn is_used(&self, index: usize) -> bool {
        self.used[index / 64].load(Ordering::Acquire) >> (index % 64) & 1 == 1
    }

    fn mark_used(&self, index: usize) {
        self.used[index / 64].fetch_or(1 << (index % 64), Ordering::AcqRel);
    }
}

/// The place of what has that DSN and that path, which is filled with them if need be. `None`: all are in use.
fn place<'a, const D: usize, const P: usize>(
    places: impl Iterator<Item = (&'a AtomicU32, &'a Text<D>, &'a Text<P>)>,
    wanted_dsn: &str,
    wanted_path: &str,
) -> Option<usize> {
    for (index, (state, dsn, path)) in places.enumerate() {
        if claim(state) {
            dsn.set(wanted_dsn);
            path.set(wanted_path);
            state.store(FILLED, Ordering::Release);
            return Some(index);
        }
        // A sibling is at it; if it dies there, the place is lost and another one is taken.
        for _ in 0..1000 {
            if state.load(Ordering::Acquire) != FILLING {
                break;
            }
            std::thread::yield_now();
        }
        if dsn.is(wanted_dsn) && path.is(wanted_path) {
            return Some(index);
        }
    }
    None
}

/// The bits that are set.
fn set(words: &[AtomicU64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(word, bits)| {
        let bits = bits.load(Ordering::Acquire);
        (0..64)
            .filter(move |bit| bits >> bit & 1 == 1)
            .map(move |bit| word * 64 + bit)
    })
}

/// Whether the caller is the one to fill what was free.
fn claim(state: &AtomicU32) -> bool {
    state
        .compare_exchange(FREE, FILLING, Ordering::AcqRel, Ordering::Acquire)
        .is_ok()
}

pub(in crate::keeper) fn wait(word: &AtomicU32, seen: u32, most: Duration) {
    let most = rustix::time::Timespec::try_from(most).unwrap_or(rustix::time::Timespec {
        tv_sec: 1,
        tv_nsec: 0,
    });
    // Whatever ends it, the caller looks again.
    let _ = futex::wait(word, futex::Flags::empty(), seen, Some(&most));
}

pub(in crate::keeper) fn changed(word: &AtomicU32) {
    word.fetch_add(1, Ordering::AcqRel);
    let _ = futex::wake(word, futex::Flags::empty(), i32::MAX as u32);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board() -> Box<Scoreboard> {
        // SAFETY: all zeroes are valid for a `Scoreboard`, which is made of atomics.
        unsafe { Box::<Scoreboard>::new_zeroed().assume_init() }
    }

    #[test]
    fn a_site_is_known_by_dsn_and_path() {
        let board = board();
        assert_eq!(board.registry("a:1", "/x"), Some(0));
        assert_eq!(board.registry("a:1", "/y"), Some(1));
        assert_eq!(board.registry("a:1", "/x"), Some(0));
        for n in 2..REGISTRY_SLOTS {
            assert_eq!(board.registry("b:1", &format!("/{n}")), Some(n));
        }
        assert_eq!(board.registry("c:1", "/"), None);
        assert_eq!(board.at(1).path(), "/y");
    }

    #[test]
    fn a_slot_is_the_familys_or_of_one_process() {
        let board = board();
        assert_eq!(board.shared(3, Wanted::Any), FAMILY);
        assert_eq!(board.shared(3, Wanted::Exactly(0)), 1);
        assert_eq!(board.slot(1).wanted(), Wanted::Exactly(0));
        let own = board.own(3, 77).unwrap();
        assert_eq!(board.own(3, 77), Some(own));
        assert_ne!(board.own(4, 77), Some(own), "another registry");
        assert_ne!(board.own(3, 78), Some(own), "another process");
        assert_eq!(board.used().count(), 5);
        board.free(own);
        assert_eq!(board.used().count(), 4);
        for owner in 100..100 + OWN as u64 - 2 {
            board.own(3, owner).unwrap();
        }
        assert_eq!(board.own(3, 99), None);
    }
}
