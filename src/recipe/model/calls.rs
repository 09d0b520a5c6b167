//! All that can happen to a few processes of PHP that call, each one request after the other: connections that are lost with
//! what is under way, writes that come late, servers that lag behind, processes that are killed, and what others do meanwhile.
//!
//! Each request may be answered in a session of its own, since a light client's session is followed by another one, and a keeper by
//! another one with another session: so what one server has shown binds no other. What the model leaves out:
//! * Time. A call may be told at any moment that there was none left for what it was to ask.
//! * What was sent, or is seen by a server that lags, before somebody has deleted by hand what it is about.

use std::fmt::Debug;
use std::hash::Hash;

use stateright::{Model, Property};

use super::super::call::Next;
use super::servers::{Place, Servers};
use super::tree::{Tree, lost, refused};
use super::world::Left;
use crate::sometimes::sometimes;
use crate::wire::{Failure, Reply, Request, code};

/// What a process is told of what it wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Told {
    Done,
    NotDone,
    Unknown,
}

/// A process that wants one thing after the other.
pub(super) trait Caller: Clone + Debug + PartialEq + Hash + Send + Sync + 'static {
    /// What it does next; `None`: there is nothing that it wants.
    fn next(&self) -> Option<Next<()>>;

    /// Takes in what came of it. What it is told of what it wanted, if that is over.
    fn hears(&mut self, answer: Result<Reply, Failure>) -> Option<Told>;

    /// Whether what it wants is done by this.
    fn does(request: &Request) -> bool;

    /// What others may ask: as a matter of course, or by hand.
    fn others(scene: &Scene<Self>, tree: &Tree) -> Vec<(Request, bool)>;

    /// Whether the servers have what was done, and nothing else.
    fn is_right(scene: &Scene<Self>, calls: &Calls<Self>) -> bool;
}

/// One thing that was wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Wish {
    /// How often it was done.
    pub(super) done: u8,
    told: Option<Told>,
    /// An answer was lost that may have been that it is done.
    doubtful: bool,
}

#[derive(Clone, Debug, PartialEq, Hash)]
pub(super) struct One<C> {
    pub(super) caller: C,
    answer: Option<Result<Reply, Failure>>,
    pub(super) wishes: Vec<Wish>,
    killed: bool,
}

/// What the last event was, where that shows that the search gets somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Passed {
    /// What was asked for without an answer was found to be done.
    FoundDone,
    /// And found not to be.
    FoundUndone,
    /// One is told that it is not known.
    Unknown,
    /// A server answers that lags behind.
    Stale,
    /// A write is carried out that nobody waits for.
    Late,
    /// What is missing above is made.
    Made,
}

sometimes! {
    [C: Caller] Scene<C>, Calls<C> {
        FoundDone: "what was asked for without an answer turns out to have been done",
        FoundUndone: "what was asked for without an answer turns out not to have been done",
        Unknown: "one is told that it is not known",
        Stale: "a server answers that lags behind",
        Late: "a write is carried out that nobody waits for",
        Made: "what is missing above is made",
    }
}

#[derive(Clone, Debug, PartialEq, Hash)]
pub(super) struct Calls<C> {
    pub(super) servers: Servers<Tree>,
    pub(super) ones: Vec<One<C>>,
    /// Writes that nobody waits for any more, and that may still be carried out, by what they were asked for.
    late: Vec<(usize, usize, Request)>,
    pub(super) left: Left,
    passed: Option<Passed>,
}

#[derive(Clone, Debug)]
pub(super) struct Scene<C> {
    pub(super) tree: Tree,
    pub(super) callers: Vec<C>,
    pub(super) most: Left,
    /// All that is left to do is done in the end, from wherever.
    pub(super) settles: bool,
    /// What must be seen to happen.
    pub(super) expected: &'static [Passed],
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    /// What one asks is carried out there.
    Arrive(usize, Place),
    Hear(usize),
    /// The connection is lost, and with it the request or the answer.
    Lose(usize),
    /// There was no time for it.
    Refuse(usize),
    Kill(usize),
    /// The follower has heard of all.
    CatchUp,
    ArriveLate(usize),
    DropLate(usize),
    /// Somebody else asks it, by hand.
    Other(Request, bool),
}

impl<C: Caller> One<C> {
    fn new(caller: C) -> Self {
        Self {
            caller,
            answer: None,
            wishes: vec![Wish::default()],
            killed: false,
        }
    }

    fn wish(&mut self) -> &mut Wish {
        self.wishes.last_mut().unwrap()
    }

    fn next(&self) -> Option<Next<()>> {
        self.caller.next().filter(|_| !self.killed)
    }

    /// The write that it waits for, or would.
    fn write(&self) -> Option<Request> {
        match self.next() {
            Some(Next::Ask(request)) if !request.is_read() => Some(request),
            _ => None,
        }
    }
}

impl<C: Caller> Calls<C> {
    fn new(scene: &Scene<C>) -> Self {
        Self {
            servers: Servers::new(scene.tree.clone()),
            ones: scene.callers.iter().cloned().map(One::new).collect(),
            late: vec![],
            left: scene.most,
            passed: None,
        }
    }

    fn actions(&self, scene: &Scene<C>, actions: &mut Vec<Action>) {
        let lags = self.servers.follower != self.servers.leader;
        for (i, one) in self.ones.iter().enumerate() {
            let Some(next) = one.next() else {
                continue;
            };
            if one.answer.is_some() {
                actions.push(Action::Hear(i));
            } else {
                actions.push(Action::Arrive(i, Place::Leader));
                if lags && matches!(next, Next::Ask(request) if request.is_read()) {
                    actions.push(Action::Arrive(i, Place::Follower));
                }
            }
            if self.left.faults > 0 {
                // What only reads is asked again.
                if one.write().is_some() {
                    actions.push(Action::Lose(i));
                }
                if one.answer.is_none() {
                    actions.push(Action::Refuse(i));
                }
                actions.push(Action::Kill(i));
            }
        }
        if lags {
            actions.push(Action::CatchUp);
        }
        for place in 0..self.late.len() {
            actions.push(Action::ArriveLate(place));
            actions.push(Action::DropLate(place));
        }
        for (request, by_hand) in C::others(scene, &self.servers.leader) {
            let left = if by_hand {
                self.left.strikes
            } else {
                self.left.ends
            };
            if left > 0 {
                actions.push(Action::Other(request, by_hand));
            }
        }
    }

    fn act(&mut self, action: Action) {
        self.passed = None;
        match action {
            Action::Arrive(i, place) => self.arrive(i, place),
            Action::Hear(i) => {
                if let Some(answer) = self.ones[i].answer.take() {
                    self.hear(i, answer);
                }
            }
            Action::Lose(i) => {
                self.left.faults -= 1;
                self.leave(i);
                self.ones[i].wish().doubtful = true;
                self.hear(i, Err(lost()));
            }
            Action::Refuse(i) => {
                self.left.faults -= 1;
                self.hear(i, Err(refused(code::OPERATION_TIMEOUT)));
            }
            Action::Kill(i) => {
                self.left.faults -= 1;
                self.leave(i);
                self.ones[i].killed = true;
            }
            Action::CatchUp => self.catch_up(),
            Action::ArriveLate(place) => {
                let (i, wish, request) = self.late.remove(place);
                let _ = self.write((i, wish), &request);
                self.passed = Some(Passed::Late);
            }
            Action::DropLate(place) => drop(self.late.remove(place)),
            Action::Other(request, by_hand) => {
                let left = &mut self.left;
                *(if by_hand {
                    &mut left.strikes
                } else {
                    &mut left.ends
                }) -= 1;
                let _ = self.servers.leader.write(0, &request);
                if by_hand {
                    // What is made anew begins with the first version again.
                    self.late.clear();
                    self.catch_up();
                }
            }
        }
    }

    /// Nobody waits any more for the write that one may have sent.
    fn leave(&mut self, i: usize) {
        let one = &mut self.ones[i];
        if let (None, Some(request)) = (one.answer.take(), one.write()) {
            self.late.push((i, one.wishes.len() - 1, request));
            self.late.sort_by_cached_key(|late| format!("{late:?}"));
        }
    }

    fn write(&mut self, (i, wish): (usize, usize), request: &Request) -> Result<Reply, Failure> {
        let answer = self.servers.leader.write(0, request);
        let is_done = answer.is_ok() && C::does(request);
        self.ones[i].wishes[wish].done += u8::from(is_done);
        answer
    }

    fn arrive(&mut self, i: usize, place: Place) {
        let lags = self.servers.follower != self.servers.leader;
        let answer = match self.ones[i].next() {
            Some(Next::Ask(request)) if request.is_read() => {
                if place == Place::Follower && lags {
                    self.passed = Some(Passed::Stale);
                    if matches!(request, Request::Sync { .. }) {
                        self.catch_up();
                    }
                }
                self.servers.tree(place).read(&request)
            }
            Some(Next::Ask(request)) => {
                let wish = self.ones[i].wishes.len() - 1;
                if self.ones[i].wishes[wish].doubtful && C::does(&request) {
                    self.passed = Some(Passed::FoundUndone);
                }
                self.write((i, wish), &request)
            }
            Some(Next::Make(path)) => {
                self.servers.leader.make(&path);
                self.passed = Some(Passed::Made);
                Ok(Reply::Done)
            }
            _ => return,
        };
        self.ones[i].answer = Some(answer);
    }

    fn catch_up(&mut self) {
        self.servers.follower = self.servers.leader.clone();
    }

    fn hear(&mut self, i: usize, answer: Result<Reply, Failure>) {
        let one = &mut self.ones[i];
        let found = one.write().is_none();
        let Some(told) = one.caller.hears(answer) else {
            return;
        };
        one.wish().told = Some(told);
        match told {
            Told::Done if found => self.passed = Some(Passed::FoundDone),
            Told::Unknown => self.passed = Some(Passed::Unknown),
            _ => {}
        }
        if one.next().is_some() {
            one.wishes.push(Wish::default());
        }
    }

    fn wishes(&self) -> impl Iterator<Item = &Wish> {
        self.ones.iter().flat_map(|one| &one.wishes)
    }

    /// All that is left to do is done, in some order: whether that has an end.
    fn settles(&self, scene: &Scene<C>) -> bool {
        let mut calls = self.clone();
        calls.left = Left::default();
        for _ in 0..STEPS {
            // What nobody waits for comes first, and lagging servers last.
            let mut actions = vec![];
            calls.actions(scene, &mut actions);
            let Some(action) = actions.into_iter().next() else {
                let mut ones = calls.ones.iter();
                return ones
                    .all(|one| one.killed || one.wishes.iter().all(|wish| wish.told.is_some()));
            };
            calls.act(action);
        }
        false
    }
}

/// More than it takes to settle.
const STEPS: usize = 200;

impl<C: Caller> Model for Scene<C> {
    type State = Calls<C>;
    type Action = Action;

    fn init_states(&self) -> Vec<Calls<C>> {
        vec![Calls::new(self)]
    }

    fn actions(&self, calls: &Calls<C>, actions: &mut Vec<Action>) {
        calls.actions(self, actions);
    }

    fn next_state(&self, calls: &Calls<C>, action: Action) -> Option<Calls<C>> {
        let mut next = calls.clone();
        next.act(action);
        (next != *calls).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        type Is<C> = fn(&Scene<C>, &Calls<C>) -> bool;
        let always: [(&'static str, Is<C>); 5] = [
            ("nothing is done twice", |_, calls| {
                calls.wishes().all(|wish| wish.done <= 1)
            }),
            ("what is said to be done is", |_, calls| {
                let mut wishes = calls.wishes();
                wishes.all(|wish| wish.told != Some(Told::Done) || wish.done > 0)
            }),
            ("what is said not to be done is not", |_, calls| {
                let mut wishes = calls.wishes();
                wishes.all(|wish| wish.told != Some(Told::NotDone) || wish.done == 0)
            }),
            ("servers have what was done, and nothing else", C::is_right),
            (
                "all that is left to do is done in the end",
                |scene, calls| !scene.settles || calls.settles(scene),
            ),
        ];
        let mut properties: Vec<_> = always
            .into_iter()
            .map(|(name, so)| Property::always(name, so))
            .collect();
        properties.extend(self.expected.iter().map(|&passed| sometimes(passed)));
        properties
    }
}
