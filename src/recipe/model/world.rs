//! The world of the model: servers, families with a session each, those that stand in line, and what can happen.

use super::super::{Contender, Event, Guid, Lines, Role, Standing, Step, name};
use super::scene::Scene;
use super::servers::{self, Id, Place, Servers, Session, Tree};
use super::time;

/// How much of each may still happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Left {
    /// Lost connections, sessions and keepers.
    pub(super) faults: u8,
    /// Releases.
    pub(super) ends: u8,
    /// Wishes after one that came to its end.
    pub(super) wishes: u8,
    /// Znodes that somebody deletes by hand.
    pub(super) strikes: u8,
    /// The same, of those that another one is before.
    pub(super) pushes: u8,
    /// Parents that ZooKeeper deletes.
    pub(super) reaps: u8,
}

/// What the last event was, where that shows that the search gets somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Passed {
    /// One holds after another one has.
    Handed,
    /// One holds as soon as it hears that the only one before it is gone.
    Next,
    /// One is the first by its number, without a list.
    Known,
    /// Two hold that may.
    Shared,
    /// What was made without an answer was found.
    FoundDone,
    /// What was asked for without an answer was not there.
    FoundUndone,
    /// A list was of an older state than others have seen.
    Stale,
    /// A write was carried out that nobody waits for.
    Late,
    /// One that held has lost it with its session.
    Lost,
    /// One that waited has lost its place with its session.
    Displaced,
    /// A killed keeper's still holds while its successor stands in line.
    Outlived,
    /// A family has taken a new session while its old one lives.
    GivenUp,
    /// One was not to wait.
    Taken,
    /// A semaphore is for another number.
    Other,
    /// A holder has been told that its znode was deleted.
    Gone,
    /// Missing parents were made.
    Parents,
    /// A znode with its own name was found to be another's.
    Foreign,
    /// What it holds has run out, and its session lives.
    RanOut,
}

/// How far the step under way has come, how long ago it was sent, and whether the answer is of a state that the follower has
/// not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Talk {
    Quiet,
    Sent(Step, u8),
    Answered(Step, Event, u8, bool),
}

/// What the keeper has told one in shared memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    session: Id,
    token: i64,
}

/// What is watched for one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Watched {
    Nothing,
    Znode(String),
    Children(&'static str),
}

/// One that wishes to hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct One {
    pub(super) role: Role,
    pub(super) machine: Contender,
    pub(super) talk: Talk,
    pub(super) slot: Option<Slot>,
    watched: Watched,
    /// And its own znode.
    own: Watched,
    /// What is still to be told of what is watched.
    fired: Option<Event>,
    /// And of its own znode: that before, since both are told in their order.
    gone: bool,
    /// The transaction that made what it holds, or has held alone.
    token: Option<i64>,
    /// And what made its parent, as it was made itself.
    parent: i64,
    /// How many wishes it has had.
    wishes: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Family {
    pub(super) session: Option<Id>,
    pub(super) connected: Option<Place>,
    /// How many sessions it has had.
    sessions: u8,
    /// How many connections.
    turn: u8,
    /// What it knows of lines. A watch: of which connection, and what made the parent.
    lines: Lines<(u8, i64)>,
    /// It is about to watch the parent.
    arms: bool,
    pub(super) ones: Vec<One>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) servers: Servers,
    pub(super) families: Vec<Family>,
    /// Writes that nobody waits for any more, and that may still be carried out.
    late: Vec<(Id, Step)>,
    /// The highest token of one that holds alone.
    highest: i64,
    left: Left,
    learns: bool,
    /// What must not be.
    pub(super) wrong: Option<&'static str>,
    pub(super) passed: Option<Passed>,
}

/// The first number names the family, the second the one of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Action {
    /// The next step is begun. Without time it is as it arrives, or as the connection is lost.
    Send(usize, usize),
    /// It is carried out.
    Arrive(usize, usize),
    /// Its answer is heard.
    Hear(usize, usize),
    /// It was made, but the connection is lost before it could list its line.
    HearHalf(usize, usize),
    /// What is watched has changed, is gone or is not watched any more.
    Fired(usize, usize),
    /// The parent is watched.
    Arm(usize),
    /// The own znode is gone.
    Gone(usize, usize),
    Release(usize, usize),
    /// Whoever had one that came to its end wishes again.
    Again(usize, usize),
    /// The connection is lost.
    Lose(usize),
    /// There is one again, with a new session if there is none.
    Connect(usize, Place),
    /// It hears that its session has expired.
    Told(usize),
    /// It takes a new session while the old one may live.
    GiveUp(usize),
    /// The keeper is killed, and replaced.
    Kill(usize),
    Expire(Id),
    /// The follower has heard of all.
    CatchUp,
    /// A write that nobody waits for is carried out.
    ArriveLate(usize),
    /// And is not.
    DropLate(usize),
    /// Somebody deletes a znode.
    Strike(String),
    /// One that another one is before.
    Push(String),
    /// ZooKeeper deletes what is empty.
    Reap(usize),
    Tick,
    /// The session's beat is answered that was sent so long ago.
    Beat(usize, u8),
}

impl One {
    fn new(role: Role, once: bool, guid: Guid) -> Self {
        Self {
            role,
            machine: Contender::new(role, once, guid),
            talk: Talk::Quiet,
            slot: None,
            watched: Watched::Nothing,
            own: Watched::Nothing,
            fired: None,
            gone: false,
            token: None,
            parent: 0,
            wishes: 0,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.machine.next() == Step::Over
    }

    fn holds(&self) -> bool {
        matches!(self.machine.standing(), Standing::Holds(_))
    }

    fn waits(&self) -> bool {
        matches!(self.machine.standing(), Standing::Asks | Standing::Waits)
    }

    /// Begins the next step, if none is under way.
    fn send(&mut self) {
        let next = self.machine.next();
        if self.talk == Talk::Quiet && !matches!(next, Step::Wait | Step::Over) {
            self.talk = Talk::Sent(next, 0);
        }
    }

    /// Nobody listens to its watches any more.
    fn forget(&mut self) {
        (self.watched, self.own) = (Watched::Nothing, Watched::Nothing);
        (self.fired, self.gone) = (None, false);
    }
}

impl World {
    pub(super) fn new(scene: &Scene) -> Self {
        let tree = match scene.parents {
            false => Tree::default(),
            true => Tree {
                parents: [Some(0); 3],
                number: (scene.number, 0),
                ..Tree::default()
            },
        };
        let mut world = Self {
            servers: Servers::new(tree),
            families: Vec::new(),
            late: Vec::new(),
            highest: 0,
            left: scene.most,
            learns: scene.learns,
            wrong: None,
            passed: None,
        };
        for (f, roles) in scene.families.iter().enumerate() {
            let ones = roles.iter().enumerate();
            let ones = ones.map(|(o, &role)| One::new(role, scene.once, scene.guid(f, o, 0, 0)));
            world.families.push(Family {
                session: None,
                connected: None,
                sessions: 0,
                turn: 0,
                lines: Lines::default(),
                arms: false,
                ones: ones.collect(),
            });
            let places = world.places(scene, f);
            world.connect(scene, f, *places.last().unwrap());
        }
        world
    }

    fn places(&self, scene: &Scene, f: usize) -> Vec<Place> {
        let session = self.families[f].session;
        let session = session.and_then(|id| self.servers.session(id));
        let mut places = vec![Place::Leader];
        if scene.follower && !session.is_some_and(|session| session.ahead) {
            places.push(Place::Follower);
        }
        places
    }

    pub(super) fn actions(&self, scene: &Scene, actions: &mut Vec<Action>) {
        for (f, family) in self.families.iter().enumerate() {
            for o in 0..family.ones.len() {
                self.actions_of(scene, f, o, actions);
            }
            let alive = family.session.map(|id| self.servers.lives(id));
            if alive == Some(false) {
                actions.push(Action::Told(f));
            } else if family.connected.is_none() {
                let places = self.places(scene, f).into_iter();
                actions.extend(places.map(|place| Action::Connect(f, place)));
            }
            if family.arms && alive == Some(true) {
                actions.push(Action::Arm(f));
            }
            if self.left.faults > 0 {
                if family.connected.is_some() {
                    actions.push(Action::Lose(f));
                }
                if family.session.is_some() {
                    if scene.gives_up {
                        actions.push(Action::GiveUp(f));
                    }
                    if scene.kills {
                        actions.push(Action::Kill(f));
                    }
                }
            }
            if scene.timed && alive == Some(true) && family.connected.is_some() {
                actions.extend((0..time::valid()).map(|age| Action::Beat(f, age)));
            }
        }
        for session in &self.servers.sessions {
            let may = self.left.faults > 0 || self.is_old(session.id);
            let time = !scene.timed || session.heard >= time::EXPIRES;
            if !session.ended && may && time {
                actions.push(Action::Expire(session.id));
            }
        }
        if self.servers.follower != self.servers.leader {
            actions.push(Action::CatchUp);
        }
        for place in 0..self.late.len() {
            actions.push(Action::ArriveLate(place));
            actions.push(Action::DropLate(place));
        }
        if self.left.strikes > 0 {
            let all = self.servers.leader.znodes.iter();
            actions.extend(all.map(|znode| Action::Strike(znode.path.clone())));
        }
        if self.left.pushes > 0 {
            let all = self.servers.leader.znodes.iter();
            actions.extend(all.skip(1).map(|znode| Action::Push(znode.path.clone())));
        }
        if self.left.reaps > 0 {
            let empty = self.servers.leader.empty().into_iter();
            actions.extend(empty.map(Action::Reap));
        }
        if scene.timed {
            actions.push(Action::Tick);
        }
    }

    fn actions_of(&self, scene: &Scene, f: usize, o: usize, actions: &mut Vec<Action>) {
        let family = &self.families[f];
        let one = &family.ones[o];
        let session = family.session.filter(|_| family.connected.is_some());
        match &one.talk {
            Talk::Sent(step, _) => {
                if session.is_some_and(|id| self.may_arrive(id, step)) {
                    actions.push(Action::Arrive(f, o));
                }
            }
            Talk::Answered(_, event, ..) => {
                actions.push(Action::Hear(f, o));
                if matches!(event, Event::Created(Ok(_))) && self.left.faults > 0 {
                    actions.push(Action::HearHalf(f, o));
                }
            }
            Talk::Quiet if one.is_over() => {
                if self.left.wishes > 0 {
                    actions.push(Action::Again(f, o));
                }
            }
            Talk::Quiet => {
                let next = one.machine.next();
                if let Some(id) = session
                    && next != Step::Wait
                {
                    if scene.timed {
                        actions.push(Action::Send(f, o));
                    } else if self.may_arrive(id, &next) {
                        actions.push(Action::Arrive(f, o));
                    }
                }
                if one.gone {
                    actions.push(Action::Gone(f, o));
                } else if one.fired.is_some() {
                    actions.push(Action::Fired(f, o));
                }
                if self.left.ends > 0 && (one.waits() || one.holds()) {
                    actions.push(Action::Release(f, o));
                }
            }
        }
    }

    fn may_arrive(&self, id: Id, step: &Step) -> bool {
        let synced = matches!(step, Step::List { sync: true, .. });
        let late = || self.late.iter().any(|(sender, _)| *sender == id);
        self.servers.lives(id) && !(synced && late())
    }

    pub(super) fn act(&mut self, scene: &Scene, action: Action) {
        self.passed = None;
        match action {
            Action::Send(f, o) => self.families[f].ones[o].send(),
            Action::Arrive(f, o) => {
                self.families[f].ones[o].send();
                self.arrive(f, o);
            }
            Action::Hear(f, o) => {
                self.hear(f, o, false);
            }
            Action::HearHalf(f, o) => {
                self.hear(f, o, true);
                self.lose(scene, f);
            }
            Action::Fired(f, o) => {
                let held = self.families[f].ones[o].holds();
                if let Some(event) = self.families[f].ones[o].fired.take() {
                    self.tell(f, o, event);
                    self.grant(f);
                }
                if !held && self.families[f].ones[o].holds() {
                    self.passed = Some(Passed::Next);
                }
            }
            Action::Arm(f) => self.arm(f),
            Action::Gone(f, o) => {
                self.families[f].ones[o].gone = false;
                if self.families[f].ones[o].holds() {
                    self.passed = Some(Passed::Gone);
                }
                self.tell(f, o, Event::Gone);
            }
            Action::Release(f, o) => {
                self.left.ends -= 1;
                self.families[f].ones[o].slot = None;
                self.tell(f, o, Event::Release);
            }
            Action::Again(f, o) => {
                self.left.wishes -= 1;
                let wishes = self.families[f].ones[o].wishes + 1;
                self.begin(scene, (f, o), wishes);
                if let Some(id) = self.families[f].session {
                    let fresh = self.guid(scene, f, o);
                    self.tell(f, o, Event::Session { id, fresh });
                }
            }
            Action::Lose(f) => self.lose(scene, f),
            Action::Connect(f, place) => self.connect(scene, f, place),
            Action::Told(f) => self.told(scene, f),
            Action::GiveUp(f) => {
                self.lose(scene, f);
                self.families[f].session = None;
                self.connect(scene, f, Place::Leader);
                self.passed = Some(Passed::GivenUp);
            }
            Action::Kill(f) => self.kill(scene, f),
            Action::Expire(id) => self.expire(scene, id),
            Action::CatchUp => self.catch_up(),
            Action::ArriveLate(place) => {
                let (session, step) = self.late.remove(place);
                self.write(session, &step);
                self.passed = Some(Passed::Late);
            }
            Action::DropLate(place) => {
                self.late.remove(place);
            }
            Action::Strike(path) => {
                self.left.strikes -= 1;
                self.change(|leader| leader.delete(&path));
            }
            Action::Push(path) => {
                self.left.pushes -= 1;
                self.change(|leader| leader.delete(&path));
            }
            Action::Reap(place) => {
                self.left.reaps -= 1;
                self.change(|leader| {
                    leader.parents[place] = None;
                    if place == 0 {
                        leader.number = (None, 0);
                    }
                });
            }
            Action::Tick => self.tick(),
            Action::Beat(f, age) => self.beat(f, age),
        }
        if !scene.follower && self.servers.follower != self.servers.leader {
            self.catch_up();
        }
        self.forget_sessions();
    }

    /// The leader's tree changes, and all are told that watch it there.
    fn change<T>(&mut self, change: impl FnOnce(&mut Tree) -> T) -> T {
        let before = self.servers.leader.clone();
        let done = change(&mut self.servers.leader);
        let after = self.servers.leader.clone();
        if after != before {
            self.fire(Place::Leader, &before, &after);
        }
        done
    }

    fn catch_up(&mut self) {
        let after = self.servers.leader.clone();
        let before = std::mem::replace(&mut self.servers.follower, after.clone());
        for session in &mut self.servers.sessions {
            session.ahead = false;
        }
        for one in self.families.iter_mut().flat_map(|family| &mut family.ones) {
            if let Talk::Answered(.., newer) = &mut one.talk {
                *newer = false;
            }
        }
        self.fire(Place::Follower, &before, &after);
    }

    fn fire(&mut self, place: Place, before: &Tree, after: &Tree) {
        let families = self.families.iter_mut();
        let here = families.filter(|family| family.connected == Some(place));
        for one in here.flat_map(|family| &mut family.ones) {
            let changed = |watched: &Watched| match watched {
                Watched::Nothing => false,
                Watched::Znode(path) => before.find(path).is_some() && after.find(path).is_none(),
                Watched::Children(at) => before.list(at) != after.list(at),
            };
            if changed(&one.watched) {
                one.fired = Some(match one.watched {
                    Watched::Znode(_) => Event::Left,
                    _ => Event::Fired,
                });
                one.watched = Watched::Nothing;
            }
            if changed(&one.own) {
                one.own = Watched::Nothing;
                one.gone = true;
            }
        }
    }

    fn write(&mut self, session: Id, step: &Step) -> Event {
        let event = self.change(|leader| leader.write(session, step));
        if let (Step::Parents(_), Event::Done(Ok(()))) = (step, &event) {
            self.passed = Some(Passed::Parents);
        }
        event
    }

    fn arrive(&mut self, f: usize, o: usize) {
        let family = &self.families[f];
        let (Some(id), Some(place)) = (family.session, family.connected) else {
            return;
        };
        let Talk::Sent(step, age) = family.ones[o].talk.clone() else {
            return;
        };
        let event = if servers::is_write(&step) {
            if self.learns {
                self.families[f].ones[o].parent = self.servers.leader.since[0];
            }
            self.write(id, &step)
        } else {
            if matches!(step, Step::List { sync: true, .. }) {
                self.catch_up();
            }
            if place == Place::Follower && self.servers.follower != self.servers.leader {
                self.passed = Some(Passed::Stale);
            }
            self.watch(f, o, place, &step);
            self.servers.tree(place).read(&step)
        };
        let newer = place == Place::Leader && self.servers.follower != self.servers.leader;
        if let Some(session) = self.servers.session_mut(id)
            && by_leader(&step)
        {
            session.heard = 0;
        }
        self.families[f].ones[o].talk = Talk::Answered(step, event, age, newer);
    }

    /// What a read leaves behind. Of two watches for one contender the newer counts.
    fn watch(&mut self, f: usize, o: usize, place: Place, step: &Step) {
        let tree = self.servers.tree(place);
        let there = |path: &String| match tree.find(path) {
            Some(_) => Watched::Znode(path.clone()),
            None => Watched::Nothing,
        };
        let one = &mut self.families[f].ones[o];
        match step {
            Step::Watch(path) => (one.watched, one.fired) = (there(path), None),
            Step::List {
                at, watch: true, ..
            } => {
                one.watched = match tree.list(at) {
                    Some(_) => Watched::Children(at),
                    None => Watched::Nothing,
                };
                one.fired = None;
            }
            Step::Own(path) => (one.own, one.gone) = (there(path), false),
            _ => {}
        }
    }

    fn hear(&mut self, f: usize, o: usize, half: bool) {
        let family = &self.families[f];
        let one = &family.ones[o];
        let (Talk::Answered(step, mut event, age, newer), Some(id)) =
            (one.talk.clone(), family.session)
        else {
            return;
        };
        if let Some(session) = self.servers.session_mut(id) {
            session.ahead |= newer;
        }
        if servers::is_write(&step) && family.connected == Some(Place::Follower) {
            // It answers when it has heard itself.
            self.catch_up();
        }
        if let (true, Event::Created(Ok((_, _, line)))) = (half, &mut event) {
            *line = None;
        }
        let is_known = self.learn(f, o, &step, &mut event);
        self.families[f].ones[o].talk = Talk::Quiet;
        if let Some(session) = self.servers.session_mut(id)
            && by_leader(&step)
        {
            session.answered = session.answered.min(age);
        }
        let owned = match event {
            Event::Own(Ok((owner, _))) => Some(owner),
            _ => None,
        };
        let doubtful = matches!(step, Step::List { sync: true, .. });
        self.tell(f, o, event);
        self.grant(f);
        let machine = &self.families[f].ones[o].machine;
        let passed = match (machine.next(), machine.standing()) {
            (Step::Own(_), _) if doubtful => Some(Passed::FoundDone),
            (Step::Create(_) | Step::Max, _) if doubtful => Some(Passed::FoundUndone),
            (_, Standing::Taken) => Some(Passed::Taken),
            (_, Standing::Other(_)) => Some(Passed::Other),
            _ if owned.is_some_and(|owner| owner != id) => Some(Passed::Foreign),
            _ if is_known => Some(Passed::Known),
            _ => None,
        };
        self.passed = passed.or(self.passed);
    }

    /// What a family learns of its line by an answer, and what it makes of that. Whether one of it is the first.
    fn learn(&mut self, f: usize, o: usize, step: &Step, event: &mut Event) -> bool {
        if !self.learns {
            return false;
        }
        let family = &mut self.families[f];
        let one = &mut family.ones[o];
        match (step, event) {
            (_, Event::Created(Ok((path, _, line)))) => {
                let now = (family.turn, one.parent);
                let number = name::sequence(path).unwrap();
                let is_first = family.lines.comes("", number, |watch| *watch != now);
                if is_first {
                    *line = Some(vec![path[1..].to_owned()]);
                }
                is_first
            }
            (Step::Delete(path), Event::Done(Ok(()))) => {
                if let Some(token) = one.token.take() {
                    let number = name::sequence(path).unwrap();
                    // It is watched sooner than it would be.
                    let _ = family.lines.leaves("", number, token);
                    family.arms = true;
                }
                false
            }
            _ => false,
        }
    }

    /// Watches the parent, if there is one.
    fn arm(&mut self, f: usize) {
        let family = &mut self.families[f];
        family.arms = false;
        let Some(place) = family.connected else {
            return;
        };
        let tree = self.servers.tree(place);
        if tree.parents[0].is_some() {
            let watch = (family.turn, tree.since[0]);
            family.lines.watched("", tree.since[0], watch);
        }
    }

    fn lose(&mut self, scene: &Scene, f: usize) {
        self.left.faults -= 1;
        self.disconnect(scene, f);
    }

    fn disconnect(&mut self, scene: &Scene, f: usize) {
        let was_connected = self.families[f].connected.take().is_some();
        if self.learns {
            self.families[f].turn += 1;
            self.families[f].arms = false;
        }
        for o in 0..self.families[f].ones.len() {
            let session = self.families[f].session;
            let one = &mut self.families[f].ones[o];
            if was_connected && !scene.timed {
                one.send();
            }
            let watched = [&one.watched, &one.own].map(|watched| *watched != Watched::Nothing);
            let watches = watched.contains(&true) || one.gone || one.fired.is_some();
            one.forget();
            one.fired = watches.then_some(Event::Fired);
            let event = match std::mem::replace(&mut one.talk, Talk::Quiet) {
                Talk::Quiet => continue,
                Talk::Sent(step, _) => {
                    let event = servers::lost(&step);
                    if let (Some(id), true) = (session, servers::is_write(&step)) {
                        self.late.push((id, step));
                    }
                    event
                }
                Talk::Answered(step, ..) => servers::lost(&step),
            };
            self.tell(f, o, event);
        }
        let servers = &self.servers;
        self.late.retain(|(id, _)| servers.lives(*id));
        self.late.sort_by_cached_key(|late| format!("{late:?}"));
    }

    fn connect(&mut self, scene: &Scene, f: usize, place: Place) {
        let family = &mut self.families[f];
        family.connected = Some(place);
        if family.session.is_none() {
            family.lines = Lines::default();
        }
        let id = family.session.unwrap_or_else(|| {
            family.sessions += 1;
            f as Id * 16 + Id::from(family.sessions)
        });
        family.session = Some(id);
        match self.servers.session_mut(id) {
            Some(session) => session.heard = 0,
            None => {
                self.servers.sessions.push(Session::new(id));
                self.servers.sessions.sort_by_key(|session| session.id);
            }
        }
        for o in 0..self.families[f].ones.len() {
            let fresh = self.guid(scene, f, o);
            self.tell(f, o, Event::Session { id, fresh });
        }
    }

    fn told(&mut self, scene: &Scene, f: usize) {
        self.disconnect(scene, f);
        self.families[f].session = None;
        for o in 0..self.families[f].ones.len() {
            let one = &mut self.families[f].ones[o];
            one.forget();
            if one.machine.standing() == Standing::Waits {
                self.passed = Some(Passed::Displaced);
            }
            self.tell(f, o, Event::Expired);
        }
    }

    /// Its machines are gone; what is in shared memory stays.
    fn kill(&mut self, scene: &Scene, f: usize) {
        self.lose(scene, f);
        self.families[f].session = None;
        for o in 0..self.families[f].ones.len() {
            let one = &self.families[f].ones[o];
            if one.is_over() {
                continue;
            }
            let wanted = one.waits() || one.holds();
            let (wishes, slot) = (one.wishes, one.slot.clone());
            self.begin(scene, (f, o), wishes);
            let one = &mut self.families[f].ones[o];
            one.slot = slot;
            if !wanted {
                one.machine.happens(Event::Release);
            }
        }
    }

    fn begin(&mut self, scene: &Scene, (f, o): (usize, usize), wishes: u8) {
        let role = self.families[f].ones[o].role;
        let guid = self.guid(scene, f, o);
        self.families[f].ones[o] = One {
            wishes,
            ..One::new(role, scene.once, guid)
        };
    }

    fn guid(&self, scene: &Scene, f: usize, o: usize) -> Guid {
        let family = &self.families[f];
        scene.guid(f, o, family.sessions, family.ones[o].wishes)
    }

    fn expire(&mut self, scene: &Scene, id: Id) {
        self.left.faults -= u8::from(!self.is_old(id));
        let before = self.servers.leader.clone();
        self.servers.expire(id);
        let after = self.servers.leader.clone();
        self.fire(Place::Leader, &before, &after);
        self.late.retain(|(sender, _)| *sender != id);
        if scene.timed {
            return;
        }
        // So much time has gone by for it.
        if let Some(session) = self.servers.session_mut(id) {
            session.answered = time::valid();
        }
        let families = self.families.iter_mut();
        let its = families.filter(|family| family.session == Some(id));
        for one in its.flat_map(|family| &mut family.ones) {
            if let Talk::Sent(_, age) | Talk::Answered(_, _, age, _) = &mut one.talk {
                *age = time::valid();
            }
        }
    }

    fn tick(&mut self) {
        let valid = time::valid();
        for session in &mut self.servers.sessions {
            session.heard = (session.heard + 1).min(time::EXPIRES);
            let ran_out = session.answered + 1 == valid;
            session.answered = (session.answered + 1).min(valid);
            let holds = |family: &Family| {
                family.session == Some(session.id) && family.ones.iter().any(One::holds)
            };
            if ran_out && !session.ended && self.families.iter().any(holds) {
                self.passed = Some(Passed::RanOut);
            }
        }
        for one in self.families.iter_mut().flat_map(|family| &mut family.ones) {
            if let Talk::Sent(_, age) | Talk::Answered(_, _, age, _) = &mut one.talk {
                *age = (*age + 1).min(valid);
            }
        }
    }

    /// The leader has heard it as soon as it was sent, and the answer is heard only now.
    fn beat(&mut self, f: usize, age: u8) {
        let Some(id) = self.families[f].session else {
            return;
        };
        if let Some(session) = self.servers.session_mut(id) {
            session.heard = session.heard.min(age);
            session.answered = session.answered.min(age);
        }
        self.grant(f);
    }

    /// Nobody asks for sessions that have ended and are no family's.
    fn forget_sessions(&mut self) {
        let families = &self.families;
        self.servers.sessions.retain(|session| {
            let is_its = |slot: &Option<Slot>| {
                let its = slot.as_ref().is_some_and(|slot| slot.session == session.id);
                its && session.answered < time::valid()
            };
            let used = |family: &Family| {
                family.session == Some(session.id)
                    || family.ones.iter().any(|one| is_its(&one.slot))
            };
            !session.ended || families.iter().any(used)
        });
        for family in &mut self.families {
            for one in &mut family.ones {
                let kept = |slot: &Slot| self.servers.session(slot.session).is_some();
                one.slot = one.slot.take().filter(kept);
            }
        }
    }

    /// Whether nobody uses the session any more.
    fn is_old(&self, id: Id) -> bool {
        self.families
            .iter()
            .all(|family| family.session != Some(id))
    }

    /// Tells a machine what happened, and what comes of it to whom it is for.
    fn tell(&mut self, f: usize, o: usize, event: Event) {
        let one = &mut self.families[f].ones[o];
        let held = one.holds();
        one.machine.happens(event);
        if held && !one.holds() {
            one.slot = None;
            if one.machine.standing() == Standing::Lost && self.passed.is_none() {
                self.passed = Some(Passed::Lost);
            }
        }
        if one.is_over() {
            one.forget();
        }
    }

    /// Who is first may begin, as soon as the session is known to live.
    fn grant(&mut self, f: usize) {
        let Some(id) = self.families[f].session else {
            return;
        };
        let fresh = self.servers.session(id);
        if fresh.is_none_or(|session| session.answered >= time::valid()) {
            return;
        }
        let highest = self.highest;
        for one in &mut self.families[f].ones {
            let Standing::Holds(token) = one.machine.standing() else {
                continue;
            };
            let slot = Slot { session: id, token };
            if one.slot.as_ref() == Some(&slot) {
                continue;
            }
            one.slot = Some(slot);
            one.token = self.learns.then_some(token);
            let alone = matches!(one.role, Role::Lock | Role::Write | Role::Latch);
            if !matches!(one.role, Role::Semaphore(_) | Role::Member) && token <= highest {
                self.wrong = Some("a token is not higher than that of one that has held");
            }
            if alone {
                self.highest = self.highest.max(token);
            }
            if highest > 0 {
                self.passed = Some(Passed::Handed);
            }
        }
        let valid = self.valid();
        if valid.len() > 1 {
            self.passed = Some(Passed::Shared);
        }
    }

    /// Whether its owner may believe that it holds.
    fn is_valid(&self, one: &One) -> bool {
        let session = one.slot.as_ref();
        let session = session.and_then(|slot| self.servers.session(slot.session));
        session.is_some_and(|session| session.answered < time::valid())
    }

    fn valid(&self) -> Vec<Role> {
        let ones = self.families.iter().flat_map(|family| &family.ones);
        let valid = ones.filter(|one| self.is_valid(one));
        valid.map(|one| one.role).collect()
    }

    /// No two hold that may not at once.
    pub(super) fn is_exclusive(&self) -> bool {
        let valid = self.valid();
        valid.iter().all(|role| match role {
            Role::Lock | Role::Write | Role::Latch => valid.len() == 1,
            Role::Read => valid.iter().all(|other| *other == Role::Read),
            Role::Semaphore(max) => valid.len() <= *max as usize,
            Role::Member | Role::Claim(_) => true,
        })
    }

    /// Nothing goes on by itself any more.
    fn is_quiet(&self) -> bool {
        let ones = |family: &Family| {
            family.connected.is_some()
                && family.session.is_some_and(|id| self.servers.lives(id))
                && family.ones.iter().all(|one| {
                    let done = matches!(one.machine.next(), Step::Wait | Step::Over);
                    done && one.talk == Talk::Quiet && one.fired.is_none() && !one.gone
                })
        };
        self.late.is_empty()
            && self.servers.follower == self.servers.leader
            && self.families.iter().all(ones)
            && !self
                .servers
                .sessions
                .iter()
                .any(|session| self.is_old(session.id))
    }

    /// Where nothing goes on by itself, all that wait have a reason to, and nothing else is there.
    pub(super) fn is_fair(&self) -> bool {
        !self.is_quiet() || self.has_reasons()
    }

    fn has_reasons(&self) -> bool {
        let tree = &self.servers.leader;
        let mut theirs = Vec::new();
        for family in &self.families {
            for one in &family.ones {
                let Some(path) = one.machine.path() else {
                    // Whoever has none does not wait for anything.
                    if !one.is_over() {
                        return false;
                    }
                    continue;
                };
                match tree.find(path) {
                    Some(znode) if Some(znode.owner) == family.session => {}
                    // Somebody has deleted it, which is found as soon as another one goes.
                    None if one.waits() && one.watched != Watched::Nothing => {}
                    _ => return false,
                }
                theirs.push(path);
                if one.waits() && !self.is_held(one.role) {
                    return false;
                }
            }
        }
        tree.znodes
            .iter()
            .all(|znode| theirs.contains(&znode.path.as_str()))
    }

    /// Whether so many hold that this one may not.
    fn is_held(&self, role: Role) -> bool {
        let ones = self.families.iter().flat_map(|family| &family.ones);
        let holders = ones.clone().filter(|one| one.holds());
        match role {
            Role::Semaphore(max) => holders.count() >= max as usize,
            // Who reads may wait for one that writes and waits for another one that reads.
            Role::Read => {
                let mut writers = ones.filter(|one| one.role != Role::Read && !one.is_over());
                holders.count() > 0 && writers.next().is_some()
            }
            _ => holders.count() > 0,
        }
    }

    /// Whoever is not to wait does not.
    pub(super) fn nobody_waits(&self) -> bool {
        let mut ones = self.families.iter().flat_map(|family| &family.ones);
        !ones.any(|one| one.machine.standing() == Standing::Waits)
    }

    /// A killed keeper's holds on.
    pub(super) fn is_outlived(&self) -> bool {
        let mut ones = self.families.iter().flat_map(|family| &family.ones);
        ones.any(|one| self.is_valid(one) && one.machine.standing() == Standing::Waits)
    }

    /// What happens by itself, once nothing else goes wrong.
    fn natural(&self, scene: &Scene) -> Option<Action> {
        let calm = Scene {
            follower: false,
            timed: false,
            ..scene.clone()
        };
        let mut world = self.clone();
        world.left = Left::default();
        let mut actions = Vec::new();
        world.actions(&calm, &mut actions);
        actions.into_iter().next()
    }

    /// All that is left to do is done, in some order: whether that has an end.
    pub(super) fn settles(&self, scene: &Scene) -> bool {
        let mut world = self.clone();
        world.left = Left::default();
        for _ in 0..STEPS {
            let Some(action) = world.natural(scene) else {
                return world.is_quiet() && world.has_reasons();
            };
            world.act(scene, action);
        }
        false
    }
}

/// More than it takes to settle.
const STEPS: usize = 400;

/// Whether the leader has to do with the answer, and so has heard of the session.
fn by_leader(step: &Step) -> bool {
    servers::is_write(step) || matches!(step, Step::List { sync: true, .. })
}
