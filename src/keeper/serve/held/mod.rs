//! What processes hold: locks, leadership, seats of semaphores. All of a family, with the same servers and credentials,
//! share one session for it ([`session`]), in which each stands in line by itself ([`contend`]), by the machine of
//! [`crate::recipe`].
//!
//! What is held belongs to a connection ([`Holds`]), and ends with that, or with its process.

mod ask;
mod contend;
mod session;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use async_channel::Sender;
use async_executor::Task;
use async_io::Timer;
use event_listener::Event;

use self::contend::Contention;
use self::session::HeldSession;
use super::owner;
use crate::keeper::context::Context;
use crate::keeper::scoreboard::{HOLDS, HoldSlot, uptime_ns};
use crate::keeper::session::client::ClientSession;
use crate::keeper::session::parents::Parents;
use crate::rule::kept;
use crate::wire::{Failure, Hold, Profile, Reply, Request, Said, Standing, code};

/// How long a session stays when nothing is held in it any more.
const IDLE: Duration = Duration::from_secs(60);

/// How often it is looked whether a process is stopped, at the most.
const OFTEN: Duration = Duration::from_millis(100);

/// What is held for less is not looked at again.
const MOMENT: Duration = Duration::from_millis(5);

/// All that a family holds.
pub(super) struct Held {
    context: Rc<Context>,
    sessions: RefCell<HashMap<Profile, Rc<HeldSession>>>,
    /// Also those that are being closed.
    all: RefCell<Vec<Weak<ClientSession>>>,
    slots: RefCell<Vec<bool>>,
    parents: Parents,
    /// A moment is over.
    over: Event,
    /// That will be said.
    is_timed: Cell<bool>,
}

/// Where what is held says how long it is.
struct Place {
    held: Rc<Held>,
    index: usize,
}

impl Place {
    fn slot(&self) -> &'static HoldSlot {
        self.held.context.board.holds.slot(self.index)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(taken) = self.held.slots.borrow_mut().get_mut(self.index) {
            *taken = false;
        }
    }
}

impl Held {
    pub(super) fn new(context: &Rc<Context>) -> Rc<Self> {
        // An earlier keeper's is lost.
        context.board.clients.held.store(0, Ordering::Relaxed);
        Rc::new(Self {
            context: context.clone(),
            sessions: RefCell::default(),
            all: RefCell::default(),
            slots: RefCell::default(),
            parents: Parents::new(&context.config.acl),
            over: Event::new(),
            is_timed: Cell::new(false),
        })
    }

    /// The session with this profile.
    fn session(self: &Rc<Self>, profile: &Profile) -> Rc<HeldSession> {
        let mut sessions = self.sessions.borrow_mut();
        if let Some(session) = sessions.get(profile)
            && !session.has_ended()
        {
            return session.clone();
        }
        let session = HeldSession::open(&self.context, profile.clone());
        sessions.insert(profile.clone(), session.clone());
        drop(sessions);
        let mut all = self.all.borrow_mut();
        all.retain(|session| session.upgrade().is_some_and(|session| !session.is_over()));
        all.push(Rc::downgrade(session.session()));
        drop(all);
        self.watch(&session);
        session
    }

    /// Ends a session that has been idle for long.
    fn watch(self: &Rc<Self>, session: &Rc<HeldSession>) {
        let (this, session) = (Rc::downgrade(self), session.clone());
        let idle = async move {
            while !session.has_ended() && !session.is_idle(IDLE) {
                Timer::after(IDLE / 4).await;
            }
            if let Some(this) = this.upgrade() {
                this.sessions
                    .borrow_mut()
                    .retain(|_, known| !Rc::ptr_eq(known, &session));
            }
            session.session().close().await;
        };
        self.context.executor.spawn(idle).detach();
    }

    /// All sessions that are not over.
    pub(super) fn sessions(&self) -> Vec<Rc<ClientSession>> {
        let all = self.all.borrow();
        let all = all.iter().filter_map(Weak::upgrade);
        all.filter(|session| !session.is_over()).collect()
    }

    /// Ends within a moment. There is one timer for all, since to set one wakes another thread.
    async fn moment(self: &Rc<Self>) {
        let over = self.over.listen();
        if !self.is_timed.replace(true) {
            let this = self.clone();
            let timed = async move {
                Timer::after(MOMENT).await;
                this.is_timed.set(false);
                this.over.notify(usize::MAX);
            };
            self.context.executor.spawn(timed).detach();
        }
        over.await;
    }

    /// A place for one more. `None`: all are in use, or have been a moment ago.
    fn place(self: &Rc<Self>) -> Option<Place> {
        let now = uptime_ns();
        let mut slots = self.slots.borrow_mut();
        let is_free = |index: usize| self.context.board.holds.slot(index).is_free(now);
        let index = (0..HOLDS).find(|&index| {
            let taken = slots.get(index).copied().unwrap_or(false);
            !taken && is_free(index)
        })?;
        if slots.len() <= index {
            slots.resize(index + 1, false);
        }
        slots[index] = true;
        drop(slots);
        let held = self.clone();
        Some(Place { held, index })
    }
}

/// For whom something is held: how they are told.
pub(super) trait Teller: 'static {
    /// Says it.
    fn say(&self, said: &Said);
    /// Answers.
    fn answer(self: Rc<Self>, id: u32, reply: Result<Reply, Failure>);
}

/// What one connection holds.
#[derive(Default)]
pub(super) struct Holds {
    /// By its number: what tells it that it is released.
    all: RefCell<HashMap<u32, Sender<Told>>>,
    /// Looks whether its process is stopped.
    looks: RefCell<Option<Task<()>>>,
    /// For how long the session lasts without a word, as the servers have it; zero: it is not known yet.
    timeout: Cell<Duration>,
}

/// What something that is held is told.
enum Told {
    /// It is not wanted any more. `answer`: which request is answered when nothing is left of it, if one is.
    Release {
        answer: Option<u32>,
        /// Its znode has been deleted already.
        finished: bool,
    },
    /// Its process has not run for as long as the session lasts without a word.
    Stopped,
    /// The grant with this serial number has run out.
    RanOut(u64),
}

const UNWANTED: Told = Told::Release {
    answer: None,
    finished: false,
};

impl Holds {
    /// Holds something from now on, or stands in line for it.
    pub(super) fn hold<T: Teller>(
        self: &Rc<Self>,
        held: &Rc<Held>,
        profile: Profile,
        hold: Hold,
        (pid, since): (u32, u64),
        teller: &Rc<T>,
    ) {
        let number = hold.hold;
        let Some(place) = held.place() else {
            let message = format!(
                "{}: the processes of this family already hold, or wait for, {HOLDS} things, which is the most they can",
                hold.path
            );
            let failure = Request::Hold(hold).failure(code::SYSTEM_ERROR, false, message);
            return teller.say(&Said::Hold(number, Standing::Failed(failure)));
        };
        let (told, hears) = async_channel::unbounded();
        if let Some(before) = self.all.borrow_mut().insert(number, told) {
            // Nothing of ours gives a number twice.
            let _ = before.try_send(UNWANTED);
        }
        let contention = Contention::new(held, place, profile, hold, hears, self.clone());
        let (this, teller) = (self.clone(), teller.clone());
        let executor = &held.context.executor;
        executor
            .spawn(async move {
                let (asked, reply) = contention.run(&*teller).await;
                this.all.borrow_mut().retain(|_, told| !told.is_closed());
                if let Some(id) = asked {
                    teller.answer(id, reply);
                }
            })
            .detach();
        let mut looks = self.looks.borrow_mut();
        if looks.is_none() {
            let look = look(Rc::downgrade(self), pid, since);
            *looks = Some(executor.spawn(look));
        }
    }

    /// Something is not wanted any more. Whether it was known, so that the request will be answered.
    pub(super) fn release(&self, hold: u32, finished: bool, id: u32) -> bool {
        let told = self.all.borrow_mut().remove(&hold);
        let release = Told::Release {
            answer: Some(id),
            finished,
        };
        told.is_some_and(|told| told.try_send(release).is_ok())
    }

    /// A grant has run out, as its owner has seen.
    pub(super) fn forfeit(&self, hold: u32, serial: u64) {
        if let Some(told) = self.all.borrow().get(&hold) {
            let _ = told.try_send(Told::RanOut(serial));
        }
    }

    /// Nothing is.
    pub(super) fn clear(&self) {
        self.looks.take();
        for (_, told) in self.all.take() {
            let _ = told.try_send(UNWANTED);
        }
    }
}

/// Tells what a process holds when that was stopped, and has not run, for as long as the session lasts without a word.
async fn look(of: Weak<Holds>, pid: u32, since: u64) {
    let mut known = None;
    let mut from = Instant::now();
    let mut timeout = Duration::ZERO;
    loop {
        Timer::after((timeout / 8).max(OFTEN)).await;
        let Some(holds) = of.upgrade() else {
            return;
        };
        timeout = holds.timeout.get();
        if timeout.is_zero() || holds.all.borrow().is_empty() {
            known = None;
            continue;
        }
        let seen = owner::stopped(pid, since);
        if seen.is_none() || seen != known {
            (known, from) = (seen, Instant::now());
        } else if from.elapsed() >= timeout && kept!("stopped_holder_loses") {
            for told in holds.all.borrow().values() {
                let _ = told.try_send(Told::Stopped);
            }
        }
    }
}

/// When something was used last, and by how many it is.
#[derive(Debug)]
struct Use {
    users: Cell<usize>,
    last: Cell<Instant>,
}

impl Use {
    fn new() -> Self {
        Self {
            users: Cell::new(0),
            last: Cell::new(Instant::now()),
        }
    }

    fn is_idle(&self, time: Duration) -> bool {
        self.users.get() == 0 && self.last.get().elapsed() >= time
    }
}
