//! One session with ZooKeeper, for all leases of one registry.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_channel::{Receiver, Sender};
use async_io::Timer;
use futures_lite::future::or;
use nix::unistd::gethostname;
use zookeeper_client::{Client, Error, SessionState};

use super::board::{Site, Standing};
use super::serve::Office;
use crate::lease::machine::Event;
use crate::lease::zookeeper::{Badge, Dsn, LONGEST, Place};

/// The first pause between two tries, and the longest; each is twice the one before.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];

struct Pauses(Duration);

impl Default for Pauses {
    fn default() -> Self {
        Self(PAUSES[0])
    }
}

impl Pauses {
    fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = PAUSES[1].min(pause * 2);
        // So that not all come at once.
        pause.mul_f64(0.5 + fastrand::f64())
    }
}

/// A registry in ZooKeeper and the way to it.
pub(super) struct Session {
    pub(super) place: Place,
    site: &'static Site,
    client: RefCell<Option<Client>>,
    standing: Cell<Standing>,
    listeners: RefCell<HashMap<usize, Sender<Event>>>,
    /// Leases that are held, or may be.
    pub(super) engaged: Cell<u32>,
    /// Closed when the session is to end.
    stop: Sender<()>,
    stopped: Receiver<()>,
    /// Closed when the task has ended that keeps the session.
    ended: Receiver<()>,
}

impl Session {
    /// Seeks a session from now on, and another one whenever it ends.
    pub(super) fn open(office: &Rc<Office>, index: usize) -> Rc<Self> {
        let site = office.board.at(index);
        let duty = &office.duty;
        let badge = Badge {
            host: gethostname().map_or_else(
                |_| String::new(),
                |name| name.to_string_lossy().into_owned(),
            ),
            keeper: std::process::id(),
            sapi: duty.sapi.clone(),
        };
        let (stop, stopped) = async_channel::bounded(1);
        let (alive, ended) = async_channel::bounded(1);
        let session = Rc::new(Self {
            place: Place::new(site.path(), duty.layout, badge),
            site,
            client: RefCell::default(),
            standing: Cell::new(Standing::None),
            listeners: RefCell::default(),
            engaged: Cell::new(0),
            stop,
            stopped,
            ended,
        });
        let (task, office) = (session.clone(), office.clone());
        let executor = office.clone();
        executor
            .executor
            .spawn(async move {
                task.keep(&office).await;
                drop(alive);
            })
            .detach();
        session
    }

    /// Tells a lease about sessions, also about the one that there is.
    pub(super) fn listen(&self, index: usize, events: Sender<Event>) {
        if self.client.borrow().is_some() {
            // Without a limit.
            let _ = events.try_send(Event::Session);
        }
        self.listeners.borrow_mut().insert(index, events);
    }

    pub(super) fn forget(&self, index: usize) {
        self.listeners.borrow_mut().remove(&index);
    }

    /// The client of the session, while there is one.
    pub(super) fn client(&self) -> Option<Client> {
        self.client.borrow().clone()
    }

    /// Whether a server can be asked now, as far as is known.
    pub(super) fn is_within_reach(&self) -> bool {
        self.standing.get() == Standing::Connected
    }

    /// Ends the session; waits until the server knows, unless it has gone out of reach.
    pub(super) async fn close(&self) {
        self.stop.close();
        drop(self.client.borrow_mut().take());
        if matches!(self.standing.get(), Standing::None | Standing::Connected) {
            let _ = self.ended.recv().await;
        }
    }

    async fn keep(&self, office: &Office) {
        let mut pauses = Pauses::default();
        while !office.has_ended() {
            match self.connect(office.duty.session_timeout).await {
                Ok(client) => {
                    pauses = Pauses::default();
                    self.prepare(office, client).await;
                }
                Err(reason) => {
                    self.site.error.set(&reason);
                    self.pause(&mut pauses).await;
                }
            }
        }
    }

    /// Sees to it that the registry can be used, and uses it.
    async fn prepare(&self, office: &Office, client: Client) {
        let mut pauses = Pauses::default();
        loop {
            match self.place.prepare(&client).await {
                Ok(()) if !office.closing.get() => return self.serve(office, client).await,
                Ok(()) => break,
                Err(reason) => self.site.error.set(&reason),
            }
            if client.state().is_terminated() || office.has_ended() {
                break;
            }
            self.pause(&mut pauses).await;
        }
        end(client).await;
    }

    /// Ever longer, and until the session is to be closed.
    async fn pause(&self, pauses: &mut Pauses) {
        or(
            async {
                Timer::after(pauses.next()).await;
            },
            async {
                let _ = self.stopped.recv().await;
            },
        )
        .await;
    }

    async fn connect(&self, timeout: Duration) -> Result<Client, String> {
        let given = self.site.dsn();
        // It was checked where it was given.
        let dsn = Dsn::parse(&given).map_err(|problem| format!("the DSN {problem}"))?;
        let resolved = match dsn.resolve().await {
            Ok(resolved) => {
                if resolved.len() <= LONGEST[0] {
                    self.site.resolved.set(&resolved);
                }
                resolved
            }
            Err(problem) => match self.site.resolved.get() {
                known if known.is_empty() => return Err(problem),
                known => known,
            },
        };
        let connector = Client::connector()
            .with_session_timeout(timeout)
            .with_fail_eagerly();
        connector.connect(&resolved).await.map_err(|error| {
            let detail = match error {
                Error::NoHosts | Error::ConnectionLoss | Error::Timeout => String::new(),
                error => format!(" ({error})"),
            };
            format!("no server of {given} accepts a session{detail}; is ZooKeeper running there, and in quorum?")
        })
    }

    /// Lets leases use the session until it ends.
    async fn serve(&self, office: &Office, client: Client) {
        let id = client.session_id().0;
        self.site
            .session
            .store(id.cast_unsigned(), Ordering::Release);
        let mut watcher = client.state_watcher();
        let mut state = client.state();
        // The only one that is kept: the session ends with it.
        *self.client.borrow_mut() = Some(client);
        self.stand(office, standing(state));
        self.tell();
        while !state.is_terminated() {
            state = watcher.changed().await;
            self.stand(office, standing(state));
        }
        self.client.borrow_mut().take();
    }

    fn stand(&self, office: &Office, standing: Standing) {
        self.standing.set(standing);
        office.count();
        self.site.link.store(standing as u32, Ordering::Release);
        let away = "the connection to ZooKeeper is lost, and no server takes it up";
        match standing {
            Standing::Disconnected | Standing::Expired => self.site.error.set(away),
            _ => self.site.error.set(""),
        }
    }

    fn tell(&self) {
        for events in self.listeners.borrow().values() {
            let _ = events.try_send(Event::Session);
        }
    }
}

fn standing(state: SessionState) -> Standing {
    match state {
        SessionState::SyncConnected | SessionState::ConnectedReadOnly => Standing::Connected,
        SessionState::Disconnected => Standing::Disconnected,
        _ => Standing::Expired,
    }
}

/// Closes a session of which nothing is needed any more.
async fn end(client: Client) {
    let mut watcher = client.state_watcher();
    drop(client);
    while !watcher.changed().await.is_terminated() {}
}
