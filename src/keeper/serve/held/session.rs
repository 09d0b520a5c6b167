//! The session in which a family holds what its processes hold, and how long that is certainly held.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::task::{self, Waker};
use std::time::Duration;

use async_io::Timer;
use event_listener::Event;
use futures_lite::future::or;
use zookeeper_client::{Client, Error, MultiWriteError};

use super::Use;
use crate::keeper::context::Context;
use crate::keeper::scoreboard::{HoldSlot, Scoreboard, uptime_ns};
use crate::keeper::session::client::{ClientSession, Lent};
use crate::keeper::session::watch::{self, Once};
use crate::recipe::{Lines, name, validity};
use crate::rule::kept;
use crate::wire::Profile;

/// So long after a znode may not be deleted that, or another one, is tried again; and so many are, of a session.
const AGAIN: Duration = Duration::from_secs(1);
const MOST_REFUSED: usize = 1000;

/// One session, to its end.
pub(super) struct HeldSession {
    session: Rc<ClientSession>,
    /// When the last write was sent that was answered, in ns of the system's uptime; and the timeout.
    alive: Cell<(u64, Duration)>,
    /// What is held in it, by serial number.
    granted: RefCell<HashMap<u64, &'static HoldSlot>>,
    /// It has been heard of.
    heard: Event,
    /// The last of its clients that has the state of its server from after all that was answered before.
    caught_up: Cell<Option<u64>>,
    /// Znodes that are not held any more, and may not be deleted.
    refused: RefCell<VecDeque<String>>,
    /// Lines in which nobody else comes.
    pub(super) lines: RefCell<Lines<Once>>,
    usage: Use,
    board: &'static Scoreboard,
    /// How many the board has of it.
    told: Cell<u32>,
}

/// One that uses a session.
pub(super) struct User(Rc<HeldSession>);

impl User {
    pub(super) fn new(session: Rc<HeldSession>) -> Self {
        let users = &session.usage.users;
        users.set(users.get() + 1);
        Self(session)
    }

    /// One that held alone, made by that transaction, is gone from this line.
    pub(super) fn leaves(&self, context: &Context, line: String, name: &str, czxid: i64) {
        let leaves = |number| self.lines.borrow_mut().leaves(&line, number, czxid);
        if !name::sequence(name).is_some_and(leaves) {
            return;
        }
        // Nobody waits for that.
        let this = self.0.clone();
        let watch = async move {
            let Some(client) = this.session.connected().await else {
                return;
            };
            let armed = watch::stat(&this.session, &client, &line);
            if let Ok((Some(stat), once)) = this.answered(&client, armed).await {
                this.lines.borrow_mut().watched(&line, stat.czxid, once);
            }
        };
        context.executor.spawn(watch).detach();
    }

    /// What is not held any more and may not be deleted is deleted as soon as it may be: others wait for it. One a second is
    /// tried, however many there are, and the others as soon as one may be deleted. What there are more than so many of
    /// stays until the session ends.
    pub(super) fn deletes(&self, context: &Context, path: String) {
        let mut refused = self.0.refused.borrow_mut();
        if refused.len() >= MOST_REFUSED || refused.contains(&path) {
            return;
        }
        refused.push_back(path);
        if refused.len() > 1 && kept!("refused_deletes_share_a_second") {
            return;
        }
        // Does not use the session, whose end would delete it, too.
        let this = self.0.clone();
        context
            .executor
            .spawn(async move { this.delete_refused().await })
            .detach();
    }
}

impl std::ops::Deref for User {
    type Target = HeldSession;

    fn deref(&self) -> &HeldSession {
        &self.0
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let usage = &self.0.usage;
        usage.users.set(usage.users.get() - 1);
        usage.last.set(std::time::Instant::now());
    }
}

impl HeldSession {
    /// To the end of them all, or of the session.
    async fn delete_refused(&self) {
        let mut pause = true;
        loop {
            if pause {
                Timer::after(AGAIN).await;
            }
            let Some(path) = self.refused.borrow().front().cloned() else {
                return;
            };
            let Some(client) = self.session.connected().await else {
                return;
            };
            let deleted = self.answered(&client, client.delete(&path, None)).await;
            pause = deleted.is_err_and(|error| error != Error::NoNode);
            let mut refused = self.refused.borrow_mut();
            refused.pop_front();
            if pause {
                refused.push_back(path);
            }
        }
    }

    pub(super) fn open(context: &Rc<Context>, profile: Profile) -> Rc<Self> {
        let held = Rc::new(Self {
            session: ClientSession::open(context, profile, true),
            alive: Cell::default(),
            granted: RefCell::default(),
            heard: Event::new(),
            caught_up: Cell::new(None),
            refused: RefCell::default(),
            lines: RefCell::default(),
            usage: Use::new(),
            board: context.board,
            told: Cell::new(0),
        });
        let beats = held.clone();
        context
            .executor
            .spawn(async move { beats.beat().await })
            .detach();
        held
    }

    pub(super) fn session(&self) -> &Rc<ClientSession> {
        &self.session
    }

    pub(super) fn has_ended(&self) -> bool {
        self.session.has_ended()
    }

    pub(super) fn is_idle(&self, time: Duration) -> bool {
        self.usage.is_idle(time)
    }

    /// Its client, as soon as it has a server; `None`: it has ended.
    ///
    /// A session that comes back may be with a server that has not seen yet what was made in it. It has when it has answered
    /// a write.
    pub(super) async fn connected(&self) -> Option<Lent> {
        loop {
            let client = self.session.connected().await?;
            let turn = Some(client.turn());
            // Nothing was made in it before the first one.
            if self.caught_up.get().is_none() || !kept!("caught_up_first") {
                self.caught_up.set(turn);
            }
            if self.caught_up.get() == turn {
                return Some(client);
            }
            let turn = client.turn();
            // Its end waits for those who have it.
            drop(client);
            or(self.session.lost(turn), self.heard.listen()).await;
        }
    }

    /// Asks its servers for a sign of life again and again, to its end.
    async fn beat(&self) {
        while let Some(client) = self.session.connected().await {
            let timeout = client.session_timeout();
            self.shortens(timeout);
            let sent = uptime_ns();
            if self.answered(&client, agreed(&client)).await.is_ok() {
                self.caught_up.set(Some(client.turn()));
                self.hears(sent, timeout);
            }
            let turn = client.turn();
            // Its end waits for those who have it.
            drop(client);
            let again = async {
                Timer::after(validity::beat(timeout)).await;
            };
            // The next client is asked at once.
            or(self.session.lost(turn), again).await;
        }
        // What is held in it goes with it.
        self.granted.take();
        self.tell();
        self.heard.notify(usize::MAX);
    }

    /// Tells the board how many are held in it.
    fn tell(&self) {
        let now = u32::try_from(self.granted.borrow().len()).unwrap_or(u32::MAX);
        let more = now.wrapping_sub(self.told.replace(now));
        // Wraps, and so adds less than nothing, too.
        self.board.clients.held.fetch_add(more, Ordering::Relaxed);
    }

    /// An answer, as long as its client is the session's.
    pub(super) async fn answered<T>(
        &self,
        client: &Lent,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let lost = async {
            self.session.replaced(client).await;
            Err(Error::ConnectionLoss)
        };
        or(lost, answer).await
    }

    /// One with this name has come to this line. Whether it is the first, as far as that is known.
    pub(super) fn comes(&self, line: &str, name: &str) -> bool {
        let fired = |watch: &mut Once| {
            let mut asks = task::Context::from_waker(Waker::noop());
            pin!(watch.seen()).poll(&mut asks).is_ready()
        };
        name::sequence(name)
            .is_some_and(|number| self.lines.borrow_mut().comes(line, number, fired))
    }

    /// A write was answered that was sent then.
    pub(super) fn hears(&self, sent: u64, timeout: Duration) {
        let (before, _) = self.alive.get();
        if sent <= before {
            self.heard.notify(usize::MAX);
            return;
        }
        self.alive.set((sent, timeout));
        let (until, now) = (self.valid_until(), uptime_ns());
        // What has run out is not held again: its owner may have seen that.
        self.granted
            .borrow_mut()
            .retain(|_, slot| slot.prolong(now, until));
        self.tell();
        self.heard.notify(usize::MAX);
    }

    /// Another server may have a shorter timeout for it.
    fn shortens(&self, timeout: Duration) {
        let (sent, before) = self.alive.get();
        if timeout < before && kept!("shorter_timeout_counts") {
            self.alive.set((sent, timeout));
            for slot in self.granted.borrow().values() {
                slot.shorten(self.valid_until());
            }
            self.heard.notify(usize::MAX);
        }
    }

    fn valid_until(&self) -> u64 {
        let (sent, timeout) = self.alive.get();
        let valid = validity::from_sending(timeout);
        sent.saturating_add(u64::try_from(valid.as_nanos()).unwrap_or(u64::MAX))
    }

    /// Holds something from now on, as soon as it is certain for a while. `false`: the client is not its client any more.
    pub(super) async fn grant(&self, client: &Lent, slot: &'static HoldSlot, serial: u64) -> bool {
        let fresh = || {
            let (_, timeout) = self.alive.get();
            let left = self.valid_until().saturating_sub(uptime_ns());
            u128::from(left) > timeout.as_nanos() / 4
        };
        let heard = async {
            while !fresh() {
                self.heard.listen().await;
            }
            true
        };
        let lost = async {
            self.session.replaced(client).await;
            false
        };
        let granted = or(lost, heard).await;
        if granted {
            slot.give(serial);
            slot.grant(self.valid_until());
            self.granted.borrow_mut().insert(serial, slot);
            self.tell();
        }
        granted
    }

    /// Ends when that is not held any more, since it has run out before the session was heard of again.
    pub(super) async fn ran_out(&self, serial: u64) {
        loop {
            let slot = self.granted.borrow().get(&serial).copied();
            let until = slot.map_or(0, |slot| slot.valid_until(serial));
            let left = until.saturating_sub(uptime_ns());
            if left == 0 {
                return;
            }
            let over = async {
                match kept!("loss_is_told_in_time") {
                    true => drop(Timer::after(Duration::from_nanos(left)).await),
                    false => future::pending().await,
                }
            };
            or(self.heard.listen(), over).await;
        }
    }

    /// Does not hold it any more.
    pub(super) fn end(&self, slot: &HoldSlot, serial: u64) {
        self.granted.borrow_mut().remove(&serial);
        self.tell();
        slot.end(serial);
    }
}

/// A write that changes nothing. It is answered when a quorum has agreed to it.
///
/// Neither a read is such a sign of life nor a `sync`: a follower that has lost its leader goes on to answer reads, and a
/// leader that has lost its followers, and does not know that there is another one, goes on to answer `sync`
/// ([ZOOKEEPER-2136](https://issues.apache.org/jira/browse/ZOOKEEPER-2136)).
///
/// # Errors
/// There was no answer.
pub(super) async fn agreed(client: &Client) -> Result<(), Error> {
    if !kept!("sign_of_life_is_a_write") {
        return client.check_stat("/").await.map(drop);
    }
    let mut multi = client.new_multi_writer();
    multi.add_check_version("/", -1)?;
    match multi.commit().await {
        // Also what is refused is agreed to, in its place.
        Ok(_) | Err(MultiWriteError::OperationFailed { .. }) => Ok(()),
        Err(MultiWriteError::RequestFailed { source }) => Err(source),
    }
}
