//! Recipes on ZooKeeper: what its users build of it, one class in each file.

mod election;
mod holder;
mod lock;

use std::rc::Rc;
use std::time::Instant;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::class::RegisteredClass;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;

use super::args::{self, Stop, Text, parse};
use super::client::session::Session;
use super::client::watching::Watching;
use super::client::{self, Client, request};

pub(super) use election::Election;
pub(super) use lock::{Lock, ReadLock, Semaphore, WriteLock};

/// Completes what is registered. Call in MINIT only.
pub(super) fn complete() {
    lock::complete();
    election::complete();
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
struct On {
    /// The object.
    client: Zval,
    session: Rc<Session>,
    watching: Rc<Watching>,
    path: String,
}

impl On {
    /// Of arguments 1 and 2. `room`: bytes that names below the path take.
    fn read(client: *mut Zval, path: &Text) -> Result<Self, Stop> {
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

/// A method that may wait.
fn waits(method: FunctionBuilder<'static>) -> FunctionBuilder<'static> {
    let timeout = Arg::new("timeout", DataType::Double);
    method
        .not_required()
        .arg(timeout.allow_null().default("null"))
}

/// The first parameters of a recipe's constructor.
fn on(method: FunctionBuilder<'_>) -> FunctionBuilder<'_> {
    method
        .arg(Arg::new("client", DataType::object(Client::CLASS_NAME)))
        .arg(Arg::new("path", DataType::String))
}
