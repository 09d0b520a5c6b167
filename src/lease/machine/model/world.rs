//! The world of the model: families with their memory and their keepers' machines, and what can happen to them.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicU64;

use super::super::{Event, Reply, Request, State};
use super::family::{Family, LAYOUT, Lease, Parts, Shared};
use super::registry::{NODES, Registry};
use super::scene::Scene;
use crate::id::{Bounds, Moment, Permit, sequence};

pub(super) type Session = u8;

/// The claim of somebody who does not look at marks. Its session is nobody else's.
pub(super) const STRANGER: (Session, u64) = (Session::MAX, 0);

/// How far the request under way has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Talk {
    Quiet,
    Sent(Request),
    Answered(Reply),
}

/// How much of each may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Left {
    /// Lost replies, sessions and keepers.
    pub(super) faults: u8,
    /// Releases.
    pub(super) ends: u8,
    /// Moves because of the clock.
    pub(super) moves: u8,
    /// Claims of a stranger.
    pub(super) claims: u8,
    /// Copies of a family.
    pub(super) copies: u8,
}

/// What the last event was, where that shows that the search gets somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Passed {
    /// A node was taken from an owner that still has a permit for it.
    Theft,
    /// An owner that has lost its node issued what it had reserved.
    Remainder,
    /// A lease went over from an old session to a new one.
    Takeover,
    /// A write whose reply was lost had been done.
    FoundDone,
    /// A write whose reply was lost had not been done.
    FoundUndone,
    /// A node is taken in the very millisecond up to which its last owner has issued.
    SameMillisecond,
    /// A lease has moved, and its old node is released.
    Moved,
    /// A lease has moved to its spare.
    MovedToSpare,
    /// A claim was made by somebody who makes nothing else.
    Claimed,
    /// What a dead process had is released without a seal.
    Unsealed,
    /// A family that had a permit was copied.
    Copied,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) registry: Registry,
    pub(super) families: Vec<Family>,
    /// Sessions that have not expired.
    pub(super) alive: BTreeSet<Session>,
    /// Writes that nobody waits for any more, and that may still arrive.
    pub(super) late: Vec<(Session, Request)>,
    /// The words that were issued, a bit each.
    issued: [u32; NODES],
    /// One was issued twice.
    pub(super) repeated: bool,
    /// A family with a session that lives has begun or gone on with a node that somebody else has a claim on.
    pub(super) shared: bool,
    left: Left,
    pub(super) passed: Option<Passed>,
}

/// The first number names the family, the second its lease, `now` is what its clock shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    /// The request arrives.
    Arrive(usize, usize),
    /// The answer is heard. Candidates are tried in the order of this seed.
    Hear(usize, usize, u64, u64),
    /// The connection breaks: whether what was asked was done, or will be, is not known.
    Lose(usize, usize),
    /// A write that nobody waits for arrives.
    ArriveLate(usize),
    /// A session expires.
    Expire(Session),
    /// The keeper has a new session.
    Connect(usize),
    /// The keeper is killed, and replaced.
    Kill(usize),
    Hurry(usize, usize, u64),
    ClockBehind(usize, usize, u64),
    Release(usize, usize, u64),
    /// The process that it was for has ended.
    Abandon(usize, usize, u64),
    /// What was released is asked for again.
    Again(usize, usize),
    /// A caller reads the permit and issues.
    Issue(usize, usize, u64),
    /// A caller reads the permit and sleeps; whether it is of another process.
    Sleep(usize, usize, bool),
    /// It issues, and sleeps on.
    Wake(usize, usize, u64),
    /// A stranger claims this node, which has no claim, like the article's PHP: whatever its mark says.
    Claim(u16),
    /// It ends, or its session does.
    Unclaim(u16),
    /// The machine is copied, with the family and its keeper; the copy is told.
    Copy(usize),
}

impl World {
    pub(super) fn new(scene: &Scene) -> Self {
        let families = scene.families.iter();
        let mut world = Self {
            registry: Registry::default(),
            families: families.map(|wanted| Family::new(scene, wanted)).collect(),
            alive: BTreeSet::new(),
            late: Vec::new(),
            issued: [0; NODES],
            repeated: false,
            shared: false,
            left: scene.most,
            passed: None,
        };
        for family in 0..world.families.len() {
            world.connect(scene, family);
        }
        world.rename();
        world
    }

    pub(super) fn actions(&self, scene: &Scene, actions: &mut Vec<Action>) {
        for (f, family) in self.families.iter().enumerate() {
            let alive = self.alive.contains(&family.session);
            for l in 0..family.leases.len() {
                self.actions_of(scene, (f, l), alive, actions);
            }
            if !alive || self.left.faults > 0 {
                actions.push(Action::Connect(f));
            }
            if self.left.faults > 0 {
                actions.push(Action::Kill(f));
            }
            if self.left.copies > 0 {
                actions.push(Action::Copy(f));
            }
        }
        for &session in &self.alive {
            if self.left.faults > 0 || self.is_old(session) {
                actions.push(Action::Expire(session));
            }
        }
        actions.extend((0..self.late.len()).map(Action::ArriveLate));
        for node in 1..=scene.nodes as u16 {
            match self.registry.node(node).claim {
                None if self.left.claims > 0 => actions.push(Action::Claim(node)),
                Some(STRANGER) => actions.push(Action::Unclaim(node)),
                _ => {}
            }
        }
    }

    fn actions_of(
        &self,
        scene: &Scene,
        (f, l): (usize, usize),
        alive: bool,
        actions: &mut Vec<Action>,
    ) {
        let lease = &self.families[f].leases[l];
        let at_any_time = |action: fn(usize, usize, u64) -> Action| {
            scene.clock().map(move |now| action(f, l, now))
        };
        match &lease.talk {
            Talk::Sent(request) => {
                if alive {
                    actions.push(Action::Arrive(f, l));
                }
                if is_write(request) && self.left.faults > 0 {
                    actions.push(Action::Lose(f, l));
                }
            }
            Talk::Answered(reply) => {
                for &seed in scene.seeds(reply) {
                    actions.extend(scene.clock().map(|now| Action::Hear(f, l, now, seed)));
                }
                if matches!(reply, Reply::Done { .. } | Reply::Refused) && self.left.faults > 0 {
                    actions.push(Action::Lose(f, l));
                }
            }
            Talk::Quiet if lease.is_released() => actions.push(Action::Again(f, l)),
            Talk::Quiet => {
                actions.extend(at_any_time(Action::Hurry));
                if matches!(lease.machine.state, State::Held(_)) && self.left.moves > 0 {
                    actions.extend(at_any_time(Action::ClockBehind));
                }
                if self.left.ends > 0 {
                    actions.extend(at_any_time(Action::Release));
                    if scene.abandon {
                        actions.extend(at_any_time(Action::Abandon));
                    }
                }
            }
        }
        if !scene.callers {
            return;
        }
        let permit = lease.memory.permit;
        if permit != Permit::NONE {
            actions.extend(at_any_time(Action::Issue));
            if permit != lease.sleeper {
                actions.push(Action::Sleep(f, l, false));
                if scene.abandon {
                    actions.push(Action::Sleep(f, l, true));
                }
            }
        }
        if lease.sleeper != Permit::NONE && lease.sleeper != permit {
            actions.extend(at_any_time(Action::Wake));
        }
    }

    pub(super) fn act(&mut self, scene: &Scene, action: Action) {
        self.passed = None;
        match action {
            Action::Arrive(f, l) => self.arrive(f, l),
            Action::Hear(f, l, now, seed) => self.hear(scene, (f, l), now, seed),
            Action::Lose(f, l) => {
                self.left.faults -= 1;
                let session = self.families[f].session;
                if let Talk::Sent(request) = self.families[f].leases[l].take_talk() {
                    self.late.push((session, request));
                }
                self.step(scene, (f, l), (0, 0), Event::Reply(Reply::Unknown));
            }
            Action::ArriveLate(place) => {
                let (session, request) = self.late.remove(place);
                self.registry.ask(session, request);
            }
            Action::Expire(session) => {
                self.left.faults -= u8::from(!self.is_old(session));
                self.alive.remove(&session);
                self.registry.expire(session);
            }
            Action::Connect(f) => {
                let alive = self.alive.contains(&self.families[f].session);
                self.left.faults -= u8::from(alive);
                self.connect(scene, f);
            }
            Action::Kill(f) => {
                self.left.faults -= 1;
                let family = &mut self.families[f];
                for lease in &mut family.leases {
                    let shared = Shared::new(&family.words, &lease.memory);
                    lease.machine = Parts::new(scene, lease.wanted, shared.memory());
                }
                self.connect(scene, f);
            }
            Action::Hurry(f, l, now) => self.step(scene, (f, l), (now, 0), Event::Hurry),
            Action::ClockBehind(f, l, now) => {
                self.left.moves -= 1;
                let node = self.families[f].leases[l].node();
                self.step(scene, (f, l), (now, 0), Event::ClockBehind);
                if self.families[f].leases[l].node() != node {
                    self.passed = Some(Passed::MovedToSpare);
                }
            }
            Action::Release(f, l, now) => {
                self.left.ends -= 1;
                self.step(scene, (f, l), (now, 0), Event::Release);
            }
            Action::Abandon(f, l, now) => self.abandon(scene, (f, l), now),
            Action::Again(f, l) => {
                let family = &mut self.families[f];
                family.leases[l].begin_again(scene, &family.words);
                self.step(scene, (f, l), (0, 0), Event::Session);
            }
            Action::Issue(f, l, now) => {
                let permit = self.families[f].leases[l].memory.permit;
                self.issue(scene, f, permit, now);
            }
            Action::Sleep(f, l, rider) => {
                let lease = &mut self.families[f].leases[l];
                lease.memory.ridden |= u32::from(rider);
                (lease.sleeper, lease.rider) = (lease.memory.permit, rider);
            }
            Action::Wake(f, l, now) => {
                let permit = self.families[f].leases[l].sleeper;
                self.issue(scene, f, permit, now);
            }
            Action::Claim(node) => {
                self.left.claims -= 1;
                self.registry.node_mut(node).claim = Some(STRANGER);
                self.passed = Some(Passed::Claimed);
            }
            Action::Unclaim(node) => self.registry.node_mut(node).claim = None,
            Action::Copy(f) => self.copy(scene, f),
        }
        self.rename();
    }

    fn arrive(&mut self, f: usize, l: usize) {
        let Talk::Sent(request) = self.families[f].leases[l].talk else {
            return;
        };
        let before = self.registry;
        let reply = self.registry.ask(self.families[f].session, request);
        if let Request::Acquire { node, stale, .. } = request
            && matches!(reply, Reply::Done { .. })
        {
            let nonce = before.node(node).mark.map_or(0, |mark| mark.nonce);
            let robbed = |(other, family): (usize, &Family)| {
                let has_it = |lease: &Lease| lease.node() == node && lease.is_ours(nonce);
                other != f && family.leases.iter().any(has_it)
            };
            if self.families.iter().enumerate().any(robbed) {
                self.passed = Some(Passed::Theft);
            } else if stale {
                self.passed = Some(Passed::Takeover);
            }
        }
        self.families[f].leases[l].talk = Talk::Answered(reply);
    }

    fn hear(&mut self, scene: &Scene, (f, l): (usize, usize), now: u64, seed: u64) {
        let lease = &mut self.families[f].leases[l];
        let Talk::Answered(reply) = lease.take_talk() else {
            return;
        };
        let mark = match reply {
            Reply::Node(mark, _) => mark,
            _ => None,
        };
        // The last attempt is forgotten when it is known and can not arrive any more.
        let found = match (&lease.machine.state, lease.memory.nonces[1]) {
            (State::Settling(_), attempt) if attempt != 0 => {
                Some(match mark.is_some_and(|mark| mark.nonce == attempt) {
                    true => Passed::FoundDone,
                    false => Passed::FoundUndone,
                })
            }
            _ => None,
        };
        let was_moving = lease.machine.moved_to.is_some();
        self.step(scene, (f, l), (now, seed), Event::Reply(reply));
        let lease = &self.families[f].leases[l];
        self.passed = match (mark, &lease.talk) {
            (Some(mark), Talk::Sent(Request::Acquire { node, .. }))
                if mark.until == now && self.registry.node(*node).released =>
            {
                Some(Passed::SameMillisecond)
            }
            _ if was_moving && lease.machine.moved_to.is_none() => Some(Passed::Moved),
            _ => found,
        };
    }

    fn abandon(&mut self, scene: &Scene, (f, l): (usize, usize), now: u64) {
        self.left.ends -= 1;
        let lease = &mut self.families[f].leases[l];
        if !lease.rider {
            lease.sleeper = Permit::NONE;
        }
        let before = self.families[f].words;
        self.step(scene, (f, l), (now, 0), Event::Abandoned);
        if self.families[f].words == before {
            self.passed = Some(Passed::Unsealed);
        }
    }

    fn connect(&mut self, scene: &Scene, f: usize) {
        let old = self.families[f].session;
        let new = (0..).find(|&name| !self.is_used(name));
        let new = new.unwrap_or_default();
        self.families[f].session = new;
        self.alive.insert(new);
        for l in 0..self.families[f].leases.len() {
            if let Talk::Sent(request) = self.families[f].leases[l].take_talk()
                && is_write(&request)
            {
                self.late.push((old, request));
            }
            if !self.families[f].leases[l].is_released() {
                self.step(scene, (f, l), (0, 0), Event::Session);
            }
        }
    }

    /// Nothing happens in the copy before it is told. What it has under way may arrive beside the same of the other one's.
    fn copy(&mut self, scene: &Scene, f: usize) {
        self.left.copies -= 1;
        let copy = self.families.len();
        self.families.push(self.families[f].clone());
        for l in 0..self.families[copy].leases.len() {
            if self.families[copy].leases[l].memory.permit != Permit::NONE {
                self.passed = Some(Passed::Copied);
            }
            let lease = &mut self.families[copy].leases[l];
            if let Talk::Sent(request) = lease.take_talk()
                && is_write(&request)
            {
                self.late.push((self.families[copy].session, request));
            }
            if !self.families[copy].leases[l].is_released() {
                self.step(scene, (copy, l), (0, 0), Event::Cloned);
            }
        }
        self.connect(scene, copy);
    }

    /// Whether nobody uses the session any more.
    fn is_old(&self, session: Session) -> bool {
        self.families.iter().all(|family| family.session != session)
    }

    fn is_used(&self, session: Session) -> bool {
        let mut claims = self.registry.nodes.iter().filter_map(|node| node.claim);
        !self.is_old(session)
            || self.alive.contains(&session)
            || claims.any(|(owner, _)| owner == session)
            || self.late.iter().any(|(sender, _)| *sender == session)
    }

    /// Tells a machine what happened.
    fn step(
        &mut self,
        scene: &Scene,
        (f, l): (usize, usize),
        (now, seed): (u64, u64),
        event: Event,
    ) {
        let family = &mut self.families[f];
        let lease = &mut family.leases[l];
        let shared = Shared::new(&family.words, &lease.memory);
        let parts = lease.machine.clone();
        let mut machine = parts.revived(scene, lease.wanted, shared.memory(), seed);
        if let Some(request) = machine.step(now, event) {
            assert_eq!(lease.talk, Talk::Quiet, "two requests at once");
            lease.talk = Talk::Sent(request);
        }
        lease.machine = Parts::of(machine);
        let before = std::mem::replace(&mut lease.memory, shared.kept()).permit;
        family.words = shared.words();
        if ![Permit::NONE, before].contains(&lease.memory.permit) {
            let claim = self.registry.node(lease.node()).claim;
            let alive = self.alive.contains(&family.session);
            self.shared |= alive && claim == Some(STRANGER);
        }
    }

    fn issue(&mut self, scene: &Scene, f: usize, permit: u64, now: u64) {
        let Permit { node, until } = Permit::unpack(permit, &LAYOUT);
        let place = usize::from(node) - 1;
        let word = &mut self.families[f].words[place];
        let last = AtomicU64::new(*word);
        let moment = Moment {
            timestamp: now,
            noise: 0,
        };
        let bounds = Bounds::up_to(until, scene.terms.tolerance);
        // Whoever has to wait for the next millisecond has done so.
        let paid = Some(LAYOUT.timestamp_of(*word));
        let Ok((first, _)) = sequence::reserve(&last, &LAYOUT, moment, bounds, paid, 1) else {
            return;
        };
        *word = last.into_inner();
        let bit = 1 << (first - LAYOUT.word(scene.earliest, 0));
        self.repeated |= self.issued[place] & bit != 0;
        self.issued[place] |= bit;
        let mark = self.registry.node(node).mark.map_or(0, |mark| mark.nonce);
        if !self.families[f]
            .leases
            .iter()
            .any(|lease| lease.is_ours(mark))
        {
            self.passed = Some(Passed::Remainder);
        }
    }
}

fn is_write(request: &Request) -> bool {
    !matches!(request, Request::List | Request::Look { .. })
}
