//! What a family and its keeper tell each other, in memory that both have mapped.
//!
//! All zero at first, and valid whatever process dies at whatever moment. Members ask by filling a [`Slot`],
//! the keeper answers in it; [`super::Link`] carries only the hint that there is something to look at.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use rustix::thread::futex;

use crate::id::layout::MAX_NODE_BITS;
use crate::lease::Wanted;
use crate::lease::machine::{ATTEMPTS, Memory};

const NODES: usize = 1 << MAX_NODE_BITS;

/// Leases that processes of one family can have for themselves at a time.
pub const OWN: usize = 4096;

/// The family's lease, one per node ID that is asked for by number, and those of processes.
const SLOTS: usize = 1 + NODES + OWN;

/// Registries in ZooKeeper that one family can use.
pub const SITES: usize = 64;

/// The place of the family's lease.
pub const FAMILY: usize = 0;

/// All that is shared.
#[repr(C)]
pub struct Board {
    /// Process ID of the keeper, as it sees itself; of the last one, if there is none.
    pub keeper: AtomicU32,
    /// Keepers that ended within [`super::spawn::SETTLED`] of their start, in a row.
    pub(super) failures: AtomicU32,
    /// When the last one was started, in ms of the system's uptime.
    pub(super) started: AtomicU64,
    /// Leases that a ZooKeeper that can be reached holds for us, or will when it has answered.
    pub(super) engaged: AtomicU32,
    /// Changes when `engaged` does.
    pub(super) turn: AtomicU32,
    /// Why no keeper could be started; empty after one was.
    pub(super) spawn_error: Text<32>,
    /// Moves to another node because the clock went back.
    pub moves: AtomicU64,
    /// Leases that were lost to another owner.
    pub lost: AtomicU64,
    /// `last` of every node ID that is leased from ZooKeeper.
    pub words: [AtomicU64; NODES],
    pub(super) sites: [Site; SITES],
    /// Which slots are in use, a bit each: most have never been touched, and are not to be.
    used: [AtomicU64; SLOTS.div_ceil(64)],
    slots: [Slot; SLOTS],
}

/// A registry in ZooKeeper.
#[repr(C)]
pub struct Site {
    /// 0: free, 1: being filled, 2: filled, for the family's life.
    state: AtomicU32,
    /// A [`Standing`].
    pub(super) link: AtomicU32,
    /// The session's ID, or 0.
    pub(super) session: AtomicU64,
    pub(super) dsn: Text<128>,
    pub(super) path: Text<64>,
    /// The DSN with addresses for names, for a keeper that cannot look them up.
    pub(super) resolved: Text<128>,
    /// Why there is no session.
    pub(super) error: Text<64>,
}

/// How a site's session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Standing {
    /// There has been none.
    None,
    /// It can be used.
    Connected,
    /// The client looks for a server that will go on with it.
    Disconnected,
    /// It has ended; a new one is sought.
    Expired,
}

/// One lease.
#[repr(C)]
pub struct Slot {
    /// Changes, and wakes those who wait, whenever the keeper has changed the rest.
    turn: AtomicU32,
    /// 0: free, 1: being filled, 2: filled.
    state: AtomicU32,
    site: AtomicU32,
    /// 0: any; else the node ID + 1.
    wanted: AtomicU32,
    /// The process whose own it is, by a number that no parent and no fork of it has; 0: the family's.
    owner: AtomicU64,
    /// That process's ID as the keeper saw it, and when the process was started; 0 if unknown.
    pub(super) pid: AtomicU32,
    pub(super) since: AtomicU64,
    /// [`HURRY`], [`MOVE`].
    pub(super) asks: AtomicU32,
    permit: AtomicU64,
    nonces: [AtomicU64; 1 + ATTEMPTS],
    claim: AtomicU64,
    pub(super) error: Text<64>,
}

/// The permit is about to be used up.
pub const HURRY: u32 = 1;
/// The clock is behind, further than can be borne.
pub const MOVE: u32 = 2;

const FREE: u32 = 0;
const FILLING: u32 = 1;
const FILLED: u32 = 2;

impl Board {
    /// The site of these, made known if need be. `None`: there are too many.
    pub fn site(&self, dsn: &str, path: &str) -> Option<usize> {
        for (index, site) in self.sites.iter().enumerate() {
            if claim(&site.state) {
                site.dsn.set(dsn);
                site.path.set(path);
                site.state.store(FILLED, Ordering::Release);
                return Some(index);
            }
            // A sibling is at it; if it dies there, the site is lost and another one is taken.
            for _ in 0..1000 {
                if site.state.load(Ordering::Acquire) != FILLING {
                    break;
                }
                std::thread::yield_now();
            }
            if site.dsn.get() == dsn && site.path.get() == path {
                return Some(index);
            }
        }
        None
    }

    /// A site that was made known.
    #[must_use]
    pub fn at(&self, site: usize) -> &Site {
        &self.sites[site % SITES]
    }

    /// A slot by its place.
    #[must_use]
    pub fn slot(&self, index: usize) -> &Slot {
        &self.slots[index % SLOTS]
    }

    /// The slot for the family's lease or, by number, for one node ID. It is filled if need be.
    pub fn shared(&self, site: usize, wanted: Wanted) -> usize {
        let index = match wanted {
            Wanted::Exactly(node) => 1 + usize::from(node) % NODES,
            _ => FAMILY,
        };
        let slot = self.slot(index);
        // Two that fill it at once fill in the same, unless they name two registries; then one wins, and
        // the node is bound to that one.
        if slot.state.load(Ordering::Acquire) != FILLED {
            slot.fill(site, wanted, 0);
            self.mark_used(index);
        }
        index
    }

    /// A slot for a lease of the process `owner`; the one that it has, if so. `None`: all are in use.
    pub fn own(&self, site: usize, owner: u64) -> Option<usize> {
        let mine = |&index: &usize| {
            let slot = self.slot(index);
            slot.owner() == owner && slot.site() == site && slot.is_filled()
        };
        if let Some(index) = self.used().find(mine) {
            return Some(index);
        }
        for index in 1 + NODES..SLOTS {
            if !self.is_used(index) && claim(&self.slot(index).state) {
                self.slot(index).fill(site, Wanted::Any, owner);
                self.mark_used(index);
                return Some(index);
            }
        }
        None
    }

    /// The slots in use.
    pub fn used(&self) -> impl Iterator<Item = usize> + '_ {
        self.used.iter().enumerate().flat_map(|(word, bits)| {
            let bits = bits.load(Ordering::Acquire);
            (0..64)
                .filter(move |bit| bits >> bit & 1 == 1)
                .map(move |bit| word * 64 + bit)
        })
    }

    /// Gives back the slot of a process, whose lease is released.
    pub(super) fn free(&self, index: usize) {
        let slot = self.slot(index);
        slot.owner.store(0, Ordering::Relaxed);
        slot.pid.store(0, Ordering::Relaxed);
        slot.asks.store(0, Ordering::Relaxed);
        slot.permit.store(0, Ordering::Relaxed);
        slot.claim.store(0, Ordering::Relaxed);
        for nonce in &slot.nonces {
            nonce.store(0, Ordering::Relaxed);
        }
        slot.error.set("");
        self.used[index / 64].fetch_and(!(1 << (index % 64)), Ordering::AcqRel);
        slot.state.store(FREE, Ordering::Release);
    }

    /// What a lease works on.
    pub(super) fn memory(&self, index: usize) -> Memory<'_> {
        let slot = self.slot(index);
        Memory {
            words: &self.words,
            permit: &slot.permit,
            nonces: &slot.nonces,
            claim: &slot.claim,
        }
    }

    fn is_used(&self, index: usize) -> bool {
        self.used[index / 64].load(Ordering::Acquire) >> (index % 64) & 1 == 1
    }

    fn mark_used(&self, index: usize) {
        self.used[index / 64].fetch_or(1 << (index % 64), Ordering::AcqRel);
    }
}

/// Whether the caller is the one to fill what was free.
fn claim(state: &AtomicU32) -> bool {
    state
        .compare_exchange(FREE, FILLING, Ordering::AcqRel, Ordering::Acquire)
        .is_ok()
}

impl Slot {
    fn fill(&self, site: usize, wanted: Wanted, owner: u64) {
        // At most SITES.
        self.site.store(site as u32, Ordering::Relaxed);
        let wanted = match wanted {
            Wanted::Exactly(node) => u32::from(node) + 1,
            _ => 0,
        };
        self.wanted.store(wanted, Ordering::Relaxed);
        self.owner.store(owner, Ordering::Relaxed);
        self.state.store(FILLED, Ordering::Release);
    }

    pub(super) fn is_filled(&self) -> bool {
        self.state.load(Ordering::Acquire) == FILLED
    }

    /// The registry that the lease is of.
    #[must_use]
    pub fn site(&self) -> usize {
        self.site.load(Ordering::Relaxed) as usize
    }

    pub(super) fn wanted(&self) -> Wanted {
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

    /// The permit word.
    #[must_use]
    pub fn permit(&self) -> u64 {
        self.permit.load(Ordering::Acquire)
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
    pub(super) fn take(&self, what: u32) -> bool {
        self.asks.fetch_and(!what, Ordering::AcqRel) & what != 0
    }

    /// What to give to [`Slot::wait`], read before looking at the rest.
    #[must_use]
    pub fn turn(&self) -> u32 {
        self.turn.load(Ordering::Acquire)
    }

    /// Waits until something changes.
    pub fn wait(&self, turn: u32, most: Duration) {
        wait(&self.turn, turn, most);
    }

    pub(super) fn changed(&self) {
        changed(&self.turn);
    }

    /// Why there is no lease, as far as the registry's answers go.
    #[must_use]
    pub fn error(&self) -> String {
        self.error.get()
    }
}

impl Site {
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
    pub fn session(&self) -> (Standing, u64) {
        let standing = match self.link.load(Ordering::Acquire) {
            1 => Standing::Connected,
            2 => Standing::Disconnected,
            3 => Standing::Expired,
            _ => Standing::None,
        };
        (standing, self.session.load(Ordering::Acquire))
    }

    /// Why there is no session.
    #[must_use]
    pub fn error(&self) -> String {
        self.error.get()
    }
}

pub(super) fn wait(word: &AtomicU32, seen: u32, most: Duration) {
    let most = rustix::time::Timespec::try_from(most).unwrap_or(rustix::time::Timespec {
        tv_sec: 1,
        tv_nsec: 0,
    });
    // Whatever ends it, the caller looks again.
    let _ = futex::wait(word, futex::Flags::empty(), seen, Some(&most));
}

pub(super) fn changed(word: &AtomicU32) {
    word.fetch_add(1, Ordering::AcqRel);
    let _ = futex::wake(word, futex::Flags::empty(), i32::MAX as u32);
}

/// A text of up to `8 * WORDS` bytes; what is longer is cut.
#[repr(C)]
pub(super) struct Text<const WORDS: usize> {
    /// Odd while the text is being written.
    turn: AtomicU32,
    length: AtomicU32,
    words: [AtomicU64; WORDS],
}

impl<const WORDS: usize> Text<WORDS> {
    /// Writers must not be several at a time, or write the same.
    pub(super) fn set(&self, text: &str) {
        let mut end = text.len().min(8 * WORDS);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let turn = self.turn.load(Ordering::Relaxed) | 1;
        self.turn.store(turn, Ordering::SeqCst);
        for (word, bytes) in self.words.iter().zip(text.as_bytes()[..end].chunks(8)) {
            let mut padded = [0; 8];
            padded[..bytes.len()].copy_from_slice(bytes);
            word.store(u64::from_le_bytes(padded), Ordering::SeqCst);
        }
        self.length.store(end as u32, Ordering::SeqCst);
        self.turn.store(turn.wrapping_add(1), Ordering::SeqCst);
    }

    pub(super) fn get(&self) -> String {
        let mut bytes = Vec::new();
        // A writer that was killed leaves the text half-written until the next one.
        for _ in 0..100 {
            let turn = self.turn.load(Ordering::SeqCst);
            let length = (self.length.load(Ordering::SeqCst) as usize).min(8 * WORDS);
            bytes.clear();
            for word in &self.words[..length.div_ceil(8)] {
                bytes.extend(word.load(Ordering::SeqCst).to_le_bytes());
            }
            bytes.truncate(length);
            if turn & 1 == 0 && self.turn.load(Ordering::SeqCst) == turn {
                break;
            }
            std::thread::yield_now();
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board() -> Box<Board> {
        // SAFETY: all zeroes are valid for a `Board`, which is made of atomics.
        unsafe { Box::<Board>::new_zeroed().assume_init() }
    }

    #[test]
    fn a_site_is_known_by_dsn_and_path() {
        let board = board();
        assert_eq!(board.site("a:1", "/x"), Some(0));
        assert_eq!(board.site("a:1", "/y"), Some(1));
        assert_eq!(board.site("a:1", "/x"), Some(0));
        for n in 2..SITES {
            assert_eq!(board.site("b:1", &format!("/{n}")), Some(n));
        }
        assert_eq!(board.site("c:1", "/"), None);
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

    #[test]
    fn a_text_is_cut_between_characters() {
        let text: Text<2> = Text {
            turn: AtomicU32::new(0),
            length: AtomicU32::new(0),
            words: [const { AtomicU64::new(0) }; 2],
        };
        assert_eq!(text.get(), "");
        text.set("fifteen bytes..é");
        assert_eq!(text.get(), "fifteen bytes..");
        text.set("short");
        assert_eq!(text.get(), "short");
        // A writer was killed.
        text.turn.fetch_or(1, Ordering::SeqCst);
        assert_eq!(text.get(), "short");
        text.set("next");
        assert_eq!(text.get(), "next");
    }
}
