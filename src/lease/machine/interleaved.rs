//! The machine beside callers: every order in which their loads, stores and compare-and-sets may happen and
//! be seen (`make loom`). What the model's steps hide is here: what happens within one.

use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use loom::thread;

use super::super::{Bindings, Wanted};
use super::memory::ride;
use super::{ATTEMPTS, Claim, Event, Machine, Mark, Memory, Reply, Request, Terms};
use crate::id::{Bounds, Layout, Moment, Permit, sequence};
use crate::sync::{AtomicU32, AtomicU64};

const LAYOUT: Layout = Layout::TINY;
const TERMS: Terms = Terms {
    window: 1,
    tolerance: 1,
    spares: 0,
};

struct Shared {
    words: Vec<AtomicU64>,
    permit: AtomicU64,
    nonces: [AtomicU64; 1 + ATTEMPTS],
    claim: AtomicU64,
    ridden: AtomicU32,
}

impl Shared {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            words: (0..LAYOUT.nodes()).map(|_| AtomicU64::new(0)).collect(),
            permit: AtomicU64::new(Permit::NONE),
            nonces: std::array::from_fn(|_| AtomicU64::new(0)),
            claim: AtomicU64::new(0),
            ridden: AtomicU32::new(0),
        })
    }

    fn machine(&self, wanted: Wanted) -> Machine<'_> {
        let memory = Memory {
            words: &self.words,
            permit: &self.permit,
            nonces: &self.nonces,
            claim: &self.claim,
            ridden: &self.ridden,
        };
        // Nodes 1 and 2 are this registry's.
        let slots = [2, 1, 1, 2].map(std::sync::atomic::AtomicU64::new);
        let bindings = Bindings::new(Box::leak(Box::new(slots)), NonZeroU64::MIN);
        let random = fastrand::Rng::with_seed(0);
        Machine::new(LAYOUT, TERMS, wanted, memory, bindings, random)
    }

    /// What a caller issues whose clock shows `now`.
    fn issue(&self, now: u64) -> Option<(u16, u64)> {
        let permit = self.permit.load(Ordering::Acquire);
        if permit == Permit::NONE {
            return None;
        }
        let Permit { node, until } = Permit::unpack(permit, &LAYOUT);
        let moment = Moment {
            timestamp: now,
            noise: 0,
        };
        let bounds = Bounds::up_to(until, TERMS.tolerance);
        let last = &self.words[usize::from(node)];
        if let Some(word) = sequence::reserve_at_once(last, &LAYOUT, moment, bounds) {
            return Some((node, word));
        }
        let paid = Some(LAYOUT.timestamp_of(last.load(Ordering::Acquire)));
        let taken = sequence::reserve(last, &LAYOUT, moment, bounds, paid, 1);
        taken.ok().map(|(word, _)| (node, word))
    }
}

/// A caller on a thread of its own.
fn caller(shared: &Arc<Shared>, now: u64) -> thread::JoinHandle<Option<(u16, u64)>> {
    let shared = shared.clone();
    thread::spawn(move || shared.issue(now))
}

/// A registry that does at once what it is asked. Of each node: the mark, and the highest that it had.
#[derive(Default)]
struct Registry([Option<(Mark, u64)>; 3]);

impl Registry {
    /// Does all that the machine asks after this event.
    fn serve(&mut self, machine: &mut Machine<'_>, now: u64, event: Event) {
        let mut asked = machine.step(now, event);
        while let Some(request) = asked {
            asked = machine.step(now, Event::Reply(self.reply(request)));
        }
    }

    fn reply(&mut self, request: Request) -> Reply {
        match request {
            Request::List => Reply::Claimed(BTreeSet::new()),
            Request::Look { node, .. } => {
                let mark = self.0[usize::from(node)].map(|(mark, _)| mark);
                Reply::Node(mark, Claim::Free)
            }
            Request::Acquire {
                node, until, nonce, ..
            }
            | Request::Extend {
                node, until, nonce, ..
            }
            | Request::Release {
                node, until, nonce, ..
            } => self.set(node, until, nonce),
        }
    }

    fn set(&mut self, node: u16, until: u64, nonce: u64) -> Reply {
        let place = &mut self.0[usize::from(node)];
        let (version, highest) =
            place.map_or((0, 0), |(mark, highest)| (mark.version + 1, highest));
        let mark = Mark {
            until,
            nonce,
            version,
        };
        *place = Some((mark, highest.max(until)));
        Reply::Done { version }
    }

    fn mark(&self, node: u16) -> u64 {
        self.0[usize::from(node)].map_or(0, |(mark, _)| mark.until)
    }

    fn highest(&self, node: u16) -> u64 {
        self.0[usize::from(node)].map_or(0, |(_, highest)| highest)
    }
}

/// What the callers have issued: no word of a node twice, and none that no mark of its node covered.
fn issued(
    callers: Vec<thread::JoinHandle<Option<(u16, u64)>>>,
    registry: &Registry,
) -> BTreeSet<(u16, u64)> {
    let mut issued = BTreeSet::new();
    for caller in callers {
        if let Some((node, word)) = caller.join().unwrap() {
            assert!(issued.insert((node, word)), "issued twice");
            assert!(LAYOUT.timestamp_of(word) <= registry.highest(node));
        }
    }
    issued
}

/// That nothing was issued on a node that was released, above the mark that this has left.
fn nothing_above(issued: &BTreeSet<(u16, u64)>, node: u16, mark: u64) {
    let after = |&&(issued, word): &&(u16, u64)| issued == node && LAYOUT.timestamp_of(word) > mark;
    assert_eq!(issued.iter().find(after), None, "after the seal");
}

#[test]
fn two_callers_and_an_extension() {
    loom::model(|| {
        let (shared, mut registry) = (Shared::new(), Registry::default());
        let mut machine = shared.machine(Wanted::Exactly(1));
        registry.serve(&mut machine, 1, Event::Session);
        let callers = vec![caller(&shared, 2), caller(&shared, 3)];
        registry.serve(&mut machine, 2, Event::Hurry);
        issued(callers, &registry);
        assert_eq!(registry.mark(1), 3);
    });
}

#[test]
fn two_callers_and_a_release() {
    loom::model(|| {
        let (shared, mut registry) = (Shared::new(), Registry::default());
        let mut machine = shared.machine(Wanted::Exactly(1));
        registry.serve(&mut machine, 2, Event::Session);
        let callers = vec![caller(&shared, 1), caller(&shared, 3)];
        registry.serve(&mut machine, 2, Event::Release);
        let issued = issued(callers, &registry);
        nothing_above(&issued, 1, registry.mark(1));
    });
}

#[test]
fn a_caller_while_the_node_is_anothers_and_ours_again() {
    loom::model(|| {
        let (shared, mut registry) = (Shared::new(), Registry::default());
        let mut machine = shared.machine(Wanted::Exactly(1));
        registry.serve(&mut machine, 3, Event::Session);
        let callers = vec![caller(&shared, 3), caller(&shared, 4)];
        registry.serve(&mut machine, 2, Event::Release);
        let released = registry.mark(1);
        // The stranger may issue all of these.
        let theirs = released + 1..=released + 2;
        registry.set(1, released + 2, 99);
        let mut machine = shared.machine(Wanted::Exactly(1));
        registry.serve(&mut machine, released + 2, Event::Session);
        for (_, word) in issued(callers, &registry) {
            assert!(!theirs.contains(&LAYOUT.timestamp_of(word)), "issued twice");
        }
    });
}

#[test]
fn two_callers_and_a_move() {
    loom::model(|| {
        let (shared, mut registry) = (Shared::new(), Registry::default());
        let mut machine = shared.machine(Wanted::Any);
        registry.serve(&mut machine, 4, Event::Session);
        let old = Permit::unpack(shared.permit.load(Ordering::Acquire), &LAYOUT);
        let callers = vec![caller(&shared, 3), caller(&shared, 5)];
        registry.serve(&mut machine, 1, Event::ClockBehind);
        assert_eq!(machine.tally().moves, 1);
        let issued = issued(callers, &registry);
        nothing_above(&issued, old.node, registry.mark(old.node));
    });
}

#[test]
fn a_rider_and_the_end_of_the_owner() {
    loom::model(|| {
        let (shared, mut registry) = (Shared::new(), Registry::default());
        let mut machine = shared.machine(Wanted::Exactly(1));
        registry.serve(&mut machine, 2, Event::Session);
        let riding = shared.clone();
        let rider = thread::spawn(move || {
            ride(&riding.ridden);
            riding.issue(3)
        });
        registry.serve(&mut machine, 2, Event::Abandoned);
        let issued = issued(vec![rider], &registry);
        nothing_above(&issued, 1, registry.mark(1));
    });
}
