//! One client's connection, from its first word to its end, or its process's.

use std::cell::{Cell, RefCell};
use std::os::fd::{AsFd, OwnedFd};
use std::pin::pin;
use std::rc::{Rc, Weak};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use async_channel::{Receiver, Sender};
use async_executor::Task;
use async_io::{Async, Timer};
use event_listener::Event;
use futures_lite::future::{or, poll_once};

use super::voice::Voice;
use super::watches::{Watches, weight};
use super::{Clients, explain, request};
use crate::keeper::fair;
use crate::keeper::serve::held::{Holds, Teller};
use crate::keeper::serve::owner;
use crate::keeper::session::client::{ClientSession, Lent};
use crate::rule::kept;
use crate::wire::credentials;
use crate::wire::parcel::{MOST_ASKED, Parcel, Received, receive_at_most};
use crate::wire::size::size;
use crate::wire::{
    Ask, Credentials, Failure, Hold, Profile, Reply, Request, Said, Standing, State, Told, code,
};

/// Requests of one connection that are under way. Whoever asks more waits in the socket's buffer.
const UNDER_WAY: usize = 64;

/// Bytes of those that are, if there is more than one.
const BYTES_UNDER_WAY: usize = 16 << 20;

/// What the watches of one connection weigh.
const MOST_WATCHES: usize = 100_000;

/// Serves a connection to its end, and then ends the session that was its client's alone.
pub(super) async fn hold(clients: &Rc<Clients>, connection: OwnedFd) {
    let (pid, since) = owner::peer(&connection);
    let Ok(connection) = Async::new(connection) else {
        return;
    };
    let (under_way, done) = async_channel::bounded(UNDER_WAY);
    let conversation = Rc::new(Conversation {
        pid,
        since,
        asked: Cell::new(0),
        looks: RefCell::default(),
        clients: clients.clone(),
        voice: Voice::new(connection),
        profile: RefCell::default(),
        session: RefCell::default(),
        moved: Event::new(),
        bound: Cell::new(false),
        ended: RefCell::default(),
        watches: Watches::default(),
        holds: Rc::default(),
        listens: RefCell::default(),
        under_way,
        done,
        bytes: Cell::new(0),
        shorter: Event::new(),
        over: Cell::new(false),
        ends: Event::new(),
    });
    {
        // A fork that has the connection, too, does not keep the client alive.
        let ends = async {
            match kept!("client_process_watched") {
                true => drop(owner::of(pid, since).await),
                false => std::future::pending().await,
            }
        };
        or(conversation.hear(), ends).await;
    }
    conversation.over.set(true);
    conversation.ends.notify(usize::MAX);
    conversation.leave().await;
}

/// Says to whoever comes too many that there is no room, and hangs up. What is asked for again and again is not answered: with
/// `patience` something else is awaited for a moment, and what follows is not asked as fast as it goes.
pub(super) async fn refuse(connection: OwnedFd, patience: bool) {
    let Ok(connection) = Async::new(connection) else {
        return;
    };
    let told = async {
        loop {
            let heard = fair::read(&connection, |end| {
                Ok(receive_at_most::<Ask>(end.as_fd(), MOST_ASKED)?)
            });
            let Ok(Received::Message(Ask { id, request, .. })) = heard.await else {
                return;
            };
            let said = match &request {
                Request::Open(_) => continue,
                Request::Hold(Hold { again: true, .. })
                | Request::Rearm(_)
                | Request::Listen(_)
                | Request::Unwatch(_)
                | Request::Forfeit { .. }
                    if kept!("refused_asks_again") =>
                {
                    match patience {
                        true => continue,
                        false => return,
                    }
                }
                Request::Hold(hold) if kept!("refused_hold_told") => {
                    let failure = explain::no_room(&request);
                    Said::Hold(hold.hold, Standing::Failed(failure))
                }
                _ => Said::Told(Told {
                    id,
                    bound: false,
                    reply: Err(explain::no_room(&request)),
                }),
            };
            if let Ok(parcel) = Parcel::new(&said) {
                let _ = connection
                    .write_with(|end| Ok(parcel.send(end.as_fd())?))
                    .await;
            }
            return;
        }
    };
    let over = async {
        Timer::after(OFTEN).await;
    };
    or(told, over).await;
}

/// A session that is not yet its client's: nobody has it where the client ends before.
struct Unclaimed(Option<Rc<ClientSession>>);

impl Drop for Unclaimed {
    fn drop(&mut self) {
        if let Some(session) = &self.0 {
            session.stop();
        }
    }
}

/// Ends a session that is a client's own when the client's process was stopped, and asked nothing, for as long as the session
/// lasts without a word. A client that speaks with servers itself would lose it then, and others wait for what it holds.
async fn expire_with_owner(
    of: Weak<Conversation>,
    session: Weak<ClientSession>,
    timeout: Duration,
) {
    let mut known = None;
    let mut since = Instant::now();
    loop {
        Timer::after((timeout / 8).max(OFTEN)).await;
        let (Some(conversation), Some(session)) = (of.upgrade(), session.upgrade()) else {
            return;
        };
        if session.has_ended() {
            return;
        }
        let stopped = owner::stopped(conversation.pid, conversation.since);
        let seen = stopped.map(|stopped| (stopped, conversation.asked.get()));
        if seen.is_none() || seen != known {
            (known, since) = (seen, Instant::now());
        } else if since.elapsed() >= timeout && kept!("stopped_owner_expires") {
            return session.expire();
        }
    }
}

/// A session's state as its client is told it.
fn as_told(state: State, bound: bool) -> State {
    match state {
        // A light client's is followed by another one.
        State::Expired if !bound && kept!("light_is_not_expired") => State::Suspended,
        state => state,
    }
}

/// How often it is looked whether a process is stopped, at the most; and how long one that is refused may go on to ask.
const OFTEN: Duration = Duration::from_millis(100);

pub(super) struct Conversation {
    /// The client's process, and when that was started.
    pid: u32,
    since: u64,
    /// How often it has asked something.
    asked: Cell<u64>,
    /// Looks whether it is stopped, while it has a session of its own.
    looks: RefCell<Option<Task<()>>>,
    pub(super) clients: Rc<Clients>,
    pub(super) voice: Rc<Voice>,
    /// What it was opened with, and credentials that were accepted since, for a session to come.
    profile: RefCell<Option<Profile>>,
    pub(super) session: RefCell<Option<Rc<ClientSession>>>,
    /// Whenever that is another one.
    pub(super) moved: Event,
    /// The session is this client's alone.
    bound: Cell<bool>,
    /// One that was, and has ended, which it has not been told.
    ended: RefCell<Option<Rc<ClientSession>>>,
    pub(super) watches: Watches,
    /// What it holds.
    holds: Rc<Holds>,
    /// Tells what the session comes to.
    listens: RefCell<Option<Task<()>>>,
    /// One for each request that is under way.
    under_way: Sender<()>,
    done: Receiver<()>,
    /// How long they are together.
    bytes: Cell<usize>,
    shorter: Event,
    /// Nothing is heard any more.
    over: Cell<bool>,
    ends: Event,
}

/// So many bytes of what is under way.
struct Weight {
    of: Rc<Conversation>,
    bytes: usize,
}

impl Drop for Weight {
    fn drop(&mut self) {
        self.of.bytes.set(self.of.bytes.get() - self.bytes);
        self.of.shorter.notify(usize::MAX);
    }
}

impl Conversation {
    async fn hear(self: &Rc<Self>) {
        loop {
            let read = |end: &OwnedFd| Ok(receive_at_most::<Ask>(end.as_fd(), MOST_ASKED)?);
            let heard = fair::read(self.voice.connection(), read);
            let Ok(Received::Message(ask)) = heard.await else {
                return;
            };
            self.asked.set(self.asked.get() + 1);
            let deadline = Instant::now() + Duration::from_millis(ask.within.into());
            let opened = self.profile.borrow().is_some();
            match ask.request {
                Request::Open(profile) if !opened && profile.is_bounded() => {
                    self.profile.replace(Some(profile));
                }
                request if opened => self.answer(ask.id, request, deadline).await,
                // Nothing of ours says that.
                _ => return,
            }
        }
    }

    /// Sees to one request, as far as it can be without an answer of ZooKeeper's.
    async fn answer(self: &Rc<Self>, id: u32, request: Request, deadline: Instant) {
        match request {
            Request::Close => {
                self.holds.clear();
                self.looks.take();
                self.watches.clear();
                let session = self.session.take().filter(|_| self.bound.take());
                self.moved.notify(usize::MAX);
                if let Some(session) = session {
                    or(session.close(), self.clients.late(deadline)).await;
                }
                return self.tell(id, Ok(Reply::Done)).await;
            }
            Request::State => {
                let state = as_told(self.session().state(), self.bound.get());
                return self.tell(id, Ok(Reply::State(state))).await;
            }
            Request::Unwatch(watch) => return self.watches.forget(watch),
            Request::Hold(hold) => {
                let (held, owner) = (&self.clients.held, (self.pid, self.since));
                return self.holds.hold(held, self.profile(), hold, owner, self);
            }
            Request::Forfeit { hold, serial } => return self.holds.forfeit(hold, serial),
            Request::Release { hold, finished } => {
                if self.holds.release(hold, finished, id) {
                    return;
                }
                return self.tell(id, Ok(Reply::Done)).await;
            }
            Request::Listen(on) => {
                let listen = || self.clients.context.executor.spawn(self.clone().listen());
                self.listens.replace(on.then(listen));
                return self.tell(id, Ok(Reply::Done)).await;
            }
            Request::Rearm(all)
                if self.has_room(all.iter().map(|armed| weight(&armed.path)).sum()) =>
            {
                for armed in all {
                    self.watch(armed, None);
                }
                return self.tell(id, Ok(Reply::Done)).await;
            }
            _ => {}
        }
        if let Some(failure) = self.told_once(&request) {
            return self.tell(id, Err(failure)).await;
        }
        let arms = matches!(request, Request::Rearm(_));
        if arms
            || request.watch().is_some()
                && !self.has_room(weight(request.path().unwrap_or_default()))
        {
            let failure = explain::too_many_watches(&request, MOST_WATCHES);
            return self.tell(id, Err(failure)).await;
        }
        if let Request::Auth(one) = &request
            && let Err(failure) = self.may_have(one)
        {
            return self.tell(id, Err(failure)).await;
        }
        if request.binds()
            && !self.bound.get()
            && kept!("bound_session")
            && let Err(failure) = self.bind(&request, deadline).await
        {
            return self.tell(id, Err(failure)).await;
        }
        let session = self.session();
        // Here, so that what is asked next is not sent first.
        let Some(client) = self.client(&session, deadline).await else {
            // It may have ended meanwhile.
            let ended = self.told_once(&request);
            let failure = ended.unwrap_or_else(|| explain::unsent(&session, &request));
            return self.tell(id, Err(failure)).await;
        };
        if let Request::SessionId = request {
            return self
                .tell(id, Ok(Reply::SessionId(client.session_id().0)))
                .await;
        }
        if self.under_way.send(()).await.is_err() {
            return;
        }
        let weight = self.weigh(size(&request, 0)).await;
        let this = self.clone();
        let mut carried_out = Box::pin(async move {
            let _weight = weight;
            let reply = {
                let again = async || this.client(&session, deadline).await;
                let mut asked = pin!(request::carry_out(&session, client, &request, again));
                let late = async {
                    this.clients.late(deadline).await;
                    None
                };
                match or(async { Some(asked.as_mut().await) }, late).await {
                    Some(reply) => reply,
                    None => {
                        this.tell(id, Err(explain::late(&session, &request))).await;
                        // It cannot be taken back; what comes of it is nobody's.
                        let _ = asked.await;
                        let _ = this.done.try_recv();
                        return;
                    }
                }
            };
            this.watches.tell_first().await;
            let reply = reply.map(|(reply, watcher)| {
                if let (Some(armed), Some(watcher)) = (request.armed(&reply), watcher) {
                    this.watch(armed, Some(watcher));
                }
                reply
            });
            if let Err(failure) = &reply
                && failure.code == code::SESSION_EXPIRED
            {
                // It is said with this.
                this.is_told(&session);
            }
            if let (Ok(_), Request::Auth(credentials)) = (&reply, request)
                && let Some(profile) = &mut *this.profile.borrow_mut()
            {
                credentials::keep(&mut profile.auth, credentials);
            }
            this.tell(id, reply).await;
            let _ = this.done.try_recv();
        });
        // It is sent now, in the order of asking.
        if poll_once(carried_out.as_mut()).await.is_none() {
            // It has been sent. What comes of it is nobody's when this is over, and there are watches of which the crate
            // never says what came.
            let this = self.clone();
            let over = async move { this.is_over().await };
            let executor = &self.clients.context.executor;
            executor.spawn(or(carried_out, over)).detach();
        }
    }

    fn may_have(&self, one: &Credentials) -> Result<(), Failure> {
        let profile = self.profile.borrow();
        credentials::may_have(profile.iter().flat_map(|profile| &profile.auth), one)
    }

    async fn is_over(&self) {
        while !self.over.get() {
            self.ends.listen().await;
        }
    }

    /// Whether there may be watches of that weight more.
    fn has_room(&self, more: usize) -> bool {
        self.watches.weight() + more <= MOST_WATCHES || !kept!("watches_are_bounded")
    }

    /// Something of so many bytes is under way, as soon as there is room for it beside what is: servers that do not answer
    /// leave all of that in memory.
    async fn weigh(self: &Rc<Self>, bytes: usize) -> Weight {
        let fits = || match self.bytes.get() {
            0 => true,
            before => before + bytes <= BYTES_UNDER_WAY || !kept!("bytes_are_bounded"),
        };
        while !fits() {
            self.shorter.listen().await;
        }
        self.bytes.set(self.bytes.get() + bytes);
        let of = self.clone();
        Weight { of, bytes }
    }

    /// The session's client, once all watches are armed with it.
    async fn client(&self, session: &ClientSession, deadline: Instant) -> Option<Lent> {
        loop {
            let client = session.client(deadline).await?;
            if self.watches.are_armed() {
                return Some(client);
            }
            if !self.watches.all_armed(deadline).await {
                return None;
            }
        }
    }

    /// The client's own session has ended, and it knows: it is a light one again.
    fn is_told(&self, ended: &Rc<ClientSession>) {
        let is_it = |session: &mut Rc<ClientSession>| Rc::ptr_eq(session, ended);
        self.ended.borrow_mut().take_if(is_it);
        let own = self
            .session
            .borrow_mut()
            .take_if(|session| is_it(session) && self.bound.get());
        if own.is_some() {
            self.is_light();
        }
    }

    /// Its own session may have ended: then watches are armed with another one. Requests go on when the client knows.
    pub(super) fn see_whether_ended(&self) {
        // Other credentials need another client.
        let ended = |session: &mut Rc<ClientSession>| {
            self.bound.get() && session.has_ended() && session.state() != State::AuthFailed
        };
        let ended = self.session.borrow_mut().take_if(ended);
        if ended.is_some() {
            self.ended.replace(ended);
            self.is_light();
        }
    }

    fn is_light(&self) {
        self.bound.set(false);
        self.looks.take();
        self.watches.disarm();
        self.moved.notify(usize::MAX);
    }

    /// The session of its own has ended: that is said once, and then the client is a light one again.
    fn told_once(&self, request: &Request) -> Option<Failure> {
        self.see_whether_ended();
        let refused = |session: &Rc<ClientSession>| self.bound.get() && session.has_ended();
        let refused = self.session.borrow().clone().filter(refused);
        let session = self.ended.take().or(refused)?;
        kept!("expiry_is_told").then(|| explain::ended(&session, request))
    }

    /// Gives the client a session of its own.
    async fn bind(self: &Rc<Self>, request: &Request, deadline: Instant) -> Result<(), Failure> {
        let profile = self.profile();
        let session = self.clients.own(&profile, request)?;
        let mut unclaimed = Unclaimed(Some(session.clone()));
        // It is not older than what this client has read before as a light one: to begin a session is a write.
        let Some(client) = session.client(deadline).await else {
            return Err(explain::unsent(&session, request));
        };
        self.let_go();
        self.session.replace(unclaimed.0.take());
        self.bound.set(true);
        self.watches.disarm();
        self.moved.notify(usize::MAX);
        // As the server has it.
        let timeout = client.session_timeout();
        let looks = expire_with_owner(Rc::downgrade(self), Rc::downgrade(&session), timeout);
        let looks = self.clients.context.executor.spawn(looks);
        self.looks.replace(Some(looks));
        Ok(())
    }

    fn profile(&self) -> Profile {
        // Nothing is asked before there is one.
        let none = || Profile {
            dsn: String::new(),
            session_timeout: 0,
            auth: vec![],
            family: false,
            tls: None,
        };
        self.profile.borrow().clone().unwrap_or_else(none)
    }

    pub(super) fn session(&self) -> Rc<ClientSession> {
        let mut session = self.session.borrow_mut();
        if let Some(session) = &*session {
            if self.bound.get() || !session.has_ended() {
                return session.clone();
            }
            session.users.set(session.users.get().saturating_sub(1));
        }
        let shared = self.clients.shared(&self.profile());
        shared.users.set(shared.users.get() + 1);
        self.moved.notify(usize::MAX);
        session.insert(shared).clone()
    }

    /// Of a shared session.
    fn let_go(&self) {
        if let Some(session) = self.session.take() {
            session.users.set(session.users.get().saturating_sub(1));
            session.used.set(Instant::now());
            if session.users.get() == 0 {
                self.clients.idle(&session);
            }
        }
    }

    /// Says what the session is, and whatever it comes to.
    async fn listen(self: Rc<Self>) {
        let mut last = None;
        loop {
            let session = self.session();
            let bound = self.bound.get();
            let states = session.listen();
            loop {
                let state = or(self.left(&session), async { states.recv().await.ok() }).await;
                let Some(state) = state else {
                    break;
                };
                let state = as_told(state, bound);
                if last.replace(state) != Some(state) {
                    self.say(&Said::State(state));
                }
            }
            if session.state() == State::AuthFailed || self.clients.context.closing.get() {
                // Nothing follows.
                return;
            }
            self.see_whether_ended();
        }
    }

    pub(super) fn say(&self, said: &Said) {
        // It is short, and needs nothing that could be missing.
        let _ = self.voice.say(&self.clients.context.executor, said);
    }

    async fn leave(&self) {
        // Others may wait for it.
        if kept!("released_with_owner") {
            self.holds.clear();
        }
        self.listens.take();
        self.watches.clear();
        match self.bound.get() {
            false => self.let_go(),
            true => {
                let session = self.session.take();
                if let Some(session) = session {
                    session.close().await;
                }
            }
        }
    }

    async fn tell(&self, id: u32, reply: Result<Reply, Failure>) {
        let tally = &self.clients.context.board.clients;
        tally.requests.fetch_add(1, Ordering::Relaxed);
        tally
            .failures
            .fetch_add(u64::from(reply.is_err()), Ordering::Relaxed);
        let said = |reply| {
            Said::Told(Told {
                id,
                bound: self.bound.get(),
                reply,
            })
        };
        let executor = &self.clients.context.executor;
        if self.voice.say(executor, &said(reply)).is_err() {
            // There is no descriptor or no memory for a long one.
            self.say(&said(Err(explain::too_long())));
        }
        // Whoever asks and does not listen waits.
        self.voice.finished().await;
    }
}

impl Teller for Conversation {
    fn say(&self, said: &Said) {
        Self::say(self, said);
    }

    fn answer(self: Rc<Self>, id: u32, reply: Result<Reply, Failure>) {
        let executor = &self.clients.context.executor;
        let this = self.clone();
        executor
            .spawn(async move { this.tell(id, reply).await })
            .detach();
    }
}
