//! One session with ZooKeeper, for all leases of one registry.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use async_channel::Sender;
use async_io::Timer;
use futures_lite::future::or;
use nix::unistd::gethostname;
use zookeeper_client::{Client, SessionState};

use super::connection::{Connection, Lost, gone, is_connected};
use super::fate::Fate;
use super::pauses::Pauses;
use super::servers::{LOST, Notes, Outcome, Servers, Wanted};
use crate::keeper::context::Context;
use crate::keeper::scoreboard::{ConnectionState, RegistrySlot};
use crate::lease::first_node;
use crate::lease::machine::{Event, Reply, Request, spares};
use crate::lease::zookeeper::{Dsn, Holder, Zookeeper};
use crate::rule::kept;

impl Notes for &'static RegistrySlot {
    fn wrong(&self, what: &str) {
        self.error.set(what);
    }

    fn resolved(&self) -> String {
        self.resolved.get()
    }

    fn resolve(&self, to: &str) {
        self.resolved.set(to);
    }
}

/// The shortest pause between two looks at whether the claims are to be listed, in ms.
const MOMENT: u64 = 100;

/// So long may be used what was asked before anybody did.
const FRESH: Duration = Duration::from_secs(1);

/// What was asked before anybody did, for one who does.
struct Asked {
    at: Instant,
    /// The claims; `None`: whoever was told them may look at that node next.
    listed: Option<Reply>,
    /// Mark and claim of a node.
    looked: (u16, Reply),
}

/// A registry in ZooKeeper and the way to it.
pub(in crate::keeper) struct Session {
    pub(in crate::keeper) registry: Zookeeper,
    slot: &'static RegistrySlot,
    client: RefCell<Option<Client>>,
    /// What was asked at its start, for whoever asks first.
    asked: RefCell<Option<Asked>>,
    state: Cell<ConnectionState>,
    listeners: RefCell<HashMap<usize, Sender<Event>>>,
    /// Leases that are held, or may be; and those of them that the board was told of.
    engaged: Cell<u32>,
    counted: Cell<u32>,
    fate: Fate,
    /// How often it was said that this machine is a copy.
    copies: Cell<u64>,
}

impl Session {
    /// Seeks a session from now on, and another one whenever it ends.
    pub(in crate::keeper) fn open(context: &Rc<Context>, index: usize) -> Rc<Self> {
        let slot = context.board.at(index);
        let config = &context.config;
        let holder = Holder {
            host: gethostname().map_or_else(
                |_| String::new(),
                |name| name.to_string_lossy().into_owned(),
            ),
            keeper: std::process::id(),
            sapi: config.sapi.clone(),
        };
        slot.seek();
        let (fate, alive) = Fate::new();
        let session = Rc::new(Self {
            registry: Zookeeper::new(slot.path(), config.layout, holder, config.acl.clone()),
            slot,
            client: RefCell::default(),
            asked: RefCell::default(),
            state: Cell::new(ConnectionState::None),
            listeners: RefCell::default(),
            engaged: Cell::new(0),
            counted: Cell::new(0),
            fate,
            copies: Cell::new(0),
        });
        let (task, kept) = (session.clone(), context.clone());
        alive.spawn(&context.executor, async move { task.keep(&kept).await });
        session
    }

    /// Tells a lease about sessions, also about the one that there is.
    pub(in crate::keeper) fn listen(&self, index: usize, events: Sender<Event>) {
        if matches!(
            self.state.get(),
            ConnectionState::Connected | ConnectionState::Disconnected
        ) {
            // Without a limit.
            let _ = events.try_send(Event::Session);
        }
        self.listeners.borrow_mut().insert(index, events);
    }

    pub(in crate::keeper) fn forget(&self, index: usize) {
        self.listeners.borrow_mut().remove(&index);
    }

    /// The client of the session, while there is one.
    pub(in crate::keeper) fn client(&self) -> Option<Client> {
        self.client.borrow().clone()
    }

    /// Asks one thing for a lease.
    pub(in crate::keeper) async fn ask(&self, client: &Client, request: Request) -> Reply {
        // What comes later must not be told what was.
        let asked = self.asked.take();
        match (asked.filter(|it| it.at.elapsed() < FRESH), request) {
            (
                Some(Asked {
                    listed: Some(listed),
                    at,
                    looked,
                }),
                Request::List,
            ) => {
                self.asked.replace(Some(Asked {
                    at,
                    listed: None,
                    looked,
                }));
                listed
            }
            (
                Some(Asked {
                    listed: None,
                    looked: (looked_at, looked),
                    ..
                }),
                Request::Look {
                    node,
                    settle: false,
                },
            ) if node == looked_at => looked,
            (_, request) => self.registry.ask(client, request).await,
        }
    }

    /// The node that was looked at beside the claims: whoever was just told those need not wait for that one.
    pub(in crate::keeper) fn looked_at(&self) -> Option<u16> {
        match &*self.asked.borrow() {
            Some(Asked {
                listed: None,
                looked: (node, _),
                ..
            }) => Some(*node),
            _ => None,
        }
    }

    /// Whether a server can be asked now, as far as is known.
    pub(in crate::keeper) fn is_within_reach(&self) -> bool {
        self.state.get() == ConnectionState::Connected
    }

    /// The session is another machine's, of which this one is a copy: it is not used, gone on with or closed any more.
    pub(in crate::keeper) fn leave_to_another(&self) {
        self.client.take();
        self.copies.set(self.copies.get() + 1);
        self.fate.copy();
    }

    /// Ends the session; waits until the server knows, unless it has gone out of reach.
    pub(in crate::keeper) async fn close(&self) {
        self.fate.stop();
        drop(self.client.borrow_mut().take());
        if matches!(
            self.state.get(),
            ConnectionState::None | ConnectionState::Connected
        ) {
            self.fate.ended().await;
        }
    }

    async fn keep(&self, context: &Rc<Context>) {
        // It was checked where it was given.
        let mut servers = match Dsn::parse(&self.slot.dsn()) {
            Ok(dsn) => {
                let wanted = Wanted {
                    session_timeout: context.config.session_timeout,
                    credentials: Rc::default(),
                    family: true,
                    tls: None,
                };
                Servers::new(context.clone(), Rc::new(self.slot), &dsn, wanted)
            }
            Err(problem) => return self.slot.error.set(&format!("the DSN {problem}")),
        };
        let mut lost: Option<Lost> = None;
        let mut refused = Pauses::default();
        while !context.has_ended() || lost.is_some() && !self.fate.is_stopped() {
            let copies = self.copies.get();
            let found = async { Some(servers.find(lost.as_ref(), self.fate.stops()).await) };
            let copied = async {
                self.fate.copied().await;
                None
            };
            lost = match or(copied, found).await {
                Some(Outcome::Connected(connection)) => {
                    let id = connection.client.session_id().0.cast_unsigned();
                    // The same goes on where only its server was lost.
                    let is_new = self.slot.session.load(Ordering::Relaxed) != id;
                    if !is_new || self.prepare(context, &connection).await {
                        self.serve(context, &connection, id, is_new).await;
                    }
                    self.client.take();
                    let is_ours = self.copies.get() == copies || !kept!("cut_not_closed");
                    match connection.client.state() {
                        _ if !is_ours => {
                            drop(connection.cut());
                            None
                        }
                        state if state.is_terminated() => None,
                        SessionState::Disconnected => Some(connection.cut()),
                        _ => {
                            connection.close().await;
                            None
                        }
                    }
                }
                Some(Outcome::Refused) => {
                    let refused_by = format!(" (ZooKeeper {})", self.slot.dsn());
                    self.slot
                        .error
                        .set(&(context.files.refused() + &refused_by));
                    self.pause(&mut refused).await;
                    None
                }
                Some(Outcome::Expired | Outcome::Stopped) | None => None,
            };
            // Before there was one there is nothing to be lost.
            if self.state.get() != ConnectionState::None {
                let state = match lost {
                    Some(_) => ConnectionState::Disconnected,
                    None => ConnectionState::Expired,
                };
                self.stand(context, state);
            }
        }
    }

    /// Sees to it that the registry can be used. Says whether it can.
    async fn prepare(&self, context: &Context, connection: &Connection) -> bool {
        let mut pauses = Pauses::default();
        let given = context.files.auth();
        loop {
            let node = first_node(&context.config.layout);
            let prepared = async {
                let prepared = self.registry.prepare_and_ask(&connection.client, node);
                Some(prepared.await)
            };
            let gone = async {
                gone(&connection.client).await;
                None
            };
            let copied = async {
                self.fate.copied().await;
                None
            };
            match or(prepared, or(gone, copied)).await {
                Some(Ok((listed, looked))) => {
                    self.asked.replace(Some(Asked {
                        at: Instant::now(),
                        listed: Some(listed),
                        looked: (node, looked),
                    }));
                    return !context.closing.get();
                }
                Some(Err(reason)) if is_connected(connection.client.state()) => {
                    self.slot.error.set(&reason);
                }
                _ => return false,
            }
            // What was refused may be allowed to others, with which another session begins.
            let others = context.files.auth() != given && kept!("new_credentials_new_session");
            if context.has_ended() || others {
                return false;
            }
            self.pause(&mut pauses).await;
        }
    }

    /// Ever longer, and until the session is to be closed.
    async fn pause(&self, pauses: &mut Pauses) {
        or(pauses.pause(), self.fate.stopped()).await;
    }

    /// Lets leases use the session until its connection is lost, or it is to be closed.
    async fn serve(&self, context: &Context, connection: &Connection, id: u64, is_new: bool) {
        let client = &connection.client;
        self.slot.session.store(id, Ordering::Release);
        self.client.replace(Some(client.clone()));
        self.stand(context, ConnectionState::Connected);
        if is_new {
            self.tell();
        }
        let ended = or(gone(client), self.fate.stopped());
        let ended = or(ended, self.list_now_and_then(context, client));
        or(ended, self.fate.copied()).await;
    }

    /// Every second window, which is a read for six writes: how many nodes are leased is for people, and no lease needs it.
    async fn list_now_and_then(&self, context: &Context, client: &Client) {
        let often = 6 * context.config.terms.pace().max(1);
        loop {
            let age = self.slot.listing().map_or(often, |listing| listing.age);
            let rest = often.saturating_sub(age).max(MOMENT);
            Timer::after(Duration::from_millis(rest)).await;
            let due = self.slot.listing().is_none_or(|it| it.age >= often);
            if due && self.engaged.get() > 0 && !context.has_ended() {
                let reply = self.registry.ask(client, Request::List).await;
                self.note(context, &reply);
            }
        }
    }

    /// Tells how many nodes are leased, if that is what was answered.
    pub(in crate::keeper) fn note(&self, context: &Context, reply: &Reply) {
        if let Reply::Claimed(taken) = reply {
            let layout = context.config.layout;
            let spares = taken.range(layout.max_node() - spares(&layout) + 1..);
            self.slot.list(taken.len(), spares.count());
        }
    }

    fn stand(&self, context: &Context, state: ConnectionState) {
        self.state.set(state);
        self.count(context);
        self.slot.stand(state);
        match state {
            ConnectionState::Disconnected | ConnectionState::Expired => self.slot.error.set(LOST),
            _ => self.slot.error.set(""),
        }
    }

    /// A lease is held, or may be, or is not any more.
    pub(in crate::keeper) fn engage(&self, context: &Context, engaged: bool) {
        let others = self.engaged.get() - u32::from(!engaged);
        self.engaged.set(others + u32::from(engaged));
        self.count(context);
    }

    fn count(&self, context: &Context) {
        let now = match self.is_within_reach() {
            true => self.engaged.get(),
            false => 0,
        };
        context.engage(self.counted.replace(now), now);
    }

    fn tell(&self) {
        for events in self.listeners.borrow().values() {
            let _ = events.try_send(Event::Session);
        }
    }
}
