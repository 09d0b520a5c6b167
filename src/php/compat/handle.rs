//! What an object of `Zookeeper` stands for: php-zookeeper's handle, with the life that it has there.

use std::cell::{Cell, RefCell};
use std::os::fd::OwnedFd;
use std::rc::{Rc, Weak};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ext_php_rs::ffi::php_error_docref;
use ext_php_rs::flags::ErrorType;

use super::{RECV_TIMEOUT, exception};
use crate::family::settings::{LONGEST, SHORTEST};
use crate::php::args::{Stop, Text};
use crate::php::client::callback::Given;
use crate::php::client::exception::family;
use crate::php::client::options::Options;
use crate::php::client::session::{Failed, Session};
use crate::php::client::values::made;
use crate::php::client::watching::{Numbers, Style, Watcher, Watching};
use crate::rule::kept;
use crate::wire::{Credentials, EventKind, Reply, Request, State, code};

/// States of a session, as ZooKeeper's C client numbers them.
pub(super) mod state {
    pub(in super::super) const EXPIRED: i64 = -112;
    pub(in super::super) const AUTH_FAILED: i64 = -113;
    pub(in super::super) const CONNECTING: i64 = 1;
    pub(in super::super) const ASSOCIATING: i64 = 2;
    pub(in super::super) const CONNECTED: i64 = 3;
    pub(in super::super) const NOT_CONNECTED: i64 = 999;
}

/// A connection that can be begun, ended and begun anew. The object has it, and those of `ZookeeperConfig` that came from
/// the object; its session ends with the last of them.
#[derive(Default)]
pub(super) struct Handle {
    standing: RefCell<Standing>,
    recv_timeout: Cell<i64>,
    /// Of a session of its own, as far as it was told.
    session_id: Cell<i64>,
    /// The object of `Zookeeper` has gone.
    orphaned: Cell<bool>,
}

#[derive(Default)]
enum Standing {
    /// `connect()` has not been called, or `close()` has.
    #[default]
    NotConnected,
    Connected(Rc<Session>, Rc<Watching>),
    /// Its own session has ended, in this state, and so has all but `connect()`.
    Dead(i64),
}

impl Drop for Handle {
    fn drop(&mut self) {
        // Its callbacks may run just now, and are not to outlive it.
        self.stand(Standing::NotConnected);
    }
}

impl Handle {
    /// Begins a connection, and does not wait for it. One that there was ends.
    pub(super) fn connect(
        self: &Rc<Self>,
        host: &Text,
        watcher: &Given,
        recv_timeout: i64,
    ) -> Result<(), Stop> {
        if recv_timeout <= 0 {
            return Err(refuse_timeout());
        }
        let Ok(host) = std::str::from_utf8(host.bytes()) else {
            return Err(exception::cannot_connect());
        };
        let options = Options::to(family()?, dsn(host)).ok();
        let mut options = options.ok_or_else(exception::cannot_connect)?;
        let time = recv_timeout.unsigned_abs();
        options.timeout = Duration::from_millis(time.min(LONGEST));
        // As asked of the servers, which have limits of their own. What is there fits.
        options.profile.session_timeout = time.clamp(SHORTEST, LONGEST) as u32;
        self.recv_timeout.set(recv_timeout);
        self.session_id.set(0);
        let session = Rc::new(Session::new(options));
        let numbered = Numbered(Rc::downgrade(self), Rc::downgrade(&session));
        let style = Style::Numbers(Box::new(numbered));
        let watching = Watching::new(session.clone(), style);
        // As php-zookeeper's callbacks are called.
        watching.interrupt(true);
        self.stand(Standing::Connected(session, watching.clone()));
        match watcher.callback() {
            Some(callback) => watching.keep_for_session(Some(callback)),
            None => Ok(()),
        }
    }

    /// The object has gone, and its callbacks with it.
    pub(super) fn orphan(&self) {
        self.orphaned.set(true);
        if let Some(watching) = self.watching() {
            watching.clear();
        }
    }

    /// Its callbacks, while it has a session.
    pub(super) fn watching(&self) -> Option<Rc<Watching>> {
        match &*self.standing.borrow() {
            Standing::Connected(_, watching) => Some(watching.clone()),
            Standing::NotConnected | Standing::Dead(_) => None,
        }
    }

    /// What is called with whatever becomes of the session, in place of another one.
    pub(super) fn set_watcher(&self, given: &Given) -> Result<(), Stop> {
        self.open()?.1.keep_for_session(given.callback())
    }

    /// A descriptor that is readable while there is something to hear.
    pub(super) fn descriptor(&self) -> Result<OwnedFd, Stop> {
        self.session()?.descriptor()
    }

    /// Waits until something was called, so many seconds, or as long as a call may take.
    pub(super) fn wait(&self, seconds: Option<Duration>) -> Result<u32, Stop> {
        let (session, watching) = self.open()?;
        watching.wait(Instant::now().checked_add(seconds.unwrap_or(session.timeout())))
    }

    /// Ends the connection, and with it a session of its own.
    pub(super) fn close(&self) -> Result<(), Stop> {
        self.check_connected()?;
        self.stand(Standing::NotConnected);
        Ok(())
    }

    /// What it was connected with, in ms.
    pub(super) fn recv_timeout(&self) -> Result<i64, Stop> {
        self.check_connected()?;
        Ok(self.recv_timeout.get())
    }

    /// Throws unless `connect()` was called, also where its session has ended.
    pub(super) fn check_connected(&self) -> Result<(), Stop> {
        match *self.standing.borrow() {
            Standing::NotConnected => Err(exception::not_connected()),
            Standing::Connected(..) | Standing::Dead(_) => Ok(()),
        }
    }

    /// Whether its root is another znode's name at the servers.
    pub(super) fn has_chroot(&self) -> bool {
        matches!(&*self.standing.borrow(), Standing::Connected(session, _) if session.limit().chroot > 0)
    }

    /// Asks, and throws what comes of it but an answer.
    pub(super) fn call(&self, request: Request) -> Result<Reply, Stop> {
        let session = self.session()?;
        let answer = session.try_call(request);
        answer.map_err(|failed| self.failed(&session, failed))
    }

    /// The same of what may arm a watch, whose callback is kept if it succeeds.
    pub(super) fn call_watched(
        &self,
        given: &Given,
        request: impl FnOnce(Option<u32>) -> Request,
    ) -> Result<Reply, Stop> {
        let (session, watching) = self.open_to(given)?;
        let answer = watching.call(given, request);
        answer.map_err(|failed| self.failed(&session, failed))
    }

    /// Presents credentials, and does not wait for the answer.
    pub(super) fn add_auth(&self, credentials: Credentials, done: &Given) -> Result<(), Stop> {
        let (session, watching) = self.open_to(done)?;
        let done = Watcher::new(&watching, done, true)?;
        let posted = session.post_auth(credentials, Watcher::number(&done));
        posted.map_err(|failed| self.failed(&session, failed))?;
        Watcher::keep(done);
        Ok(())
    }

    /// The ID of a session of its own, or 0 until there is one; does not wait for it.
    pub(super) fn session_id(&self) -> Result<i64, Stop> {
        let session = match &*self.standing.borrow() {
            Standing::NotConnected => return Err(exception::not_connected()),
            // Of the session that has ended, as in the C client.
            Standing::Dead(_) => return Ok(self.session_id.get()),
            Standing::Connected(session, _) => session.clone(),
        };
        match session.session_id() {
            Ok(id) => self.session_id.set(id.unwrap_or(0)),
            Err(Failed::By(_)) => {}
            Err(Failed::Stopped(stop)) => return Err(stop),
        }
        Ok(self.session_id.get())
    }

    /// Of its session, as the C client numbers it. Asks no server.
    pub(super) fn state(&self) -> Result<i64, Stop> {
        self.check_connected()?;
        let session = match &*self.standing.borrow() {
            Standing::Dead(state) => return Ok(*state),
            Standing::Connected(session, _) => session.clone(),
            Standing::NotConnected => return Ok(state::NOT_CONNECTED),
        };
        Ok(match session.state() {
            Ok((State::Connected, _)) => state::CONNECTED,
            Ok((State::Connecting, _)) => state::NOT_CONNECTED,
            Ok((State::AuthFailed, _)) => self.die(&session, state::AUTH_FAILED),
            Ok((State::Expired, true)) => self.die(&session, state::EXPIRED),
            // A shared one is followed by the next.
            Ok((State::Expired | State::Suspended | State::Closed, _)) => state::CONNECTING,
            Err(Failed::By(failure)) => match end_of(failure.code) {
                Some(end) => self.die(&session, end),
                None => state::CONNECTING,
            },
            Err(Failed::Stopped(stop)) => return Err(stop),
        })
    }

    fn session(&self) -> Result<Rc<Session>, Stop> {
        Ok(self.open()?.0)
    }

    fn open(&self) -> Result<(Rc<Session>, Rc<Watching>), Stop> {
        match &*self.standing.borrow() {
            Standing::NotConnected => Err(exception::not_connected()),
            Standing::Dead(_) => Err(exception::dead()),
            Standing::Connected(session, watching) => Ok((session.clone(), watching.clone())),
        }
    }

    /// The same for a callback, if one is given: they go with their object, which must be there.
    fn open_to(&self, given: &Given) -> Result<(Rc<Session>, Rc<Watching>), Stop> {
        let open = self.open()?;
        match self.orphaned.get() && given.is_given() {
            true => Err(exception::bad_arguments()),
            false => Ok(open),
        }
    }

    fn failed(&self, session: &Rc<Session>, failed: Failed) -> Stop {
        match failed {
            Failed::By(failure) => {
                if let Some(end) = end_of(failure.code)
                    && kept!("dead_handle_stays_dead")
                {
                    self.die(session, end);
                }
                exception::throw(failure)
            }
            Failed::Stopped(stop) => stop,
        }
    }

    /// That session has ended, if it is this one's still.
    fn die(&self, ended: &Rc<Session>, state: i64) -> i64 {
        let is_ours = matches!(&*self.standing.borrow(), Standing::Connected(session, _) if Rc::ptr_eq(session, ended));
        if is_ours {
            self.stand(Standing::Dead(state));
        }
        state
    }

    fn stand(&self, standing: Standing) {
        // Dropped when it is borrowed no more: the end of a session may take a moment.
        let before = self.standing.replace(standing);
        if let Standing::Connected(_, watching) = &before {
            watching.clear();
        }
        drop(before);
    }
}

/// The numbers of one handle, which ends as its session does.
struct Numbered(Weak<Handle>, Weak<Session>);

impl Numbers for Numbered {
    fn of_event(&self, kind: EventKind) -> i64 {
        match kind {
            EventKind::Created => 1,
            EventKind::Deleted => 2,
            EventKind::Changed => 3,
            EventKind::Child => 4,
            // It could not be watched any longer, and is not.
            EventKind::Resync => -2,
        }
    }

    fn connected(&self) -> i64 {
        state::CONNECTED
    }

    fn of_state(&self, state: State) -> Option<i64> {
        let ended = match state {
            State::Connected => return Some(state::CONNECTED),
            State::Suspended => return Some(state::CONNECTING),
            // As it was before.
            State::Connecting | State::Closed => return None,
            State::Expired => state::EXPIRED,
            State::AuthFailed => state::AUTH_FAILED,
        };
        if let (Some(handle), Some(session)) = (self.0.upgrade(), self.1.upgrade()) {
            // Before it is told, as with the C client. A callback may have begun another one.
            handle.die(&session, ended);
        }
        Some(ended)
    }
}

/// Servers and chroot, without the blanks and empty names between commas that the C client overlooks.
fn dsn(host: &str) -> String {
    let (hosts, chroot) = match host.find('/') {
        Some(at) => host.split_at(at),
        None => (host, ""),
    };
    let hosts = hosts
        .split(',')
        .map(str::trim)
        .filter(|host| !host.is_empty());
    let hosts: Vec<_> = hosts.collect();
    format!("{}{chroot}", hosts.join(","))
}

/// In what state a session ends with this error.
fn end_of(error: i32) -> Option<i64> {
    match error {
        code::SESSION_EXPIRED => Some(state::EXPIRED),
        code::AUTH_FAILED => Some(state::AUTH_FAILED),
        _ => None,
    }
}

/// `zookeeper.recv_timeout`.
pub(super) fn default_timeout() -> i64 {
    RECV_TIMEOUT.load(Ordering::Acquire)
}

/// An exception, and a warning.
fn refuse_timeout() -> Stop {
    let thrown = exception::bad_arguments();
    if let Stop::Bailout = thrown {
        return thrown;
    }
    let said = made(|| {
        // SAFETY: a C string, and no more arguments than it has places for.
        unsafe {
            php_error_docref(
                std::ptr::null(),
                ErrorType::Warning.bits().cast_signed(),
                c"recv_timeout parameter has to be greater than 0".as_ptr(),
            );
        }
        Ok(())
    });
    said.err().unwrap_or(thrown)
}
