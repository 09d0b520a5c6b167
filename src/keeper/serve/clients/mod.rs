//! Clients of ZooKeeper in PHP, as the keeper serves them.
//!
//! Each has a connection ([`conversation`]), over which it asks one thing after the other ([`request`]). What it asks of
//! ZooKeeper goes over a [session](crate::keeper::session::client): one that all light clients of a [`Profile`] share, or,
//! from its first act that is bound to a session on, one of its own. What its [`watches`] see is said ([`voice`]) before an
//! answer that shows it. The leases of node IDs have sessions apart from all
//! of these.

mod conversation;
mod deadline;
pub(super) mod explain;
pub(super) mod request;
mod voice;
mod watches;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::rc::{Rc, Weak};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use async_io::Timer;

use self::deadline::Deadlines;
use super::held::Held;
use crate::keeper::context::{Context, SPARE};
use crate::keeper::session::client::ClientSession;
use crate::rule::kept;
use crate::wire::{Failure, Profile, Request};

/// How long a shared session stays when its last client has gone.
const IDLE: Duration = Duration::from_secs(60);

/// Shared sessions without a client that stay at a time. Whoever uses ever other credentials, or times, leaves one behind
/// with each.
const IDLE_SESSIONS: usize = 16;

/// Descriptors that a client takes: its connection, and its process. Each session is one more.
const EACH: usize = 2;

/// So many that are refused at a time may go on to ask for a moment. Each takes a descriptor of those that are spare.
const REFUSED: usize = SPARE / 4;

/// All clients that are served, and their sessions.
pub(super) struct Clients {
    context: Rc<Context>,
    deadlines: Rc<Deadlines>,
    connections: Cell<usize>,
    /// Connections that are refused and not hung up yet.
    refused: Cell<usize>,
    shared: RefCell<HashMap<Profile, Rc<ClientSession>>>,
    own: RefCell<Vec<Weak<ClientSession>>>,
    /// Shared ones that began with other credentials of the settings, and are some clients' still.
    outdated: RefCell<Vec<Weak<ClientSession>>>,
    held: Rc<Held>,
}

impl Clients {
    pub(super) fn new(context: &Rc<Context>) -> Rc<Self> {
        // An earlier keeper's are armed again as they are asked for.
        context.board.clients.watches.store(0, Ordering::Relaxed);
        Rc::new(Self {
            context: context.clone(),
            deadlines: Rc::default(),
            connections: Cell::new(0),
            refused: Cell::new(0),
            shared: RefCell::default(),
            own: RefCell::default(),
            outdated: RefCell::default(),
            held: Held::new(context),
        })
    }

    /// Ends at the deadline, or a moment later.
    async fn late(&self, deadline: Instant) {
        self.deadlines.reached(&self.context, deadline).await;
    }

    /// Whether there are so many descriptors more. A quarter is left to leases.
    fn has_descriptors(&self, more: usize) -> bool {
        let most = self.context.most_descriptors;
        let clients = self.descriptors() + more;
        2 * self.context.owners.get() + clients + SPARE <= most && clients <= most / 4 * 3
    }

    /// Descriptors that clients have.
    pub(super) fn descriptors(&self) -> usize {
        let own = self.own.borrow();
        let own = own.iter().filter(|session| session.strong_count() > 0);
        let sessions = own.count() + self.shared.borrow().len() + self.held.sessions().len();
        self.connections.get() * EACH + sessions
    }

    fn count(&self, more: isize) {
        let count = &self.connections;
        count.set(count.get().saturating_add_signed(more));
    }

    /// Tells the board how many there are.
    pub(super) fn tell(&self) {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let shared = self.shared.borrow();
        let shared = shared.values().filter(|session| !session.has_ended());
        let own = self.own.borrow();
        let own = own.iter().filter_map(Weak::upgrade);
        let own = own.filter(|session| !session.has_ended());
        let (shared, own) = (number(shared.count()), number(own.count()));
        let tally = &self.context.board.clients;
        tally
            .connections
            .store(number(self.connections.get()), Ordering::Relaxed);
        tally.shared_sessions.store(shared, Ordering::Relaxed);
        tally.own_sessions.store(own, Ordering::Relaxed);
    }

    /// Serves one more.
    pub(super) fn accept(self: &Rc<Self>, connection: OwnedFd) {
        let this = self.clone();
        let serve = async move {
            if !this.has_descriptors(EACH) {
                let refused = this.refused.get();
                this.refused.set(refused + 1);
                conversation::refuse(connection, refused < REFUSED).await;
                return this.refused.set(this.refused.get() - 1);
            }
            this.count(1);
            this.tell();
            conversation::hold(&this, connection).await;
            this.count(-1);
            this.tell();
        };
        self.context.executor.spawn(serve).detach();
    }

    /// The session that all light clients with this profile share.
    fn shared(&self, profile: &Profile) -> Rc<ClientSession> {
        let mut shared = self.shared.borrow_mut();
        if let Some(session) = shared.get(profile)
            && !session.has_ended()
        {
            if session.is_current(&self.context) || !kept!("new_credentials_new_session") {
                return session.clone();
            }
            // Whoever has it keeps it.
            let mut outdated = self.outdated.borrow_mut();
            outdated.retain(|session| session.strong_count() > 0);
            outdated.push(Rc::downgrade(session));
        }
        let session = ClientSession::open(&self.context, profile.clone(), false);
        shared.insert(profile.clone(), session.clone());
        drop(shared);
        self.tell();
        session
    }

    /// A session for one client alone, that it asks for with this.
    fn own(&self, profile: &Profile, request: &Request) -> Result<Rc<ClientSession>, Failure> {
        if !self.has_descriptors(1) {
            return Err(explain::no_room(request));
        }
        let mut own = self.own.borrow_mut();
        // What ZooKeeper does not know yet to have ended is one still.
        own.retain(|session| session.upgrade().is_some_and(|session| !session.is_over()));
        let most = self.context.config.max_sessions;
        if own.len() >= most {
            return Err(explain::too_many(request, most));
        }
        let session = ClientSession::open(&self.context, profile.clone(), true);
        own.push(Rc::downgrade(&session));
        drop(own);
        self.tell();
        Ok(session)
    }

    /// A shared session has lost its last client: ends it, if no other one comes.
    fn idle(self: &Rc<Self>, session: &Rc<ClientSession>) {
        let (this, session) = (self.clone(), session.clone());
        self.trim();
        if session.is_watched.replace(true) {
            return;
        }
        self.context
            .executor
            .spawn(async move {
                while session.users.get() > 0 || session.used.get().elapsed() < IDLE {
                    Timer::after(IDLE).await;
                }
                this.shared
                    .borrow_mut()
                    .retain(|_, known| !Rc::ptr_eq(known, &session));
                session.close().await;
                this.tell();
            })
            .detach();
    }

    /// Ends those that have been idle for longest, where they are too many.
    fn trim(&self) {
        let mut shared = self.shared.borrow_mut();
        let idle = shared.values().filter(|session| session.users.get() == 0);
        let mut idle: Vec<_> = idle.cloned().collect();
        idle.sort_by_key(|session| session.used.get());
        let many = idle.len().saturating_sub(IDLE_SESSIONS);
        for session in idle.drain(..many) {
            if kept!("idle_sessions_are_few") {
                shared.retain(|_, known| !Rc::ptr_eq(known, &session));
                session.stop();
            }
        }
    }

    fn sessions(&self) -> Vec<Rc<ClientSession>> {
        let shared = self.shared.borrow();
        let own = self.own.borrow();
        let own = own.iter().filter_map(Weak::upgrade);
        let outdated = self.outdated.borrow();
        let outdated = outdated.iter().filter_map(Weak::upgrade);
        let clients = shared.values().cloned().chain(own).chain(outdated);
        clients.chain(self.held.sessions()).collect()
    }

    /// This machine is a copy of another one, whose the sessions are.
    pub(super) fn leave_to_another(&self) {
        for session in self.sessions() {
            session.leave_to_another();
        }
    }

    /// Whether there are ephemeral znodes whose end would have to wait for a server.
    pub(super) fn linger(&self) -> bool {
        self.sessions().iter().any(|session| session.lingers())
    }

    /// Ends all sessions, and with those of clients' own their ephemeral znodes.
    pub(super) async fn close(&self) {
        let all = self.sessions();
        self.shared.borrow_mut().clear();
        for session in &all {
            session.stop();
        }
        for session in all {
            session.close().await;
        }
    }
}
