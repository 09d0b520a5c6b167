//! One search for a server: whom to ask next, and what to make of the answers.

use std::future;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use async_channel::Receiver;
use async_executor::Task;
use async_io::Timer;
use futures_lite::future::or;
use zookeeper_client::Error;

use super::names::Found;
use super::seen::{self, Seen};
use super::{LOST, Outcome, Server, Servers, connect, probe};
use crate::keeper::scoreboard::RegistrySlot;
use crate::keeper::session::connection::{Connection, Lost};
use crate::rule::kept;

/// For how long the servers that are known wait for the names of others, so that each is as likely to be chosen.
const GATHER: Duration = Duration::from_millis(30);

/// After what time without an answer from DNS the addresses of an earlier keeper will do: what a resolver waits by
/// default (5 s, twice; resolv.conf(5)). Sooner, an answer may only be late, and say that they are others' by now.
const STALE: Duration = Duration::from_secs(10);

/// For how long one server alone is asked, where there are others; and where there are none, and looking more closely
/// serves only to tell people. A thousand families that start at once leave it little time.
const ALONE: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(8)];

/// For how long a server that would give a session, as it says, is waited for before another one is asked.
const BUSY: Duration = Duration::from_secs(1);

/// For how long a server that was asked is not asked again.
const PATIENCE: Duration = Duration::from_secs(8);

/// For how long its answer is good. A session that nobody waits for stays until its time is over; but that can be so long
/// that the client would wait for hours.
const LIMIT: Duration = Duration::from_secs(60);

/// How often it is looked what to do, and told what was seen, while there is no session.
const LOOK: Duration = Duration::from_millis(100);

/// So many servers are probed at once, the next so much later; one by one while a session may still be had.
const PROBES: (u32, Duration) = (5, Duration::from_millis(50));

/// What is heard while a server is sought.
pub(super) enum Event {
    Seen(SocketAddr, Seen),
    Attempted(SocketAddr, Instant, Result<Connection, Error>),
    Found(usize, Found),
    Look,
    Stop,
}

/// A server that is asked for a session.
pub(super) struct Attempt {
    server: SocketAddr,
    since: Instant,
    pub(super) task: Task<()>,
}

/// One search, from its first question to its outcome.
pub(super) struct Search<'a> {
    all: &'a mut Servers,
    lost: Option<&'a Lost>,
    began: Instant,
    /// When the first address was known.
    known: Option<Instant>,
    /// When a server was last asked of which nothing good is known.
    first: Option<Instant>,
    /// Why no server can be asked, if that is so.
    unable: Option<String>,
    /// It is no ordinary case.
    trouble: bool,
    pub(super) attempts: Vec<Attempt>,
}

impl<'a> Search<'a> {
    pub(super) fn new(all: &'a mut Servers, lost: Option<&'a Lost>) -> Self {
        Self {
            all,
            lost,
            began: Instant::now(),
            known: None,
            first: None,
            unable: None,
            trouble: false,
            attempts: Vec::new(),
        }
    }

    pub(super) async fn run(&mut self, stopped: &Receiver<()>) -> Outcome {
        let mut stop = false;
        loop {
            let now = Instant::now();
            if stop && self.waits_for(now).next().is_none() {
                return Outcome::Stopped;
            }
            if self.lost.is_some_and(|lost| lost.until < now) {
                return Outcome::Expired;
            }
            let look = self.act(now, stop);
            match self.next(look, stopped, stop).await {
                Event::Attempted(.., Ok(connection)) => return Outcome::Connected(connection),
                Event::Attempted(server, since, Err(error)) => {
                    if self.lost.is_some() && error == Error::SessionExpired {
                        return Outcome::Expired;
                    }
                    if self.all.has_credentials() && error == Error::AuthFailed {
                        return Outcome::Refused;
                    }
                    self.failed(server, since, &error);
                }
                Event::Seen(server, seen) => self.saw(server, seen),
                Event::Found(index, found) => {
                    self.all.names.answered(index, found);
                    self.all.know();
                }
                // What a session has under way may still be ended well.
                Event::Look => stop |= self.lost.is_none() && self.all.context.has_ended(),
                Event::Stop => stop = true,
            }
        }
    }

    async fn next(&self, look: Instant, stopped: &Receiver<()>, stop: bool) -> Event {
        let all = &*self.all;
        let found = async {
            match all.names.answers.recv().await {
                Ok((index, found)) => Event::Found(index, found),
                Err(_) => future::pending().await,
            }
        };
        let heard = async {
            match all.heard.recv().await {
                Ok(event) => event,
                Err(_) => future::pending().await,
            }
        };
        let waited = async {
            Timer::at(look).await;
            Event::Look
        };
        let stopped = async {
            // Nothing is ever sent.
            match stop {
                true => future::pending().await,
                false => drop(stopped.recv().await),
            }
            Event::Stop
        };
        or(or(heard, found), or(stopped, waited)).await
    }

    /// Does what is to be done now, and says when to look again.
    fn act(&mut self, now: Instant, stop: bool) -> Instant {
        if stop {
            return now + LOOK;
        }
        let answered = self.all.names.are_answered();
        if self.all.servers.is_empty() && (answered || self.began + STALE < now) {
            self.all.know_stale();
        }
        if self.known.is_none() && !self.all.servers.is_empty() {
            self.known = Some(now);
        }
        let Some(first) = self.first else {
            let all_known = self.lost.is_some() || answered;
            return match self.known {
                Some(known) if all_known || known + GATHER <= now => {
                    self.any(now);
                    now
                }
                Some(known) => known + GATHER,
                None => {
                    self.all.names.look_again(&self.all.context.executor);
                    self.tell(now);
                    now + LOOK
                }
            };
        };
        if !self.trouble {
            let only = self.all.servers.len() == 1 && answered;
            let alone = first + ALONE[usize::from(only)];
            if !self.attempts.is_empty() && now < alone {
                if first + ALONE[0] <= now {
                    self.tell(now);
                    return alone.min(self.later(now));
                }
                return first + ALONE[0];
            }
            self.trouble = true;
        }
        self.all.names.look_again(&self.all.context.executor);
        self.watch(now);
        self.choose(now);
        self.tell(now);
        self.later(now)
    }

    /// The servers that were asked and may still answer.
    fn waits_for(&self, now: Instant) -> impl Iterator<Item = SocketAddr> + '_ {
        let fresh = move |one: &&Attempt| now < one.since + PATIENCE;
        self.attempts.iter().filter(fresh).map(|one| one.server)
    }

    /// Whether the server that was asked last will soon give a session, as it says.
    fn is_busy(&self, now: Instant) -> bool {
        let is_well = |server| {
            self.all
                .servers
                .iter()
                .any(|one| one.address == server && one.healthy)
        };
        // To ask another one is to begin again with a lost session: where all are slow, it would never be taken up.
        let patience = match self.lost {
            Some(_) => PATIENCE,
            None => BUSY,
        };
        let last = self.attempts.last();
        last.is_some_and(|last| now < last.since + patience && is_well(last.server))
    }

    /// When to look again: ever later, since a thousand families that look often leave the server no time.
    fn later(&self, now: Instant) -> Instant {
        let passed = now.saturating_duration_since(self.began);
        now + (passed / 4).clamp(LOOK, LOOK * 10)
    }

    /// Has all probed that are not known to be well.
    fn watch(&mut self, now: Instant) {
        let busy = self.is_busy(now);
        let at_once = if self.attempts.is_empty() {
            PROBES.0
        } else {
            1
        };
        let mut others = 0;
        let all = &mut *self.all;
        for server in &mut all.servers {
            if busy && server.seen.is_none() {
                // Its turn has not come.
                server.watch = None;
            }
            if busy
                || server.watch.is_some()
                || self.unable.is_some()
                || !kept!("one_server_is_enough")
            {
                continue;
            }
            let address = server.address;
            // One that is only slow is to be known as that before others are asked.
            let asked = self.attempts.iter().any(|one| one.server == address);
            others += u32::from(!asked);
            let later = if asked { 0 } else { others / at_once };
            let again = std::mem::replace(&mut server.watched, true);
            let mut pauses = server.pauses.clone();
            server.pauses.next();
            let events = all.events.clone();
            let target = probe::Target {
                address,
                host: server.host.clone(),
                tls: all.tls.clone(),
            };
            server.watch = Some(all.context.executor.spawn(async move {
                match again {
                    true => pauses.pause().await,
                    false => drop(Timer::after(PROBES.1 * later).await),
                }
                let tell = |seen| drop(events.try_send(Event::Seen(address, seen)));
                probe::watch(&target, pauses, tell).await;
            }));
        }
    }

    /// Asks for a session whoever is the most likely to give one now.
    fn choose(&mut self, now: Instant) {
        let is_new = |last: &Attempt| now < last.since + ALONE[0];
        if self.is_busy(now) || self.attempts.last().is_some_and(is_new) {
            return;
        }
        let asked = |server: &Server| self.waits_for(now).any(|one| one == server.address);
        let mut healthy = self.all.servers.iter().filter(|one| one.healthy);
        match healthy.find(|one| !asked(one)).map(|one| one.address) {
            Some(server) => self.attempt(server, now),
            None if self.waits_for(now).next().is_none()
                && self.first.is_none_or(|first| first + BUSY < now) =>
            {
                self.any(now);
            }
            None => {}
        }
    }

    /// Asks any for a session, of those that are not known to have none.
    fn any(&mut self, now: Instant) {
        self.first = Some(now);
        let mut servers: Vec<_> = self.all.servers.iter().collect();
        servers.retain(|one| one.seen.as_ref().is_none_or(Seen::is_doubtful));
        // The one that was lost comes last.
        if let Some(lost) = self.lost
            && servers.len() > 1
        {
            servers.retain(|one| one.address != lost.server);
        }
        if !servers.is_empty() {
            let server = servers[fastrand::usize(..servers.len())].address;
            self.attempt(server, now);
        }
    }

    fn attempt(&mut self, server: SocketAddr, now: Instant) {
        // Two must not go on with one session.
        if self.lost.is_some() {
            self.attempts.clear();
        }
        // Read anew each time: somebody may mend a file.
        let loaded = self.all.tls.as_ref().map(|tls| tls.load()).transpose();
        let proofs = loaded.and_then(|loaded| Ok((loaded, self.all.credentials()?)));
        self.unable = proofs.as_ref().err().cloned();
        let Ok(proofs) = proofs else {
            return;
        };
        if let Some(server) = self.all.server(server) {
            server.seen.get_or_insert(Seen::Asked(now));
        }
        let context = self.all.context.clone();
        let cluster = self.all.cluster(server);
        let session = self.lost.map(|lost| lost.session.clone());
        let wanted = self.all.wanted.clone();
        let events = self.all.events.clone();
        let executor = self.all.context.clone();
        let task = executor.executor.spawn(async move {
            let late = async {
                Timer::after(LIMIT).await;
                Err(Error::Timeout)
            };
            let attempt = connect(&context, &wanted, &cluster, proofs, session);
            let outcome = or(attempt, late).await;
            let outcome = outcome.map(|(client, task)| Connection {
                client,
                server,
                task,
            });
            // Without a limit, but nobody may want it any more.
            if let Err(refused) = events.try_send(Event::Attempted(server, now, outcome))
                && let Event::Attempted(.., Ok(connection)) = refused.into_inner()
            {
                connection.close().await;
            }
        });
        self.attempts.push(Attempt {
            server,
            since: now,
            task,
        });
    }

    fn failed(&mut self, server: SocketAddr, since: Instant, error: &Error) {
        self.attempts
            .retain(|attempt| (attempt.server, attempt.since) != (server, since));
        let Some(server) = self.all.server(server) else {
            return;
        };
        match server.seen {
            _ if *error == Error::AuthFailed => server.seen = Some(Seen::Sasl),
            Some(Seen::Healthy) => server.seen = Some(Seen::Refusing),
            // The client does not tell why. It is looked at.
            Some(Seen::Asked(_)) => server.seen = None,
            _ => {}
        }
        if server.healthy {
            server.healthy = false;
            server.watch = None;
        }
    }

    fn saw(&mut self, server: SocketAddr, mut seen: Seen) {
        let Some(server) = self.all.server(server) else {
            return;
        };
        server.healthy = seen == Seen::Healthy;
        match &mut server.seen {
            // It said so before.
            Some(Seen::Sasl | Seen::Refusing) if server.healthy => return,
            Some(before) => {
                if let (Some(since), Some(earlier)) = (seen.since(), before.since()) {
                    *since = *earlier;
                }
            }
            None => {}
        }
        server.seen = Some(seen);
    }

    /// Says what was seen.
    fn tell(&self, now: Instant) {
        if let Some(why) = &self.unable {
            return self.all.notes.wrong(why);
        }
        let what = match self.lost {
            Some(_) => LOST,
            None => "no server accepts a session",
        };
        let late = |seen: &&Seen| !matches!(seen, Seen::Asked(since) if now < *since + ALONE[0]);
        let servers = self.all.servers.iter();
        let servers = servers.filter_map(|one| {
            let seen = one.seen.as_ref().filter(late)?;
            Some((one.label.as_str(), seen))
        });
        let servers: Vec<_> = servers.collect();
        let most = RegistrySlot::LONGEST_ERROR - what.len() - 2;
        let told = seen::told(&servers, self.all.names.told(now), most, now);
        if !told.is_empty() {
            self.all.notes.wrong(&format!("{what}: {told}"));
        }
    }
}
