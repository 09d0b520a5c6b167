//! What the keeper does for its family: hears what that has to say, and sees to it.

mod caches;
mod clients;
mod held;
mod lease;
mod owner;
mod registrations;

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::{self, Future};
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use async_channel::Sender;
use async_executor::Task;
use async_io::{Async, Timer, block_on};
use futures_lite::future::{or, zip};

use self::caches::Caches;
use self::clients::Clients;
use self::lease::Signals;
use self::owner::Ended;
use self::registrations::Registrations;
use super::config::Config;
use super::context::{Context, SPARE, raise_limit};
use super::fair;
use super::files::Files;
use super::generation::Sources;
use super::link::{self, Message};
use super::scoreboard::{self, FAMILY, HURRY, MOVE, SETTLED, Scoreboard, registration_of_place};
use super::session::lease::Session;
use crate::lease::machine::Event;
use crate::rule::kept;

/// All that it serves.
struct Keeper {
    context: Rc<Context>,
    sessions: RefCell<HashMap<usize, Rc<Session>>>,
    leases: RefCell<HashMap<usize, Lease>>,
    clients: Rc<Clients>,
    caches: Rc<Caches>,
    registrations: Rc<Registrations>,
}

/// A lease that is being kept.
struct Lease {
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
    board: &'static Scoreboard,
    config: &Config,
    sources: Sources,
    files: Files,
) -> Result<(), String> {
    let keepers_end = Async::new(keepers_end)
        .map_err(|error| format!("the keeper cannot wait for its family: {error}"))?;
    let context = Rc::new(Context::new(
        keepers_end,
        board,
        config.clone(),
        files,
        raise_limit(),
    ));
    let keeper = Keeper::new(&context);
    // A task, for what is run beside tasks is asked whenever one of them is woken.
    let serve = context
        .executor
        .spawn(async move { keeper.serve(sources).await });
    block_on(context.executor.run(serve));
    Ok(())
}

impl Keeper {
    fn new(context: &Rc<Context>) -> Rc<Self> {
        let clients = Clients::new(context);
        Rc::new(Self {
            context: context.clone(),
            sessions: RefCell::default(),
            leases: RefCell::default(),
            registrations: Registrations::new(context, &clients),
            clients,
            caches: Caches::new(context),
        })
    }

    async fn serve(self: &Rc<Self>, sources: Sources) {
        // What an earlier keeper had engaged is not any more.
        let context = &self.context;
        context.engage(0, 0);
        self.clients.tell();
        context.executor.spawn(settle(context.board)).detach();
        self.look();
        // What was told since the last keeper has looked is about what it has left.
        let this = self.clone();
        let copied: Rc<dyn Fn()> = Rc::new(move || this.copied());
        sources.listen(&context.executor, &context.board.generation, &copied);
        loop {
            match fair::read(&context.keepers_end, |end| Ok(link::hear(end)?)).await {
                Ok(Message::End) if !kept!("family_end") => future::pending().await,
                Ok(Message::End) => break,
                Ok(Message::Hint) => self.look(),
                Ok(Message::Client(connection)) => self.clients.accept(connection),
                Ok(Message::Registered {
                    slot,
                    owner,
                    connection,
                }) => match registration_of_place(slot) {
                    Some(index) => self.registrations.register(index, owner, connection),
                    None => self.register(slot, owner, connection),
                },
                // Never an end: that is told by a message without bytes. There may be no room for a descriptor
                // that was sent along; whoever sent it tries again.
                Err(_) => self.look(),
            }
        }
        self.close().await;
    }

    /// Sees to everything that is asked for on the board.
    fn look(self: &Rc<Self>) {
        self.caches.look();
        self.registrations.look();
        for index in self.context.board.used() {
            let slot = self.context.board.slot(index);
            if !self.leases.borrow().contains_key(&index) && kept!("adoption") {
                self.adopt(index);
            }
            if let Some(lease) = self.leases.borrow().get(&index)
                && slot.is_asked(HURRY | MOVE)
            {
                // There is room for one: what is asked meanwhile is seen with it.
                let _ = lease.nudge.try_send(());
            }
        }
    }

    /// This machine is a copy of one that has all that we had.
    fn copied(self: &Rc<Self>) {
        self.look();
        self.clients.leave_to_another();
        self.caches.leave_to_another();
        self.registrations.leave_to_another();
        for session in self.sessions.borrow().values() {
            session.leave_to_another();
        }
        for lease in self.leases.borrow().values() {
            // There is room for one.
            let _ = lease.copied.try_send(());
        }
    }

    /// Keeps the lease of a slot from now on.
    fn keep(self: &Rc<Self>, index: usize) {
        let slot = self.context.board.slot(index);
        if !slot.is_filled() || self.leases.borrow().contains_key(&index) {
            return;
        }
        let session = self.session(slot.registry());
        let (events, heard) = async_channel::unbounded();
        let (nudge, nudged) = async_channel::bounded(1);
        let (copied, told) = async_channel::bounded(1);
        session.listen(index, events.clone());
        let signals = Signals {
            events: heard,
            nudged,
            copied: told,
        };
        let kept = lease::keep(self.context.clone(), session.clone(), index, signals);
        let this = self.clone();
        let task = async move {
            kept.await;
            this.released(index);
        };
        let lease = Lease {
            events,
            nudge,
            copied,
            task: self.context.executor.spawn(task),
            owner: None,
            session,
        };
        self.leases.borrow_mut().insert(index, lease);
    }

    fn session(self: &Rc<Self>, registry: usize) -> Rc<Session> {
        let mut sessions = self.sessions.borrow_mut();
        let session = sessions
            .entry(registry)
            .or_insert_with(|| Session::open(&self.context, registry));
        session.clone()
    }

    /// Takes over what an earlier keeper has left, or what was filled and could not be registered.
    fn adopt(self: &Rc<Self>, index: usize) {
        let slot = self.context.board.slot(index);
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
        let is_watched = |lease: &Lease| lease.owner.is_some();
        let others = self.context.owners.get()
            - usize::from(self.leases.borrow().get(&index).is_some_and(is_watched));
        let served = self.clients.descriptors() + self.caches.descriptors();
        if 2 * others + served + SPARE < self.context.most_descriptors {
            return true;
        }
        let slot = self.context.board.slot(index);
        if slot.error() != NO_ROOM {
            slot.error.set(NO_ROOM);
            slot.changed();
        }
        false
    }

    fn register(self: &Rc<Self>, index: usize, owner: u64, connection: OwnedFd) {
        let slot = self.context.board.slot(index);
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
        let mut leases = self.leases.borrow_mut();
        let Some(lease) = leases.get_mut(&index) else {
            return;
        };
        let events = lease.events.clone();
        let watched = self.context.executor.spawn(async move {
            let _ = events.try_send(match ended.await {
                Ended::Process => Event::Abandoned,
                Ended::Connection => Event::Release,
            });
        });
        if lease.owner.replace(watched).is_none() {
            self.context.owners.set(self.context.owners.get() + 1);
        }
    }

    /// The lease has been released.
    fn released(&self, index: usize) {
        if self.context.closing.get() {
            // `close` awaits its end.
            return;
        }
        if let Some(lease) = self.leases.borrow_mut().remove(&index) {
            lease.session.forget(index);
            if lease.owner.is_some() {
                self.context.owners.set(self.context.owners.get() - 1);
            }
            // It is the caller, which ends by itself.
            lease.task.detach();
        }
        if index != FAMILY {
            self.context.board.free(index);
        }
        self.context.board.slot(index).changed();
    }

    /// Gives back all leases that can be given back within `ticket.release_timeout`.
    async fn close(self: &Rc<Self>) {
        self.context.closing.set(true);
        let deadline = Instant::now() + self.context.config.release_timeout.max(SHORTEST);
        let leases: Vec<_> = self.leases.borrow_mut().drain().collect();
        for (_, lease) in &leases {
            if kept!("released_at_end") {
                let _ = lease.events.try_send(Event::Release);
            }
        }
        for (_, lease) in leases {
            // The others end here, with what they have under way: nobody can be asked.
            if lease.session.is_within_reach() {
                let _ = before(deadline, lease.task).await;
            }
        }
        let sessions: Vec<_> = self.sessions.borrow().values().cloned().collect();
        let reached = |session: &Rc<Session>| session.is_within_reach();
        let (reached, others): (Vec<_>, Vec<_>) = sessions.into_iter().partition(reached);
        for session in reached {
            let _ = before(deadline, session.close()).await;
        }
        let lingers = !others.is_empty() || self.clients.linger() || self.registrations.linger();
        self.context.board.lingers.store(
            (lingers || !kept!("lingers_only_for_sessions")).into(),
            Ordering::Relaxed,
        );
        let both = zip(self.registrations.close(), self.clients.close());
        let _ = before(deadline, both).await;
        let _ = before(deadline, self.caches.close()).await;
        for session in others {
            let _ = before(deadline, session.close()).await;
        }
        self.context.board.engaged.store(0, Ordering::SeqCst);
        scoreboard::changed(&self.context.board.turn);
    }
}

const NO_ROOM: &str = "the keeper may not open more files, and takes two for each process with a node ID of its own; \
                       raise the limit for PHP (ulimit -n)";

/// What the end of a family takes at the least.
const SHORTEST: Duration = Duration::from_millis(100);

/// The keeper lives: the next one may be started at once.
async fn settle(board: &'static Scoreboard) {
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
    use crate::keeper::scoreboard::Entry;
    use crate::keeper::{Place, TlsFiles};
    use crate::lease::machine::Terms;

    #[test]
    fn a_registration_for_a_slot_that_is_anothers_by_now_is_none() {
        // SAFETY: all zeroes are valid for a `Scoreboard`, which is made of atomics.
        let board: &'static Scoreboard = Box::leak(unsafe { Box::new_zeroed().assume_init() });
        let config = Config {
            layout: Layout::ARTICLE,
            terms: Terms {
                window: 1000,
                tolerance: 1000,
                spares: 0,
            },
            session_timeout: Duration::from_secs(1),
            release_timeout: Duration::from_secs(1),
            tls: TlsFiles::default(),
            auth: Place::default(),
            acl: vec![],
            dsn: None,
            max_sessions: 1,
            sapi: "test".to_owned(),
            bound: &[],
            cache: None,
            forget: || (),
        };
        let (end, _kept) = UnixStream::pair().unwrap();
        let end = Async::new(end.into()).unwrap();
        let keeper = Keeper::new(&Rc::new(Context::new(
            end,
            board,
            config,
            Files::default(),
            1000,
        )));
        let registry = board.registry("127.0.0.1:1", "/x").unwrap();
        let index = board.own(registry, 77).unwrap();
        for (owner, registered) in [(78, false), (0, false), (77, true)] {
            let (end, _kept) = UnixStream::pair().unwrap();
            keeper.register(index, owner, end.into());
            assert_eq!(keeper.leases.borrow().contains_key(&index), registered);
        }
        let entry = Entry {
            dsn: "127.0.0.1:1",
            parent: "/services/web",
            value: "{}",
            same: "{}",
        };
        let index = board.registrations.add(77, &entry).unwrap();
        for (owner, registered) in [(78, false), (0, false), (77, true)] {
            let (end, _kept) = UnixStream::pair().unwrap();
            keeper.registrations.register(index, owner, end.into());
            assert_eq!(keeper.registrations.keeps(index), registered);
        }
        keeper.registrations.forget();
        // Ends what it has begun, which holds the keeper.
        keeper.leases.borrow_mut().clear();
        keeper.sessions.borrow_mut().clear();
    }
}
