//! `makePath` and `deletePath`: as many requests as it takes, also beside others who do the same.

use std::time::Instant;

use serde_bytes::ByteBuf;

use super::super::args::Stop;
use super::session::{Failed, Session, unexpected};
use crate::wire::{Acl, Create, Mode, Reply, Request, code};

/// Makes a znode, and those above it that are missing, each with this value; of a call that has to end by then.
pub(in crate::php) fn make(
    session: &Session,
    deadline: Instant,
    path: &str,
    value: &ByteBuf,
    acl: &[Acl],
) -> Result<(), Stop> {
    // The longest of those that may have to be made.
    session.limit().check(&create(path, value, acl))?;
    loop {
        match make_missing(session, deadline, path, value, acl) {
            // What was made is there, whoever made it; what was just removed again is made again.
            Err(Failed::By(failure))
                if (failure.unknown || failure.code == code::NO_NODE)
                    && Instant::now() < deadline => {}
            done => return Ok(done?),
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
    // From the longest that is there.
    let mut missing = vec![];
    let mut at = path;
    while at != "/" {
        let reply = session.until(
            deadline,
            Request::Exists {
                path: at.to_owned(),
                watch: None,
            },
        )?;
        if reply != Reply::Exists(None) {
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
                return Err(Failed::Stopped(failure.into()));
            }
            done => drop(done?),
        }
    }
    Ok(())
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
