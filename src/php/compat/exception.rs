//! php-zookeeper's exceptions, and its words for ZooKeeper's errors.
//!
//! What is thrown is of php-zookeeper's class and in its words; the whole sentence, the path and whether the outcome is
//! known are in the exception before it (`getPrevious()`), of ours.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use ext_php_rs::builders::ClassBuilder;
use ext_php_rs::class::ClassEntryInfo;
use ext_php_rs::error::Result;
use ext_php_rs::zend::{ClassEntry, ce};

use crate::php::args::Stop;
use crate::php::client::exception::{global, throw_as};
use crate::wire::{Failure, code};

/// Of php-zookeeper: there is no connection to ask over.
const NOT_CONNECTED: i32 = 5998;

/// Of php-zookeeper: what is to be connected to is nothing that can be.
const CANNOT_CONNECT: i32 = 5999;

/// A class, its errors, and where it is.
struct Kind {
    codes: &'static [i32],
    class: AtomicPtr<ClassEntry>,
    info: ClassEntryInfo,
    register: fn(&'static mut ClassEntry, ext_php_rs::args::ArgInfoTables),
}

macro_rules! kinds {
    ($($index:literal $name:literal $codes:expr,)*) => {
        static KINDS: [Kind; [$($index),*].len()] = [$(Kind {
            codes: &$codes,
            class: AtomicPtr::new(ptr::null_mut()),
            info: (|| entry(&KINDS[$index]), concat!("Zookeeper", $name, "Exception")),
            register: |class, _| KINDS[$index].class.store(class, Ordering::Release),
        }),*];
    };
}

kinds! {
    0 "OperationTimeout" [code::OPERATION_TIMEOUT],
    1 "Connection" [code::CONNECTION_LOSS, NOT_CONNECTED, CANNOT_CONNECT],
    2 "Marshalling" [code::MARSHALLING_ERROR],
    3 "Authentication" [code::NO_AUTH, code::AUTH_FAILED],
    4 "Session" [code::SESSION_EXPIRED, code::SESSION_MOVED],
    5 "NoNode" [code::NO_NODE],
}

fn entry(kind: &Kind) -> &'static ClassEntry {
    // SAFETY: null, or a class of the current MINIT, which the engine keeps until after MSHUTDOWN.
    unsafe { kind.class.load(Ordering::Acquire).as_ref() }.unwrap_or_else(ce::exception)
}

/// What there was in an earlier MINIT is gone.
pub(super) fn forget() {
    for kind in &KINDS {
        kind.class.store(ptr::null_mut(), Ordering::Release);
    }
}

/// Registers the classes below that one, if the module is there. Call in MINIT only.
pub(in crate::php) fn register(parent: ClassEntryInfo) -> Result<()> {
    if !super::is_there() {
        return Ok(());
    }
    super::as_module(|| {
        KINDS.iter().try_for_each(|kind| {
            ClassBuilder::new(kind.info.1)
                .extends(parent)
                .registration(kind.register)
                .register()
        })
    })
}

/// The class of an error that has one of its own, if those are registered.
pub(in crate::php) fn of(code: i32) -> Option<ClassEntryInfo> {
    let kind = KINDS.iter().find(|kind| kind.codes.contains(&code))?;
    (!kind.class.load(Ordering::Acquire).is_null()).then_some(kind.info)
}

/// Throws what a failure is.
#[cold]
pub(super) fn throw(failure: Failure) -> Stop {
    let said = words(failure.code).unwrap_or(&failure.message).to_owned();
    let class = class(failure.code);
    let (code, unknown, path) = (failure.code, failure.unknown, failure.path.clone());
    // The engine makes it the other one's previous one.
    if let Stop::Bailout = Stop::from(failure) {
        return Stop::Bailout;
    }
    let failure = Failure {
        code,
        unknown,
        path,
        index: None,
        message: said,
    };
    throw_as(class, &failure.message, &failure)
}

/// Throws an error of which there is no more to say.
#[cold]
pub(super) fn throw_code(code: i32) -> Stop {
    let message = words(code).unwrap_or_default();
    let failure = Failure {
        code,
        unknown: false,
        path: None,
        index: None,
        message: message.to_owned(),
    };
    throw_as(class(code), message, &failure)
}

/// There is no connection.
pub(super) fn not_connected() -> Stop {
    throw_code(NOT_CONNECTED)
}

/// What was given cannot be connected to, and why.
pub(super) fn cannot_connect() -> Stop {
    throw_code(CANNOT_CONNECT)
}

/// Arguments that ZooKeeper would not take.
pub(super) fn bad_arguments() -> Stop {
    throw_code(code::BAD_ARGUMENTS)
}

/// The session has ended before.
pub(super) fn dead() -> Stop {
    throw_code(code::INVALID_STATE)
}

fn class(code: i32) -> &'static ClassEntry {
    of(code).map_or_else(global, |(class, _)| class())
}

/// The words of ZooKeeper's C client for an error; `None` where they would hide what is wrong on this machine.
fn words(code: i32) -> Option<&'static str> {
    Some(match code {
        NOT_CONNECTED => "Zookeeper->connect() was not called",
        CANNOT_CONNECT => "Failed to initialize ZooKeeper C Client, perhaps not enough memory.",
        code::RUNTIME_INCONSISTENCY => "run time inconsistency",
        -3 => "data inconsistency",
        code::CONNECTION_LOSS => "connection loss",
        code::MARSHALLING_ERROR => "marshalling error",
        code::UNIMPLEMENTED => "unimplemented",
        code::OPERATION_TIMEOUT => "operation timeout",
        code::BAD_ARGUMENTS => "bad arguments",
        code::INVALID_STATE => "invalid zhandle state",
        -13 => {
            "no quorum of new config is connected and up-to-date with the leader of last committed config - try invoking \
             reconfiguration after new servers are connected and synced"
        }
        -14 => "Another reconfiguration is in progress -- concurrent reconfigs not supported (yet)",
        -100 => "api error",
        code::NO_NODE => "no node",
        code::NO_AUTH => "not authenticated",
        code::BAD_VERSION => "bad version",
        code::NO_CHILDREN_FOR_EPHEMERALS => "no children for ephemerals",
        code::NODE_EXISTS => "node exists",
        code::NOT_EMPTY => "not empty",
        code::SESSION_EXPIRED => "session expired",
        code::INVALID_ACL => "invalid acl",
        code::AUTH_FAILED => "authentication failed",
        code::CLOSING => "zookeeper is closing",
        code::SESSION_MOVED => "session moved to another server, so operation is ignored",
        code::NOT_READ_ONLY => "state-changing request is passed to read-only server",
        code::RECONFIG_DISABLED => {
            "attempts to perform a reconfiguration operation when reconfiguration feature is disable"
        }
        code::THROTTLED => "Operation was throttled due to high load",
        _ => return None,
    })
}
