//! Registrations: znodes that are there as long as their processes are, whatever becomes of sessions, servers and keepers.
//!
//! All of one DSN share a session, which is begun with the first and ended with the last of them. It is ended at once: so
//! nothing is left at ZooKeeper where nothing is registered, and whatever became of the last request, its znode is gone.
//!
//! A znode's name is a UUID of its registration's own. So what is there under it and is not of this session was left by one
//! that a keeper of ours had before, and is replaced in one step.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::{self, Future};
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_channel::{Receiver, Sender};
use async_executor::Task;
use async_io::Timer;
use futures_lite::future::or;
use serde_bytes::ByteBuf;
use zookeeper_client::{CreateMode, CreateOptions, Error, EventType, MultiWriteError};

use super::clients::Clients;
use super::clients::explain::{self, Refused};
use super::owner;
use crate::keeper::context::{Context, SPARE};
use crate::keeper::scoreboard::RegistrationSlot;
use crate::keeper::session::client::{ClientSession, Lent};
use crate::keeper::session::parents::Parents;
use crate::keeper::session::pauses::Pauses;
use crate::keeper::session::watch;
use crate::rule::kept;
use crate::wire::{Create, Mode, Profile, Request, code};

const EPHEMERAL: CreateMode = CreateMode::Ephemeral;

/// How often to make what others delete at that very moment, before a pause.
const TRIES: usize = 10;

/// After what times is noted what keeps a session from being had: each is twice the one before.
const NOTED: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];

const NO_ROOM: &str = "the keeper may not open more files, and takes two for each registration; raise the limit for PHP \
                       (ulimit -n)";

/// All of a family.
pub(super) struct Registrations {
    context: Rc<Context>,
    clients: Rc<Clients>,
    /// Also those that are being closed.
    sessions: RefCell<Vec<Rc<ClientSession>>>,
    kept: RefCell<HashMap<usize, Kept>>,
    parents: Parents,
}

/// One that is being kept.
struct Kept {
    /// Says that something else is wanted.
    nudge: Sender<()>,
    task: Task<()>,
    /// Watches the process whose it is.
    owner: Option<Task<()>>,
}

/// A session that has one more user, and ends with its last one.
struct Used(Rc<ClientSession>);

impl Used {
    fn new(session: Rc<ClientSession>) -> Self {
        session.users.set(session.users.get() + 1);
        Self(session)
    }
}

impl Drop for Used {
    fn drop(&mut self) {
        let users = self.0.users.get() - 1;
        self.0.users.set(users);
        if users == 0 {
            self.0.stop();
        }
    }
}

impl Registrations {
    pub(super) fn new(context: &Rc<Context>, clients: &Rc<Clients>) -> Rc<Self> {
        let all = &context.board.registrations;
        for index in all.used() {
            // What an earlier keeper knew is not known any more.
            all.slot(index).stands.store(0, Ordering::Release);
        }
        Rc::new(Self {
            context: context.clone(),
            clients: clients.clone(),
            sessions: RefCell::default(),
            kept: RefCell::default(),
            parents: Parents::new(&context.config.acl),
        })
    }

    fn slot(&self, index: usize) -> &'static RegistrationSlot {
        self.context.board.registrations.slot(index)
    }

    /// Sees to everything that is asked for on the board.
    pub(super) fn look(self: &Rc<Self>) {
        for index in self.context.board.registrations.used() {
            let slot = self.slot(index);
            if !self.kept.borrow().contains_key(&index) && kept!("registration_adopted") {
                // It may have been made, or its process have ended, long ago.
                let (pid, since) = (&slot.pid, &slot.since);
                let (pid, since) = (pid.load(Ordering::Acquire), since.load(Ordering::Acquire));
                self.keep(index, async move {
                    owner::of(pid, since).await;
                });
            }
            if (slot.is_withdrawn() || slot.written.load(Ordering::Acquire) != slot.version())
                && let Some(kept) = self.kept.borrow().get(&index)
            {
                // There is room for one.
                let _ = kept.nudge.try_send(());
            }
        }
    }

    /// A process has filled a slot, or says so again.
    pub(super) fn register(self: &Rc<Self>, index: usize, owner: u64, connection: OwnedFd) {
        let slot = self.slot(index);
        if owner == 0 || slot.owner() != owner {
            return;
        }
        let (pid, since) = owner::peer(&connection);
        slot.pid.store(pid, Ordering::Release);
        slot.since.store(since, Ordering::Release);
        self.keep(index, async move {
            owner::connected(connection, pid, since).await;
        });
    }

    /// Keeps a registration from now on, until its process has `ended`; no longer watches that as before.
    fn keep(self: &Rc<Self>, index: usize, ended: impl Future<Output = ()> + 'static) {
        let slot = self.slot(index);
        if !slot.is_filled() || !self.has_room(index) {
            return;
        }
        let mut all = self.kept.borrow_mut();
        let kept = all.entry(index).or_insert_with(|| {
            let (nudge, nudged) = async_channel::bounded(1);
            let this = self.clone();
            let task = async move {
                this.hold(slot, &nudged).await;
                this.released(index);
            };
            Kept {
                nudge,
                task: self.context.executor.spawn(task),
                owner: None,
            }
        });
        let nudge = kept.nudge.clone();
        let watched = self.context.executor.spawn(async move {
            match kept!("registration_of_living") {
                true => ended.await,
                false => future::pending().await,
            }
            slot.withdraw();
            let _ = nudge.try_send(());
        });
        if kept.owner.replace(watched).is_none() {
            self.context.owners.set(self.context.owners.get() + 1);
        }
    }

    /// Whether one more can be watched; if not, the slot says so.
    fn has_room(&self, index: usize) -> bool {
        let is_watched = |kept: &Kept| kept.owner.is_some();
        let is_watched = self.kept.borrow().get(&index).is_some_and(is_watched);
        let others = self.context.owners.get() - usize::from(is_watched);
        let sessions = self.sessions.borrow().len();
        let taken = 2 * others + self.clients.descriptors() + sessions + SPARE;
        if taken < self.context.most_descriptors {
            return true;
        }
        let slot = self.slot(index);
        match slot.is_withdrawn() && slot.sent.load(Ordering::Acquire) == 0 {
            true => self.context.board.registrations.free(index),
            false => slot.refuse(slot.version(), code::SYSTEM_ERROR, NO_ROOM),
        }
        false
    }

    /// It is withdrawn, and its znode gone.
    fn released(&self, index: usize) {
        if let Some(kept) = self.kept.borrow_mut().remove(&index) {
            if kept.owner.is_some() {
                self.context.owners.set(self.context.owners.get() - 1);
            }
            // It is the caller, which ends by itself.
            kept.task.detach();
        }
        self.context.board.registrations.free(index);
    }

    /// The session with these servers.
    fn session(&self, dsn: &str) -> Rc<ClientSession> {
        let mut sessions = self.sessions.borrow_mut();
        sessions.retain(|session| !session.is_over());
        let usable =
            |session: &&Rc<ClientSession>| session.profile.dsn == dsn && !session.has_ended();
        if let Some(session) = sessions.iter().find(usable) {
            return session.clone();
        }
        let timeout = self.context.config.session_timeout.as_millis();
        let profile = Profile {
            dsn: dsn.to_owned(),
            session_timeout: u32::try_from(timeout).unwrap_or(u32::MAX),
            auth: vec![],
            family: true,
            tls: None,
        };
        let session = ClientSession::open(&self.context, profile, true);
        sessions.push(session.clone());
        session
    }

    /// Until it is withdrawn, and its znode gone.
    async fn hold(&self, slot: &RegistrationSlot, nudged: &Receiver<()>) {
        let mut pauses = Pauses::default();
        let mut used: Option<Used> = None;
        // In that session, and in no other.
        let mut made = false;
        while !is_nowhere(slot) {
            if self.context.closing.get() {
                // The sessions are closed, and with them it is gone.
                return future::pending().await;
            }
            if used.take_if(|used| used.0.has_ended()).is_some() {
                if std::mem::take(&mut made) {
                    slot.sent.store(0, Ordering::Release);
                }
                pauses.pause().await;
                continue;
            }
            let session = &used
                .get_or_insert_with(|| Used::new(self.session(&slot.dsn())))
                .0;
            let waits = async {
                wait(slot, session, nudged).await;
                None
            };
            let Some(client) = or(session.connected(), waits).await else {
                continue;
            };
            let lost = async {
                session.replaced(&client).await;
                Err(Error::ConnectionLoss)
            };
            let mut stood = false;
            let served = or(lost, self.serve(slot, session, &client, nudged, &mut stood)).await;
            self.stand(slot, false);
            if stood {
                made = true;
                pauses = Pauses::default();
            }
            if let Err(error) = served {
                self.complain(slot, session, &error);
                let changed = async {
                    let _ = nudged.recv().await;
                };
                or(changed, pauses.pause()).await;
            }
        }
    }

    /// As long as there is this client, or to the end. `stood`: it was made, so that there is nothing of an earlier
    /// session.
    async fn serve(
        &self,
        slot: &RegistrationSlot,
        session: &Rc<ClientSession>,
        client: &Lent,
        nudged: &Receiver<()>,
        stood: &mut bool,
    ) -> Result<(), Error> {
        let mut is_there = false;
        while !slot.is_withdrawn() {
            let (version, path) = (slot.version(), slot.path());
            self.write(slot, client, &path, is_there).await?;
            if slot.path() != path {
                // It is another machine's, and so is the session.
                return Err(Error::ConnectionLoss);
            }
            slot.written.store(version, Ordering::Release);
            (is_there, *stood) = (true, true);
            self.stand(slot, true);
            let (stat, once) = watch::stat(session, client, &path).await?;
            if stat.is_none_or(|stat| stat.ephemeral_owner != client.session_id().0) {
                self.stand(slot, false);
                is_there = false;
                continue;
            }
            let gone = async {
                let event = match kept!("registration_watched") {
                    true => once.fires().await,
                    false => future::pending().await,
                };
                event.is_none_or(|event| event.event_type == EventType::NodeDeleted)
            };
            let changed = async {
                while !slot.is_withdrawn() && slot.version() == version && slot.path() == path {
                    let _ = nudged.recv().await;
                }
                false
            };
            if or(changed, gone).await {
                self.stand(slot, false);
                is_there = false;
            }
        }
        match client.delete(&slot.path(), None).await {
            Ok(()) | Err(Error::NoNode) => {
                slot.sent.store(0, Ordering::Release);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Makes it what it is to be.
    async fn write(
        &self,
        slot: &RegistrationSlot,
        client: &Lent,
        path: &str,
        mut is_there: bool,
    ) -> Result<(), Error> {
        let value = slot.value();
        let value = value.as_bytes();
        for _ in 0..TRIES {
            if is_there {
                match client.set_data(path, value, None).await {
                    Err(Error::NoNode) => is_there = false,
                    written => return written.map(drop),
                }
            }
            slot.sent.store(1, Ordering::Release);
            match client
                .create(path, value, &self.parents.options(EPHEMERAL))
                .await
            {
                Ok(_) => return Ok(()),
                Err(Error::NoNode) => self.parents.make(client, path).await?,
                Err(Error::NodeExists) => {
                    let stat = client.check_stat(path).await?;
                    let owner = stat.map(|stat| stat.ephemeral_owner);
                    is_there = owner == Some(client.session_id().0)
                        || owner.is_some() && !kept!("registration_replaced");
                    if owner.is_some()
                        && !is_there
                        && replace(client, path, value, &self.parents.options(EPHEMERAL)).await?
                    {
                        return Ok(());
                    }
                }
                Err(error) => return Err(error),
            }
        }
        // Others delete it, or what is above it, again and again.
        Err(Error::Timeout)
    }

    fn stand(&self, slot: &RegistrationSlot, stands: bool) {
        let before = slot.stands.swap(stands.into(), Ordering::AcqRel);
        self.context.engage(before, stands.into());
        slot.changed();
    }

    /// Says why it could not be made.
    fn complain(&self, slot: &RegistrationSlot, session: &ClientSession, error: &Error) {
        let version = slot.version();
        let path = slot.path();
        let dsn = &session.profile.dsn;
        let (code, sentence) = match error {
            // The next client tells.
            error if explain::is_lost(error) => return,
            Error::NoNode => (
                code::NO_NODE,
                format!(
                    "{path}: the chroot of the DSN, {dsn}, does not exist; correct it, or create it"
                ),
            ),
            Error::NoAuth => (
                code::NO_AUTH,
                format!(
                    "{path}: its ACL, or that of a znode above it, does not allow it; grant write, and create and delete above, to \
                     world:anyone, or to whom ticket.zookeeper_auth names \
                     (ZooKeeper {dsn})"
                ),
            ),
            error => {
                let request = request(&path);
                let refused = Refused::from(error.clone());
                let failure = explain::refused(session, &request, &refused);
                (failure.code, failure.message)
            }
        };
        match error {
            Error::SessionMoved | Error::Throttled => slot.complain(code, &sentence),
            _ => slot.refuse(version, code, &sentence),
        }
    }

    fn all_sessions(&self) -> Vec<Rc<ClientSession>> {
        self.sessions.borrow().clone()
    }

    /// This machine is a copy of another one, whose the sessions and the znodes are.
    pub(super) fn leave_to_another(&self) {
        if !kept!("registration_of_copy") {
            return;
        }
        for index in self.context.board.registrations.used() {
            let slot = self.slot(index);
            self.stand(slot, false);
            slot.rename();
        }
        for session in self.all_sessions() {
            session.leave_to_another();
        }
    }

    /// Whether the end of something would have to wait for a server.
    pub(super) fn linger(&self) -> bool {
        self.all_sessions().iter().any(|session| session.lingers())
    }

    /// Ends all sessions, and with them all that is registered.
    pub(super) async fn close(&self) {
        let all = self.all_sessions();
        for session in &all {
            session.stop();
        }
        for session in all {
            session.close().await;
        }
    }
}

#[cfg(test)]
impl Registrations {
    pub(super) fn keeps(&self, index: usize) -> bool {
        self.kept.borrow().contains_key(&index)
    }

    /// Ends what it has begun.
    pub(super) fn forget(&self) {
        self.kept.borrow_mut().clear();
    }
}

/// Whether it is not wanted, and there is nothing of it.
fn is_nowhere(slot: &RegistrationSlot) -> bool {
    slot.is_withdrawn() && slot.sent.load(Ordering::Acquire) == 0
}

/// Notes what keeps the session from being had, until nobody wants it.
async fn wait(slot: &RegistrationSlot, session: &ClientSession, nudged: &Receiver<()>) {
    let mut pause = NOTED[0];
    while !is_nowhere(slot) {
        let wrong = match session.wrong() {
            wrong if wrong.is_empty() => "it has not answered yet".to_owned(),
            wrong => wrong,
        };
        let dsn = &session.profile.dsn;
        let sentence = format!("ZooKeeper {dsn} is out of reach: {wrong}");
        if slot.wrong().1 != sentence {
            slot.complain(code::OPERATION_TIMEOUT, &sentence);
        }
        let changed = async {
            let _ = nudged.recv().await;
        };
        let rest = async {
            Timer::after(pause).await;
        };
        or(changed, rest).await;
        pause = NOTED[1].min(pause * 2);
    }
}

/// Puts ours in the place of what is there. `false`: something has come between.
async fn replace(
    client: &Lent,
    path: &str,
    value: &[u8],
    options: &CreateOptions<'_>,
) -> Result<bool, Error> {
    let mut multi = client.new_multi_writer();
    multi.add_delete(path, None)?;
    multi.add_create(path, value, options)?;
    match multi.commit().await {
        Ok(_) => Ok(true),
        Err(MultiWriteError::OperationFailed {
            source: Error::NoNode | Error::NodeExists,
            ..
        }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// For [`explain`].
fn request(path: &str) -> Request {
    Request::Create(Create {
        path: path.to_owned(),
        value: ByteBuf::new(),
        acl: vec![],
        mode: Mode::Ephemeral { sequential: false },
    })
}
