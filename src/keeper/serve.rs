//! The keeper's loop: hears what the family has to say and sees to it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::{self, Future};
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use async_channel::Sender;
use async_executor::{LocalExecutor, Task};
use async_io::{Async, Timer, block_on};
use futures_lite::future::or;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::Duty;
use super::board::{self, Board, FAMILY, HURRY, MOVE};
use super::clients::Clients;
use super::generation::Sources;
use super::link::{self, Heard};
use super::owner::{self, Ended};
use super::session::Session;
use super::spawn::SETTLED;
use super::tenure::{self, Signals};
use crate::lease::machine::Event;
use crate::rule::kept;

/// What all tasks of the keeper work on.
pub(super) struct Office {
    pub(super) board: &'static Board,
    pub(super) duty: Duty,
    pub(super) executor: LocalExecutor<'static>,
    keepers_end: Async<OwnedFd>,
    most_descriptors: usize,
    sessions: RefCell<HashMap<usize, Rc<Session>>>,
    tenures: RefCell<HashMap<usize, Tenure>>,
    pub(super) clients: Clients,
    pub(super) closing: Cell<bool>,
}

/// A lease that is being kept.
struct Tenure {
    events: Sender<Event>,
    /// Says that something is asked for in the slot.
    nudge: Sender<()>,
    /// Says that this machine is a copy.
    copied: Sender<()>,
    task: Task<()>,
    /// Watches the process whose own it is.
    owner: Option<Task<()>>,
    session: Rc<Session>,
}

/// Runs until the family has ended.
///
/// # Errors
/// A sentence, if it cannot run.
pub(super) fn run(
    keepers_end: OwnedFd,
    board: &'static Board,
    duty: &Duty,
    sources: Sources,
) -> Result<(), String> {
    let keepers_end = Async::new(keepers_end)
        .map_err(|error| format!("the keeper cannot wait for its family: {error}"))?;
    let office = Rc::new(Office {
        board,
        duty: duty.clone(),
        executor: LocalExecutor::new(),
        keepers_end,
        most_descriptors: raise_limit(),
        sessions: RefCell::default(),
        tenures: RefCell::default(),
        clients: Clients::default(),
        closing: Cell::new(false),
    });
    let serving = office.clone();
    // A task, for what is run beside tasks is asked whenever one of them is woken.
    let serve = office
        .executor
        .spawn(async move { serving.serve(sources).await });
    block_on(office.executor.run(serve));
    Ok(())
}

impl Office {
    async fn serve(self: &Rc<Self>, sources: Sources) {
        // What an earlier keeper had engaged is not any more.
        self.count();
        self.clients.tell(self.board);
        self.executor.spawn(settle(self.board)).detach();
        self.look();
        // What was told since the last keeper has looked is about what it has left.
        sources.listen(self);
        loop {
            match self.keepers_end.read_with(|end| Ok(link::hear(end)?)).await {
                Ok(Heard::End) if !kept!("family_end") => future::pending().await,
                Ok(Heard::End) => break,
                Ok(Heard::Hint) => self.look(),
                Ok(Heard::Client(connection)) => Clients::accept(self, connection),
                Ok(Heard::Registered {
                    slot,
                    owner,
                    connection,
                }) => self.register(slot, owner, connection),
                // Never an end: that is told by a message without bytes. There may be no room for a descriptor
                // that was sent along; whoever sent it tries again.
                Err(_) => self.look(),
            }
        }
        self.close().await;
    }

    /// Whether all of PHP has ended.
    pub(super) fn has_ended(&self) -> bool {
        self.closing.get() || link::has_hung_up(&self.keepers_end)
    }

    /// Sees to everything that is asked for on the board.
    fn look(self: &Rc<Self>) {
        for index in self.board.used() {
            let slot = self.board.slot(index);
            if !self.tenures.borrow().contains_key(&index) && kept!("adoption") {
                self.adopt(index);
            }
            if let Some(tenure) = self.tenures.borrow().get(&index)
                && slot.is_asked(HURRY | MOVE)
            {
                // There is room for one: what is asked meanwhile is seen with it.
                let _ = tenure.nudge.try_send(());
            }
        }
    }

    /// This machine is a copy of one that has all that we had.
    pub(super) fn copied(self: &Rc<Self>) {
        self.look();
        self.clients.leave_to_another();
        for session in self.sessions.borrow().values() {
            session.leave_to_another();
        }
        for tenure in self.tenures.borrow().values() {
            // There is room for one.
            let _ = tenure.copied.try_send(());
        }
    }

    /// Keeps the lease of a slot from now on.
    fn keep(self: &Rc<Self>, index: usize) {
        let slot = self.board.slot(index);
        if !slot.is_filled() || self.tenures.borrow().contains_key(&index) {
            return;
        }
        let session = self.session(slot.site());
        let (events, heard) = async_channel::unbounded();
        let (nudge, nudged) = async_channel::bounded(1);
        let (copied, told) = async_channel::bounded(1);
        session.listen(index, events.clone());
        let signals = Signals {
            events: heard,
            nudged,
            copied: told,
        };
        let task = tenure::keep(self.clone(), session.clone(), index, signals);
        let tenure = Tenure {
            events,
            nudge,
            copied,
            task: self.executor.spawn(task),
            owner: None,
            session,
        };
        self.tenures.borrow_mut().insert(index, tenure);
    }

    fn session(self: &Rc<Self>, site: usize) -> Rc<Session> {
        let mut sessions = self.sessions.borrow_mut();
        let session = sessions
            .entry(site)
            .or_insert_with(|| Session::open(self, site));
        session.clone()
    }

    /// Takes over what an earlier keeper has left, or what was filled and could not be registered.
    fn adopt(self: &Rc<Self>, index: usize) {
        let slot = self.board.slot(index);
        if slot.owner() == 0 {
            return self.keep(index);
        }
        let (pid, since) = (
            slot.pid.load(Ordering::Acquire),
            slot.since.load(Ordering::Acquire),
        );
        if !self.has_room(index) {
            return;
        }
        self.keep(index);
        // It may have died long ago; and where it has not registered, or was seen by a keeper in another PID
        // namespace, this may be the ID of another one. So its end does not show that it issues nothing any more.
        self.watch(index, async move {
            match kept!("adopted_owner_watched") {
                true => owner::of(pid, since).await,
                false => future::pending().await,
            };
            Ended::Connection
        });
    }

    /// Whether one more process can be watched, which takes two descriptors; if not, the slot says so.
    fn has_room(&self, index: usize) -> bool {
        if self.descriptors(Some(index)) + SPARE < self.most_descriptors {
            return true;
        }
        let slot = self.board.slot(index);
        if slot.error() != NO_ROOM {
            slot.error.set(NO_ROOM);
            slot.changed();
        }
        false
    }

    /// Whether there are so many descriptors for clients. A quarter is left to leases.
    pub(super) fn has_descriptors(&self, more: usize) -> bool {
        let most = self.most_descriptors;
        self.descriptors(None) + more + SPARE <= most
            && self.clients.descriptors() + more <= most / 4 * 3
    }

    /// Descriptors of processes that are watched, but for this one's, and of clients.
    fn descriptors(&self, beside: Option<usize>) -> usize {
        let tenures = self.tenures.borrow();
        let watched = tenures
            .iter()
            .filter(|&(&other, tenure)| Some(other) != beside && tenure.owner.is_some());
        2 * watched.count() + self.clients.descriptors()
    }

    fn register(self: &Rc<Self>, index: usize, owner: u64, connection: OwnedFd) {
        let slot = self.board.slot(index);
        let right = owner != 0 && slot.owner() == owner || !kept!("registration_of_owner");
        if !right || !self.has_room(index) {
            return;
        }
        let (pid, since) = owner::peer(&connection);
        slot.pid.store(pid, Ordering::Release);
        slot.since.store(since, Ordering::Release);
        self.keep(index);
        self.watch(index, owner::connected(connection, pid, since));
    }

    /// Releases the lease when its owner has ended; no longer watches as before.
    fn watch(self: &Rc<Self>, index: usize, ended: impl Future<Output = Ended> + 'static) {
        let mut tenures = self.tenures.borrow_mut();
        let Some(tenure) = tenures.get_mut(&index) else {
            return;
        };
        let events = tenure.events.clone();
        tenure.owner = Some(self.executor.spawn(async move {
            let _ = events.try_send(match ended.await {
                Ended::Process => Event::Abandoned,
                Ended::Connection => Event::Release,
            });
        }));
    }

    /// The lease has been released.
    pub(super) fn released(&self, index: usize) {
        if self.closing.get() {
            // `close` awaits its end.
            return;
        }
        if let Some(tenure) = self.tenures.borrow_mut().remove(&index) {
            tenure.session.forget(index);
            // It is the caller, which ends by itself.
            tenure.task.detach();
        }
        if index != FAMILY {
            self.board.free(index);
        }
        self.board.slot(index).changed();
    }

    /// Tells the board how many leases are held, or about to be, at a ZooKeeper within reach.
    pub(super) fn count(&self) {
        let sessions = self.sessions.borrow();
        let engaged = sessions
            .values()
            .filter(|session| session.is_within_reach());
        let engaged = engaged.map(|session| session.engaged.get()).sum();
        self.board.engaged.store(engaged, Ordering::SeqCst);
        board::changed(&self.board.turn);
    }

    /// Gives back all leases that can be given back within `ticket.release_timeout`.
    async fn close(self: &Rc<Self>) {
        self.closing.set(true);
        let deadline = Instant::now() + self.duty.release_timeout.max(SHORTEST);
        let tenures: Vec<_> = self.tenures.borrow_mut().drain().collect();
        for (_, tenure) in &tenures {
            if kept!("released_at_end") {
                let _ = tenure.events.try_send(Event::Release);
            }
        }
        for (_, tenure) in tenures {
            // The others end here, with what they have under way: nobody can be asked.
            if tenure.session.is_within_reach() {
                let _ = before(deadline, tenure.task).await;
            }
        }
        let sessions: Vec<_> = self.sessions.borrow().values().cloned().collect();
        let reached = |session: &Rc<Session>| session.is_within_reach();
        let (reached, others): (Vec<_>, Vec<_>) = sessions.into_iter().partition(reached);
        for session in reached {
            let _ = before(deadline, session.close()).await;
        }
        let lingers = !others.is_empty() || self.clients.linger();
        self.board.lingers.store(
            (lingers || !kept!("lingers_only_for_sessions")).into(),
            Ordering::Relaxed,
        );
        let _ = before(deadline, self.clients.close()).await;
        for session in others {
            let _ = before(deadline, session.close()).await;
        }
        self.board.engaged.store(0, Ordering::SeqCst);
        board::changed(&self.board.turn);
    }
}

const NO_ROOM: &str = "the keeper may not open more files, and takes two for each process with a node ID of its own; \
                       raise the limit for PHP (ulimit -n)";

/// Descriptors that the keeper needs for anything but processes.
const SPARE: usize = 32;

/// As many as this process may have.
fn raise_limit() -> usize {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap_or((0, 0));
    let most = match setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(_) => soft,
    };
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// What the end of a family takes at the least.
const SHORTEST: Duration = Duration::from_millis(100);

/// The keeper lives: the next one may be started at once.
async fn settle(board: &'static Board) {
    Timer::after(SETTLED).await;
    board.failures.store(0, Ordering::Relaxed);
}

/// `None`: it took too long.
async fn before<T>(deadline: Instant, future: impl Future<Output = T>) -> Option<T> {
    or(async { Some(future.await) }, async {
        Timer::at(deadline).await;
        None
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::*;
    use crate::id::Layout;
    use crate::lease::machine::Terms;

    #[test]
    fn a_registration_for_a_slot_that_is_anothers_by_now_is_none() {
        // SAFETY: all zeroes are valid for a `Board`, which is made of atomics.
        let board: &'static Board = Box::leak(unsafe { Box::new_zeroed().assume_init() });
        let duty = Duty {
            layout: Layout::ARTICLE,
            terms: Terms {
                window: 1000,
                tolerance: 1000,
                spares: 0,
            },
            session_timeout: Duration::from_secs(1),
            release_timeout: Duration::from_secs(1),
            sapi: "test".to_owned(),
            bound: &[],
            forget: || (),
        };
        let (end, _kept) = UnixStream::pair().unwrap();
        let office = Rc::new(Office {
            board,
            duty,
            executor: LocalExecutor::new(),
            keepers_end: Async::new(end.into()).unwrap(),
            most_descriptors: 1000,
            sessions: RefCell::default(),
            tenures: RefCell::default(),
            clients: Clients::default(),
            closing: Cell::new(false),
        });
        let site = board.site("127.0.0.1:1", "/x").unwrap();
        let index = board.own(site, 77).unwrap();
        for (owner, registered) in [(78, false), (0, false), (77, true)] {
            let (end, _kept) = UnixStream::pair().unwrap();
            office.register(index, owner, end.into());
            assert_eq!(office.tenures.borrow().contains_key(&index), registered);
        }
        // Ends what it has begun, which holds the office.
        office.tenures.borrow_mut().clear();
        office.sessions.borrow_mut().clear();
    }
}
