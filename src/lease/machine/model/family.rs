//! A family of the model, and its keeper's machines, as values that can be compared.

use std::num::NonZeroU64;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::super::{ATTEMPTS, Aside, Bindings, Candidates, Machine, Memory, Spare, State, Wanted};
use super::registry::NODES;
use super::scene::Scene;
use super::world::{Session, Talk};
use crate::id::{Layout, Permit};

pub(super) const LAYOUT: Layout = Layout::TINY;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Family {
    /// `last` of each node.
    pub(super) words: [u64; NODES],
    pub(super) session: Session,
    pub(super) leases: Vec<Lease>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Lease {
    pub(super) wanted: Wanted,
    pub(super) machine: Parts,
    pub(super) memory: Kept,
    pub(super) talk: Talk,
    /// A caller that has read this permit and sleeps. Others read it when they issue.
    pub(super) sleeper: u64,
    /// The sleeper is of another process than the one that the lease is for.
    pub(super) rider: bool,
}

/// What a lease has in the family's memory.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Kept {
    pub(super) permit: u64,
    pub(super) nonces: [u64; 1 + ATTEMPTS],
    pub(super) claim: u64,
    pub(super) ridden: u32,
}

/// What the keeper has of a machine, but for what is the same in all of them or is only told to people.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Parts {
    pub(super) state: State,
    online: bool,
    closing: bool,
    abandoned: bool,
    aside: Option<Aside>,
    pub(super) spare: Option<Spare>,
    pub(super) moved_to: Option<u16>,
}

/// The family's memory, as the code sees it.
pub(super) struct Shared {
    words: [AtomicU64; 1 << 2],
    permit: AtomicU64,
    nonces: [AtomicU64; 1 + ATTEMPTS],
    claim: AtomicU64,
    ridden: AtomicU32,
}

impl Family {
    pub(super) fn new(scene: &Scene, wanted: &[Wanted]) -> Self {
        let words = [0; NODES];
        let lease = |&wanted: &Wanted| Lease::new(scene, wanted, &words);
        Self {
            words,
            session: 0,
            leases: wanted.iter().map(lease).collect(),
        }
    }
}

impl Lease {
    fn new(scene: &Scene, wanted: Wanted, words: &[u64; NODES]) -> Self {
        let shared = Shared::new(words, &Kept::default());
        Self {
            wanted,
            machine: Parts::new(scene, wanted, shared.memory()),
            memory: Kept::default(),
            talk: Talk::Quiet,
            sleeper: Permit::NONE,
            rider: false,
        }
    }

    /// As when a slot of the board is freed and filled again.
    pub(super) fn begin_again(&mut self, scene: &Scene, words: &[u64; NODES]) {
        *self = Self {
            sleeper: self.sleeper,
            rider: self.rider,
            ..Self::new(scene, self.wanted, words)
        };
    }

    pub(super) fn take_talk(&mut self) -> Talk {
        std::mem::replace(&mut self.talk, Talk::Quiet)
    }

    pub(super) fn is_released(&self) -> bool {
        self.machine.state == State::Released
    }

    /// The node of its permit; 0 if it has none.
    pub(super) fn node(&self) -> u16 {
        Permit::unpack(self.memory.permit, &LAYOUT).node
    }

    pub(super) fn is_ours(&self, nonce: u64) -> bool {
        nonce != 0 && self.memory.nonces.contains(&nonce)
    }
}

impl Parts {
    pub(super) fn new(scene: &Scene, wanted: Wanted, memory: Memory<'_>) -> Self {
        Self::of(machine(scene, wanted, memory, 0))
    }

    pub(super) fn of(machine: Machine<'_>) -> Self {
        // All are named, so that a new one is not forgotten here.
        let Machine {
            layout: _,
            terms: _,
            wanted: _,
            memory: _,
            bindings: _,
            random: _,
            state,
            at: _,
            online,
            closing,
            abandoned,
            aside,
            spare,
            moved_to,
            reason: _,
            remark: _,
            odd: _,
            unusable: _,
            // The seeds say there which node is looked at first.
            suggested: _,
            tally: _,
            // In the model nobody else writes into a family's memory.
            published: _,
            floors: _,
        } = machine;
        Self {
            state,
            online,
            closing,
            abandoned,
            aside,
            spare,
            moved_to,
        }
    }

    /// The machine, whose pause is over.
    pub(super) fn revived<'a>(
        self,
        scene: &Scene,
        wanted: Wanted,
        memory: Memory<'a>,
        seed: u64,
    ) -> Machine<'a> {
        Machine {
            state: self.state,
            online: self.online,
            closing: self.closing,
            abandoned: self.abandoned,
            aside: self.aside,
            spare: self.spare,
            moved_to: self.moved_to,
            ..machine(scene, wanted, memory, seed)
        }
    }

    /// The nonces that it knows.
    pub(super) fn nonces(&mut self, each: &mut impl FnMut(&mut u64)) {
        match &mut self.state {
            State::Extending { nonce, .. } => each(nonce),
            State::Acquiring { nonce, left, .. } => {
                each(nonce);
                left.nonces(each);
            }
            State::Choosing { left, .. } | State::Listing(Some(left)) => left.nonces(each),
            State::Sparing { spare, .. } | State::Doubting { spare, .. } => spare.nonces(each),
            _ => {}
        }
        if let Some(spare) = &mut self.spare {
            spare.nonces(each);
        }
    }
}

impl Spare {
    fn nonces(&mut self, each: &mut impl FnMut(&mut u64)) {
        each(&mut self.nonce);
        each(&mut self.claim);
    }
}

impl Candidates {
    fn nonces(&mut self, each: &mut impl FnMut(&mut u64)) {
        if let Some((_, Some(mark))) = &mut self.best {
            each(&mut mark.nonce);
        }
    }
}

fn machine<'a>(scene: &Scene, wanted: Wanted, memory: Memory<'a>, seed: u64) -> Machine<'a> {
    let (bindings, random) = (bindings(scene.nodes), fastrand::Rng::with_seed(seed));
    Machine::new(LAYOUT, scene.terms, wanted, memory, bindings, random)
}

/// Only so many nodes are this registry's.
fn bindings(nodes: usize) -> Bindings {
    static BOUND: LazyLock<[[AtomicU64; 1 << 2]; NODES]> = LazyLock::new(|| {
        let bound: [[u64; 1 << 2]; NODES] = [[2, 1, 2, 2], [2, 1, 1, 2]];
        bound.map(|slots| slots.map(AtomicU64::new))
    });
    Bindings::new(&BOUND[nodes - 1], NonZeroU64::MIN)
}

impl Shared {
    pub(super) fn new(words: &[u64; NODES], kept: &Kept) -> Self {
        Self {
            words: [0, words[0], words[1], 0].map(AtomicU64::new),
            permit: AtomicU64::new(kept.permit),
            nonces: kept.nonces.map(AtomicU64::new),
            claim: AtomicU64::new(kept.claim),
            ridden: AtomicU32::new(kept.ridden),
        }
    }

    pub(super) fn memory(&self) -> Memory<'_> {
        Memory {
            words: &self.words,
            permit: &self.permit,
            nonces: &self.nonces,
            claim: &self.claim,
            ridden: &self.ridden,
        }
    }

    pub(super) fn words(&self) -> [u64; NODES] {
        [1, 2].map(|node: usize| self.words[node].load(Ordering::SeqCst))
    }

    pub(super) fn kept(&self) -> Kept {
        let nonces = self.nonces.each_ref();
        Kept {
            permit: self.permit.load(Ordering::SeqCst),
            nonces: nonces.map(|nonce| nonce.load(Ordering::SeqCst)),
            claim: self.claim.load(Ordering::SeqCst),
            ridden: self.ridden.load(Ordering::SeqCst),
        }
    }
}
