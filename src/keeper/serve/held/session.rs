//! The session in which a family holds what its processes hold, and how long that is certainly held.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use async_io::Timer;
use event_listener::Event;
use futures_lite::future::or;
use zookeeper_client::Error;

use super::Use;
use crate::keeper::context::Context;
use crate::keeper::scoreboard::{HoldSlot, uptime_ns};
use crate::keeper::session::client::{ClientSession, Lent};
use crate::recipe::validity;
use crate::rule::kept;
use crate::wire::Profile;

/// One session, to its end.
pub(super) struct HeldSession {
    session: Rc<ClientSession>,
    /// When the last request was sent that was answered by the leader, in ns of the system's uptime; and the timeout.
    alive: Cell<(u64, Duration)>,
    /// What is held in it, by serial number.
    granted: RefCell<HashMap<u64, &'static HoldSlot>>,
    /// It has been heard of.
    heard: Event,
    usage: Use,
}

/// One that uses a session.
pub(super) struct User(Rc<HeldSession>);

impl User {
    pub(super) fn new(session: Rc<HeldSession>) -> Self {
        let users = &session.usage.users;
        users.set(users.get() + 1);
        Self(session)
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
    pub(super) fn open(context: &Rc<Context>, profile: Profile) -> Rc<Self> {
        let held = Rc::new(Self {
            session: ClientSession::open(context, profile, true),
            alive: Cell::default(),
            granted: RefCell::default(),
            heard: Event::new(),
            usage: Use::new(),
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

    /// Asks its servers for a sign of life again and again, to its end.
    async fn beat(&self) {
        while let Some(client) = self.session.connected().await {
            let timeout = client.session_timeout();
            let sent = uptime_ns();
            // A follower that has lost its leader answers reads, but not this.
            let answered = self.answered(&client, client.sync("/")).await;
            if answered.is_ok() {
                self.hears(sent, timeout);
            }
            // A session is not closed while anybody has its client.
            drop(client);
            Timer::after(validity::beat(timeout)).await;
        }
        // What is held in it goes with it.
        self.granted.take();
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

    /// A request was answered that only a leader can answer, and was sent then.
    pub(super) fn hears(&self, sent: u64, timeout: Duration) {
        let (before, _) = self.alive.get();
        if sent <= before {
            return;
        }
        self.alive.set((sent, timeout));
        let until = self.valid_until();
        for slot in self.granted.borrow().values() {
            slot.prolong(until);
        }
        self.heard.notify(usize::MAX);
    }

    fn valid_until(&self) -> u64 {
        let (sent, timeout) = self.alive.get();
        let valid = match kept!("valid_for_a_part_of_the_timeout") {
            true => validity::from_sending(timeout),
            false => timeout * 4,
        };
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
        }
        granted
    }

    /// Does not hold it any more.
    pub(super) fn end(&self, slot: &HoldSlot, serial: u64) {
        self.granted.borrow_mut().remove(&serial);
        slot.end(serial);
    }
}
