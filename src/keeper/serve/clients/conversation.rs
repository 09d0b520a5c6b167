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
use futures_lite::future::{or, poll_once};

use super::{Clients, explain, request};
use crate::keeper::fair;
use crate::keeper::serve::owner;
use crate::keeper::session::client::ClientSession;
use crate::rule::kept;
use crate::wire::parcel::{Parcel, Received, receive};
use crate::wire::{Ask, Credentials, Failure, Profile, Reply, Request, State, Told, code};

/// Requests of one connection that are under way. Whoever asks more waits in the socket's buffer.
const UNDER_WAY: usize = 64;

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
        watch: RefCell::default(),
        clients: clients.clone(),
        connection,
        session: RefCell::default(),
        bound: Cell::new(false),
        granted: RefCell::default(),
        under_way,
        done,
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
    conversation.leave().await;
}

/// Says to whoever comes too many that there is no room, and hangs up.
pub(super) async fn refuse(connection: OwnedFd) {
    let Ok(connection) = Async::new(connection) else {
        return;
    };
    loop {
        let heard = fair::read(&connection, |end| Ok(receive::<Ask>(end.as_fd())?));
        let Ok(Received::Message(Ask { id, request, .. })) = heard.await else {
            return;
        };
        if let Request::Open(_) = request {
            continue;
        }
        let told = Told {
            id,
            bound: false,
            reply: Err(explain::no_room(&request)),
        };
        if let Ok(parcel) = Parcel::new(&told) {
            let _ = connection
                .write_with(|end| Ok(parcel.send(end.as_fd())?))
                .await;
        }
        return;
    }
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

/// How often it is looked whether a process is stopped, at the most.
const OFTEN: Duration = Duration::from_millis(100);

struct Conversation {
    /// The client's process, and when that was started.
    pid: u32,
    since: u64,
    /// How often it has asked something.
    asked: Cell<u64>,
    /// Looks whether it is stopped, while it has a session of its own.
    watch: RefCell<Option<Task<()>>>,
    clients: Rc<Clients>,
    connection: Async<OwnedFd>,
    session: RefCell<Option<Rc<ClientSession>>>,
    /// The session is this client's alone.
    bound: Cell<bool>,
    /// Credentials that were accepted since, for a session to come.
    granted: RefCell<Vec<Credentials>>,
    /// One for each request that is under way.
    under_way: Sender<()>,
    done: Receiver<()>,
}

impl Conversation {
    async fn hear(self: &Rc<Self>) {
        let mut opened: Option<Profile> = None;
        loop {
            let read = |end: &OwnedFd| Ok(receive::<Ask>(end.as_fd())?);
            let heard = fair::read(&self.connection, read);
            let Ok(Received::Message(ask)) = heard.await else {
                return;
            };
            self.asked.set(self.asked.get() + 1);
            let deadline = Instant::now() + Duration::from_millis(ask.within.into());
            match (ask.request, &mut opened) {
                (Request::Open(profile), None) => opened = Some(profile),
                (request, Some(profile)) => {
                    profile.auth.append(&mut self.granted.borrow_mut());
                    self.answer(profile, ask.id, request, deadline).await;
                }
                // Nothing of ours says that.
                _ => return,
            }
        }
    }

    /// Sees to one request, as far as it can be without an answer of ZooKeeper's.
    async fn answer(
        self: &Rc<Self>,
        profile: &Profile,
        id: u32,
        request: Request,
        deadline: Instant,
    ) {
        match request {
            Request::Close => {
                self.watch.take();
                let session = self.session.take().filter(|_| self.bound.take());
                if let Some(session) = session {
                    or(session.close(), self.clients.late(deadline)).await;
                }
                return self.tell(id, Ok(Reply::Done)).await;
            }
            Request::State => {
                let session = self.session(profile);
                return self.tell(id, Ok(Reply::State(session.state()))).await;
            }
            _ => {}
        }
        if let Some(failure) = self.told_once(&request) {
            return self.tell(id, Err(failure)).await;
        }
        if request.binds()
            && !self.bound.get()
            && kept!("bound_session")
            && let Err(failure) = self.bind(profile, &request, deadline).await
        {
            return self.tell(id, Err(failure)).await;
        }
        let session = self.session(profile);
        // Here, so that what is asked next is not sent first.
        let Some(client) = session.client(deadline).await else {
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
        let this = self.clone();
        let mut carried_out = Box::pin(async move {
            let reply = {
                let mut asked = pin!(request::carry_out(&session, client, &request, deadline));
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
            if let Err(failure) = &reply
                && failure.code == code::SESSION_EXPIRED
            {
                // It is said with this.
                this.is_told(&session);
            }
            if let (Ok(_), Request::Auth(credentials)) = (&reply, request) {
                this.granted.borrow_mut().push(credentials);
            }
            this.tell(id, reply).await;
            let _ = this.done.try_recv();
        });
        // It is sent now, in the order of asking.
        if poll_once(carried_out.as_mut()).await.is_none() {
            self.clients.context.executor.spawn(carried_out).detach();
        }
    }

    /// The client's own session has ended, and it knows: it is a light one again.
    fn is_told(&self, ended: &Rc<ClientSession>) {
        let mut session = self.session.borrow_mut();
        if session
            .as_ref()
            .is_some_and(|session| Rc::ptr_eq(session, ended))
            && self.bound.take()
        {
            *session = None;
        }
    }

    /// The session of its own has ended: that is said once, and then the client is a light one again.
    fn told_once(&self, request: &Request) -> Option<Failure> {
        let has_ended = |session: &Rc<ClientSession>| session.has_ended();
        if !self.bound.get() || !self.session.borrow().as_ref().is_some_and(has_ended) {
            return None;
        }
        let session = self.session.borrow().clone()?;
        // Other credentials need another client.
        if session.state() != State::AuthFailed {
            self.is_told(&session);
        }
        kept!("expiry_is_told").then(|| explain::ended(&session, request))
    }

    /// Gives the client a session of its own.
    async fn bind(
        self: &Rc<Self>,
        profile: &Profile,
        request: &Request,
        deadline: Instant,
    ) -> Result<(), Failure> {
        let session = self.clients.own(profile, request)?;
        let mut unclaimed = Unclaimed(Some(session.clone()));
        // It is not older than what this client has read before as a light one: to begin a session is a write.
        let Some(client) = session.client(deadline).await else {
            return Err(explain::unsent(&session, request));
        };
        self.let_go();
        self.session.replace(unclaimed.0.take());
        self.bound.set(true);
        // As the server has it.
        let timeout = client.session_timeout();
        let watch = expire_with_owner(Rc::downgrade(self), Rc::downgrade(&session), timeout);
        let watch = self.clients.context.executor.spawn(watch);
        self.watch.replace(Some(watch));
        Ok(())
    }

    fn session(&self, profile: &Profile) -> Rc<ClientSession> {
        let mut session = self.session.borrow_mut();
        if let Some(session) = &*session {
            if self.bound.get() || !session.has_ended() {
                return session.clone();
            }
            session.users.set(session.users.get().saturating_sub(1));
        }
        let shared = self.clients.shared(profile);
        shared.users.set(shared.users.get() + 1);
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

    async fn leave(&self) {
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
        let told = Told {
            id,
            bound: self.bound.get(),
            reply,
        };
        let parcel = Parcel::new(&told).or_else(|_| {
            // There is no descriptor or no memory for a long one.
            Parcel::new(&Told {
                reply: Err(explain::too_long()),
                ..told
            })
        });
        if let Ok(parcel) = parcel {
            let send = |end: &OwnedFd| Ok(parcel.send(end.as_fd())?);
            // Whoever has hung up wants no answer.
            let _ = self.connection.write_with(send).await;
        }
    }
}
