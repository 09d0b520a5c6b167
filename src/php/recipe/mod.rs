//! Recipes on ZooKeeper: what its users build of it, one class in each file.

mod barrier;
mod counter;
mod election;
mod holder;
mod lock;
mod queue;

use std::rc::Rc;
use std::time::Instant;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::class::RegisteredClass;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;

use super::args::{self, Stop, Text, parse};
use super::client::session::{Failed, Session, unexpected};
use super::client::watching::Watching;
use super::client::{self, Client, request};
use crate::wire::{Reply, Request, code};

pub(super) use barrier::{Barrier, DoubleBarrier};
pub(super) use counter::Counter;
pub(super) use election::Election;
pub(super) use lock::{Lock, ReadLock, Semaphore, WriteLock};
pub(super) use queue::{Message, Queue};

/// Completes what is registered. Call in MINIT only.
pub(super) fn complete() {
    lock::complete();
    election::complete();
    queue::complete();
    barrier::complete();
    counter::complete();
}

/// The classes of objects that hold something.
pub(super) const HOLDERS: &str = "Dig\\Zookeeper\\Lock|Dig\\Zookeeper\\ReadLock|Dig\\Zookeeper\\WriteLock|Dig\\Zookeeper\\Semaphore|Dig\\Zookeeper\\Election";

/// The znode that is there only as long as what an object holds is held: `None` where it is no such object.
pub(super) fn held(value: &Zval, by: &Session) -> Option<Result<String, Stop>> {
    let object = value.dereference().object()?;
    let holder = lock::of(object)?;
    if holder.on().session.dsn() != by.dsn() {
        let must = "must be held by a client with the DSN of the transaction's client";
        return Some(Err(args::refuse_value(must)));
    }
    Some(holder.granted().map(|grant| grant.path))
}

/// The client that a recipe works with, and the path below which it does.
pub(super) struct On {
    /// The object.
    pub(super) client: Zval,
    pub(super) session: Rc<Session>,
    watching: Rc<Watching>,
    pub(super) path: String,
}

impl On {
    /// Of arguments 1 and 2.
    pub(super) fn read(client: *mut Zval, path: &Text) -> Result<Self, Stop> {
        // SAFETY: an argument, which lives as long as the call.
        let Some(client) = (unsafe { client.as_ref() }) else {
            return Err(Stop::Thrown);
        };
        let Some((session, watching)) = Client::of(client) else {
            let must = format!("must be of type {}", Client::CLASS_NAME);
            return Err(args::refuse_type(1, &must, client));
        };
        let path = request::checked_path(path.bytes());
        let path = path.map_err(|problem| args::refuse(2, problem))?;
        Ok(Self {
            client: client.dereference().shallow_clone(),
            session,
            watching,
            path,
        })
    }
}

/// How long a method may wait: its argument 1, in seconds; null or nothing is for ever.
struct Patience {
    /// `None`: for ever.
    until: Option<Instant>,
    /// Not at all.
    none: bool,
}

impl Patience {
    /// Not to wait.
    fn none() -> Self {
        Self {
            until: Some(Instant::now()),
            none: true,
        }
    }

    /// Until when a look has to be answered: the first one for as long as a call may take, others while there is patience.
    fn deadline(&self, session: &Session, is_first: bool) -> Instant {
        let deadline = session.deadline();
        match self.until {
            Some(until) if !is_first => deadline.min(until),
            _ => deadline,
        }
    }

    /// What a look comes to that failed, and had to be answered by then: that nothing else was seen where it was not because there
    /// was no patience left. The keeper says so a moment before.
    fn failed(&self, failed: Failed, deadline: Instant) -> Result<bool, Stop> {
        match failed {
            Failed::By(failure)
                if self.until == Some(deadline) && failure.code == code::OPERATION_TIMEOUT =>
            {
                Ok(false)
            }
            failed => Err(failed.into()),
        }
    }

    /// Whether it has waited for long enough.
    fn is_over(&self) -> bool {
        self.none || self.until.is_some_and(|until| Instant::now() >= until)
    }

    fn read(ex: &ExecuteData) -> Result<Self, Stop> {
        let (mut seconds, mut forever) = (0_f64, true);
        parse!(ex, c"|d!", seconds, forever)?;
        let forever = forever || args::count(ex) == 0;
        Ok(Self {
            until: match forever {
                true => None,
                false => client::until(1, seconds)?,
            },
            none: !forever && seconds == 0.0,
        })
    }
}

/// Watches that a look at znodes arms, each of which fires once, and which are not wanted any more after it.
struct Watches<'a> {
    session: &'a Session,
    numbers: Vec<u32>,
}

impl<'a> Watches<'a> {
    /// So many.
    fn new(session: &'a Session, many: usize) -> Result<Self, Stop> {
        let numbers = (0..many).map(|_| session.new_quiet_watch());
        let numbers = numbers.collect::<Result<_, _>>()?;
        Ok(Self { session, numbers })
    }

    /// For the request that arms one; `None`: there are less.
    fn number(&self, index: usize) -> Option<u32> {
        self.numbers.get(index).copied()
    }

    /// Waits until what was seen may be otherwise, or until then. `false`: as far as was heard, it is not.
    fn wait(&self, until: Option<Instant>) -> Result<bool, Stop> {
        let fired = self.session.await_watches(&self.numbers, until)?;
        self.session.pass_on()?;
        Ok(fired)
    }
}

impl Drop for Watches<'_> {
    fn drop(&mut self) {
        for number in &self.numbers {
            self.session.unwatch(*number);
        }
    }
}

/// The names of a znode's children, none if it is not there; then its beginning is watched.
fn names(
    session: &Session,
    deadline: Instant,
    path: &str,
    watch: Option<u32>,
) -> Result<Vec<String>, Failed> {
    let path = path.to_owned();
    loop {
        let children = Request::Children {
            path: path.clone(),
            watch,
        };
        match session.until(deadline, children) {
            Ok(Reply::Children(names, _)) => return Ok(names),
            Ok(_) => return Err(Failed::Stopped(unexpected())),
            Err(Failed::By(failure)) if failure.code == code::NO_NODE => {}
            Err(failed) => return Err(failed),
        }
        if watch.is_none() {
            return Ok(vec![]);
        }
        let exists = Request::Exists {
            path: path.clone(),
            watch,
        };
        if let Reply::Exists(None) = session.until(deadline, exists)? {
            return Ok(vec![]);
        }
        // It was made meanwhile.
    }
}

/// A method that may wait.
fn waits(method: FunctionBuilder<'static>) -> FunctionBuilder<'static> {
    let timeout = Arg::new("timeout", DataType::Double);
    method
        .not_required()
        .arg(timeout.allow_null().default("null"))
}

/// The first parameters of a recipe's constructor.
pub(super) fn on(method: FunctionBuilder<'_>) -> FunctionBuilder<'_> {
    method
        .arg(Arg::new("client", DataType::object(Client::CLASS_NAME)))
        .arg(Arg::new("path", DataType::String))
}
