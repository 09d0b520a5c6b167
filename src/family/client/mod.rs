//! A client of ZooKeeper in PHP: what it asks the keeper, and how long it waits.
//!
//! It has a private connection, which belongs to the process that opened it: a fork opens its own when it first asks.
//! All it keeps besides is what a connection begins with. So neither a fork nor a keeper that is killed needs anything
//! of it but another connection.

mod bell;
mod connection;
mod failures;
mod heard;
mod hold;
mod unwanted;
mod wait;

use std::cell::{Cell, RefCell};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::rc::Rc;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::socket::{Shutdown, shutdown};

use super::Family;
use crate::rule::kept;
use crate::wire::credentials;
use crate::wire::parcel::{Received, receive};
use crate::wire::{Armed, Credentials, Failure, Profile, Reply, Request, Said, Told, code};
use bell::Bell;
use connection::{Connection, Owed, Posted};
use failures::{closed, forked, keeper_gone, keeper_lost, no_room, silent, unreachable};
use heard::Heard;
pub use heard::Notice;
pub use hold::Tells;
pub use unwanted::Unwanted;
use wait::Waited;

/// How much longer than the keeper a caller waits: only if that has been stopped or killed it answers this late.
const GRACE: Duration = Duration::from_millis(250);

/// The same where somebody looks again and again.
const OFTEN: Duration = Duration::from_millis(100);

/// How long the end of a client waits until ZooKeeper knows, at the most.
const CLOSING: Duration = Duration::from_secs(1);

/// After one that ZooKeeper has not heard of in time, so long no other waits for it where nobody asked for that: however
/// many objects go at PHP's end, they go soon.
const UNHEARD: Duration = Duration::from_secs(10);

thread_local! {
    /// When the end of a client was not heard of in time.
    static LATE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// One client, of any process of the family.
pub struct Client {
    profile: Profile,
    connection: Option<Connection>,
    closed: bool,
    heard: Heard,
    bell: Option<Bell>,
    /// A signal is wanted for what comes in.
    signals: bool,
    /// A keeper has ended that had a session of its own, and it has not been told.
    lost: bool,
    /// When it was looked last whether there is a keeper, where nothing was heard.
    looked: Option<Instant>,
    /// Credentials of which nobody has said yet that they were accepted.
    owed: Vec<Owed>,
    /// What an answer that nobody waited for has told, for who asks next.
    told: Option<Failure>,
    /// What is not wanted any more, as was said while a call of it waited.
    unwanted: Rc<RefCell<Vec<Unwanted>>>,
    /// How many connections it has had.
    opened: u32,
}

/// How long it may take to be told what the keeper knows.
pub const AT_ONCE: Duration = Duration::from_millis(100);

/// Why a call ends without an answer.
#[derive(Debug)]
pub enum Ended {
    /// This is why.
    Failed(Failure),
    /// What was to be called while it waited has asked to end it. The outcome of a write is not known.
    Interrupted,
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl Client {
    /// Asks for nothing yet.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            connection: None,
            closed: false,
            heard: Heard::default(),
            bell: None,
            signals: false,
            lost: false,
            looked: None,
            owed: vec![],
            told: None,
            unwanted: Rc::default(),
            opened: 0,
        }
    }

    /// What it was made with.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Whether [`Client::close`] was called.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether it has a session of its own, in this process.
    #[must_use]
    pub fn is_bound(&self, family: &Family) -> bool {
        self.own(family).is_some_and(|connection| connection.bound)
    }

    /// Its connection, if that is this process's.
    fn own(&self, family: &Family) -> Option<&Connection> {
        let owner = family.own.identity();
        self.connection
            .as_ref()
            .filter(|connection| connection.owner == owner)
    }

    /// Asks, and waits for the answer. `interrupt` is called when a signal has come in meanwhile, and says whether to
    /// wait no longer.
    ///
    /// # Errors
    /// [`Failure`], within the time and a moment.
    pub fn call(
        &mut self,
        family: &Family,
        request: Request,
        within: Duration,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<Reply, Ended> {
        if self.closed {
            return Err(closed(&request).into());
        }
        self.is_of(family);
        self.collect(family);
        if std::mem::take(&mut self.lost) {
            return Err(keeper_lost(&request, false).into());
        }
        if let Some(failure) = self.told.take() {
            return Err(failure.into());
        }
        self.carry_out(family, request, within, interrupt)
    }

    /// The same, whatever there is to be told besides.
    fn carry_out(
        &mut self,
        family: &Family,
        request: Request,
        within: Duration,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Result<Reply, Ended> {
        let deadline = Instant::now() + within;
        let process = family.process();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let asked = self.ask(family, &request, left);
            let waited = match asked {
                Ok(id) => self.wait(family, id, deadline + GRACE, interrupt),
                // Much was posted, and the keeper has not heard it: that is not to be lost, nor what it holds.
                Err(Errno::EAGAIN) if kept!("full_connection_kept") => {
                    match self.await_room(family, deadline, interrupt) {
                        true if family.process() == process || !kept!("write_of_the_process") => {
                            continue;
                        }
                        true => Waited::Gone,
                        false if Instant::now() < deadline => Waited::Interrupted,
                        false => return Err(silent(&request, within, false).into()),
                    }
                }
                // A keeper that has just ended.
                Err(Errno::EAGAIN | Errno::EPIPE | Errno::ECONNRESET | Errno::ENOTCONN) => {
                    Waited::Gone
                }
                Err(error) => return Err(unreachable(&request, error).into()),
            };
            if let (Waited::Interrupted | Waited::Late, Some(connection)) =
                (&waited, &mut self.connection)
            {
                // It may become so. The next answer says.
                connection.bound |= request.binds() && asked.is_ok() && kept!("bound_perhaps");
                if let (Ok(id), Some(watch)) = (asked, request.watch()) {
                    connection.late.push((id, watch));
                }
            }
            match waited {
                Waited::Told(told) => {
                    if let Some(connection) = &mut self.connection {
                        connection.is(told.bound);
                    }
                    let reply = told.reply?;
                    if let Some(armed) = request.armed(&reply) {
                        self.heard.armed(armed);
                    }
                    if let Request::Auth(credentials) = request {
                        // Also for the sessions to come: a fork's, or where the keeper was killed.
                        credentials::keep(&mut self.profile.auth, credentials);
                    }
                    return Ok(reply);
                }
                Waited::Interrupted => return Err(Ended::Interrupted),
                Waited::NoRoom => return Err(no_room(&request).into()),
                Waited::Late => {
                    // What is still answered is nobody's.
                    return Err(silent(&request, within, true).into());
                }
                Waited::Gone => {
                    let bound = self.hang_up(family);
                    if family.process() != process && !request.is_read() {
                        return Err(forked(&request).into());
                    }
                    if bound && kept!("keeper_lost_is_told") {
                        self.heard.own_session_lost();
                        return Err(keeper_lost(&request, asked.is_ok()).into());
                    }
                    if asked.is_ok() && !request.is_read() && kept!("writes_not_repeated") {
                        return Err(keeper_gone(&request).into());
                    }
                    if Instant::now() >= deadline {
                        return Err(silent(&request, within, false).into());
                    }
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        }
    }

    /// Whether it may ask that, as far as it is known here.
    ///
    /// # Errors
    /// It is one more of its credentials, and it may not have so many.
    pub fn may_ask(&self, request: &Request) -> Result<(), Failure> {
        let Request::Auth(one) = request else {
            return Ok(());
        };
        let owed = self.owed.iter().map(|(credentials, _)| credentials);
        credentials::may_have(self.profile.auth.iter().chain(owed), one)
    }

    /// Presents credentials, and does not wait for the answer. That they are refused is told to who asks next. They are
    /// presented again until they are accepted or refused, also for a connection, or a process, to come.
    pub fn post_auth(
        &mut self,
        family: &Family,
        credentials: Credentials,
        tell: Option<u32>,
        within: Duration,
    ) {
        self.is_of(family);
        self.collect(family);
        let owed = (credentials, tell);
        // While no server can be asked, once is enough, unless somebody wants to be told of each.
        if tell.is_some() || !self.owed.contains(&owed) || !kept!("credentials_kept_once") {
            self.owed.push(owed);
        }
        // What cannot be sent now goes before what is asked next.
        let _ = self.connected(family, within);
    }

    /// The ID of its own session; `None` until it has one, which this makes the keeper see to.
    pub fn session_id(&mut self, family: &Family, within: Duration) -> Option<i64> {
        self.is_of(family);
        self.collect(family);
        if self.closed || self.told.is_some() {
            return None;
        }
        if self.is_bound(family) {
            let known = self.connection.as_ref()?.session_id;
            return known.or_else(|| self.ask_session_id(family));
        }
        if let Ok(connection) = self.connected(family, within) {
            // Where it cannot be sent, the next call does.
            let _ = connection.post(Posted::SessionId, within);
        }
        None
    }

    fn ask_session_id(&mut self, family: &Family) -> Option<i64> {
        match self.call(family, Request::SessionId, AT_ONCE, &mut || false) {
            Ok(Reply::SessionId(id)) => {
                self.connection.as_mut()?.session_id = Some(id);
                Some(id)
            }
            Err(Ended::Failed(failure)) if failure.code == code::SESSION_EXPIRED => {
                self.told = Some(failure);
                None
            }
            _ => None,
        }
    }

    /// Takes in the answers that have come and that nobody has waited for.
    fn collect(&mut self, family: &Family) {
        let posted = |connection: &Connection| !connection.posted.is_empty();
        if self.connection.as_ref().is_some_and(posted) {
            self.hear(family);
        }
    }

    /// Takes in what nobody waits for, or not any more. The watch that it is of, if that is one that stays and nobody wants.
    fn take_in(&mut self, said: Said) -> Option<u32> {
        match said {
            Said::Told(told) => {
                self.take_answer(told);
                None
            }
            Said::Event(event) => self.heard.event(event),
            Said::State(state) => {
                self.heard.state(state);
                None
            }
            Said::Hold(hold, standing) => {
                self.heard.hold(hold, standing);
                None
            }
        }
    }

    fn take_answer(&mut self, told: Told) {
        let Some(connection) = &mut self.connection else {
            return;
        };
        if let Some(at) = connection.late.iter().position(|(id, _)| *id == told.id) {
            let (_, watch) = connection.late.remove(at);
            // It is armed by now, if it ever is.
            let _ = connection.send(Request::Unwatch(watch), CLOSING);
            return;
        }
        let posted = connection
            .posted
            .iter()
            .position(|(id, _)| *id == told.id)
            .map(|at| connection.posted.remove(at).1);
        let Some(posted) = posted else {
            return;
        };
        connection.is(told.bound);
        match (posted, told.reply) {
            (Posted::SessionId, Ok(Reply::SessionId(id))) => connection.session_id = Some(id),
            (Posted::Auth(posted), Ok(_)) => {
                self.owed.retain(|owed| *owed != posted);
                self.heard.done(posted.1, 0);
                credentials::keep(&mut self.profile.auth, posted.0);
            }
            (Posted::Auth(posted), Err(failure)) if failure.code == code::AUTH_FAILED => {
                self.owed.retain(|owed| *owed != posted);
                self.heard.done(posted.1, failure.code);
                self.told = Some(failure);
            }
            (_, Err(failure)) if failure.code == code::SESSION_EXPIRED => self.told = Some(failure),
            // They are presented again.
            (Posted::Auth(posted), Err(_)) if !kept!("credentials_owed") => {
                self.owed.retain(|owed| *owed != posted);
            }
            _ => {}
        }
    }

    /// Ends it, and with it a session of its own; waits for a moment until ZooKeeper knows.
    pub fn close(&mut self, family: &Family) {
        self.is_of(family);
        if self.is_bound(family) {
            let began = Instant::now();
            let _ = self.call(family, Request::Close, CLOSING, &mut || false);
            // The keeper answers a moment before the time is over.
            let late = began.elapsed() > CLOSING / 2;
            LATE.set(late.then(Instant::now));
        }
        self.hang_up(family);
        self.closed = true;
        self.heard = Heard::default();
        self.bell = None;
    }

    /// The same of an object that goes: waits only if the one before it has not waited in vain.
    pub fn let_go(&mut self, family: &Family) {
        self.is_of(family);
        let unheard = LATE.get().is_some_and(|late| late.elapsed() < UNHEARD);
        if unheard && kept!("ends_share_a_wait") {
            // The keeper sees the end of the connection, and ends the session.
            self.hang_up(family);
        }
        self.close(family);
    }

    /// What a fork has of its parent is not its own: it watches and hears nothing.
    fn is_of(&mut self, family: &Family) {
        if self.heard.is_anothers(family.own.identity()) {
            self.bell = None;
            self.signals = false;
            self.lost = false;
        }
    }

    /// Ends its connection. Whether it had a session of its own.
    fn hang_up(&mut self, family: &Family) -> bool {
        // A fork, within a call of its parent's: what that holds is not ended by it, nor held again.
        if kept!("forks_end_nothing") {
            self.is_of(family);
        }
        let lost: Vec<_> = self
            .heard
            .holds
            .values_mut()
            .filter_map(hold::Wanted::orphan)
            .collect();
        for (grant, notice) in lost {
            family.end_hold(&grant);
            self.heard.notice(notice);
        }
        self.heard.unsent.has_ended();
        let Some(connection) = self.connection.take() else {
            return false;
        };
        if let Some(bell) = &self.bell {
            bell.forget(&connection.end);
        }
        self.ring();
        let is_own = connection.owner == family.own.identity();
        if is_own && connection.end.is_ours() && kept!("closed_beside_a_fork") {
            // A fork may have it still, and the keeper is to see that it has ended.
            let _ = shutdown(connection.end.as_fd().as_raw_fd(), Shutdown::Both);
        }
        connection.bound && is_own
    }

    /// Sends a request, over a connection of this process. Its number there.
    fn ask(&mut self, family: &Family, request: &Request, within: Duration) -> Result<u32, Errno> {
        let connection = self.connected(family, within)?;
        connection.send(request.clone(), within)
    }

    /// A connection of this process, over which it is known what is watched, and all credentials have been sent.
    fn connected(&mut self, family: &Family, within: Duration) -> Result<&mut Connection, Errno> {
        let owner = family.own.identity();
        let usable = |connection: &Connection| {
            (connection.owner == owner || !kept!("client_of_the_process"))
                && connection.end.is_ours()
        };
        if !self.connection.as_ref().is_some_and(usable) {
            self.hang_up(family);
            let end = family.connect_client()?;
            let mut connection = Connection {
                owner,
                end,
                last: 0,
                bound: false,
                deaf: false,
                posted: vec![],
                late: vec![],
                session_id: None,
            };
            connection.send(Request::Open(self.profile.clone()), within)?;
            if kept!("rearmed_with_a_new_keeper") {
                for some in in_parts(self.heard.watches()) {
                    connection.send(Request::Rearm(some), within)?;
                }
            }
            if self.heard.listens {
                connection.send(Request::Listen(true), within)?;
            }
            if let Some(bell) = &self.bell {
                bell.listen_to(&connection.end)?;
            }
            if self.signals {
                bell::signal(&connection.end, true)?;
            }
            self.connection = Some(connection);
            self.opened = self.opened.wrapping_add(1);
            self.ring();
        }
        self.heard.unsent.send(self.connection.as_mut())?;
        let connection = self.connection.as_mut().ok_or(Errno::ENOTCONN)?;
        for owed in &self.owed {
            connection.post(Posted::Auth(owed.clone()), within)?;
        }
        for wanted in self
            .heard
            .holds
            .values_mut()
            .filter(|wanted| wanted.is_due())
        {
            connection.send(wanted.request(), within)?;
            wanted.sent = true;
        }
        Ok(connection)
    }

    /// A number for a watch, of which it is told as soon as the request that arms it is answered.
    pub fn new_watch(&mut self, family: &Family) -> u32 {
        self.is_of(family);
        self.heard.new_watch()
    }

    /// Hears what becomes of its session, from now on, or no longer. Does not wait.
    pub fn listen(&mut self, family: &Family, on: bool) {
        self.is_of(family);
        let before = std::mem::replace(&mut self.heard.listens, on);
        if self.connection.is_none() {
            // Another connection begins with that.
            let _ = on.then(|| self.connected(family, CLOSING).map(drop));
        } else if self.own(family).is_some() && (before || on) {
            self.say(family, Some(Request::Listen(on)), CLOSING);
        }
    }

    /// A watch is not wanted any more.
    pub fn unwatch(&mut self, family: &Family, watch: u32) {
        self.is_of(family);
        self.heard.forget(watch);
        if self.own(family).is_some() {
            // Otherwise the keeper has ended, and knows of none.
            self.say(family, Some(Request::Unwatch(watch)), CLOSING);
        }
    }

    /// Whether anything may come without being asked for.
    #[must_use]
    pub fn expects(&self) -> bool {
        self.heard.expects() || self.owed.iter().any(|(_, tell)| tell.is_some())
    }

    /// Hears what has come, without waiting. Where the keeper has ended, another one is told what is watched.
    pub fn hear(&mut self, family: &Family) {
        self.is_of(family);
        if self.closed || !self.expects() && self.connection.is_none() {
            return;
        }
        loop {
            let connection = self.own(family);
            let Some(connection) = connection.filter(|connection| connection.end.is_ours()) else {
                if self.expects() {
                    // Or when it is called next.
                    let _ = self.connected(family, CLOSING);
                }
                break;
            };
            match receive::<Said>(connection.end.as_fd()) {
                Ok(Received::Message(said)) => {
                    if let Some(stray) = self.take_in(said) {
                        self.unwatch(family, stray);
                    }
                }
                Ok(Received::End | Received::Garbage) | Err(Errno::ECONNRESET) => {
                    if self.hang_up(family) {
                        self.lost = kept!("keeper_lost_is_told");
                        self.heard.own_session_lost();
                    }
                }
                Err(_) => {
                    let due = self.heard.holds.values().any(hold::Wanted::is_due);
                    if due || !self.heard.unsent.is_empty() {
                        let _ = self.connected(family, CLOSING);
                    }
                    // There may be no keeper that hears, since one after the other was killed.
                    let often = self.looked.is_some_and(|looked| looked.elapsed() < OFTEN);
                    if !often && self.expects() {
                        self.looked = Some(Instant::now());
                        family.summon();
                    }
                    break;
                }
            }
        }
        self.ring();
    }

    /// What was heard, in its order.
    pub fn next(&mut self, family: &Family) -> Option<Notice> {
        self.is_of(family);
        let next = self.heard.next();
        self.ring();
        next
    }

    /// How much was heard and not taken.
    #[must_use]
    pub fn heard(&self) -> usize {
        self.heard.count()
    }

    fn ring(&mut self) {
        // Whoever has no connection needs one to hear anything.
        let deaf = self.connection.is_none() && self.expects();
        if let Some(bell) = &mut self.bell {
            bell.ring(self.heard.count() > 0 || deaf);
        }
    }

    /// The same for one that fires once, of which nobody is told: it is [awaited](Self::await_quiet).
    pub fn new_quiet_watch(&mut self, family: &Family) -> u32 {
        self.is_of(family);
        self.heard.new_quiet()
    }

    /// A descriptor for a loop of events: it is readable while there is something to [`Client::hear`] or to take. It stays
    /// so whatever becomes of the keeper.
    ///
    /// # Errors
    /// Of the kernel.
    pub fn descriptor(&mut self, family: &Family) -> Result<OwnedFd, Errno> {
        self.is_of(family);
        if self.bell.is_none() {
            let bell = Bell::new()?;
            if let Some(connection) = self.own(family) {
                bell.listen_to(&connection.end)?;
            }
            self.bell = Some(bell);
        }
        self.ring();
        match &self.bell {
            Some(bell) => bell.descriptor(),
            None => Err(Errno::EBADF),
        }
    }

    /// Has the kernel send this thread a signal, `SIGURG`, whenever something comes in, or no longer.
    ///
    /// Where the kernel does not, nothing is signalled. Whether it was not so before.
    pub fn signal(&mut self, family: &Family, on: bool) -> bool {
        self.is_of(family);
        let changes = std::mem::replace(&mut self.signals, on) != on;
        if changes && let Some(connection) = self.own(family) {
            let _ = bell::signal(&connection.end, on);
        }
        changes
    }
}

/// Watches for requests of which none is longer than the keeper takes one ([`MOST_ASKED`](crate::wire::parcel::MOST_ASKED)).
fn in_parts(watches: Vec<Armed>) -> Vec<Vec<Armed>> {
    const PART: usize = 1 << 19;
    let mut parts: Vec<Vec<Armed>> = vec![];
    let mut bytes = PART;
    for watch in watches {
        let more = watch.path.len() + 64;
        if bytes + more > PART && kept!("rearmed_in_parts") {
            parts.push(vec![]);
            bytes = 0;
        }
        bytes += more;
        match parts.last_mut() {
            Some(part) => part.push(watch),
            None => parts.push(vec![watch]),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Aim;
    use crate::wire::parcel::{MOST_ASKED, Parcel};

    #[test]
    fn watches_are_armed_again_in_parts_that_the_keeper_takes() {
        let watches = |bytes: usize, many: u32| {
            let one = |watch| Armed {
                watch,
                path: "x".repeat(bytes),
                aim: Aim::Lasting { recursive: false },
            };
            (0..many).map(one).collect::<Vec<_>>()
        };
        let most = usize::try_from(MOST_ASKED).unwrap();
        for (bytes, many) in [(0, 0), (1, 1), (100, 20_000), (900_000, 100)] {
            let parts = in_parts(watches(bytes, many));
            let numbers: Vec<_> = parts.iter().flatten().map(|one| one.watch).collect();
            assert_eq!(numbers, (0..many).collect::<Vec<_>>());
            for part in parts {
                assert!(!part.is_empty());
                let id = u32::MAX;
                let request = Request::Rearm(part);
                let within = u32::MAX;
                let ask = crate::wire::Ask {
                    id,
                    within,
                    request,
                };
                assert!(Parcel::new(&ask).unwrap().bytes() <= most);
            }
        }
    }
}
