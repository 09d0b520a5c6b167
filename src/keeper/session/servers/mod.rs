//! Finds a server that gives a session, whatever the others do.
//!
//! The client asks servers one after the other, and waits for each that is silent. So it is given one at a time here: at
//! first any, which in most cases is all there is to it. If that has not given a session soon, all are asked at once
//! what costs them nothing ([`probe`]), and the first that would give a session is asked for it. So is a server for a
//! session that has lost its own: then the client is given up, and another one goes on with the session.

mod names;
mod probe;
mod search;
mod seen;
mod tls;

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use async_channel::{Receiver, Sender};
use async_executor::{LocalExecutor, Task};
use zookeeper_client::{Client, Connector, Error, SaslOptions, SessionInfo};

use self::names::Names;
use self::search::{Event, Search};
use self::seen::Seen;
use self::tls::{Loaded, Tls};
use super::connection::{Connection, Lost};
use super::pauses::Pauses;
use crate::keeper::context::Context;
use crate::lease::zookeeper::{Dsn, LONGEST, TLS};
use crate::rule::kept;
use crate::wire::credentials::SASL;
use crate::wire::{Credentials, Pems};

/// What the client takes for silence at the least: also that of a server that has much to do when it is asked first.
const SILENCE: Duration = Duration::from_secs(4);

/// What came of a search.
pub(in crate::keeper) enum Outcome {
    Connected(Connection),
    /// The session that was to go on has ended.
    Expired,
    /// A server has refused the credentials.
    Refused,
    /// The keeper ends.
    Stopped,
}

/// Where is noted what a search finds out.
pub(in crate::keeper) trait Notes {
    /// What is wrong, as a sentence.
    fn wrong(&self, what: &str);
    /// What the names have led to, as a DSN of addresses; empty at first.
    fn resolved(&self) -> String;
    /// Notes that.
    fn resolve(&self, to: &str);
}

/// What is wanted of a server.
#[derive(Clone)]
pub(in crate::keeper) struct Wanted {
    pub(in crate::keeper) session_timeout: Duration,
    /// What the session is given at its start, and again whenever another server takes it up.
    pub(in crate::keeper) credentials: Rc<RefCell<Vec<Credentials>>>,
    /// Before them, those of the settings, if these are the servers of `ticket.dsn`.
    pub(in crate::keeper) family: bool,
    /// What TLS goes by, if not by the settings.
    pub(in crate::keeper) tls: Option<Pems>,
}

/// The servers of an ensemble.
pub(in crate::keeper) struct Servers {
    context: Rc<Context>,
    notes: Rc<dyn Notes>,
    wanted: Wanted,
    chroot: String,
    /// If they are spoken to in that.
    tls: Option<Rc<Tls>>,
    names: Names,
    servers: Vec<Server>,
    events: Sender<Event>,
    heard: Receiver<Event>,
}

struct Server {
    address: SocketAddr,
    label: String,
    /// Its name, or its address, as in the DSN: what its certificate is to be for.
    host: String,
    seen: Option<Seen>,
    /// It would give a session, as it said last.
    healthy: bool,
    pauses: Pauses,
    watch: Option<Task<()>>,
    watched: bool,
}

impl Servers {
    pub(in crate::keeper) fn new(
        context: Rc<Context>,
        notes: Rc<dyn Notes>,
        dsn: &Dsn,
        mut wanted: Wanted,
    ) -> Self {
        // PHP code could name a server of its own, and would be told them.
        let known = context.config.dsn.as_ref();
        wanted.family &=
            known.is_some_and(|known| dsn.is_within(known)) || !kept!("own_servers_only");
        // Nor are those servers that whoever it likes vouches for.
        wanted.family &= wanted.tls.is_none() || !kept!("own_ca_only");
        let (events, heard) = async_channel::unbounded();
        let tls = dsn
            .is_tls()
            .then(|| Rc::new(Tls::new(context.clone(), wanted.tls.clone())));
        Self {
            context,
            tls,
            notes,
            wanted,
            chroot: dsn.chroot().to_owned(),
            names: Names::new(dsn),
            servers: Vec::new(),
            events,
            heard,
        }
    }

    /// A session, or the server to go on with one. Ends when there is one, when there is none any more, or `stopped` is
    /// closed.
    pub(in crate::keeper) async fn find(
        &mut self,
        lost: Option<&Lost>,
        stopped: &Receiver<()>,
    ) -> Outcome {
        // What is still heard of an earlier search is nothing to this one.
        (self.events, self.heard) = async_channel::unbounded();
        if lost.is_none() {
            self.servers.clear();
            self.names.look_up(&self.context.executor);
            self.know();
        }
        for server in &mut self.servers {
            (server.seen, server.healthy) = (None, false);
            (server.pauses, server.watched) = (Pauses::default(), false);
        }
        let mut search = Search::new(self, lost);
        let outcome = search.run(stopped).await;
        let attempts = std::mem::take(&mut search.attempts);
        for attempt in attempts {
            match lost {
                // As in `attempt`.
                Some(_) => drop(attempt.task),
                // If it has a session by now, it closes it.
                None => attempt.task.detach(),
            }
        }
        self.heard.close();
        while let Ok(event) = self.heard.try_recv() {
            if let Event::Attempted(.., Ok(connection)) = event {
                match lost {
                    Some(_) => drop(connection.cut()),
                    None => self.context.executor.spawn(connection.close()).detach(),
                }
            }
        }
        for server in &mut self.servers {
            server.watch = None;
        }
        outcome
    }

    /// Takes over what names lead to.
    fn know(&mut self) {
        let known: Vec<_> = self
            .names
            .addresses()
            .map(|(address, label, host)| (address, label, host.to_owned()))
            .collect();
        if known.is_empty() {
            return;
        }
        self.servers
            .retain(|server| known.iter().any(|(address, ..)| *address == server.address));
        for (address, label, host) in known {
            self.add(address, label, host);
        }
        if self.tls.is_some() {
            // Without its name none can prove that it is the one.
            return;
        }
        let joined: Vec<_> = self
            .servers
            .iter()
            .map(|one| one.address.to_string())
            .collect();
        let resolved = joined.join(",") + &self.chroot;
        let better = self.names.are_known() || self.notes.resolved().is_empty();
        if better && resolved.len() <= LONGEST[0] {
            self.notes.resolve(&resolved);
        }
    }

    /// Takes the addresses of an earlier keeper, which could look up names.
    fn know_stale(&mut self) {
        let Ok(dsn) = Dsn::parse(&self.notes.resolved()) else {
            return;
        };
        for (address, label, host) in Names::new(&dsn).addresses() {
            self.add(address, label, host.to_owned());
        }
    }

    fn add(&mut self, address: SocketAddr, label: String, host: String) {
        if self.servers.iter().all(|server| server.address != address) {
            self.servers.push(Server {
                address,
                label,
                host,
                seen: None,
                healthy: false,
                pauses: Pauses::default(),
                watch: None,
                watched: false,
            });
        }
    }

    /// What a session is given at its start, as it is now.
    fn credentials(&self) -> Result<Vec<Credentials>, String> {
        let mut all = match self.wanted.family {
            true => self.context.files.auth()?,
            false => vec![],
        };
        all.extend_from_slice(&self.wanted.credentials.borrow());
        Ok(all)
    }

    /// Whether it is given any.
    fn has_credentials(&self) -> bool {
        self.wanted.family && self.context.files.has_auth()
            || !self.wanted.credentials.borrow().is_empty()
    }

    /// A server in the words of the client's crate, which looks a name up for itself where the certificate is to be for that.
    fn cluster(&self, address: SocketAddr) -> String {
        let (port, chroot) = (address.port(), &self.chroot);
        let mut servers = self.servers.iter();
        let host = servers.find(|server| server.address == address);
        match host.map(|server| server.host.as_str()) {
            Some(host) if self.tls.is_some() && host.parse::<IpAddr>().is_err() => {
                format!("{TLS}{host}:{port}{chroot}")
            }
            _ if self.tls.is_some() => format!("{TLS}{address}{chroot}"),
            _ => format!("{address}{chroot}"),
        }
    }

    fn server(&mut self, address: SocketAddr) -> Option<&mut Server> {
        self.servers
            .iter_mut()
            .find(|server| server.address == address)
    }
}

/// What is wrong while a session has no server.
pub(in crate::keeper) const LOST: &str =
    "the connection to ZooKeeper is lost, and no server takes it up";

/// A session with one server, or the same session as before, and the task that keeps it.
async fn connect(
    context: &Context,
    wanted: &Wanted,
    server: &str,
    (tls, credentials): (Option<Loaded>, Vec<Credentials>),
    session: Option<SessionInfo>,
) -> Result<(Client, Task<()>), Error> {
    let timeout = wanted.session_timeout;
    let connector = Client::connector()
        .with_session_timeout(timeout)
        .with_fail_eagerly();
    // A server that falls silent is to be left before the window is over, however long the session.
    let silence = Duration::from_millis(context.config.terms.window / 2).max(SILENCE);
    let connector = match silence < timeout * 2 / 5 {
        true => connector.with_connection_timeout(silence),
        false => connector,
    };
    let connector = match session {
        Some(session) => connector.with_session(session),
        None => connector,
    };
    let connector = match tls {
        Some(loaded) => connector.with_tls(loaded.options),
        None => connector,
    };
    let connector = credentials.iter().fold(connector, present);
    let mut connect = pin!(connector.connect(server));
    let spawner = Spawner {
        executor: &context.executor,
        task: RefCell::default(),
    };
    let client = poll_fn(|context| {
        let _scope = spawns_core::enter(&spawner);
        connect.as_mut().poll(context)
    });
    let client = client.await?;
    // It is the only one that there is.
    let task = spawner.task.take().ok_or(Error::ClientClosed)?;
    Ok((client, task))
}

/// Credentials in the words of the client's crate.
fn present(connector: Connector, (scheme, secret): &Credentials) -> Connector {
    if scheme != SASL {
        return connector.with_auth(scheme, secret);
    }
    let text = String::from_utf8_lossy(secret);
    // It was checked where it was given.
    let (user, password) = text.split_once(':').unwrap_or((&text, ""));
    connector.with_sasl(SaslOptions::digest_md5(
        user.to_owned(),
        password.to_owned(),
    ))
}

/// Runs the client's task here.
struct Spawner<'a> {
    executor: &'a LocalExecutor<'static>,
    task: RefCell<Option<Task<()>>>,
}

impl spawns_core::Spawn for Spawner<'_> {
    fn spawn(&self, task: spawns_core::Task) {
        let task = self.executor.spawn(Box::into_pin(task.future));
        *self.task.borrow_mut() = Some(task);
    }
}
