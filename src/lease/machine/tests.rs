//! The machine against a registry that loses, delays and forgets, with owners that are paused, killed and
//! wrong about the time. Whatever happens, no ID may be issued twice.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use proptest::prelude::*;

use super::super::contract::family as slots;
use super::super::{Bindings, Wanted};
use super::{ATTEMPTS, Claim, Event, Machine, Mark, Memory, Reply, Request, Tally, Terms};
use crate::id::{Bounds, Layout, Moment, Permit, sequence};

const LAYOUT: Layout = Layout::THREE_NODE_BITS;
const TERMS: Terms = Terms {
    window: 300,
    tolerance: 50,
    spares: 2,
};
const START: u64 = 1_000_000;
/// The last timestamp.
const END: u64 = (1 << (64 - 3 - 12)) - 1;

/// What the registry keeps of a node.
#[derive(Default)]
struct Node {
    mark: Option<Mark>,
    /// The highest mark that was ever set.
    highest: u64,
    /// Session and nonce.
    claim: Option<(u64, u64)>,
    odd: Option<Odd>,
}

/// What someone else has made of a node.
#[derive(Clone, Copy, PartialEq)]
enum Odd {
    Unreadable,
    ReadOnly,
}

#[derive(Default)]
struct Registry {
    nodes: BTreeMap<u16, Node>,
}

impl Registry {
    fn ask(&mut self, session: u64, alive: bool, request: Request) -> Reply {
        let (node, refused) = match request {
            Request::List => (0, Odd::Unreadable),
            Request::Look { node, .. } => (node, Odd::Unreadable),
            Request::Acquire { node, .. }
            | Request::Extend { node, .. }
            | Request::Release { node, .. } => (node, Odd::ReadOnly),
        };
        if self
            .nodes
            .get(&node)
            .is_some_and(|node| node.odd == Some(refused))
        {
            return Reply::Unusable(format!("node {node} is odd"));
        }
        match request {
            Request::List => {
                let claimed = self.nodes.iter().filter(|(_, node)| node.claim.is_some());
                Reply::Claimed(claimed.map(|(&id, _)| id).collect())
            }
            Request::Look { node, .. } => {
                let node = self.nodes.entry(node).or_default();
                let claim = match node.claim {
                    None => Claim::Free,
                    Some((owner, _)) if owner == session => Claim::Ours,
                    Some((_, nonce)) => Claim::Other { nonce },
                };
                Reply::Node(node.mark, claim)
            }
            Request::Acquire {
                node,
                until,
                nonce,
                version,
                stale,
            } => {
                let node = self.nodes.entry(node).or_default();
                let free = node.claim.is_none() || stale;
                if !alive || !free || node.mark.map(|mark| mark.version) != version {
                    return Reply::Refused;
                }
                node.claim = Some((session, nonce));
                Self::set(node, until, nonce)
            }
            Request::Extend {
                node,
                until,
                nonce,
                version,
            } => {
                let node = self.nodes.entry(node).or_default();
                if node.mark.map(|mark| mark.version) != version {
                    return Reply::Refused;
                }
                let lowered = node.mark.is_some_and(|mark| until < mark.until);
                assert!(!lowered, "rule 5: an extension lowered the mark");
                Self::set(node, until, nonce)
            }
            Request::Release {
                node,
                until,
                nonce,
                version,
            } => {
                let node = self.nodes.entry(node).or_default();
                if node.mark.map(|mark| mark.version) != Some(version) {
                    return Reply::Refused;
                }
                node.claim = None;
                Self::set(node, until, nonce)
            }
        }
    }

    fn set(node: &mut Node, until: u64, nonce: u64) -> Reply {
        let version = node.mark.map_or(0, |mark| mark.version + 1);
        node.highest = node.highest.max(until);
        node.mark = Some(Mark {
            until,
            nonce,
            version,
        });
        Reply::Done { version }
    }

    fn expire(&mut self, session: u64) {
        for node in self.nodes.values_mut() {
            if node.claim.is_some_and(|(owner, _)| owner == session) {
                node.claim = None;
            }
        }
    }
}

/// A family's memory, which outlives its keepers.
struct Shared {
    words: Vec<AtomicU64>,
    permit: AtomicU64,
    nonces: [AtomicU64; 1 + ATTEMPTS],
    claim: AtomicU64,
    ridden: AtomicU32,
    slots: &'static [AtomicU64],
}

fn shared() -> &'static Shared {
    Box::leak(Box::new(Shared {
        words: (0..LAYOUT.nodes()).map(|_| AtomicU64::new(0)).collect(),
        permit: AtomicU64::new(0),
        nonces: Default::default(),
        claim: AtomicU64::new(0),
        ridden: AtomicU32::new(0),
        slots: slots(),
    }))
}

/// A family and its keeper.
struct Family {
    shared: &'static Shared,
    machine: Machine<'static>,
    wanted: Wanted,
    session: u64,
    asked: Option<Request>,
    /// ms that its clock differs.
    clock: i64,
    /// Callers that were paused between reading the permit and the word and changing the word.
    paused: Vec<(Permit, u64)>,
}

struct World {
    registry: Registry,
    families: Vec<Family>,
    /// Writes that have not arrived yet and will not be answered.
    late: Vec<(u64, Request)>,
    alive: BTreeSet<u64>,
    sessions: u64,
    now: u64,
    seed: u64,
    issued: BTreeSet<(u16, u64)>,
    /// Releases and moves that were seen to end, so that a run that does nothing shows.
    releases: usize,
}

fn machine(shared: &'static Shared, wanted: Wanted, seed: u64) -> Machine<'static> {
    let memory = Memory {
        words: &shared.words,
        permit: &shared.permit,
        nonces: &shared.nonces,
        claim: &shared.claim,
        ridden: &shared.ridden,
    };
    let bindings = Bindings::new(shared.slots, NonZeroU64::MIN);
    let random = fastrand::Rng::with_seed(seed);
    Machine::new(LAYOUT, TERMS, wanted, memory, bindings, random)
}

impl World {
    fn new(wanted: &[Wanted], seed: u64) -> Self {
        Self::at(START, wanted, seed)
    }

    fn at(now: u64, wanted: &[Wanted], seed: u64) -> Self {
        let mut world = Self {
            registry: Registry::default(),
            families: Vec::new(),
            late: Vec::new(),
            alive: BTreeSet::new(),
            sessions: 0,
            now,
            seed,
            issued: BTreeSet::new(),
            releases: 0,
        };
        for &wanted in wanted {
            let shared = shared();
            let machine = machine(shared, wanted, world.next_seed());
            world.families.push(Family {
                shared,
                machine,
                wanted,
                session: 0,
                asked: None,
                clock: 0,
                paused: Vec::new(),
            });
            world.connect(world.families.len() - 1);
        }
        world
    }

    fn next_seed(&mut self) -> u64 {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.seed
    }

    fn clock(&self, family: usize) -> u64 {
        self.now
            .checked_add_signed(self.families[family].clock)
            .unwrap()
    }

    fn step(&mut self, family: usize, event: Event) {
        let now = self.clock(family);
        let family = &mut self.families[family];
        let busy = family.asked.is_some();
        let next = family.machine.step(now, event);
        assert!(!busy || next.is_none(), "two requests at once");
        if next.is_some() {
            family.asked = next;
        }
        if family.machine.is_released() {
            self.releases += 1;
        }
    }

    fn connect(&mut self, family: usize) {
        self.sessions += 1;
        self.alive.insert(self.sessions);
        let (session, old) = (self.sessions, self.families[family].session);
        self.families[family].session = session;
        // What the old session asked may still arrive.
        if let Some(asked) = self.families[family].asked.take() {
            self.late.push((old, asked));
        }
        self.step(family, Event::Session);
    }

    fn expire(&mut self, session: u64) {
        self.alive.remove(&session);
        self.registry.expire(session);
    }

    /// The registry answers; or does what is asked and is not heard; or does not hear, or not yet.
    fn answer(&mut self, family: usize, how: u8) {
        let Some(asked) = self.families[family].asked.take() else {
            return;
        };
        let session = self.families[family].session;
        let alive = self.alive.contains(&session);
        let reply = match how {
            0..=5 => self.registry.ask(session, alive, asked),
            6 => {
                self.registry.ask(session, alive, asked);
                Reply::Unknown
            }
            7 => Reply::Unknown,
            _ => {
                self.late.push((session, asked));
                Reply::Unknown
            }
        };
        self.step(family, Event::Reply(reply));
    }

    /// Until the first family wants to take a node.
    fn answer_up_to_acquire(&mut self) {
        while !matches!(self.families[0].asked, Some(Request::Acquire { .. })) {
            assert!(self.families[0].asked.is_some(), "it wants nothing");
            self.answer(0, 0);
        }
    }

    fn issue(&mut self, family: usize, permit: u64, want: u64) {
        if permit == Permit::NONE {
            return;
        }
        let permit = Permit::unpack(permit, &LAYOUT);
        let last = &self.families[family].shared.words[usize::from(permit.node)];
        let moment = Moment {
            timestamp: self.clock(family),
            noise: 7,
        };
        let bounds = Bounds::up_to(permit.until, 1000);
        let seen = LAYOUT.timestamp_of(last.load(Ordering::SeqCst));
        if let Ok((first, count)) =
            sequence::reserve(last, &LAYOUT, moment, bounds, Some(seen), want)
        {
            for word in first..first + count {
                assert!(
                    self.issued.insert((permit.node, word)),
                    "node {} issued {word} twice",
                    permit.node
                );
            }
        }
    }

    /// A caller wakes up and does what it was about to do.
    fn wake(&mut self, family: usize, (permit, seen): (Permit, u64)) {
        let next = seen.max(LAYOUT.word(self.clock(family), 0).saturating_sub(1)) + 1;
        if LAYOUT.timestamp_of(next) > permit.until {
            return;
        }
        let word = &self.families[family].shared.words[usize::from(permit.node)];
        let (old, new) = (seen, next);
        if word
            .compare_exchange(old, new, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
        {
            assert!(
                self.issued.insert((permit.node, next)),
                "node {} issued {next} twice",
                permit.node
            );
        }
    }

    /// Acts, and checks what must hold at every moment.
    fn act(&mut self, act: (u8, u8, u16)) {
        let words = |family: &Family| -> Vec<u64> {
            let words = family.shared.words.iter();
            words.map(|word| word.load(Ordering::SeqCst)).collect()
        };
        let before: Vec<_> = self.families.iter().map(words).collect();
        self.do_act(act);
        for (family, before) in self.families.iter().zip(before) {
            let lower = words(family)
                .iter()
                .zip(before)
                .any(|(now, before)| *now < before);
            assert!(!lower, "rule 3: `last` decreased");
            let permit = family.shared.permit.load(Ordering::SeqCst);
            if permit != Permit::NONE {
                let permit = Permit::unpack(permit, &LAYOUT);
                let highest = self
                    .registry
                    .nodes
                    .get(&permit.node)
                    .map(|node| node.highest);
                assert!(
                    highest >= Some(permit.until),
                    "rule 2: a permit that no mark covers"
                );
            }
        }
    }

    fn do_act(&mut self, (what, who, how): (u8, u8, u16)) {
        let family = usize::from(who) % self.families.len();
        let permit = self.families[family].shared.permit.load(Ordering::SeqCst);
        match what {
            0..=7 => self.answer(family, (how % 10) as u8),
            8 | 9 => {
                self.now += u64::from(how) % (TERMS.window / 2);
                for family in 0..self.families.len() {
                    if self.families[family].asked.is_none() {
                        self.step(family, Event::Tick);
                    }
                }
            }
            10..=13 => self.issue(family, permit, u64::from(how) % 9000 + 1),
            14 if permit != Permit::NONE => {
                let permit = Permit::unpack(permit, &LAYOUT);
                let word = &self.families[family].shared.words[usize::from(permit.node)];
                let seen = word.load(Ordering::SeqCst);
                self.families[family].paused.push((permit, seen));
            }
            15 if !self.families[family].paused.is_empty() => {
                let paused = &mut self.families[family].paused;
                let caller = paused.remove(usize::from(how) % paused.len());
                self.wake(family, caller);
            }
            16 if !self.late.is_empty() => {
                let (session, request) = self.late.remove(usize::from(how) % self.late.len());
                let alive = self.alive.contains(&session);
                self.registry.ask(session, alive, request);
            }
            17 => {
                // The session is lost; the server knows before, or later.
                let session = self.families[family].session;
                if how % 2 == 0 {
                    self.expire(session);
                }
                self.connect(family);
            }
            18 => {
                let old = self.alive.iter().copied().find(|session| {
                    self.families
                        .iter()
                        .all(|family| family.session != *session)
                });
                if let Some(session) = old {
                    self.expire(session);
                }
            }
            19 => {
                // The keeper is killed, and another takes its place.
                let seed = self.next_seed();
                let family_ = &mut self.families[family];
                family_.machine = machine(family_.shared, family_.wanted, seed);
                self.connect(family);
            }
            20 if self.families[family].asked.is_none() => self.step(family, Event::Release),
            21 if self.families[family].machine.is_released() => {
                let seed = self.next_seed();
                let family_ = &mut self.families[family];
                family_.machine = machine(family_.shared, family_.wanted, seed);
                self.connect(family);
            }
            22 if self.families[family].asked.is_none() => self.step(family, Event::ClockBehind),
            23 if self.families[family].asked.is_none() => self.step(family, Event::Hurry),
            24 => self.families[family].clock = i64::from(how % 2000) - 1000,
            _ => {}
        }
    }
}

fn acts() -> impl Strategy<Value = Vec<(u8, u8, u16)>> {
    prop::collection::vec((0..25u8, 0..3u8, any::<u16>()), 1..600)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn two_families_after_one_node_never_repeat(acts in acts(), seed: u64) {
        let mut world = World::new(&[Wanted::Exactly(1), Wanted::Exactly(1)], seed);
        for act in acts {
            world.act(act);
        }
    }

    #[test]
    fn nor_do_they_at_the_end_of_the_layout(acts in acts(), seed: u64, before in 0..3 * TERMS.window) {
        let wanted = [Wanted::Any, Wanted::Exactly(1), Wanted::Exactly(1)];
        let mut world = World::at(END - before, &wanted, seed);
        for act in acts {
            world.act(act);
        }
        let beyond = |&(_, word): &(u16, u64)| LAYOUT.timestamp_of(word) > END;
        prop_assert!(!world.issued.iter().any(beyond));
        let marks = world.registry.nodes.values().filter_map(|node| node.mark);
        prop_assert!(marks.map(|mark| mark.until).max() <= Some(END));
    }

    #[test]
    fn three_families_after_any_node_never_repeat(acts in acts(), seed: u64) {
        let mut world = World::new(&[Wanted::Any, Wanted::Any, Wanted::Exactly(1)], seed);
        for act in acts {
            world.act(act);
        }
    }
}

/// A lease that is held, and its world.
fn held() -> World {
    let mut world = World::new(&[Wanted::Any], 3);
    while world.families[0].asked.is_some() {
        world.answer(0, 0);
    }
    world
}

fn node(world: &World) -> Permit {
    Permit::unpack(
        world.families[0].shared.permit.load(Ordering::SeqCst),
        &LAYOUT,
    )
}

#[test]
fn a_lost_reply_to_an_acquire_is_found_out() {
    for done in [6, 7] {
        let mut world = World::new(&[Wanted::Any], 3);
        world.answer_up_to_acquire();
        let Some(Request::Acquire { node: wanted, .. }) = world.families[0].asked else {
            panic!("no acquire");
        };
        world.answer(0, done);
        assert!(matches!(
            world.families[0].asked,
            Some(Request::Look { settle: true, .. })
        ));
        while world.families[0].asked.is_some() {
            world.answer(0, 0);
        }
        // Done, it is ours without another write; not done, a node is taken.
        let permit = node(&world);
        assert!(permit.until >= START + TERMS.window);
        let version = world.registry.nodes[&permit.node].mark.unwrap().version;
        assert_eq!(version, 0);
        assert!(done == 7 || permit.node == wanted);
        // What was found out is as what was extended, and has a spare.
        assert_eq!(claimed(&world).len(), 1 + usize::from(done == 6));
        assert_eq!(spare(&world).is_some(), done == 6);
    }
}

#[test]
fn a_lost_reply_to_an_extension_is_found_out() {
    for done in [6, 7] {
        let mut world = held();
        let before = node(&world);
        world.now += TERMS.pace() + 1;
        world.step(0, Event::Tick);
        assert!(matches!(
            world.families[0].asked,
            Some(Request::Extend { .. })
        ));
        world.answer(0, done);
        assert_eq!(node(&world), before, "nothing is known yet");
        world.answer(0, 0);
        world.step(0, Event::Tick);
        while world.families[0].asked.is_some() {
            world.answer(0, 0);
        }
        let after = node(&world);
        assert_eq!(after.node, before.node);
        assert_eq!(after.until, world.now + TERMS.reserve());
        assert_eq!(world.registry.nodes[&after.node].mark.unwrap().version, 1);
    }
}

#[test]
fn every_write_has_a_nonce_of_its_own() {
    // By one that stays, two clones of one memory image would both take the mark for theirs.
    let mut world = held();
    let id = node(&world).node;
    let mut nonces = BTreeSet::new();
    for written in 1..5 {
        nonces.insert(world.registry.nodes[&id].mark.unwrap().nonce);
        assert_eq!(nonces.len(), written);
        world.now += TERMS.pace() + 1;
        world.step(0, Event::Tick);
        while world.families[0].asked.is_some() {
            world.answer(0, 0);
        }
    }
}

#[test]
fn an_expired_session_takes_the_same_node_again_unless_it_is_taken() {
    for stolen in [false, true] {
        let mut world = held();
        let before = node(&world);
        let session = world.families[0].session;
        if stolen {
            world.expire(session);
            let seen = world.registry.nodes[&before.node].mark.unwrap();
            let thief = Request::Acquire {
                node: before.node,
                until: seen.until + 1000,
                nonce: 99,
                version: Some(seen.version),
                stale: false,
            };
            world.alive.insert(1000);
            let Reply::Done { .. } = world.registry.ask(1000, true, thief) else {
                panic!("not stolen");
            };
        }
        // Else the old session's claim is still there.
        world.connect(0);
        while world.families[0].asked.is_some() {
            world.answer(0, 0);
        }
        assert_eq!(node(&world).node == before.node, !stolen);
    }
}

#[test]
fn a_foreign_claim_beside_our_mark_is_left_alone() {
    let mut world = held();
    let before = node(&world);
    let session = world.families[0].session;
    world.expire(session);
    // An article's PHP was faster, which leaves no mark.
    let theirs = Some((1000, 0));
    world.registry.nodes.get_mut(&before.node).unwrap().claim = theirs;
    world.connect(0);
    while world.families[0].asked.is_some() {
        world.answer(0, 0);
    }
    assert_ne!(node(&world).node, before.node);
    assert_eq!(world.registry.nodes[&before.node].claim, theirs);
}

#[test]
fn a_foreign_claim_without_a_mark_is_left_alone() {
    let mut world = World::new(&[Wanted::Exactly(1)], 3);
    world.registry.nodes.insert(
        1,
        Node {
            claim: Some((1000, 0)),
            ..Node::default()
        },
    );
    world.connect(0);
    while world.families[0].asked.is_some() {
        world.answer(0, 0);
    }
    assert_eq!(
        world.families[0].machine.reason(),
        Some("node ID 1 is taken by another owner; end that one, or use another node ID")
    );
    assert_eq!(node(&world).until, 0);
}

#[test]
fn a_release_leaves_the_last_that_was_issued() {
    let mut world = held();
    let permit = world.families[0].shared.permit.load(Ordering::SeqCst);
    world.issue(0, permit, 10);
    let id = node(&world).node;
    world.step(0, Event::Release);
    world.issue(0, permit, 10);
    while world.families[0].asked.is_some() {
        world.answer(0, 0);
    }
    assert!(world.families[0].machine.is_released());
    let kept = &world.registry.nodes[&id];
    assert_eq!((kept.mark.unwrap().until, kept.claim), (START, None));
    assert_eq!(world.issued.len(), 10, "issued after the seal");
    let permit = world.families[0].shared.permit.load(Ordering::SeqCst);
    assert_eq!(permit, Permit::NONE, "withdrawn");
}

/// Ends the lease with this, lets the registry answer, and takes another one at once.
fn released_and_taken_again(world: &mut World, end: Event) -> Permit {
    world.step(0, end);
    while world.families[0].asked.is_some() {
        world.answer(0, 0);
    }
    assert!(world.families[0].machine.is_released());
    let (shared, permit) = (world.families[0].shared, Permit::NONE);
    assert_eq!(shared.permit.load(Ordering::SeqCst), permit, "withdrawn");
    world.families[0].machine = machine(shared, Wanted::Exactly(1), 7);
    world.connect(0);
    for _ in 0..20 {
        world.answer(0, 0);
    }
    let word = shared.permit.load(Ordering::SeqCst);
    Permit::unpack(word, &LAYOUT)
}

#[test]
fn what_a_dead_process_had_can_be_leased_again_at_once_unless_others_issue_from_it() {
    for (end, ridden, at_once) in [
        (Event::Abandoned, 0, true),
        (Event::Abandoned, 1, false),
        (Event::Release, 0, false),
    ] {
        let mut world = World::new(&[Wanted::Exactly(1)], 5);
        while world.families[0].asked.is_some() {
            world.answer(0, 0);
        }
        let permit = world.families[0].shared.permit.load(Ordering::SeqCst);
        world.issue(0, permit, 10);
        world.now += 2;
        world.families[0]
            .shared
            .ridden
            .store(ridden, Ordering::SeqCst);
        let again = released_and_taken_again(&mut world, end.clone());
        assert_eq!(again.node == 1, at_once, "{end:?}, ridden: {ridden}");
        world.issue(0, permit, 10);
        world.issue(0, again.pack(&LAYOUT), 10);
    }
}

#[test]
fn a_clock_that_is_set_back_does_not_stretch_a_pause() {
    let mut world = World::new(&[Wanted::Any, Wanted::Exactly(1)], 3);
    let taken = Node {
        claim: Some((1000, 0)),
        ..Node::default()
    };
    world.registry.nodes.insert(1, taken);
    while world.families[1].asked.is_some() {
        world.answer(1, 0);
    }
    assert!(world.families[1].machine.reason().is_some(), "it waits");
    world.registry.nodes.clear();
    world.families[1].clock = -600_000;
    world.step(1, Event::Hurry);
    while world.families[1].asked.is_some() {
        world.answer(1, 0);
    }
    let permit = world.families[1].shared.permit.load(Ordering::SeqCst);
    assert_ne!(permit, Permit::NONE);
}

#[test]
fn a_takeover_that_is_refused_is_tried_again_as_long_as_the_mark_is_ours() {
    let mut world = held();
    let id = node(&world).node;
    // The keeper's session is another one now; the old claim goes between the look and the write.
    let old = world.families[0].session;
    world.connect(0);
    world.answer(0, 0);
    world.expire(old);
    let seen = world.families[0].asked;
    assert!(
        matches!(seen, Some(Request::Acquire { stale: true, .. })),
        "{seen:?}"
    );
    world.families[0].asked = None;
    world.step(0, Event::Reply(Reply::Refused));
    world.now += 200;
    world.step(0, Event::Tick);
    while world.families[0].asked.is_some() {
        world.answer(0, 0);
    }
    let permit = world.families[0].shared.permit.load(Ordering::SeqCst);
    let permit = Permit::unpack(permit, &LAYOUT);
    assert_eq!(permit.node, id);
    assert_eq!(world.families[0].machine.tally().lost, 0);
}

impl World {
    /// Lets the registry answer the first family until it asks nothing more.
    fn settle(&mut self) {
        while self.families[0].asked.is_some() {
            self.answer(0, 0);
        }
    }

    fn reason(&self) -> &str {
        self.families[0].machine.reason().unwrap_or_default()
    }

    fn permit(&self) -> u64 {
        self.families[0].shared.permit.load(Ordering::SeqCst)
    }
}

fn mark(until: u64) -> Node {
    let mark = Mark {
        until,
        nonce: 99,
        version: 4,
    };
    Node {
        mark: Some(mark),
        highest: until,
        ..Node::default()
    }
}

fn odd(odd: Odd) -> Node {
    let odd = Some(odd);
    Node { odd, ..mark(0) }
}

#[test]
fn a_node_whose_mark_is_ahead_is_had_when_the_clock_has_come_close() {
    let mut world = World::new(&[Wanted::Exactly(1)], 3);
    let ahead = START + TERMS.tolerance + 10;
    world.registry.nodes.insert(1, mark(ahead));
    world.settle();
    assert!(world.reason().contains("60 ms ahead"), "{}", world.reason());
    assert_eq!(world.permit(), Permit::NONE);
    world.now += 10;
    world.step(0, Event::Tick);
    world.settle();
    assert_eq!(node(&world).until, ahead + TERMS.reserve());
    // Whatever comes is above that mark.
    let last = world.families[0].shared.words[1].load(Ordering::SeqCst);
    assert_eq!(last, LAYOUT.end_of(ahead));
}

#[test]
fn a_mark_years_ahead_is_told_and_another_node_taken() {
    let mut world = World::new(&[Wanted::Any], 3);
    for node in 1..=6 {
        world
            .registry
            .nodes
            .insert(node, mark(START + 400 * 86_400_000));
    }
    world.settle();
    assert_eq!(node(&world).node, 7);
    let remark = world.families[0].machine.remark().unwrap();
    assert!(remark.contains("400 days ahead"), "{remark}");
}

#[test]
fn what_cannot_be_used_is_told_and_another_node_taken_at_once() {
    for what in [Odd::Unreadable, Odd::ReadOnly] {
        let mut world = World::new(&[Wanted::Any], 3);
        world
            .registry
            .nodes
            .extend((1..=6).map(|node| (node, odd(what))));
        // Without a pause.
        world.settle();
        assert_eq!((node(&world).node, world.reason()), (7, ""));
        let remark = world.families[0].machine.remark().unwrap();
        assert!(remark.contains("is odd"), "{remark}");
        // All but those that were not looked at: the lower ones come first, in any order.
        assert!(remark.contains("5 other nodes"), "{remark}");
    }
}

#[test]
fn where_no_node_can_be_used_one_is_taken_as_soon_as_it_can() {
    for (wanted, what, told) in [
        (
            Wanted::Any,
            Odd::Unreadable,
            "no node ID is free that can be used: node",
        ),
        (
            Wanted::Any,
            Odd::ReadOnly,
            "no node ID is free that can be used: node",
        ),
        (Wanted::Exactly(5), Odd::Unreadable, "node 5 is odd"),
        (Wanted::Exactly(5), Odd::ReadOnly, "node 5 is odd"),
    ] {
        let mut world = World::new(&[wanted], 3);
        world
            .registry
            .nodes
            .extend((1..=7).map(|node| (node, odd(what))));
        world.settle();
        assert!(world.reason().starts_with(told), "{}", world.reason());
        assert_eq!(world.permit(), Permit::NONE);
        let again = world.families[0].machine.wake_at().unwrap();
        assert!(again > world.now, "no pause");
        world.registry.nodes.insert(5, mark(0));
        world.now = again;
        world.step(0, Event::Tick);
        world.settle();
        assert_eq!((node(&world).node, world.reason()), (5, ""));
    }
}

#[test]
fn where_a_thousand_cannot_be_used_few_of_them_are_asked_for_again_and_others_at_once() {
    let memory = shared();
    let words: Vec<_> = (0..1024).map(|_| AtomicU64::new(0)).collect();
    let memory = Memory {
        words: &words,
        permit: &memory.permit,
        nonces: &memory.nonces,
        claim: &memory.claim,
        ridden: &memory.ridden,
    };
    let bindings = Bindings::new(slots(), NonZeroU64::MIN);
    let random = fastrand::Rng::with_seed(3);
    let mut machine = Machine::new(
        Layout::ARTICLE,
        TERMS,
        Wanted::Any,
        memory,
        bindings,
        random,
    );
    // Looks for a node while one is taken and some can be used; how many were looked at, and which was had.
    let mut search = |now, event, taken: u16, usable: &[u16]| {
        let (mut looks, mut had) = (0, 0);
        let mut asked = machine.step(now, event);
        while let Some(request) = asked {
            let reply = match request {
                Request::List => Reply::Claimed(BTreeSet::from([taken])),
                Request::Look { .. } => {
                    looks += 1;
                    Reply::Node(mark(0).mark, Claim::Free)
                }
                Request::Acquire { node, .. } if usable.contains(&node) => {
                    had = node;
                    break;
                }
                _ => Reply::Unusable("denied".to_owned()),
            };
            asked = machine.step(now, Event::Reply(reply));
        }
        (
            looks,
            had,
            machine.wake_at(),
            machine.remark().map(str::to_owned),
        )
    };
    let told = Some("denied (and 1021 other nodes are odd)".to_owned());
    let mut now = START;
    for first in [true, false, false] {
        let (looks, _, wake, remark) = search(
            now,
            if first { Event::Session } else { Event::Tick },
            900,
            &[],
        );
        assert_eq!(
            (looks, wake),
            (if first { 1022 } else { 8 }, Some(now + 1000))
        );
        assert_eq!(remark, told);
        now += 1000;
    }
    // One of the upper quarter, whose owner is gone.
    let (looks, had, ..) = search(now, Event::Tick, 0, &[900]);
    assert_eq!((looks, had), (1, 900));
}

#[test]
fn a_lease_whose_mark_someone_makes_unusable_goes_on_up_to_it_and_then_elsewhere() {
    for what in [Odd::Unreadable, Odd::ReadOnly] {
        let mut world = held();
        let before = node(&world);
        world.registry.nodes.get_mut(&before.node).unwrap().odd = Some(what);
        if what == Odd::Unreadable {
            // It was written, so its version is another one.
            let mark = world.registry.nodes.get_mut(&before.node).unwrap();
            mark.mark.as_mut().unwrap().version += 1;
        }
        let mut issued = BTreeSet::new();
        for _ in 0..200 {
            world.now += TERMS.window / 50;
            if world.families[0].asked.is_none() {
                world.step(0, Event::Tick);
            }
            world.settle();
            let permit = world.permit();
            let many = world.issued.len();
            world.issue(0, permit, 1);
            // Whatever becomes of the mark, somebody who issues is not kept waiting for long.
            if world.issued.len() > many {
                issued.insert(Permit::unpack(permit, &LAYOUT).node);
            } else {
                assert!(
                    world.now - before.until < 200,
                    "{what} {}",
                    world.reason(),
                    what = what as u8
                );
            }
        }
        assert_eq!(issued.len(), 2, "{}", world.reason());
        assert_eq!(world.reason(), "");
    }
}

#[test]
fn a_release_ends_though_its_mark_cannot_be_used() {
    for what in [Odd::Unreadable, Odd::ReadOnly] {
        let mut world = held();
        let id = node(&world).node;
        world.registry.nodes.get_mut(&id).unwrap().odd = Some(what);
        world.step(0, Event::Release);
        // Whether it was done is not known.
        world.answer(0, 7);
        world.settle();
        assert!(world.families[0].machine.is_released());
    }
}

#[test]
fn the_search_for_another_node_passes_what_cannot_be_used() {
    let mut world = held();
    let before = node(&world);
    world.issue(0, before.pack(&LAYOUT), 10);
    let last = if before.node == 2 { 3 } else { 2 };
    for other in (1..=7).filter(|&other| ![before.node, last].contains(&other)) {
        world.registry.nodes.insert(other, odd(Odd::Unreadable));
    }
    world.families[0].clock = -10_000;
    world.step(0, Event::ClockBehind);
    world.settle();
    assert_eq!(node(&world).node, last);
}

/// Lets time pass as the keeper does, up to a moment; how often the machine was asked, and how many writes came of it.
fn live(world: &mut World, until: u64) -> (usize, usize) {
    let (mut wakes, mut writes) = (0, 0);
    while world.now < until {
        let rest = match world.families[0].machine.wake_at() {
            Some(at) => at.saturating_sub(world.now).clamp(1, TERMS.pace()),
            None => TERMS.pace(),
        };
        world.now += rest;
        wakes += 1;
        world.step(0, Event::Tick);
        while let Some(asked) = world.families[0].asked {
            writes += usize::from(!matches!(asked, Request::List | Request::Look { .. }));
            world.answer(0, 0);
        }
    }
    (wakes, writes)
}

#[test]
fn the_last_millisecond_of_the_layout_can_be_issued_and_nothing_is_written_for_more() {
    // However little the last extension gains.
    for short in [1, TERMS.pace() / 2, TERMS.pace()] {
        let begin = END - 3 * TERMS.reserve() - short;
        let mut world = World::at(begin, &[Wanted::Any], 3);
        world.settle();
        live(&mut world, END);
        world.now = END;
        assert_eq!(node(&world).until, END);
        let permit = world.permit();
        world.issue(0, permit, 1);
        let (_, last) = *world.issued.iter().next_back().unwrap();
        assert_eq!(LAYOUT.timestamp_of(last), END);
        // Also while callers want more, and without looking all the time.
        let (mut wakes, mut writes) = (0, 0);
        while world.now < END + 100 * TERMS.window {
            world.step(0, Event::Hurry);
            writes += usize::from(world.families[0].asked.is_some());
            let (now, window) = (world.now, TERMS.window);
            let (woken, written) = live(&mut world, now + window);
            (wakes, writes) = (wakes + woken, writes + written);
        }
        assert_eq!(writes, 0);
        assert!(wakes <= 3 * 100, "{wakes}");
        let permit = world.permit();
        world.issue(0, permit, 1);
        assert_eq!(world.issued.len(), 1, "beyond the layout");
        // The clock comes back, a little.
        world.now = END;
        world.issue(0, permit, 1);
        assert_eq!(world.issued.len(), 2);
        world.step(0, Event::Release);
        world.settle();
        assert!(world.families[0].machine.is_released());
    }
}

#[test]
fn a_node_whose_mark_is_at_the_end_of_the_layout_is_never_taken() {
    // Also not where that is near enough.
    let now = END - TERMS.tolerance / 2;
    let mut world = World::at(now, &[Wanted::Any], 3);
    world
        .registry
        .nodes
        .extend((1..=6).map(|node| (node, mark(END))));
    world.settle();
    assert_eq!(node(&world).node, 7);
    let mut world = World::at(now, &[Wanted::Exactly(5)], 3);
    world.registry.nodes.insert(5, mark(END));
    world.settle();
    assert!(
        world.reason().contains("up to the end of the layout"),
        "{}",
        world.reason()
    );
    assert_eq!(world.registry.nodes[&5].mark.unwrap().version, 4);
}

#[test]
fn a_clock_that_is_past_the_end_of_the_layout_takes_no_node() {
    let mut world = World::at(END + 1, &[Wanted::Any], 3);
    assert_eq!(world.families[0].asked, None);
    assert!(world.reason().contains("have ended"), "{}", world.reason());
    world.now = START;
    world.step(0, Event::Hurry);
    world.settle();
    assert_eq!(
        (node(&world).until, world.reason()),
        (START + TERMS.reserve(), "")
    );
    // Nor is a mark driven to the end by one that is so for a moment.
    let before = node(&world);
    world.now = END + 1;
    world.step(0, Event::Hurry);
    world.settle();
    world.now = START + TERMS.pace() + 1;
    world.step(0, Event::Tick);
    world.settle();
    assert_eq!(node(&world).until, before.until + TERMS.pace() + 1);
}

#[test]
fn a_node_that_was_looked_at_beside_the_claims_comes_first_where_it_would_do_as_well() {
    let first = |wanted, taken: &[u16], suggested| {
        let mut machine = machine(shared(), wanted, 1);
        assert_eq!(machine.step(START, Event::Session), Some(Request::List));
        machine.suggest(suggested);
        let claimed = Reply::Claimed(taken.iter().copied().collect());
        match machine.step(START, Event::Reply(claimed)) {
            Some(Request::Look {
                node,
                settle: false,
            }) => node,
            other => panic!("{other:?}"),
        }
    };
    let max = LAYOUT.max_node();
    for node in 1..max {
        assert_eq!(first(Wanted::Any, &[], Some(node)), node);
        assert_ne!(first(Wanted::Any, &[node], Some(node)), node, "taken");
    }
    let any = first(Wanted::Any, &[], None);
    assert_eq!(first(Wanted::Any, &[], Some(max)), any, "for moves");
    assert_eq!(first(Wanted::Any, &[], Some(max + 1)), any, "no such node");
    assert_eq!(first(Wanted::Any, &[], Some(0)), any, "for who asks for it");
    let reserved = first(Wanted::Elsewhere, &[], None);
    let lower = if reserved == 1 { 2 } else { 1 };
    assert_eq!(first(Wanted::Elsewhere, &[], Some(lower)), reserved);
}

#[test]
fn a_full_registry_is_asked_again() {
    let mut world = World::new(&[Wanted::Any], 3);
    for node in 1..=7 {
        let claim = Some((1000, 0));
        let taken = Node {
            claim,
            ..Node::default()
        };
        world.registry.nodes.insert(node, taken);
    }
    world.settle();
    assert!(world.reason().contains("7 of 7"), "{}", world.reason());
    world.registry.nodes.remove(&3);
    world.now = world.families[0].machine.wake_at().unwrap();
    world.step(0, Event::Tick);
    world.settle();
    assert_eq!(node(&world).node, 3);
    assert_eq!(world.reason(), "");
}

#[test]
fn a_registry_that_is_away_for_an_hour_leaves_the_lease_as_it_was() {
    let mut world = held();
    let before = node(&world);
    for _ in 0..36_000 {
        world.now += 100;
        if world.families[0].asked.is_none() {
            world.step(0, Event::Tick);
        }
        world.answer(0, 7);
    }
    assert_eq!(node(&world), before);
    world.issue(0, before.pack(&LAYOUT), 1);
    assert_eq!(world.issued.len(), 0, "past the permit");
    world.settle();
    // Finds out, then goes on.
    for _ in 0..2 {
        world.now += 100;
        world.step(0, Event::Tick);
        world.settle();
    }
    let after = node(&world);
    assert_eq!(after.node, before.node);
    assert_eq!(after.until, world.now + TERMS.reserve());
}

#[test]
fn a_clock_that_is_behind_moves_the_lease_to_a_node_whose_mark_is_past() {
    let mut world = held();
    let before = node(&world);
    world.issue(0, before.pack(&LAYOUT), 10);
    world.families[0].clock = -10_000;
    world.step(0, Event::ClockBehind);
    world.settle();
    let after = node(&world);
    assert_ne!(after.node, before.node);
    assert_eq!(after.until, START - 10_000 + TERMS.reserve());
    let left = &world.registry.nodes[&before.node];
    assert_eq!((left.mark.unwrap().until, left.claim), (START, None));
    world.issue(0, before.pack(&LAYOUT), 10);
    assert_eq!(world.issued.len(), 10, "sealed");
    let tally = world.families[0].machine.tally();
    assert_eq!((tally.moves, tally.lost), (1, 0));
}

#[test]
fn a_copy_gives_up_what_it_has_and_takes_another_node() {
    let mut world = held();
    let before = node(&world);
    world.issue(0, before.pack(&LAYOUT), 10);
    let original = world.families[0].session;
    world.step(0, Event::Cloned);
    let shared = world.families[0].shared;
    assert_eq!(shared.permit.load(Ordering::SeqCst), Permit::NONE);
    world.issue(0, before.pack(&LAYOUT), 10);
    assert_eq!(world.issued.len(), 10, "void");
    let nonces = shared.nonces.iter().chain([&shared.claim]);
    assert!(
        nonces
            .map(|nonce| nonce.load(Ordering::SeqCst))
            .all(|nonce| nonce == 0)
    );
    // Nothing is asked in the session, which is the other one's.
    for event in [Event::Tick, Event::Hurry, Event::ClockBehind] {
        world.step(0, event);
        assert_eq!(world.families[0].asked, None);
    }
    assert!(world.reason().contains("cloned"), "{}", world.reason());
    world.connect(0);
    world.settle();
    let after = node(&world);
    assert_ne!(after.node, before.node);
    let kept = &world.registry.nodes[&before.node];
    assert_eq!(kept.mark.unwrap().until, before.until);
    assert_eq!(kept.claim.unwrap().0, original);
    let tally = world.families[0].machine.tally();
    assert_eq!((tally.voided, tally.lost, tally.moves), (1, 0, 0));
    // A second word of the same copy finds nothing to be given up.
    world.step(0, Event::Cloned);
    world.step(0, Event::Cloned);
    assert_eq!(world.families[0].machine.tally().voided, 2);
}

#[test]
fn a_copy_leases_its_node_of_before_as_a_stranger_would() {
    let mut world = World::new(&[Wanted::Exactly(1)], 5);
    world.settle();
    let before = node(&world);
    let original = world.families[0].session;
    world.step(0, Event::Cloned);
    world.connect(0);
    world.settle();
    assert!(
        world.reason().contains("another owner"),
        "{}",
        world.reason()
    );
    world.expire(original);
    for _ in 0..2 {
        world.now += 100;
        world.step(0, Event::Tick);
        world.settle();
        assert!(world.reason().contains("mark"), "{}", world.reason());
    }
    world.now = before.until + 1;
    world.step(0, Event::Tick);
    world.settle();
    assert!(node(&world).until > before.until, "{}", world.reason());
}

#[test]
fn a_copy_that_ends_gives_nothing_back() {
    // With a spare.
    let mut world = held();
    world.now += TERMS.window;
    world.step(0, Event::Tick);
    world.settle();
    let claims = |world: &World| {
        let claims = world.registry.nodes.iter();
        claims.filter(|(_, node)| node.claim.is_some()).count()
    };
    assert_eq!(claims(&world), 2);
    // Its release is under way.
    world.step(0, Event::Release);
    world.families[0].asked = None;
    world.step(0, Event::Cloned);
    assert_eq!(world.families[0].asked, None);
    assert!(world.families[0].machine.is_released());
    assert_eq!(claims(&world), 2);
}

#[test]
fn copies_that_nobody_tells_draw_other_nonces() {
    let extended = |seed: u64| {
        let mut world = held();
        world.now += TERMS.window;
        world.families[0].machine.reseed(seed);
        world.step(0, Event::Tick);
        match world.families[0].asked {
            Some(Request::Extend { nonce, .. }) => nonce,
            asked => panic!("{asked:?}"),
        }
    };
    assert_eq!(extended(1), extended(1));
    assert_ne!(extended(1), extended(2));
}

#[test]
fn a_clock_that_is_behind_moves_the_lease_nowhere_where_the_mark_is_not_past() {
    let mut world = held();
    let before = node(&world);
    world.families[0].clock = -10_000;
    // Each of them near enough for a lease that is new.
    let now = world.clock(0);
    for other in (1..=7).filter(|&other| other != before.node) {
        world.registry.nodes.insert(other, mark(now + 1));
    }
    world.step(0, Event::ClockBehind);
    world.settle();
    assert_eq!(node(&world), before, "{}", world.reason());
    assert_eq!(world.families[0].machine.tally().moves, 0);
    // By and by one of them is.
    world.now += 5_000;
    world.step(0, Event::ClockBehind);
    world.settle();
    assert_ne!(node(&world).node, before.node);
}

#[test]
fn a_lease_that_is_hurried_is_extended_if_that_is_worth_a_write() {
    let mut world = held();
    world.now += 1;
    world.step(0, Event::Hurry);
    assert_eq!(world.families[0].asked, None, "who hurried waited for it");
    world.now += TERMS.pace() / 2;
    world.step(0, Event::Hurry);
    world.settle();
    assert_eq!(node(&world).until, world.now + TERMS.reserve());
}

/// A lease that has been extended, so that it has a spare if there is one, and its world.
fn with_spare(marks: &[(u16, Node)]) -> World {
    let mut world = held();
    for &(node, Node { mark, claim, .. }) in marks {
        let highest = mark.map_or(0, |mark| mark.until);
        let found = Node {
            mark,
            highest,
            claim,
            odd: None,
        };
        world.registry.nodes.insert(node, found);
    }
    world.now += TERMS.pace() + 1;
    world.step(0, Event::Tick);
    world.settle();
    world
}

/// The node that the family has besides the one that it leases.
fn spare(world: &World) -> Option<u16> {
    let leased = node(world).node;
    let session = world.families[0].session;
    let nodes = world.registry.nodes.iter();
    let mut spares = nodes
        .filter(|(_, node)| node.claim.is_some_and(|(owner, _)| owner == session))
        .filter(|&(&node, _)| node != leased);
    let (spare, node) = spares.next()?;
    assert!(spares.next().is_none(), "more than one");
    assert!(node.mark.unwrap().until > world.clock(0));
    Some(*spare)
}

/// The clock goes back, and a caller says so.
fn set_back(world: &mut World) {
    world.families[0].clock = -5_000;
    world.step(0, Event::ClockBehind);
}

/// The nodes that have a claim.
fn claimed(world: &World) -> Vec<u16> {
    let nodes = world.registry.nodes.iter();
    let claimed = nodes.filter(|(_, node)| node.claim.is_some());
    claimed.map(|(&node, _)| node).collect()
}

#[test]
fn a_lease_moves_to_its_spare_before_anything_is_asked() {
    let mut world = with_spare(&[]);
    let before = node(&world);
    world.issue(0, before.pack(&LAYOUT), 10);
    let issued = world.now;
    let spare = spare(&world).unwrap();
    set_back(&mut world);
    let after = node(&world);
    assert_eq!(after.node, spare);
    assert!(!world.families[0].machine.is_moving());
    world.issue(0, after.pack(&LAYOUT), 10);
    assert_eq!(world.issued.len(), 20);
    world.settle();
    // The old one is released, the new one has its claim, and there is a spare again.
    assert_eq!(node(&world).node, spare);
    let nodes = &world.registry.nodes;
    let old = &nodes[&before.node];
    assert_eq!((old.mark.unwrap().until, old.claim), (issued, None));
    assert!(nodes[&spare].claim.is_some());
    assert!(self::spare(&world).is_some());
    let tally = world.families[0].machine.tally();
    assert_eq!((tally.moves, tally.lost), (1, 0));
}

#[test]
fn nothing_is_issued_from_a_spare_that_its_last_owner_may_have_issued() {
    let mut world = with_spare(&[(6, mark(START - 100)), (7, mark(START - 100))]);
    let spare = spare(&world).unwrap();
    set_back(&mut world);
    world.settle();
    // Not there, for the clock is behind what its last owner had reserved.
    assert_ne!(node(&world).node, spare);
    let last = world.families[0].shared.words[usize::from(spare)].load(Ordering::SeqCst);
    assert_eq!(last, LAYOUT.end_of(START - 100), "rule 2");
}

#[test]
fn a_keeper_that_is_killed_after_a_move_to_a_spare_is_followed_by_one_that_goes_on_there() {
    let mut world = with_spare(&[]);
    let spare = spare(&world).unwrap();
    set_back(&mut world);
    let family = &mut world.families[0];
    family.machine = machine(family.shared, family.wanted, 9);
    world.connect(0);
    world.settle();
    assert_eq!(node(&world).node, spare);
    assert!(world.registry.nodes[&spare].claim.is_some());
    assert_eq!(world.families[0].machine.tally().lost, 0);
}

/// A lease that is being extended, up to the write that makes its spare.
fn making_a_spare() -> World {
    let mut world = held();
    world.now += TERMS.pace() + 1;
    world.step(0, Event::Tick);
    world.answer(0, 0);
    world.answer_up_to_acquire();
    world
}

#[test]
fn a_spare_that_may_not_be_ours_is_none_until_that_is_found_out() {
    for how in [6, 7] {
        let mut world = making_a_spare();
        world.answer(0, how);
        // Nor while nobody answers.
        for _ in 0..3 {
            let looks = matches!(
                world.families[0].asked,
                Some(Request::Look { settle: true, .. })
            );
            assert!(looks, "{:?}", world.families[0].asked);
            world.families[0].clock = -5_000;
            world.answer(0, 7);
            let before = node(&world);
            world.step(0, Event::ClockBehind);
            assert_eq!(node(&world), before);
            world.families[0].clock = 0;
            world.now = world.families[0].machine.wake_at().unwrap();
            world.step(0, Event::Tick);
        }
        world.answer(0, 0);
        assert_eq!(world.families[0].asked, None);
        assert_eq!(spare(&world).is_some(), how == 6);
        set_back(&mut world);
        match spare(&world) {
            None => assert_eq!(world.families[0].asked, Some(Request::List)),
            Some(_) => assert_eq!(world.families[0].machine.tally().moves, 1),
        }
    }
}

#[test]
fn an_extension_of_a_spare_is_found_out() {
    for how in [6, 7] {
        let mut world = with_spare(&[]);
        let spare = spare(&world).unwrap();
        let extends = |world: &World| matches!(world.families[0].asked, Some(Request::Extend { node, .. }) if node == spare);
        while !extends(&world) {
            world.now += TERMS.pace() + 1;
            world.step(0, Event::Tick);
            while world.families[0].asked.is_some() && !extends(&world) {
                world.answer(0, 0);
            }
        }
        world.answer(0, how);
        world.settle();
        set_back(&mut world);
        assert_eq!(node(&world).node, spare);
        let until = world.registry.nodes[&spare].mark.unwrap().until;
        assert_eq!(node(&world).until, until);
        world.settle();
        assert!(world.registry.nodes[&spare].claim.is_some());
    }
}

#[test]
fn a_release_gives_the_spare_back_as_it_was_found() {
    // Also where it is not known at once whether it was done, and where the spare is being made just then.
    for how in [0, 6, 7] {
        let found = || mark(START - 100);
        let mut world = with_spare(&[(6, found()), (7, found())]);
        let spare = spare(&world).unwrap();
        world.step(0, Event::Release);
        world.answer(0, 0);
        let gives =
            matches!(world.families[0].asked, Some(Request::Release { node, .. }) if node == spare);
        assert!(gives, "{:?}", world.families[0].asked);
        world.answer(0, how);
        world.settle();
        assert!(world.families[0].machine.is_released());
        assert!(claimed(&world).is_empty());
        let left = world.registry.nodes[&spare].mark.unwrap();
        assert_eq!(left.until, START - 100);
        // Somebody else can have it at once; here it counts as used up to what the mark had been.
        assert!(world.families[0].shared.words[usize::from(spare)].load(Ordering::SeqCst) > START);
    }
    for how in [0, 6, 7] {
        let mut world = making_a_spare();
        world.answer(0, how);
        // Nor is that found out yet.
        world.answer(0, 7);
        world.step(0, Event::Release);
        world.settle();
        while !world.families[0].machine.is_released() {
            world.now = world.families[0].machine.wake_at().unwrap();
            world.step(0, Event::Tick);
            world.settle();
        }
        assert!(claimed(&world).is_empty());
    }
}

#[test]
fn nobody_who_makes_only_claims_gets_a_spare_and_none_is_made_of_their_nodes() {
    let theirs = || Node {
        claim: Some((1000, 0)),
        ..Node::default()
    };
    let mut world = held();
    world.registry.nodes.insert(6, theirs());
    world.now += TERMS.pace() + 1;
    world.step(0, Event::Tick);
    world.answer_up_to_acquire();
    // They are faster.
    world.registry.nodes.insert(7, theirs());
    world.settle();
    assert_eq!(spare(&world), None);
    set_back(&mut world);
    world.settle();
    assert!(![6, 7].contains(&node(&world).node));
    assert_eq!(world.registry.nodes[&6].claim, Some((1000, 0)));
    assert_eq!(world.registry.nodes[&7].claim, Some((1000, 0)));
}

#[test]
fn a_spare_is_gone_with_its_session() {
    for expired in [false, true] {
        let mut world = with_spare(&[]);
        let spare = spare(&world).unwrap();
        if expired {
            let session = world.families[0].session;
            world.expire(session);
            // An article's PHP was faster.
            world.registry.nodes.get_mut(&spare).unwrap().claim = Some((1000, 0));
        }
        world.connect(0);
        world.settle();
        set_back(&mut world);
        world.settle();
        assert_ne!(node(&world).node, spare);
        assert_eq!(world.families[0].machine.tally().lost, 0);
    }
}

#[test]
fn a_spare_that_is_ahead_of_the_clock_is_kept_and_another_node_moved_to() {
    let mut world = with_spare(&[(6, mark(START - 100)), (7, mark(START - 100))]);
    let spare = spare(&world).unwrap();
    set_back(&mut world);
    world.settle();
    assert_ne!(node(&world).node, spare);
    assert_eq!(self::spare(&world), Some(spare));
    // And given back in the end.
    world.step(0, Event::Release);
    world.settle();
    assert!(claimed(&world).is_empty());
}

#[test]
fn a_spare_is_kept_ahead_of_the_clock_and_given_up_when_it_is_anothers() {
    let mut world = with_spare(&[]);
    let spare = spare(&world).unwrap();
    let until = |world: &World| world.registry.nodes[&spare].mark.unwrap().until;
    let (first, mut writes, mut extensions) = (until(&world), 0, 0);
    while world.now < first + 8 * TERMS.reserve() {
        extensions += 1;
        let before = until(&world);
        world.now += TERMS.pace() + 1;
        world.step(0, Event::Tick);
        world.settle();
        assert!(until(&world) > world.now);
        writes += usize::from(until(&world) != before);
    }
    assert!(writes >= 8 && 3 * writes <= extensions, "{writes} writes");
    // Its claim was deleted by hand; by one that has been killed since.
    let stolen = mark(world.now + 100 * TERMS.reserve());
    world.registry.nodes.insert(spare, stolen);
    while world.now < first + 12 * TERMS.reserve() {
        world.now += TERMS.pace() + 1;
        world.step(0, Event::Tick);
        world.settle();
    }
    assert_eq!(world.registry.nodes[&spare].mark.unwrap().version, 4);
    assert_eq!(self::spare(&world), Some(13 - spare));
}

#[test]
fn there_is_no_spare_where_most_nodes_are_leased() {
    let taken = || Node {
        claim: Some((1000, 99)),
        ..mark(0)
    };
    let mine = node(&held()).node;
    let others = (1..=5).filter(|&node| node != mine).take(2);
    let others: Vec<_> = others.map(|node| (node, taken())).collect();
    let mut world = with_spare(&others);
    assert_eq!(spare(&world), None);
    assert_eq!(world.reason(), "");
    let extended = |world: &mut World| {
        for _ in 0..6 {
            world.now += TERMS.pace() + 1;
            world.step(0, Event::Tick);
            world.settle();
        }
    };
    // But when one of them is free again; and the spares of others do not count.
    let session = world.families[0].session;
    world.registry.nodes.insert(others[0].0, mark(0));
    world.registry.nodes.insert(7, taken());
    extended(&mut world);
    assert_eq!(spare(&world), Some(6));
    // It is given back when it is needed, for others to have it.
    world.registry.nodes.insert(others[0].0, taken());
    extended(&mut world);
    assert_eq!(spare(&world), None);
    assert!(world.registry.nodes[&6].mark.unwrap().until < world.now);
    assert_eq!(node(&world).node, mine);
    assert_eq!(world.families[0].session, session);
    assert_eq!(world.families[0].machine.tally(), Tally::default());
    let others = 1..=7;
    for other in others.filter(|&other| ![mine, 6].contains(&other)) {
        world.registry.nodes.insert(other, taken());
    }
    let late = shared();
    let mut late = Family {
        shared: late,
        machine: machine(late, Wanted::Any, 1),
        wanted: Wanted::Any,
        session: 0,
        asked: None,
        clock: 0,
        paused: Vec::new(),
    };
    std::mem::swap(&mut world.families[0], &mut late);
    world.connect(0);
    world.settle();
    assert_eq!(node(&world).node, 6);
}

#[test]
fn whoever_finds_that_others_are_faster_asks_again_what_is_taken() {
    let mut world = World::new(&[Wanted::Any], 3);
    assert_eq!(world.families[0].asked, Some(Request::List));
    world.answer(0, 0);
    let Some(Request::Look { node: first, .. }) = world.families[0].asked else {
        panic!("{:?}", world.families[0].asked);
    };
    // Others take all but one.
    let last = if first == 5 { 4 } else { 5 };
    for other in (1..=7).filter(|&other| other != last) {
        let claim = Some((1000, 0));
        let taken = Node { claim, ..mark(0) };
        world.registry.nodes.insert(other, taken);
    }
    let mut asked = Vec::new();
    while let Some(request) = world.families[0].asked {
        asked.push(request);
        world.answer(0, 0);
    }
    let settle = false;
    let look = |node| Request::Look { node, settle };
    assert_eq!(asked[..3], [look(first), Request::List, look(last)]);
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert_eq!(node(&world).node, last);
}

#[test]
fn the_runs_above_do_something() {
    let (mut issued, mut releases, mut nodes) = (0, 0, BTreeSet::new());
    for seed in 0..50 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut world = World::new(&[Wanted::Any, Wanted::Exactly(1)], seed);
        for _ in 0..600 {
            world.act((random.u8(0..25), random.u8(0..3), random.u16(..)));
        }
        issued += world.issued.len();
        releases += world.releases;
        nodes.extend(world.issued.iter().map(|(node, _)| *node));
    }
    assert!(issued > 100_000, "{issued} IDs");
    assert!(releases > 100, "{releases} releases");
    assert!(nodes.len() == 7, "{nodes:?}");
}

impl World {
    fn word(&self, node: u16) -> &'static AtomicU64 {
        &self.families[0].shared.words[usize::from(node)]
    }

    fn overwritten(&self) -> u64 {
        self.families[0].machine.tally().overwritten
    }
}

#[test]
fn a_word_that_others_lower_is_sealed_and_the_mark_moved_above() {
    for low in [0, 1] {
        let mut world = held();
        let permit = world.families[0].shared.permit.load(Ordering::SeqCst);
        let Permit { node: id, until } = node(&world);
        world.issue(0, permit, 10);
        world.step(0, Event::Tick);
        let last = world.word(id).load(Ordering::SeqCst);
        world.word(id).store(low * (last - 5), Ordering::SeqCst);
        world.step(0, Event::Tick);
        assert_eq!(world.word(id).load(Ordering::SeqCst), LAYOUT.end_of(until));
        assert_eq!(world.overwritten(), 1);
        // What a caller had asked for.
        world.issue(0, permit, 10);
        assert_eq!(world.issued.len(), 10, "nothing more of that mark");
        world.step(0, Event::Hurry);
        world.settle();
        assert_eq!(node(&world).until, until + TERMS.reserve());
        world.step(0, Event::Tick);
        assert_eq!(world.overwritten(), 1, "once");
    }
}

#[test]
fn nor_does_a_release_a_move_or_a_new_session_leave_a_mark_below_what_was_issued() {
    for event in [Event::Release, Event::ClockBehind, Event::Session] {
        let mut world = held();
        let permit = world.families[0].shared.permit.load(Ordering::SeqCst);
        let Permit { node: id, until } = node(&world);
        world.issue(0, permit, 10);
        world.step(0, Event::Tick);
        world.word(id).store(0, Ordering::SeqCst);
        match &event {
            Event::Session => world.connect(0),
            other => world.step(0, other.clone()),
        }
        world.settle();
        let mark = world.registry.nodes[&id].mark.unwrap();
        assert!(mark.until >= until, "{event:?}");
        assert_eq!(world.overwritten(), 1, "{event:?}");
    }
}

#[test]
fn nothing_is_issued_from_a_spare_whose_word_was_lowered_that_its_last_owner_may_have_issued() {
    let mut world = with_spare(&[]);
    let id = spare(&world).unwrap();
    // As after a foreign mark; see above.
    let floor = LAYOUT.end_of(world.now - 1);
    world.families[0].machine.raise(id, floor);
    world.word(id).store(0, Ordering::SeqCst);
    world.families[0].clock = -1000;
    world.step(0, Event::ClockBehind);
    assert_eq!(world.word(id).load(Ordering::SeqCst), floor);
    assert_ne!(node(&world).node, id);
}

#[test]
fn a_permit_that_others_write_is_replaced_and_nothing_is_issued_with_it() {
    let mut world = held();
    let ours = node(&world);
    let other = ours.node % 7 + 1;
    let end = LAYOUT.max_timestamp();
    for (times, forged) in [
        Permit {
            node: other,
            until: ours.until,
        },
        Permit {
            node: ours.node,
            until: ours.until + 1,
        },
        Permit {
            node: other,
            until: end,
        },
    ]
    .into_iter()
    .enumerate()
    {
        let permit = &world.families[0].shared.permit;
        permit.store(forged.pack(&LAYOUT), Ordering::SeqCst);
        world.step(0, Event::Tick);
        assert_eq!(node(&world), ours);
        assert_eq!(world.overwritten(), times as u64 + 1);
        // Who has a copy of it looks again before this time is over.
        let until = forged.until.min(world.now + TERMS.reserve());
        world.issue(0, Permit { until, ..forged }.pack(&LAYOUT), 1);
        assert_eq!(world.issued.len(), 0, "{forged:?}");
    }
    // Nothing was permitted by these: no time is wasted for them.
    let word = world.word(ours.node).load(Ordering::SeqCst);
    for forged in [Permit::NONE, ours.pack(&LAYOUT) - 8] {
        world.families[0]
            .shared
            .permit
            .store(forged, Ordering::SeqCst);
        world.step(0, Event::Tick);
        assert_eq!(node(&world), ours);
    }
    assert_eq!(world.word(ours.node).load(Ordering::SeqCst), word);
    assert_eq!(world.overwritten(), 5);
}

#[test]
fn a_mark_does_not_follow_a_word_that_others_set_far_ahead() {
    for wanted in [Wanted::Any, Wanted::Exactly(1)] {
        let mut world = World::new(&[wanted], 5);
        world.settle();
        let ours = node(&world);
        world.word(ours.node).store(u64::MAX, Ordering::SeqCst);
        for _ in 0..10 {
            world.step(0, Event::Hurry);
            world.settle();
            world.now += 1;
        }
        let mark = world.registry.nodes[&ours.node].mark.unwrap();
        assert_eq!(mark.until, ours.until);
        assert_eq!(world.overwritten(), 1);
        match wanted {
            Wanted::Any => assert_ne!(node(&world).node, ours.node),
            _ => assert!(world.reason().contains("node 1 was overwritten")),
        }
    }
}
