//! `makePath` and `deletePath`: as many requests as it takes, also beside others who do the same.

use std::time::Instant;

use serde_bytes::ByteBuf;

use super::super::args::Stop;
use super::session::{Failed, Session, unexpected};
use crate::wire::{Acl, Create, Mode, Reply, Request, code};

/// How often it is tried again where it is not known what came of it.
const TRIES: u32 = 3;

/// Makes a znode, and those above it that are missing, each with this value; of a call that has to end by then.
pub(in crate::php) fn make(
    session: &Session,
    deadline: Instant,
    path: &str,
    value: &ByteBuf,
    acl: &[Acl],
) -> Result<(), Failed> {
    // The longest of those that may have to be made.
    let limit = session.limit();
    limit.check(&create(path, value, acl)).map_err(Failed::By)?;
    let mut unknown = 0;
    loop {
        match make_missing(session, deadline, path, value, acl) {
            // What was made is there, whoever made it; what was just removed again is made again. What is too long for
            // the servers is not sent for ever.
            Err(Failed::By(failure))
                if (failure.unknown && unknown < TRIES || failure.code == code::NO_NODE)
                    && Instant::now() < deadline =>
            {
                unknown += u32::from(failure.unknown);
            }
            done => return done,
        }
    }
}

fn make_missing(
    session: &Session,
    deadline: Instant,
    path: &str,
    value: &ByteBuf,
    acl: &[Acl],
) -> Result<(), Failed> {
    let is_missing = |path: &str| {
        let request = Request::Exists {
            path: path.to_owned(),
            watch: None,
        };
        let reply = session.until(deadline, request)?;
        Ok::<_, Failed>(reply == Reply::Exists(None))
    };
    if path == "/" && is_missing(path)? {
        return Err(no_chroot(session));
    }
    // From the longest that is there.
    let mut missing = vec![];
    let mut at = path;
    while at != "/" {
        if !is_missing(at)? {
            break;
        }
        missing.push(at);
        at = match at.rfind('/') {
            Some(slash) if slash > 0 => &at[..slash],
            _ => "/",
        };
    }
    for path in missing.into_iter().rev() {
        match session.until(deadline, create(path, value, acl)) {
            Err(Failed::By(failure)) if failure.code == code::NODE_EXISTS => {}
            // No other try makes what a chroot hides.
            Err(Failed::By(failure)) if failure.code == code::NO_NODE && is_top(path) => {
                return Err(no_chroot(session));
            }
            done => drop(done?),
        }
    }
    Ok(())
}

/// The part of the tree that the client sees is not there.
fn no_chroot(session: &Session) -> Failed {
    let dsn = session.dsn().unwrap_or_default();
    let message = format!(
        "the chroot of {dsn} does not exist; correct it, or make it with a client of those servers that is given none"
    );
    let failure = Request::Exists {
        path: "/".to_owned(),
        watch: None,
    }
    .failure(code::NO_NODE, false, message);
    Failed::Stopped(failure.into())
}

fn create(path: &str, value: &ByteBuf, acl: &[Acl]) -> Request {
    Request::Create(Create {
        path: path.to_owned(),
        value: value.clone(),
        acl: acl.to_vec(),
        mode: Mode::Persistent {
            sequential: false,
            ttl: None,
        },
    })
}

/// Deletes a znode and all below it.
pub(super) fn delete(session: &Session, path: String) -> Result<(), Stop> {
    let deadline = session.deadline();
    // Each has been found to have children, but for the last one.
    let mut open = vec![path];
    while let Some(path) = open.last() {
        let request = Request::Delete {
            path: path.clone(),
            version: None,
        };
        match session.until(deadline, request) {
            Ok(_) => drop(open.pop()),
            Err(Failed::By(failure)) if failure.code == code::NO_NODE => drop(open.pop()),
            // Its children first. Others may add some meanwhile.
            Err(Failed::By(failure)) if failure.code == code::NOT_EMPTY => {
                let path = path.clone();
                let children = Request::Children {
                    path: path.clone(),
                    watch: None,
                };
                match session.until(deadline, children) {
                    Ok(Reply::Children(names, _)) => {
                        open.extend(names.iter().map(|name| below(&path, name)));
                    }
                    Ok(_) => return Err(unexpected()),
                    Err(Failed::By(failure)) if failure.code == code::NO_NODE => {}
                    Err(failed) => return Err(failed.into()),
                }
            }
            // Deleted or not, the next try tells.
            Err(Failed::By(failure)) if failure.unknown && Instant::now() < deadline => {}
            Err(failed) => return Err(failed.into()),
        }
    }
    Ok(())
}

/// Whether it is right below the root.
fn is_top(path: &str) -> bool {
    path.rfind('/') == Some(0)
}

fn below(path: &str, name: &str) -> String {
    match path {
        "/" => format!("/{name}"),
        path => format!("{path}/{name}"),
    }
}
