//! Clients of ZooKeeper in PHP, as the keeper serves them.
//!
//! Each has a connection ([`conversation`]), over which it asks one thing after the other ([`request`]). What it asks of
//! ZooKeeper goes over a [`session`]: one that all light clients of a [`Profile`] share, or, from its first act that is
//! bound to a session on, one of its own. The leases of node IDs have sessions apart from all of these.

mod conversation;
mod deadline;
mod explain;
mod request;
mod session;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::rc::{Rc, Weak};
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_io::Timer;

use self::deadline::Deadlines;
use self::session::ClientSession;
use super::board::Board;
use super::serve::Office;
use crate::rule::kept;
use crate::wire::{Failure, Profile, Request};

/// How long a shared session stays when its last client has gone.
const IDLE: Duration = Duration::from_secs(60);

/// Shared sessions without a client that stay at a time. Whoever uses ever other credentials, or times, leaves one behind
/// with each.
const IDLE_SESSIONS: usize = 16;

/// Sessions of clients' own that a family can have at a time. A server allows 60 connections of one address by default
/// (`maxClientCnxns`).
const OWN_SESSIONS: usize = 256;

/// Descriptors that a client takes: its connection, and its process. Each session is one more.
const EACH: usize = 2;

/// All clients that are served, and their sessions.
#[derive(Default)]
pub(super) struct Clients {
    connections: Cell<usize>,
    deadlines: Deadlines,
    shared: RefCell<HashMap<Profile, Rc<ClientSession>>>,
    own: RefCell<Vec<Weak<ClientSession>>>,
}

impl Clients {
    /// Descriptors that clients have.
    pub(super) fn descriptors(&self) -> usize {
        let own = self.own.borrow();
        let own = own.iter().filter(|session| session.strong_count() > 0);
        self.connections.get() * EACH + own.count() + self.shared.borrow().len()
    }

    fn count(&self, more: isize) {
        let count = &self.connections;
        count.set(count.get().saturating_add_signed(more));
    }

    /// Tells the board how many there are.
    pub(super) fn tell(&self, board: &Board) {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let shared = self.shared.borrow();
        let shared = shared.values().filter(|session| !session.has_ended());
        let own = self.own.borrow();
        let own = own.iter().filter_map(Weak::upgrade);
        let own = own.filter(|session| !session.has_ended());
        let (shared, own) = (number(shared.count()), number(own.count()));
        let tally = &board.clients;
        tally
            .connections
            .store(number(self.connections.get()), Ordering::Relaxed);
        tally.shared_sessions.store(shared, Ordering::Relaxed);
        tally.own_sessions.store(own, Ordering::Relaxed);
    }

    /// Serves one more.
    pub(super) fn accept(office: &Rc<Office>, connection: OwnedFd) {
        let served = office.clone();
        let serve = async move {
            if !served.has_descriptors(EACH) {
                return conversation::refuse(connection).await;
            }
            served.clients.count(1);
            served.clients.tell(served.board);
            conversation::hold(&served, connection).await;
            served.clients.count(-1);
            served.clients.tell(served.board);
        };
        office.executor.spawn(serve).detach();
    }

    /// The session that all light clients with this profile share.
    fn shared(office: &Rc<Office>, profile: &Profile) -> Rc<ClientSession> {
        let mut shared = office.clients.shared.borrow_mut();
        if let Some(session) = shared.get(profile)
            && !session.has_ended()
        {
            return session.clone();
        }
        let session = ClientSession::open(office, profile.clone(), false);
        shared.insert(profile.clone(), session.clone());
        drop(shared);
        office.clients.tell(office.board);
        session
    }

    /// A session for one client alone, that it asks for with this.
    fn own(
        office: &Rc<Office>,
        profile: &Profile,
        request: &Request,
    ) -> Result<Rc<ClientSession>, Failure> {
        if !office.has_descriptors(1) {
            return Err(explain::no_room(request));
        }
        let mut own = office.clients.own.borrow_mut();
        // What ZooKeeper does not know yet to have ended is one still.
        own.retain(|session| session.upgrade().is_some_and(|session| !session.is_over()));
        if own.len() >= OWN_SESSIONS {
            return Err(explain::too_many(request, OWN_SESSIONS));
        }
        let session = ClientSession::open(office, profile.clone(), true);
        own.push(Rc::downgrade(&session));
        drop(own);
        office.clients.tell(office.board);
        Ok(session)
    }

    /// A shared session has lost its last client: ends it, if no other one comes.
    fn idle(office: &Rc<Office>, session: &Rc<ClientSession>) {
        let (served, session) = (office.clone(), session.clone());
        Self::trim(office);
        if session.is_watched.replace(true) {
            return;
        }
        office
            .executor
            .spawn(async move {
                while session.users.get() > 0 || session.used.get().elapsed() < IDLE {
                    Timer::after(IDLE).await;
                }
                let shared = &served.clients.shared;
                shared
                    .borrow_mut()
                    .retain(|_, known| !Rc::ptr_eq(known, &session));
                session.close().await;
                served.clients.tell(served.board);
            })
            .detach();
    }

    /// Ends those that have been idle for longest, where they are too many.
    fn trim(office: &Rc<Office>) {
        let mut shared = office.clients.shared.borrow_mut();
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
        shared.values().cloned().chain(own).collect()
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
