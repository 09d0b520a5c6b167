//! One thing that is held, or stood in line for: its machine, driven until nothing is left of it.

use std::future;
use std::rc::Rc;
use std::time::Duration;

use async_channel::Receiver;
use async_io::Timer;
use futures_lite::future::{or, poll_once};
use zookeeper_client::EventType;

use super::ask::{self, Asks};
use super::session::User;
use super::{Held, Holds, Place, Teller, Told};
use crate::keeper::serve::clients::explain;
use crate::keeper::session::client::Lent;
use crate::keeper::session::watch::Once;
use crate::recipe::{Event, Guid, Machine, Standing as Stands, Step};
use crate::rule::kept;
use crate::wire::{
    Failure, Grant, Hold, Profile, Reply, Request, Role, Said, Standing, State, code,
};

/// After what could not be asked for no reason that a server gives.
const AGAIN: Duration = Duration::from_millis(50);

/// From the wish to hold until nothing is left of it.
pub(super) struct Contention {
    held: Rc<Held>,
    place: Place,
    profile: Profile,
    hold: Hold,
    hears: Receiver<Told>,
    /// All that its connection holds.
    holds: Rc<Holds>,
    machine: Machine,
    /// Its claim is known by this.
    claimant: String,
    user: Option<User>,
    client: Option<Lent>,
    /// Of what is before it.
    watch: Option<Once>,
    /// Of its own znode.
    own: Option<Once>,
    /// It was told that others are before it.
    told_to_wait: bool,
    /// It was told that it holds, under this serial number.
    granted: Option<u64>,
    /// The transaction that made what it holds, or has held.
    token: Option<i64>,
    /// It was told that it was lost.
    told_of_loss: bool,
    refused: Option<Failure>,
    /// It is not wanted any more.
    released: bool,
    /// Why nothing came of it, where it was released before anything did.
    unheard: Option<Failure>,
    /// Which request is answered when nothing is left of it.
    asked: Option<u32>,
}

/// What happens while nothing is asked.
enum Happens {
    Told(Option<Told>),
    Client(Option<Lent>),
    Event(Event),
}

impl Contention {
    pub(super) fn new(
        held: &Rc<Held>,
        place: Place,
        profile: Profile,
        hold: Hold,
        hears: Receiver<Told>,
        holds: Rc<Holds>,
    ) -> Self {
        Self {
            held: held.clone(),
            place,
            profile,
            machine: Machine::new(hold.role, hold.once, fresh()),
            claimant: fresh().to_string(),
            hold,
            hears,
            holds,
            user: None,
            client: None,
            watch: None,
            own: None,
            told_to_wait: false,
            granted: None,
            token: None,
            told_of_loss: false,
            refused: None,
            released: false,
            unheard: None,
            asked: None,
        }
    }

    /// To its end. Whether a request is to be answered then, and how.
    pub(super) async fn run(
        mut self,
        teller: &impl Teller,
    ) -> (Option<u32>, Result<Reply, Failure>) {
        loop {
            if self.held.context.closing.get() {
                // The session is closed, and with it all is gone. That waits for those who use its client, which no watch may
                // outlive.
                self.unwatch();
                self.client = None;
                return (None, Ok(Reply::Done));
            }
            while let Ok(told) = self.hears.try_recv() {
                self.hears(Some(told));
            }
            self.see_to_session();
            if let Some(failure) = self.cannot() {
                if self.granted.is_some() && kept!("refused_is_lost_first") {
                    self.end();
                    self.say(teller, Standing::Lost);
                }
                self.say(teller, Standing::Failed(failure));
                break;
            }
            if !self.tell(teller).await {
                continue;
            }
            match self.machine.next() {
                Step::Over => {
                    let lost = self.machine.standing() == Stands::Lost;
                    // It is tried again where nobody knew that it held.
                    if self.released || !lost || self.told_of_loss && !self.hold.again {
                        break;
                    }
                    self.begin_anew();
                }
                Step::Wait => self.wait().await,
                _ if self.client.is_none() => self.connect().await,
                Step::Own(_) if self.granted.is_some() && self.is_let_go_soon().await => {}
                step => self.ask(&step).await,
            }
        }
        self.end();
        // Who releases it from now on is told at once that it is done.
        self.hears.close();
        while let Ok(told) = self.hears.try_recv() {
            self.hears(Some(told));
        }
        let reply = self.unheard.map_or(Ok(Reply::Done), Err);
        (self.asked, reply)
    }

    /// From the beginning, at the end of the line.
    fn begin_anew(&mut self) {
        self.machine = Machine::new(self.hold.role, self.hold.once, fresh());
        self.unwatch();
        self.told_to_wait = false;
        self.token = None;
        self.told_of_loss = false;
        // It is told of the session again.
        self.client = None;
    }

    /// The session may have ended.
    fn see_to_session(&mut self) {
        if let Some(user) = &self.user
            && user.has_ended()
            && user.session().state() != State::AuthFailed
        {
            self.unwatch();
            self.client = None;
            self.user = None;
            self.machine.happens(Event::Expired);
        }
    }

    /// What no other session would change.
    fn cannot(&self) -> Option<Failure> {
        let user = self.user.as_ref()?;
        (user.session().state() == State::AuthFailed).then(|| ask::unsent(user, &self.hold))
    }

    /// Tells how it stands. `false`: it stands otherwise by now.
    async fn tell(&mut self, teller: &impl Teller) -> bool {
        match self.machine.standing() {
            Stands::Asks => {}
            Stands::Waits if !self.told_to_wait => {
                self.told_to_wait = true;
                self.say(teller, Standing::Waits);
            }
            Stands::Waits => {}
            Stands::Holds(token) if self.granted.is_none() => {
                return self.grant(token, teller).await;
            }
            Stands::Holds(_) => {}
            Stands::Lost if self.granted.is_some() => {
                self.end();
                self.told_of_loss = true;
                self.say(teller, Standing::Lost);
            }
            Stands::Lost => {}
            Stands::Taken => self.say_once(teller, Standing::Taken),
            Stands::Other(max) => {
                let message = format!(
                    "{}: the semaphore has {max} seats; all who use it have to say the same number",
                    self.hold.path
                );
                let failure = self.failure(code::INVALID_STATE, message);
                self.say_once(teller, Standing::Failed(failure));
            }
            Stands::Refused => {
                let failure = self.refused.take();
                let failure = failure.unwrap_or_else(|| {
                    self.failure(code::SYSTEM_ERROR, "ZooKeeper refuses it".to_owned())
                });
                self.end();
                self.say_once(teller, Standing::Failed(failure));
            }
            Stands::Released => self.end(),
        }
        true
    }

    /// Why its own znode stays as long as the session: so others wait for it.
    fn stays(&self, failure: Failure) -> Failure {
        let path = failure.path.clone().unwrap_or_default();
        let (line, _) = path.rsplit_once('/').unwrap_or_default();
        let message = match failure.code {
            code::NO_AUTH => format!(
                "{path}: it is not held any more, but its znode may not be deleted, and others wait until that may be, or the session \
                 of this family has ended; allow {line} to be deleted from (PERM_DELETE, setAcl())"
            ),
            _ => failure.message,
        };
        Failure { message, ..failure }
    }

    fn failure(&self, code: i32, message: String) -> Failure {
        Request::Hold(self.hold.clone()).failure(code, false, message)
    }

    /// Says the last that is to be said of it.
    fn say_once(&mut self, teller: &impl Teller, standing: Standing) {
        if !std::mem::replace(&mut self.released, true) {
            teller.say(&Said::Hold(self.hold.hold, standing));
        }
    }

    fn say(&self, teller: &impl Teller, standing: Standing) {
        if !self.released {
            teller.say(&Said::Hold(self.hold.hold, standing));
        }
    }

    /// It holds: that is said when it is certain for a while. `false`: it does not any more.
    async fn grant(&mut self, token: i64, teller: &impl Teller) -> bool {
        let (Some(user), Some(client)) = (&self.user, &self.client) else {
            // Its connection is lost. It holds as long as the session lives; it is said when that is seen.
            self.connect().await;
            return false;
        };
        let serial = crate::lease::random() | 1;
        let slot = self.place.slot();
        let granting = async {
            match user.grant(client, slot, serial).await {
                true => Happens::Event(Event::Fired),
                false => Happens::Client(None),
            }
        };
        let told = async { Happens::Told(self.hears.recv().await.ok()) };
        let happens = or(told, granting).await;
        match happens {
            Happens::Told(told) => {
                self.hears(told);
                false
            }
            Happens::Client(_) => {
                self.lose_client();
                false
            }
            Happens::Event(_) => {
                let path = self.machine.path(&self.hold.path);
                self.granted = Some(serial);
                self.token = Some(token);
                let grant = Grant {
                    slot: u32::try_from(self.place.index).unwrap_or(0),
                    serial,
                    token,
                    path,
                };
                self.say(teller, Standing::Granted(grant));
                true
            }
        }
    }

    /// It does not hold any more: nobody takes it for held from now on.
    fn end(&mut self) {
        if let Some(serial) = self.granted.take()
            && kept!("invalid_before_deleted")
        {
            let slot = self.place.slot();
            match &self.user {
                Some(user) => user.end(slot, serial),
                None => slot.end(serial),
            }
        }
    }

    fn lose_client(&mut self) {
        self.client = None;
        if self.unwatch() {
            self.machine.happens(Event::Fired);
        }
    }

    /// Watches nothing any more. Whether it did.
    fn unwatch(&mut self) -> bool {
        let watch = self.watch.take().is_some();
        self.own.take().is_some() || watch
    }

    /// Waits for a server, or for being released.
    async fn connect(&mut self) {
        let profile = &self.profile;
        let held = &self.held;
        let user = self
            .user
            .get_or_insert_with(|| User::new(held.session(profile)));
        let connected = async { Happens::Client(user.connected().await) };
        let released = self.released;
        let told = async {
            match released {
                // It waits for the servers all the same, to end it there.
                true => future::pending().await,
                false => Happens::Told(self.hears.recv().await.ok()),
            }
        };
        let ran_out = ran_out(user, self.granted, &self.hold);
        let happens = or(told, or(ran_out, connected)).await;
        match happens {
            Happens::Told(told) => self.hears(told),
            Happens::Client(Some(client)) => {
                let id = client.session_id().0;
                self.holds.timeout.set(client.session_timeout());
                self.client = Some(client);
                self.machine.happens(Event::Session { id, fresh: fresh() });
            }
            // It has ended.
            _ => {}
        }
    }

    /// Whether something happens to what is held within a moment. What is held for no longer is not watched, so that its
    /// release does not wait for that.
    async fn is_let_go_soon(&mut self) -> bool {
        let (Some(user), Some(client)) = (&self.user, &self.client) else {
            return false;
        };
        let told = async { Some(Happens::Told(self.hears.recv().await.ok())) };
        let lost = async {
            user.session().replaced(client).await;
            Some(Happens::Client(None))
        };
        let later = async {
            self.held.moment().await;
            None
        };
        let happens = or(told, or(lost, later)).await;
        match happens {
            Some(Happens::Told(told)) => self.hears(told),
            Some(_) => self.lose_client(),
            None => return false,
        }
        true
    }

    /// Asks ZooKeeper what is to be asked next.
    async fn ask(&mut self, step: &Step) {
        let (Some(user), Some(client)) = (&self.user, &self.client) else {
            return;
        };
        let asks = Asks {
            claimant: &self.claimant,
            session: user,
            client,
            parents: &self.held.parents,
            hold: &self.hold,
        };
        let answer = asks.carry_out(step).await;
        let lost = poll_once(user.session().replaced(client)).await.is_some();
        if let Some(watch) = answer.watch {
            match step {
                Step::Own(_) => self.own = Some(watch),
                _ => self.watch = Some(watch),
            }
        }
        if let (
            Step::Delete(at),
            Event::Done(Ok(())),
            Some(token),
            Role::Lock | Role::Write | Role::Latch,
        ) = (step, &answer.event, self.token, self.hold.role)
        {
            user.leaves(&self.held.context, self.hold.path.clone(), at, token);
        }
        if let Step::Delete(at) = step {
            if answer.refused.is_some() && kept!("refused_delete_again") {
                user.deletes(&self.held.context, asks.at(at));
            }
            if kept!("refused_delete_is_told") {
                self.unheard = answer.refused.clone().map(|failure| self.stays(failure));
            }
        }
        self.refused = answer.refused.or(self.refused.take());
        let before = (self.machine.next(), self.machine.standing());
        self.machine.happens(answer.event);
        if lost {
            self.lose_client();
        } else if before == (self.machine.next(), self.machine.standing()) {
            // Not for ever as fast as it goes.
            Timer::after(AGAIN).await;
        }
    }

    /// Waits until something happens.
    async fn wait(&mut self) {
        let (Some(user), Some(client)) = (&self.user, &self.client) else {
            return self.connect().await;
        };
        let told = async { Happens::Told(self.hears.recv().await.ok()) };
        let lost = async {
            user.session().replaced(client).await;
            Happens::Client(None)
        };
        if matches!(self.machine.standing(), Stands::Holds(_)) {
            // Nothing is before it.
            self.watch = None;
        }
        let (own, watch) = (self.own.as_mut(), self.watch.as_mut());
        let ran_out = ran_out(user, self.granted, &self.hold);
        // Both are told in the order in which they happened, so its own end is there when a later one is.
        let own = fires(own, Event::Gone);
        let before = fires(watch, Event::Left);
        let fires = async {
            match kept!("own_end_first") {
                true => or(own, before).await,
                false => or(before, own).await,
            }
        };
        let happens = or(told, or(ran_out, or(lost, fires))).await;
        match happens {
            Happens::Told(told) => {
                self.hears(told);
                // Its own znode is deleted now, and the watch goes with that: to end it first is one more request.
                if !self.released {
                    self.unwatch();
                }
            }
            Happens::Client(_) => {
                // What was watched is not any more.
                self.unwatch();
                self.client = None;
                self.machine.happens(Event::Fired);
            }
            Happens::Event(event) => {
                match event {
                    Event::Left => self.watch = None,
                    _ => drop(self.unwatch()),
                }
                self.machine.happens(event);
            }
        }
    }

    fn hears(&mut self, told: Option<Told>) {
        match told {
            Some(Told::Stopped) => {
                // Whoever waits may go on to: what was watched is looked at again.
                let event = match self.granted {
                    Some(_) => Event::Forfeit,
                    None => Event::Fired,
                };
                self.machine.happens(event);
            }
            Some(Told::RanOut(serial)) => {
                let event = match self.granted == Some(serial) {
                    true => Event::Forfeit,
                    false => Event::Fired,
                };
                self.machine.happens(event);
            }
            Some(Told::Release { answer, finished }) => {
                self.asked = answer.or(self.asked);
                self.release(match finished {
                    true => Event::Finished,
                    false => Event::Release,
                });
            }
            None => self.release(Event::Release),
        }
    }

    fn release(&mut self, event: Event) {
        self.end();
        if self.machine.standing() == Stands::Asks
            && let Some(user) = &self.user
        {
            self.unheard = Some(match self.client {
                Some(_) => explain::late(user.session(), &Request::Hold(self.hold.clone())),
                None => ask::unsent(user, &self.hold),
            });
        }
        self.released = true;
        self.machine.happens(event);
    }
}

/// What becomes of what is watched: `end`, if that is deleted.
async fn fires(watch: Option<&mut Once>, end: Event) -> Happens {
    let Some(watch) = watch else {
        return future::pending().await;
    };
    let event = watch.seen().await;
    let ends = event.is_some_and(|event| event.event_type == EventType::NodeDeleted);
    Happens::Event(if ends { end } else { Event::Fired })
}

/// What is told when its time is over.
async fn ran_out(user: &User, granted: Option<u64>, hold: &Hold) -> Happens {
    match granted {
        // What is claimed is fenced besides.
        Some(serial) if !matches!(hold.role, Role::Claim(_)) => {
            user.ran_out(serial).await;
            Happens::Told(Some(Told::RanOut(serial)))
        }
        _ => future::pending().await,
    }
}

/// A name that nobody else has.
fn fresh() -> Guid {
    Guid::new([crate::lease::random(), crate::lease::random()])
}
