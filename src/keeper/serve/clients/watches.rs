//! The watches of one client, as long as it wants them: armed again whenever the session, or its server, is another one.
//!
//! A watch remembers what it has seen. Where that is not what is found when it is armed again, its event is due; so no
//! change is lost, whatever there was in between. One that stays cannot know what it has missed, and says that.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use async_executor::Task;
use async_io::Timer;
use event_listener::Event as Changed;
use futures_lite::future::{or, yield_now};
use zookeeper_client::{Error, EventType, WatchedEvent};

use super::conversation::Conversation;
use super::explain;
use super::request::told;
use crate::keeper::session::client::{ClientSession, Lent};
use crate::keeper::session::watch::{self, Once, Stays};
use crate::rule::kept;
use crate::wire::{Aim, Armed, Event, EventKind, Said, Seen, State};

/// Where a watch cannot be armed for a reason that is not its session's, so long it is before the next try.
const RETRY: Duration = Duration::from_secs(1);

/// Those of one client.
#[derive(Default)]
pub(super) struct Watches {
    known: RefCell<HashMap<u32, Known>>,
    /// How many of them are to be armed again: until then nothing is asked, for an answer could show what they are to tell.
    unarmed: Cell<usize>,
    armed: Changed,
    /// What they weigh together.
    weight: Rc<Cell<usize>>,
}

/// What a watch of that znode counts, since its path is kept several times: one of a usual path counts 1.
pub(super) fn weight(path: &str) -> usize {
    1 + path.len() / 256
}

struct Known {
    is_armed: Rc<Cell<bool>>,
    /// Runs it.
    task: Task<()>,
    _counted: Counted,
}

/// One that the board tells of, and its weight.
struct Counted {
    watches: &'static AtomicU32,
    weights: Rc<Cell<usize>>,
    weight: usize,
}

impl Counted {
    fn new(watches: &'static AtomicU32, weights: &Rc<Cell<usize>>, weight: usize) -> Self {
        watches.fetch_add(1, Ordering::Relaxed);
        weights.set(weights.get() + weight);
        Self {
            watches,
            weights: weights.clone(),
            weight,
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.watches.fetch_sub(1, Ordering::Relaxed);
        self.weights.set(self.weights.get() - self.weight);
    }
}

/// An armed watch.
pub(super) enum Watcher {
    Once(Once),
    Stays(Stays),
}

impl Watches {
    /// Ends when all are armed, or at the deadline. Whether they are.
    pub(super) async fn all_armed(&self, deadline: Instant) -> bool {
        let armed = async {
            while !self.are_armed() {
                self.armed.listen().await;
            }
            true
        };
        let late = async {
            Timer::at(deadline).await;
            false
        };
        or(armed, late).await
    }

    /// Lets those be heard first that have seen something before an answer came, with which this is called: they have been
    /// woken, and tasks run in the order of that.
    pub(super) async fn tell_first(&self) {
        if !self.known.borrow().is_empty() && kept!("event_before_answer") {
            yield_now().await;
        }
    }

    /// What they weigh together.
    pub(super) fn weight(&self) -> usize {
        self.weight.get()
    }

    /// Whether all are.
    pub(super) fn are_armed(&self) -> bool {
        self.unarmed.get() == 0 || !kept!("armed_before_asked")
    }

    /// None of them is: their session is another one.
    pub(super) fn disarm(&self) {
        for known in self.known.borrow().values() {
            self.set_armed(&known.is_armed, false);
        }
    }

    /// This one is not wanted any more.
    pub(super) fn forget(&self, watch: u32) {
        let known = self.known.borrow_mut().remove(&watch);
        if let Some(known) = known {
            self.set_armed(&known.is_armed, true);
        }
    }

    /// None is.
    pub(super) fn clear(&self) {
        let all = self.known.take();
        self.unarmed.set(0);
        self.armed.notify(usize::MAX);
        drop(all);
    }

    fn set_armed(&self, state: &Cell<bool>, is: bool) {
        if state.replace(is) == is {
            return;
        }
        let change = if is { -1 } else { 1 };
        let unarmed = self.unarmed.get().saturating_add_signed(change);
        self.unarmed.set(unarmed);
        if unarmed == 0 {
            self.armed.notify(usize::MAX);
        }
    }
}

/// What arming again comes to.
enum Found {
    Armed(Watcher),
    /// What it waits for has happened already.
    Happened(EventKind),
    /// It cannot be.
    Not,
}

impl Conversation {
    /// Sees to a watch from now on; `None` where it has to be armed.
    pub(super) fn watch(self: &Rc<Self>, armed: Armed, watcher: Option<Watcher>) {
        let (watch, is_armed) = (armed.watch, Rc::new(Cell::new(true)));
        if watcher.is_none() {
            self.watches.set_armed(&is_armed, false);
        }
        let counted = Counted::new(
            &self.clients.context.board.clients.watches,
            &self.watches.weight,
            weight(&armed.path),
        );
        let run = self.clone().run(armed, is_armed.clone(), watcher);
        let task = self.clients.context.executor.spawn(run);
        self.watches.forget(watch);
        let known = Known {
            is_armed,
            task,
            _counted: counted,
        };
        self.watches.known.borrow_mut().insert(watch, known);
    }

    async fn run(self: Rc<Self>, armed: Armed, is_armed: Rc<Cell<bool>>, watcher: Option<Watcher>) {
        let mut watcher = watcher;
        loop {
            match watcher.take() {
                Some(Watcher::Once(once)) => {
                    let session = once.session().clone();
                    let event = or(self.left(&session), once.fires()).await;
                    if let Some(event) = event {
                        self.seen(&armed, event).await;
                        break;
                    }
                }
                Some(Watcher::Stays(stays)) => self.follow(&armed, stays).await,
                None => {}
            }
            self.watches.set_armed(&is_armed, false);
            match self.arm(&armed, &is_armed).await {
                Found::Armed(found) => {
                    if let (Watcher::Stays(_), true) = (&found, kept!("resync_told")) {
                        self.happened(&armed, EventKind::Resync);
                    }
                    watcher = Some(found);
                }
                Found::Happened(kind) => {
                    self.happened(&armed, kind);
                    break;
                }
                // Whoever looks is told why.
                Found::Not => {
                    self.happened(&armed, EventKind::Resync);
                    break;
                }
            }
            self.watches.set_armed(&is_armed, true);
        }
        let known = self.watches.known.borrow_mut().remove(&armed.watch);
        if let Some(known) = known {
            // It is this one, which ends by itself.
            known.task.detach();
        }
        self.watches.set_armed(&is_armed, true);
    }

    /// Tells what a watch that stays sees, until it has to be armed again.
    async fn follow(self: &Rc<Self>, armed: &Armed, mut stays: Stays) {
        let session = stays.session().clone();
        let mut missed = false;
        loop {
            let next = async { Some(or(self.left(&session), stays.next()).await) };
            let event = match missed {
                false => next.await,
                true => {
                    let room = async {
                        self.voice.finished().await;
                        None
                    };
                    or(room, next).await
                }
            };
            match event {
                Some(Some(_)) if missed => {}
                Some(Some(_)) if self.voice.is_full() && kept!("slow_readers_resync") => {
                    // Now, before an answer that shows it; and again when it can be told everything.
                    missed = true;
                    self.happened(armed, EventKind::Resync);
                }
                Some(Some(event)) => self.seen(armed, event).await,
                Some(None) => return,
                None => {
                    missed = false;
                    self.happened(armed, EventKind::Resync);
                }
            }
        }
    }

    /// Ends when the session is not the client's any more.
    pub(super) async fn left<T>(&self, session: &Rc<ClientSession>) -> Option<T> {
        loop {
            let current = self.session.borrow().clone();
            if !current.is_some_and(|current| Rc::ptr_eq(&current, session)) {
                return None;
            }
            self.moved.listen().await;
        }
    }

    async fn seen(self: &Rc<Self>, armed: &Armed, event: WatchedEvent) {
        if !kept!("event_before_answer") {
            // What the order of tasks hides nearly always.
            for _ in 0..8 {
                yield_now().await;
            }
        }
        let kind = match event.event_type {
            EventType::NodeCreated => EventKind::Created,
            EventType::NodeDeleted => EventKind::Deleted,
            EventType::NodeDataChanged => EventKind::Changed,
            EventType::NodeChildrenChanged => EventKind::Child,
            EventType::Session => EventKind::Resync,
        };
        self.tell_event(armed.watch, kind, event.path, event.zxid);
    }

    fn happened(self: &Rc<Self>, armed: &Armed, kind: EventKind) {
        self.tell_event(armed.watch, kind, armed.path.clone(), WatchedEvent::NO_ZXID);
    }

    fn tell_event(self: &Rc<Self>, watch: u32, kind: EventKind, path: String, zxid: i64) {
        let event = Event {
            watch,
            kind,
            path,
            zxid,
        };
        self.say(&Said::Event(event));
    }

    /// Arms it on the session that there is, whenever that has a server.
    async fn arm(self: &Rc<Self>, armed: &Armed, is_armed: &Cell<bool>) -> Found {
        // A server that was too old for it, for all.
        let mut asks = false;
        let mut told = false;
        loop {
            if self.clients.context.closing.get() {
                // No other session is begun any more.
                return std::future::pending().await;
            }
            self.see_whether_ended();
            let session = self.session();
            let found = or(self.left(&session), async {
                Some(session.connected().await)
            })
            .await;
            let Some(client) = found else {
                continue;
            };
            let Some(client) = client else {
                if session.state() == State::AuthFailed {
                    return Found::Not;
                }
                // Of its own, or one that is followed by another one.
                yield_now().await;
                continue;
            };
            let lasting = matches!(armed.aim, Aim::Lasting { .. });
            let is_known = lasting && session.is_old() && !asks;
            let found = match is_known {
                true => Err(Error::Unimplemented),
                false => again(&session, &client, armed).await,
            };
            asks = false;
            match found {
                Ok(found) => return found,
                Err(error) if !explain::is_lost(&error) => match armed.aim {
                    // Perhaps by another server.
                    Aim::Lasting { .. } => {
                        if !(is_known && told) {
                            self.happened(armed, EventKind::Resync);
                        }
                        told = true;
                        // It has said what it can; nobody is to wait for it.
                        self.watches.set_armed(is_armed, true);
                        let gone = or(session.replaced(&client), async {
                            self.left::<()>(&session).await;
                        });
                        let gone = async {
                            gone.await;
                            false
                        };
                        let may_be_new = async {
                            match error {
                                Error::Unimplemented => session.may_be_new().await,
                                _ => std::future::pending().await,
                            }
                            true
                        };
                        asks = or(gone, may_be_new).await;
                        self.watches.set_armed(is_armed, false);
                    }
                    _ => return Found::Not,
                },
                Err(_) => {
                    let pause = async {
                        Timer::after(RETRY).await;
                    };
                    or(session.replaced(&client), pause).await;
                }
            }
        }
    }
}

/// Arms a watch again, and compares.
async fn again(session: &Rc<ClientSession>, client: &Lent, armed: &Armed) -> Result<Found, Error> {
    let path = &armed.path;
    let (found, saw, changed, once) = match armed.aim {
        Aim::Lasting { recursive } => {
            let stays = watch::lasting(session, client, path, recursive).await?;
            return Ok(Found::Armed(Watcher::Stays(stays)));
        }
        Aim::Data(saw) => {
            let (stat, once) = watch::stat(session, client, path).await?;
            let found = stat.map(|stat| Seen::data(&told(&stat)));
            (found, Some(saw), EventKind::Changed, Some(once))
        }
        Aim::Config(saw) => {
            let (_, stat, once) = watch::config(session, client).await?;
            let found = Seen::data(&told(&stat));
            (Some(found), Some(saw), EventKind::Changed, Some(once))
        }
        Aim::Exists(saw) => {
            let (stat, once) = watch::stat(session, client, path).await?;
            let found = stat.map(|stat| Seen::data(&told(&stat)));
            (found, saw, EventKind::Changed, Some(once))
        }
        Aim::Children(saw) => match watch::children(session, client, path).await {
            Ok((_, stat, once)) => {
                let found = Seen::children(&told(&stat));
                (Some(found), Some(saw), EventKind::Child, Some(once))
            }
            Err(Error::NoNode) => (None, Some(saw), EventKind::Child, None),
            Err(error) => return Err(error),
        },
    };
    let happened = match (saw, found) {
        _ if !kept!("compared_when_armed") => None,
        (saw, found) if saw == found => None,
        (None, _) => Some(EventKind::Created),
        (Some(_), None) => Some(EventKind::Deleted),
        _ => Some(changed),
    };
    Ok(match (happened, once) {
        (Some(kind), _) => Found::Happened(kind),
        (None, Some(once)) => Found::Armed(Watcher::Once(once)),
        (None, None) => Found::Happened(EventKind::Deleted),
    })
}
