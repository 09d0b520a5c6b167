//! What every registry must do, written once. A registry runs it with [`contract!`], given a
//! [`World`] of its own.

use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Bindings, Clock, Refusal, Registry, Wanted};
use crate::id::{Bounds, Layout, Moment, Permit, sequence};

/// Where the tests' clock starts.
pub(super) const NOW: u64 = 500_000_000_000;

/// A registry's place, empty, that any number of owners can use.
pub(super) trait World {
    type Owner: Registry;
    const LAYOUT: Layout = Layout::THREE_NODE_BITS;
    fn new(clock: Clock) -> Self;
    /// One more family. Dropping it is its end.
    fn owner(&self, layout: Layout, bindings: Bindings) -> Self::Owner;
    /// What an owner is told of the place, for messages.
    fn place(&self) -> String;
}

/// A world with a clock that the test sets.
pub(super) struct Bench<W> {
    pub(super) world: W,
    now: Arc<AtomicU64>,
}

pub(super) fn family() -> &'static [AtomicU64] {
    Box::leak((0..1 << 14).map(|_| AtomicU64::new(0)).collect())
}

impl<W: World> Bench<W> {
    pub(super) fn new() -> Self {
        let now = Arc::new(AtomicU64::new(NOW));
        let read = now.clone();
        Self {
            world: W::new(Arc::new(move || read.load(Ordering::SeqCst))),
            now,
        }
    }

    pub(super) fn owner(&self) -> W::Owner {
        let bindings = Bindings::new(family(), NonZeroU64::MIN);
        self.world.owner(W::LAYOUT, bindings)
    }

    pub(super) fn set(&self, now: u64) {
        self.now.store(now, Ordering::SeqCst);
    }

    pub(super) fn pass(&self, ms: i64) {
        let now = self.now.load(Ordering::SeqCst);
        self.set(now.checked_add_signed(ms).unwrap());
    }

    /// Lets a second pass, in which a new registry may have to wait, and issues one word.
    pub(super) fn first(&self, owner: &mut W::Owner, node: u16) -> u64 {
        self.pass(1000);
        let permit = owner.extend(node).unwrap();
        self.issue(owner, permit).unwrap()
    }

    /// Issues one word, at the clock's time and whatever the tolerance.
    pub(super) fn issue(&self, owner: &W::Owner, permit: Permit) -> Option<u64> {
        let moment = Moment {
            timestamp: self.now.load(Ordering::SeqCst),
            noise: 0,
        };
        let bounds = Bounds {
            floor: owner.floor(),
            ..Bounds::up_to(permit.until, u64::MAX)
        };
        let last = &owner.words()[usize::from(permit.node)];
        let seen = W::LAYOUT.timestamp_of(last.load(Ordering::SeqCst));
        sequence::reserve(last, &W::LAYOUT, moment, bounds, Some(seen), 1)
            .ok()
            .map(|(word, _)| word)
    }
}

pub(super) fn owners_have_distinct_nodes_and_never_0<W: World>() {
    let bench = Bench::<W>::new();
    let mut owners: Vec<_> = (0..7).map(|_| bench.owner()).collect();
    let nodes: BTreeSet<u16> = owners
        .iter_mut()
        .map(|owner| owner.acquire(Wanted::Any).unwrap().node)
        .collect();
    assert_eq!(nodes, (1..=7).collect());
}

pub(super) fn a_full_registry_says_how_many_and_where<W: World>() {
    let bench = Bench::<W>::new();
    let mut owners: Vec<_> = (0..8).map(|_| bench.owner()).collect();
    let (last, first) = owners.split_last_mut().unwrap();
    for owner in first {
        owner.acquire(Wanted::Any).unwrap();
    }
    let Err(Refusal::Unavailable(reason)) = last.acquire(Wanted::Any) else {
        panic!("an eighth node of seven");
    };
    assert!(reason.contains("7 of 7"), "{reason}");
    assert!(reason.contains(&bench.world.place()), "{reason}");
}

pub(super) fn a_node_is_free_at_once_when_its_owner_ends<W: World>() {
    let bench = Bench::<W>::new();
    let mut owners: Vec<_> = (0..7).map(|_| bench.owner()).collect();
    for owner in &mut owners {
        owner.acquire(Wanted::Any).unwrap();
    }
    let mut waiting = bench.owner();
    waiting.acquire(Wanted::Any).unwrap_err();
    drop(owners.pop());
    waiting.acquire(Wanted::Any).unwrap();
}

pub(super) fn the_next_owner_issues_only_above_the_last<W: World>() {
    for step in [0, 1, 400, 86_400_000, -1, -400, -86_400_000] {
        let bench = Bench::<W>::new();
        let mut first = bench.owner();
        first.acquire(Wanted::Exactly(5)).unwrap();
        let issued = bench.first(&mut first, 5);
        drop(first);
        bench.pass(step);
        let mut second = bench.owner();
        // A registry may lease a node whose mark is ahead, or refuse to.
        let Ok(permit) = second.acquire(Wanted::Exactly(5)) else {
            assert!(step < 0, "free, and its mark past");
            continue;
        };
        if let Some(word) = bench.issue(&second, permit) {
            assert!(word > issued, "clock stepped by {step}");
        }
        assert!(second.words()[5].load(Ordering::SeqCst) >= issued);
    }
}

pub(super) fn a_permit_is_for_now_and_can_be_extended<W: World>() {
    let bench = Bench::<W>::new();
    let mut owner = bench.owner();
    let permit = owner.acquire(Wanted::Any).unwrap();
    assert!(permit.until >= NOW);
    bench.set(permit.until + 1);
    assert_eq!(bench.issue(&owner, permit), None, "past the permit");
    let longer = owner.extend(permit.node).unwrap();
    assert_eq!(longer.node, permit.node);
    assert!(longer.until > permit.until);
    bench.issue(&owner, longer).unwrap();
}

pub(super) fn a_move_takes_only_a_node_whose_mark_is_past<W: World>() {
    let bench = Bench::<W>::new();
    // A first owner makes the registry, long before the others use it.
    bench.owner().acquire(Wanted::Any).unwrap();
    bench.pass(10_000_000);
    let mut others: Vec<_> = (1..=6).map(|_| bench.owner()).collect();
    let mut used = BTreeSet::new();
    for other in &mut others {
        let permit = other.acquire(Wanted::Any).unwrap();
        bench.issue(other, permit).unwrap();
        used.insert(permit.node);
    }
    drop(others);
    // The clock goes back: only the node that nobody has used since is in the past.
    bench.pass(-5_000_000);
    let mut owner = bench.owner();
    let permit = owner.acquire(Wanted::Elsewhere).unwrap();
    assert!(!used.contains(&permit.node));
    let Err(Refusal::Unavailable(reason)) = bench.owner().acquire(Wanted::Elsewhere) else {
        panic!("no other node's mark is past");
    };
    assert!(reason.contains(&bench.world.place()), "{reason}");
}

pub(super) fn another_layout_is_refused_and_both_are_named<W: World>() {
    let bench = Bench::<W>::new();
    bench.owner().acquire(Wanted::Any).unwrap();
    for other in [
        Layout::stored(0, 3, 12).unwrap(),
        Layout::stored(W::LAYOUT.epoch(), 4, 12).unwrap(),
        Layout::stored(W::LAYOUT.epoch(), 3, 13).unwrap(),
    ] {
        let bindings = Bindings::new(family(), NonZeroU64::MIN);
        let refused = bench.world.owner(other, bindings).acquire(Wanted::Any);
        let Err(Refusal::Unavailable(reason)) = refused else {
            panic!("{other} was accepted");
        };
        assert!(reason.contains(&other.to_string()), "{reason}");
        assert!(reason.contains(&W::LAYOUT.to_string()), "{reason}");
    }
}

pub(super) fn a_family_has_no_node_from_two_registries<W: World>() {
    let (here, there) = (Bench::<W>::new(), Bench::<W>::new());
    let slots = family();
    let [one, two] = [1, 2].map(|key| Bindings::new(slots, NonZeroU64::new(key).unwrap()));
    let mut here = here.world.owner(W::LAYOUT, one);
    let mut there = there.world.owner(W::LAYOUT, two);
    here.acquire(Wanted::Exactly(3)).unwrap();
    there.acquire(Wanted::Exactly(3)).unwrap_err();
    here.acquire(Wanted::Exactly(3)).unwrap();
    for node in [1, 2, 4, 5, 6] {
        there.acquire(Wanted::Exactly(node)).unwrap();
    }
    assert_eq!(
        here.acquire(Wanted::Any).map(|p| [3, 7].contains(&p.node)),
        Ok(true)
    );
}

/// Makes a test of every clause for a [`World`].
macro_rules! contract {
    ($world:ty) => {
        $crate::lease::contract::contract!($world:
            owners_have_distinct_nodes_and_never_0,
            a_full_registry_says_how_many_and_where,
            a_node_is_free_at_once_when_its_owner_ends,
            the_next_owner_issues_only_above_the_last,
            a_permit_is_for_now_and_can_be_extended,
            a_move_takes_only_a_node_whose_mark_is_past,
            another_layout_is_refused_and_both_are_named,
            a_family_has_no_node_from_two_registries,
        );
    };
    ($world:ty: $($clause:ident,)*) => {
        mod contract {
            $(#[test] fn $clause() { $crate::lease::contract::$clause::<$world>() })*
        }
    };
}
pub(super) use contract;
