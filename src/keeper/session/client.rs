//! A session with ZooKeeper for clients: sought when it is first wanted, and sought again whenever it ends.

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::rc::Rc;
use std::time::{Duration, Instant};

use async_channel::{Receiver, Sender};
use async_io::Timer;
use event_listener::Event;
use futures_lite::future::or;
use zookeeper_client::{Client, SessionState};

use super::connection::{Connection, Lost, gone, is_connected};
use super::fate::Fate;
use super::servers::{Notes, Outcome, Servers, Wanted};
use super::watch::Lasting;
use crate::keeper::context::Context;
use crate::lease::zookeeper::Dsn;
use crate::rule::kept;
use crate::wire::{Credentials, Profile, State, credentials};

/// How long a server that does not know a request is not asked again by those who cannot do without.
const OLD: Duration = Duration::from_secs(10);

/// One session, or one after the other.
pub(in crate::keeper) struct ClientSession {
    pub(in crate::keeper) profile: Profile,
    /// It is one client's, and ends once and for all.
    is_own: bool,
    state: Cell<State>,
    /// While there is a server.
    client: RefCell<Option<Client>>,
    /// Counts the clients that were, so that their watches end before they do.
    gone: Cell<u64>,
    /// Those that are told whatever its state becomes.
    listeners: RefCell<Vec<Sender<State>>>,
    pub(super) lasting: Lasting,
    /// The turn in which a server was told to be one of before 3.6, and when.
    old: Cell<Option<(u64, Instant)>>,
    credentials: Rc<RefCell<Vec<Credentials>>>,
    /// Those of the settings, as they were at its beginning.
    given: Vec<Credentials>,
    /// Whenever the state changes.
    changed: Event,
    findings: Rc<Findings>,
    /// What is said where servers refuse the settings' credentials.
    told_refused: String,
    /// Clients that have it, when it was last used, and whether somebody waits for it to be idle.
    pub(in crate::keeper) users: Cell<usize>,
    pub(in crate::keeper) used: Cell<Instant>,
    pub(in crate::keeper) is_watched: Cell<bool>,
    /// It ends as one that has expired.
    expires: Cell<bool>,
    fate: Fate,
}

/// A session's client, and which one it is.
#[derive(Clone)]
pub(in crate::keeper) struct Lent {
    client: Client,
    turn: u64,
}

impl Lent {
    /// As [`ClientSession::turn`].
    pub(in crate::keeper) fn turn(&self) -> u64 {
        self.turn
    }
}

impl Deref for Lent {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// What the search for a server has found out.
#[derive(Default)]
struct Findings {
    wrong: RefCell<String>,
    resolved: RefCell<String>,
}

impl Notes for Findings {
    fn wrong(&self, what: &str) {
        what.clone_into(&mut self.wrong.borrow_mut());
    }

    fn resolved(&self) -> String {
        self.resolved.borrow().clone()
    }

    fn resolve(&self, to: &str) {
        to.clone_into(&mut self.resolved.borrow_mut());
    }
}

/// The credentials of the settings for such a session, as they are now; none where they are of no use.
fn given(context: &Context, profile: &Profile) -> Vec<Credentials> {
    match profile.family {
        true => context.files.auth().unwrap_or_default(),
        false => vec![],
    }
}

impl ClientSession {
    pub(in crate::keeper) fn open(
        context: &Rc<Context>,
        profile: Profile,
        is_own: bool,
    ) -> Rc<Self> {
        let (fate, alive) = Fate::new();
        let session = Rc::new(Self {
            credentials: Rc::new(RefCell::new(profile.auth.clone())),
            given: given(context, &profile),
            profile,
            is_own,
            state: Cell::new(State::Connecting),
            client: RefCell::default(),
            gone: Cell::new(0),
            listeners: RefCell::default(),
            lasting: Lasting::default(),
            old: Cell::new(None),
            changed: Event::new(),
            findings: Rc::default(),
            told_refused: context.files.refused(),
            users: Cell::new(0),
            used: Cell::new(Instant::now()),
            is_watched: Cell::new(false),
            expires: Cell::new(false),
            fate,
        });
        let (task, kept) = (session.clone(), context.clone());
        alive.spawn(&context.executor, async move { task.keep(&kept).await });
        session
    }

    /// Whether another one that begins now would be given the same credentials.
    pub(in crate::keeper) fn is_current(&self, context: &Context) -> bool {
        given(context, &self.profile) == self.given
    }

    pub(in crate::keeper) fn state(&self) -> State {
        match self.expires.get() {
            // Also where no server has heard of it yet.
            true => State::Expired,
            false => self.state.get(),
        }
    }

    /// It is not to be used any more.
    pub(in crate::keeper) fn has_ended(&self) -> bool {
        self.fate.has_ended() || self.fate.is_stopped()
    }

    /// Nothing is left of it.
    pub(in crate::keeper) fn is_over(&self) -> bool {
        self.fate.has_ended()
    }

    /// What is wrong, if that is known.
    pub(in crate::keeper) fn wrong(&self) -> String {
        self.findings.wrong.borrow().clone()
    }

    /// The credentials of the settings, and none besides, were refused: a sentence.
    pub(in crate::keeper) fn refused(&self) -> Option<String> {
        let others = !self.credentials.borrow().is_empty();
        let refused = self.state.get() == State::AuthFailed;
        (refused && self.profile.family && !others).then(|| self.told_refused.clone())
    }

    /// Its state now, and whatever that becomes. Ends with the session.
    pub(in crate::keeper) fn listen(&self) -> Receiver<State> {
        let (sender, receiver) = async_channel::unbounded();
        let _ = sender.try_send(self.state());
        let mut listeners = self.listeners.borrow_mut();
        listeners.retain(|listener| !listener.is_closed());
        if !self.has_ended() {
            listeners.push(sender);
        }
        receiver
    }

    /// Which of its clients, one after the other, it has.
    pub(super) fn turn(&self) -> u64 {
        self.gone.get()
    }

    /// Its server does not know a request of 3.6. It hangs up besides, as such servers do.
    pub(in crate::keeper) fn has_old_server(&self) {
        self.old.set(Some((self.turn(), Instant::now())));
    }

    /// It does.
    pub(super) fn has_new_server(&self) {
        if self.old.take().is_some() {
            self.tell_all();
        }
    }

    /// Whether it is not to be asked what servers before 3.6 do not know: each time, its connection would be lost. It is so
    /// until a connection after that one is lost, too: the next server may be another one, or the same one made new.
    pub(in crate::keeper) fn is_old(&self) -> bool {
        let old = self.old.get();
        old.is_some_and(|(turn, _)| self.turn() <= turn + 1) && kept!("old_server_remembered")
    }

    /// Ends when it may be asked again what it did not know, by those who have to have it: by one of them for all, which
    /// tells the others what it has found.
    pub(in crate::keeper) async fn may_be_new(&self) {
        while let Some((turn, asked)) = self.old.get()
            && kept!("old_server_left_alone")
        {
            let told = self.until(|| self.old.get() != Some((turn, asked)));
            let due = async {
                Timer::at(asked + OLD).await;
            };
            or(told, due).await;
            if self.old.get() == Some((turn, asked)) {
                self.old.set(Some((self.turn(), Instant::now())));
                self.tell_all();
                return;
            }
        }
    }

    /// Wakes whoever waits for a change of it.
    pub(super) fn tell_all(&self) {
        self.changed.notify(usize::MAX);
    }

    /// Ends when that is so, which is looked at whenever it changes.
    pub(super) async fn until(&self, so: impl Fn() -> bool) {
        while !so() {
            // Nothing else runs between this and the look above.
            self.changed.listen().await;
        }
    }

    /// Ends when the client of that turn is not its client any more. What is polled after this, and not if this has
    /// ended, never outlives that client: the crate's watches must not.
    pub(in crate::keeper) async fn lost(&self, turn: u64) {
        self.until(|| self.gone.get() != turn).await;
    }

    /// It has been given these, too, and they were accepted.
    pub(in crate::keeper) fn add(&self, credentials: Credentials) {
        credentials::keep(&mut self.credentials.borrow_mut(), credentials);
    }

    /// Nothing is handed to a client that has no server: it would send it whenever there is one again, however late that
    /// is. So whoever asks waits here, and if there is no server in time nothing was sent. `None`: not in time, or it
    /// has ended.
    pub(in crate::keeper) async fn client(&self, deadline: Instant) -> Option<Lent> {
        or(self.connected(), async {
            Timer::at(deadline).await;
            None
        })
        .await
    }

    /// The same without a deadline.
    pub(in crate::keeper) async fn connected(&self) -> Option<Lent> {
        self.until(|| self.has_ended() || self.lent().is_some())
            .await;
        self.lent()
    }

    /// Ends when that is its client no more.
    pub(in crate::keeper) async fn replaced(&self, client: &Lent) {
        self.lost(client.turn).await;
    }

    /// The session is another machine's, of which this one is a copy: it is not used, gone on with or closed any more.
    pub(in crate::keeper) fn leave_to_another(&self) {
        self.client.take();
        self.fate.copy();
    }

    /// Whether its end would have to wait for a server.
    pub(in crate::keeper) fn lingers(&self) -> bool {
        self.is_own && !self.has_ended() && self.state.get() != State::Connected
    }

    fn lent(&self) -> Option<Lent> {
        let client = self.client.borrow().clone()?;
        let turn = self.turn();
        (is_connected(client.state()) || !kept!("gate")).then_some(Lent { client, turn })
    }

    /// Asks it to end.
    pub(in crate::keeper) fn stop(&self) {
        self.fate.stop();
    }

    /// The same, as if its time were over: its client has not been there for as long as that.
    pub(in crate::keeper) fn expire(&self) {
        self.expires.set(true);
        self.stop();
    }

    /// Ends it, and waits until the server knows or has ended it by itself.
    pub(in crate::keeper) async fn close(&self) {
        self.stop();
        self.fate.ended().await;
    }

    async fn keep(&self, context: &Rc<Context>) {
        let last = match self.seek(context).await {
            State::Closed if self.expires.get() => State::Expired,
            last => last,
        };
        self.stand(last, None);
        // They are told no more.
        self.listeners.take();
    }

    /// To its end, and what that is.
    async fn seek(&self, context: &Rc<Context>) -> State {
        let Ok(dsn) = Dsn::parse(&self.profile.dsn) else {
            // It was checked where it was given.
            return State::Closed;
        };
        let wanted = Wanted {
            session_timeout: Duration::from_millis(self.profile.session_timeout.into()),
            credentials: self.credentials.clone(),
            family: self.profile.family,
            tls: self.profile.tls.clone(),
        };
        let mut servers = Servers::new(context.clone(), self.findings.clone(), &dsn, wanted);
        // What has a session is to be ended well, also if its server is away now.
        let (_patient, patience) = async_channel::bounded(1);
        let mut lost: Option<Lost> = None;
        loop {
            if lost.is_none() && self.fate.is_stopped() {
                return State::Closed;
            }
            let stopped = match lost {
                Some(_) if self.is_own => &patience,
                _ => self.fate.stops(),
            };
            let found = async { Some(servers.find(lost.as_ref(), stopped).await) };
            let copied = async {
                self.fate.copied().await;
                None
            };
            lost = match or(copied, found).await {
                Some(Outcome::Connected(connection)) => match self.serve(connection).await {
                    Ok(lost) => Some(lost),
                    Err(State::Expired) if !self.is_own => None,
                    Err(end) => return end,
                },
                Some(Outcome::Expired) | None if self.is_own => return State::Expired,
                Some(Outcome::Expired) | None => {
                    self.stand(State::Expired, None);
                    None
                }
                Some(Outcome::Refused) => return State::AuthFailed,
                Some(Outcome::Stopped) => return State::Closed,
            }
        }
    }

    /// Lets clients use a connection as long as it is one. The session without it, or what it has come to.
    async fn serve(&self, connection: Connection) -> Result<Lost, State> {
        self.findings.wrong("");
        self.stand(State::Connected, Some(connection.client.clone()));
        let ended = async {
            or(unusable(&connection.client), self.fate.stopped()).await;
            false
        };
        let copied = async {
            self.fate.copied().await;
            true
        };
        let copied = or(copied, ended).await;
        self.let_go();
        if copied {
            drop(connection.cut());
            self.stand(State::Expired, None);
            return Err(State::Expired);
        }
        match connection.client.state() {
            SessionState::AuthFailed => Err(State::AuthFailed),
            SessionState::Expired => {
                self.stand(State::Expired, None);
                Err(State::Expired)
            }
            SessionState::Closed => Err(State::Closed),
            SessionState::Disconnected => {
                self.stand(State::Suspended, None);
                Ok(connection.cut())
            }
            _ => {
                match connection.close().await {
                    // Its ephemeral znodes would stay until its time is over.
                    Some(lost) if self.is_own && kept!("close_repeated") => {
                        self.stand(State::Suspended, None);
                        Ok(lost)
                    }
                    _ => Err(State::Closed),
                }
            }
        }
    }

    /// Has no client any more, before that ends.
    fn let_go(&self) {
        self.client.take();
        self.lasting.let_go();
        self.gone.set(self.gone.get() + 1);
        self.changed.notify(usize::MAX);
    }

    fn stand(&self, state: State, client: Option<Client>) {
        self.client.replace(client);
        if self.state.replace(state) != state {
            let mut listeners = self.listeners.borrow_mut();
            listeners.retain(|listener| listener.try_send(self.state()).is_ok());
        }
        self.changed.notify(usize::MAX);
    }
}

/// Ends when nothing is to be handed to a client any more.
async fn unusable(client: &Client) {
    if kept!("gate") {
        return gone(client).await;
    }
    let mut watcher = client.state_watcher();
    while !client.state().is_terminated() {
        watcher.changed().await;
    }
}
