//! From a call's arguments to what is asked of ZooKeeper. What ZooKeeper would not take is refused here, before
//! anything is sent.

use ext_php_rs::types::{ZendHashTable, Zval};
use serde_bytes::ByteBuf;

use super::super::args::{self, Stop, Text};
use crate::lease::zookeeper::check_znode;
use crate::wire::size::{self, Limit};
use crate::wire::{Acl, Create, Mode};

pub(in crate::php) const EPHEMERAL: i64 = 1;
pub(in crate::php) const SEQUENCE: i64 = 2;
pub(in crate::php) const CONTAINER: i64 = 4;

pub(in crate::php) const PERM_ALL: i64 = 31;

/// The longest time to live, in ms: what is left of 64 bits beside the number of a server.
const LONGEST_TTL: i64 = 0x00FF_FFFF_FFFF;

/// The path of argument 1.
pub(in crate::php) fn path(given: &Text) -> Result<String, Stop> {
    checked_path(given.bytes()).map_err(args::refuse_value)
}

/// The same, of a znode that is to go: the root stays.
pub(in crate::php) fn path_below_root(given: &Text) -> Result<String, Stop> {
    let path = path(given)?;
    match path.as_str() {
        "/" => Err(args::refuse_value("must name a znode below the root")),
        _ => Ok(path),
    }
}

pub(in crate::php) fn checked_path(given: &[u8]) -> Result<String, &'static str> {
    let path = utf8(given).ok_or(NOT_UTF8)?;
    check_znode(path)?;
    Ok(path.to_owned())
}

const NOT_UTF8: &str = "must be of printable characters in UTF-8";

fn utf8(given: &[u8]) -> Option<&str> {
    std::str::from_utf8(given).ok()
}

/// Paths of argument 1.
pub(in crate::php) fn paths(
    given: *const ZendHashTable,
    limit: Limit,
) -> Result<Vec<String>, Stop> {
    // SAFETY: null, or an array that lives as long as the call.
    let given = unsafe { given.as_ref() }
        .into_iter()
        .flat_map(ZendHashTable::values);
    let (mut paths, mut size) = (vec![], 0);
    for (at, value) in given.enumerate() {
        let value = value.dereference();
        let must = format!("must be a list of paths, and entry {at} must be of type string");
        let path = value
            .zend_str()
            .ok_or_else(|| args::refuse_type(1, &must, value))?;
        let path = checked_path(path.as_bytes());
        let path = path.map_err(|problem| {
            args::refuse_value(&format!(
                "must be a list of paths, and entry {at} {problem}"
            ))
        })?;
        // Here, so that no memory is taken for what is too long.
        size += size::of_path(&path, limit.chroot);
        limit.allow(size, None)?;
        paths.push(path);
    }
    Ok(paths)
}

/// The bytes of a value; null is none, as ZooKeeper's clients have it.
pub(in crate::php) fn value(given: &Text) -> ByteBuf {
    ByteBuf::from(given.bytes())
}

/// A version that a znode must have; -1 is any.
pub(in crate::php) fn version(argument: u32, given: i64) -> Result<Option<i32>, Stop> {
    match i32::try_from(given) {
        Ok(-1) => Ok(None),
        Ok(version @ 0..) => Ok(Some(version)),
        _ => {
            let must = format!("must be -1, for any version, or between 0 and {}", i32::MAX);
            Err(args::refuse(argument, &must))
        }
    }
}

/// What `create` is given, as far as it can be said in a call.
pub(in crate::php) struct New<'a> {
    pub(in crate::php) path: &'a Text,
    pub(in crate::php) value: &'a Text,
    /// Null where everybody may do everything.
    pub(in crate::php) acl: *const ZendHashTable,
    pub(in crate::php) flags: i64,
    pub(in crate::php) ttl: i64,
}

impl New<'_> {
    /// Arguments 1 to 5.
    pub(in crate::php) fn create(&self) -> Result<Create, Stop> {
        let sequential = self.flags & SEQUENCE != 0;
        let given = self.path.bytes();
        let path = utf8(given).ok_or_else(|| args::refuse_value(NOT_UTF8))?;
        match (path, sequential) {
            // The number is a part of the name.
            (path, true) => check_znode(&format!("{path}0")).map_err(args::refuse_value)?,
            ("/", false) => return Err(args::refuse_value("must name a znode below the root")),
            (path, false) => check_znode(path).map_err(args::refuse_value)?,
        }
        Ok(Create {
            path: path.to_owned(),
            mode: mode(self.flags, self.ttl)?,
            acl: acl(3, self.acl)?,
            value: value(self.value),
        })
    }
}

fn mode(flags: i64, ttl: i64) -> Result<Mode, Stop> {
    let sequential = flags & SEQUENCE != 0;
    let mode = match flags & !SEQUENCE {
        0 => Mode::Persistent {
            sequential,
            ttl: u64::try_from(ttl).ok().filter(|ttl| *ttl > 0),
        },
        EPHEMERAL => Mode::Ephemeral { sequential },
        CONTAINER if !sequential => Mode::Container,
        _ => {
            return Err(args::refuse(
                4,
                "must be 0, Client::EPHEMERAL, Client::SEQUENCE, both of these, or Client::CONTAINER",
            ));
        }
    };
    match (mode, ttl) {
        (_, 0) | (Mode::Persistent { .. }, 1..=LONGEST_TTL) => Ok(mode),
        (Mode::Persistent { .. }, _) => {
            let must = format!("must be between 0 and {LONGEST_TTL}");
            Err(args::refuse(5, &must))
        }
        _ => Err(args::refuse(
            5,
            "must be 0 for a znode that is ephemeral or a container",
        )),
    }
}

/// An ACL; null is everything for everybody.
pub(in crate::php) fn acl(argument: u32, given: *const ZendHashTable) -> Result<Vec<Acl>, Stop> {
    // SAFETY: null, or an array that lives as long as the call.
    let Some(given) = (unsafe { given.as_ref() }) else {
        return Ok(vec![Acl::anyone()]);
    };
    if given.is_empty() {
        return Err(args::refuse(argument, "must not be empty"));
    }
    let entries = given.values().enumerate();
    entries
        .map(|(at, entry)| entry_of_acl(argument, at, entry.dereference()))
        .collect()
}

fn entry_of_acl(argument: u32, at: usize, entry: &Zval) -> Result<Acl, Stop> {
    let Some(fields) = entry.array() else {
        let must =
            format!("must be a list of arrays with perms, scheme and id, and entry {at} is not");
        return Err(args::refuse_type(argument, &must, entry));
    };
    let field = |name: &str| {
        let missing = || args::refuse(argument, &format!("must have {name} in its entry {at}"));
        let field = fields.get(name).map(Zval::dereference);
        field.ok_or_else(missing)
    };
    let text = |name: &str| -> Result<String, Stop> {
        let field = field(name)?;
        let must = format!("must have a string as {name} of its entry {at}");
        let text = field.zend_str();
        let text = text.ok_or_else(|| args::refuse_type(argument, &must, field))?;
        let must = format!("must have UTF-8 as {name} of its entry {at}");
        let text = utf8(text.as_bytes()).ok_or_else(|| args::refuse(argument, &must))?;
        Ok(text.to_owned())
    };
    let perms = field("perms")?;
    let must = format!("must have an int as perms of its entry {at}");
    let perms = perms
        .long()
        .ok_or_else(|| args::refuse_type(argument, &must, perms))?;
    if !(1..=PERM_ALL).contains(&perms) {
        let must = format!("must have perms between 1 and {PERM_ALL} in its entry {at}");
        return Err(args::refuse(argument, &must));
    }
    let scheme = text("scheme")?;
    if scheme.is_empty() {
        let must = format!("must have a scheme in its entry {at}");
        return Err(args::refuse(argument, &must));
    }
    Ok(Acl {
        perms: perms as u8,
        scheme,
        id: text("id")?,
    })
}
