//! The world of claims: families with a session each, whose processes take items of a queue, and what can happen.

use super::Scene;
use super::right::Item;
use crate::recipe::Event;
use crate::recipe::ack::Ack;
use crate::recipe::claim::Claim;
use crate::recipe::model::Left;
use crate::recipe::model::servers::{Id, Place, Servers};
use crate::recipe::model::tree::{Tree, refused};
use crate::wire::{Failure, Reply, Request, code};

pub(super) const ENTRIES: &str = "/q/entries";
pub(super) const TAKEN: &str = "/q/taken";

/// What the last event was, where that shows that the search gets somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Passed {
    /// One has what another one had.
    Again,
    /// One was quicker.
    Taken,
    /// An acknowledgement was found to be done, where the answer to it was lost.
    FoundDone,
    /// It is not known whether it was.
    Unknown,
    /// It comes too late: the item was given to somebody else, or may be.
    Denied,
    /// A claim was found that was made without an answer.
    FoundOwn,
    /// A write was carried out that nobody waits for.
    Late,
    /// What a killed keeper's session holds was acknowledged.
    Orphan,
    /// One that waited is woken.
    Woken,
}

/// An item that a process has, as `Dig\Zookeeper\Message`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Message {
    pub(super) entry: String,
    /// Since it was taken.
    pub(super) version: i32,
    /// The session that it is held in, until it is said to be held no more.
    pub(super) slot: Option<Id>,
    /// That is so, as far as it was heard.
    pub(super) stands: bool,
    /// The keeper that held it was killed.
    pub(super) orphan: bool,
    /// A call that is over may have acknowledged it.
    pub(super) doubt: Option<Failure>,
}

/// What a process does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Php {
    /// Looks for items that nobody has.
    Looks,
    /// Waits until there may be one, by watches of the two lists.
    Waits([Place; 2]),
    /// Has chosen one, and reads it.
    Reads(String),
    /// Waits for the keeper to take it.
    Takes(String, i32),
    Has(Message),
    Acks(Message, Ack, Option<Result<(), Failure>>),
    Killed,
}

/// What the keeper holds, or is to, or is to give back.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Hold {
    /// Whose it is, as long as it is wanted.
    pub(super) of: Option<usize>,
    pub(super) machine: Claim,
    pub(super) entry: String,
    /// Before it was taken.
    pub(super) version: i32,
    pub(super) claimant: String,
    pub(super) answer: Option<Event>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Family {
    pub(super) session: Option<Id>,
    pub(super) connected: bool,
    /// How many sessions it has had.
    pub(super) sessions: u8,
    pub(super) processes: Vec<Php>,
    pub(super) holds: Vec<Hold>,
}

/// A write that nobody waits for any more: its session, or 0, and the version that it acknowledges.
pub(super) type Late = (Id, Option<i32>, Request);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) servers: Servers<Tree>,
    pub(super) families: Vec<Family>,
    pub(super) late: Vec<Late>,
    pub(super) items: Vec<Item>,
    pub(super) left: Left,
    /// What must not be.
    pub(super) wrong: Option<&'static str>,
    pub(super) passed: Option<Passed>,
}

/// The first number names the family, the second the process or what is held.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    /// Reads both lists, and chooses that one of those that are free.
    Look(usize, usize, [Place; 2], usize),
    Read(usize, usize, Place),
    /// Does not wait any longer for the keeper.
    TimeOut(usize, usize),
    Ack(usize, usize),
    ArriveAck(usize, usize),
    HearAck(usize, usize),
    /// The connection is lost, and with it the request or the answer.
    LoseAck(usize, usize),
    /// There was no time for it.
    RefuseAck(usize, usize),
    GiveBack(usize, usize),
    KillProcess(usize, usize),
    /// What the keeper asks next is carried out.
    Arrive(usize, usize),
    Hear(usize, usize),
    /// The process does not run, so that it loses what it has.
    Forfeit(usize, usize),
    Lose(usize),
    Connect(usize),
    /// It hears that its session has expired.
    Told(usize),
    /// It takes a new session while the old one may live.
    GiveUp(usize),
    /// The keeper is killed, and replaced.
    Kill(usize),
    Expire(Id),
    CatchUp,
    ArriveLate(usize),
    DropLate(usize),
}

impl World {
    pub(super) fn new(scene: &Scene) -> Self {
        let mut tree = Tree::default();
        tree.make(ENTRIES);
        if scene.parents {
            tree.make(TAKEN);
        }
        let name = |number| format!("{ENTRIES}/entry-100-{number:010}");
        let items: Vec<_> = (0..scene.items).map(name).collect();
        items.iter().for_each(|entry| tree.make(entry));
        let family = |processes: &usize| Family {
            session: None,
            connected: false,
            sessions: 0,
            processes: vec![Php::Looks; *processes],
            holds: vec![],
        };
        let item = |entry| Item {
            entry,
            ..Item::default()
        };
        let mut world = Self {
            servers: Servers::new(tree),
            families: scene.families.iter().map(family).collect(),
            late: vec![],
            items: items.into_iter().map(item).collect(),
            left: scene.most,
            wrong: None,
            passed: None,
        };
        (0..world.families.len()).for_each(|f| world.connect(f));
        world
    }

    pub(super) fn actions(&self, scene: &Scene, actions: &mut Vec<Action>) {
        for (f, family) in self.families.iter().enumerate() {
            for o in 0..family.processes.len() {
                self.actions_of(scene, (f, o), actions);
            }
            let alive = family.session.map(|id| self.servers.lives(id));
            for (h, hold) in family.holds.iter().enumerate() {
                let session = family.session.filter(|_| family.connected);
                if hold.answer.is_some() {
                    actions.push(Action::Hear(f, h));
                } else if session.is_some_and(|id| self.may_arrive(id, hold)) {
                    actions.push(Action::Arrive(f, h));
                }
            }
            if alive == Some(false) {
                actions.push(Action::Told(f));
            } else if !family.connected {
                actions.push(Action::Connect(f));
            }
            if self.may_fail(scene, f) && family.connected {
                actions.extend([Action::Lose(f), Action::GiveUp(f), Action::Kill(f)]);
            }
        }
        for session in &self.servers.sessions {
            let may_fail = self.may_fail(scene, session.id as usize / 16);
            if !session.ended && (may_fail || self.is_old(session.id)) {
                actions.push(Action::Expire(session.id));
            }
        }
        if self.lags() {
            actions.push(Action::CatchUp);
        }
        for place in 0..self.late.len() {
            actions.extend([Action::ArriveLate(place), Action::DropLate(place)]);
        }
    }

    pub(super) fn may_fail(&self, scene: &Scene, f: usize) -> bool {
        self.left.faults > 0 && f < scene.faulty
    }

    pub(super) fn act(&mut self, scene: &Scene, action: Action) {
        self.passed = None;
        match action {
            Action::Look(f, o, places, one) => {
                let free = self.free(places);
                self.families[f].processes[o] = match free.into_iter().nth(one) {
                    Some(entry) => Php::Reads(entry),
                    None => Php::Waits(places),
                };
            }
            Action::Read(f, o, place) => {
                let Php::Reads(entry) = self.families[f].processes[o].clone() else {
                    return;
                };
                match self.servers.tree(place).version(&entry) {
                    Some(version) => self.take((f, o), entry, version),
                    None => self.families[f].processes[o] = Php::Looks,
                }
            }
            Action::TimeOut(f, o) => {
                self.left.ends -= 1;
                self.release((f, o), Event::Release);
                self.families[f].processes[o] = Php::Looks;
            }
            Action::Ack(f, o) => {
                if let Php::Has(message) = self.families[f].processes[o].clone() {
                    let doubt = message.doubt.clone();
                    let ack = Ack::new(&message.entry, message.version, vec![], doubt);
                    self.families[f].processes[o] = Php::Acks(message, ack, None);
                }
            }
            Action::ArriveAck(f, o) => {
                if let Php::Acks(message, ack, None) = self.families[f].processes[o].clone() {
                    let request = Request::Multi(ack.operations());
                    let answer = self.write(0, Some(message.version), &request).map(drop);
                    self.families[f].processes[o] = Php::Acks(message, ack, Some(answer));
                }
            }
            Action::HearAck(f, o) => {
                if let Php::Acks(_, _, Some(answer)) = self.families[f].processes[o].clone() {
                    self.hear_ack((f, o), answer);
                }
            }
            Action::LoseAck(f, o) => {
                self.left.faults -= 1;
                self.lose_ack((f, o));
            }
            Action::RefuseAck(f, o) => {
                self.left.faults -= 1;
                self.hear_ack((f, o), Err(refused(code::OPERATION_TIMEOUT)));
            }
            Action::GiveBack(f, o) => {
                self.left.ends -= 1;
                if let Php::Has(message) = self.families[f].processes[o].clone() {
                    self.let_go((f, o), &message);
                }
            }
            Action::KillProcess(f, o) => {
                self.left.faults -= 1;
                self.leave_ack((f, o));
                self.release((f, o), Event::Release);
                self.families[f].processes[o] = Php::Killed;
            }
            Action::Arrive(f, h) => self.arrive(f, h),
            Action::Hear(f, h) => {
                if let Some(event) = self.families[f].holds[h].answer.take() {
                    if event == Event::Claimed(Ok(true)) {
                        self.passed = Some(Passed::FoundOwn);
                    }
                    self.families[f].holds[h].machine.happens(event);
                }
                self.tell(f);
            }
            Action::Forfeit(f, o) => {
                self.left.faults -= 1;
                let holds = self.families[f].holds.iter_mut();
                for hold in holds.filter(|hold| hold.of == Some(o)) {
                    hold.machine.happens(Event::Forfeit);
                }
                self.tell(f);
            }
            Action::Lose(f) => {
                self.left.faults -= 1;
                self.disconnect(f);
            }
            Action::Connect(f) => self.connect(f),
            Action::Told(f) => {
                self.disconnect(f);
                self.families[f].session = None;
                for hold in &mut self.families[f].holds {
                    hold.machine.happens(Event::Expired);
                }
                self.tell(f);
            }
            Action::GiveUp(f) => {
                self.left.faults -= 1;
                self.disconnect(f);
                self.families[f].session = None;
                self.connect(f);
            }
            Action::Kill(f) => self.kill(f),
            Action::Expire(id) => {
                self.left.faults -= u8::from(!self.is_old(id));
                let before = self.servers.leader.clone();
                self.servers.expire(id);
                self.late.retain(|(sender, ..)| *sender != id);
                self.wake(Place::Leader, &before);
            }
            Action::CatchUp => self.catch_up(),
            Action::ArriveLate(place) => {
                let (session, version, request) = self.late.remove(place);
                let _ = self.write(session, version, &request);
                self.passed = Some(Passed::Late);
            }
            Action::DropLate(place) => drop(self.late.remove(place)),
        }
        if !scene.follower && self.lags() {
            self.catch_up();
        }
        self.forget_sessions();
    }

    pub(super) fn lags(&self) -> bool {
        self.servers.follower != self.servers.leader
    }

    pub(super) fn catch_up(&mut self) {
        let leader = self.servers.leader.clone();
        let before = std::mem::replace(&mut self.servers.follower, leader);
        self.wake(Place::Follower, &before);
    }

    /// Whoever watches a list there that has changed looks again.
    pub(super) fn wake(&mut self, place: Place, before: &Tree) {
        let after = self.servers.tree(place);
        let changed = [ENTRIES, TAKEN].map(|path| before.list(path) != after.list(path));
        let processes = self
            .families
            .iter_mut()
            .flat_map(|family| &mut family.processes);
        for php in processes {
            if let Php::Waits(places) = php
                && places
                    .iter()
                    .zip(changed)
                    .any(|(&at, changed)| at == place && changed)
            {
                *php = Php::Looks;
                self.passed = Some(Passed::Woken);
            }
        }
    }

    pub(super) fn write(
        &mut self,
        session: Id,
        acks: Option<i32>,
        request: &Request,
    ) -> Result<Reply, Failure> {
        let before = self.servers.leader.clone();
        let reply = self.servers.leader.write(session, request)?;
        if let Request::Multi(operations) = request {
            self.happened(operations, acks);
        }
        self.wake(Place::Leader, &before);
        Ok(reply)
    }

    pub(super) fn leave(&mut self, late: Late) {
        self.late.push(late);
        self.late.sort_by_cached_key(|late| format!("{late:?}"));
    }

    /// Whether nobody uses the session any more.
    pub(super) fn is_old(&self, id: Id) -> bool {
        let mut families = self.families.iter();
        families.all(|family| family.session != Some(id))
    }

    /// Nobody asks for sessions that have ended and are no family's.
    pub(super) fn forget_sessions(&mut self) {
        let families = &self.families;
        self.servers.sessions.retain(|session| {
            let mut all = families.iter();
            !session.ended || all.any(|family| family.session == Some(session.id))
        });
        for family in &mut self.families {
            for php in &mut family.processes {
                if let Php::Has(message) | Php::Acks(message, ..) = php {
                    message.slot = message.slot.filter(|&id| self.servers.lives(id));
                }
            }
        }
    }
}
