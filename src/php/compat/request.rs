//! From a call's arguments to what is asked of ZooKeeper, as php-zookeeper and the C client below it have it: what they do
//! not take is an error -8, and no exception of the engine's.

use ext_php_rs::boxed::ZBox;
use ext_php_rs::types::{ZendHashTable, ZendStr, Zval};

use super::exception;
use crate::lease::zookeeper::check_znode;
use crate::php::args::{Stop, Text};
use crate::php::client::request::{CONTAINER, EPHEMERAL, PERM_ALL, SEQUENCE, checked_path};
use crate::php::engine::{zval_get_long_func, zval_try_get_string_func};
use crate::wire::{Acl, Mode};

pub(super) fn path(given: &Text) -> Result<String, Stop> {
    checked_path(given.bytes()).map_err(|_| exception::bad_arguments())
}

/// Of a znode that is to be made with these flags.
pub(super) fn new_path(given: &Text, flags: i64) -> Result<String, Stop> {
    let bad = exception::bad_arguments;
    match flags & SEQUENCE {
        0 => path(given),
        _ => {
            let path = std::str::from_utf8(given.bytes()).map_err(|_| bad())?;
            // The number is a part of the name.
            check_znode(&format!("{path}0")).map_err(|_| bad())?;
            Ok(path.to_owned())
        }
    }
}

pub(super) fn mode(flags: i64) -> Result<Mode, Stop> {
    let sequential = flags & SEQUENCE != 0;
    match flags & !SEQUENCE {
        0 => Ok(Mode::Persistent {
            sequential,
            ttl: None,
        }),
        EPHEMERAL => Ok(Mode::Ephemeral { sequential }),
        CONTAINER if !sequential => Ok(Mode::Container),
        _ => Err(exception::bad_arguments()),
    }
}

/// Of 32 bits, as for the C client; -1 is any.
pub(super) fn version(given: i64) -> Option<i32> {
    let version = given as i32;
    (version != -1).then_some(version)
}

/// An ACL; null is everything for everybody. Entries that are none are left out.
pub(super) fn acl(given: *const Zval) -> Result<Vec<Acl>, Stop> {
    // SAFETY: null, or an array that lives as long as the call.
    let Some(given) = (unsafe { given.as_ref() }) else {
        return Ok(vec![Acl {
            perms: PERM_ALL as u8,
            scheme: "world".to_owned(),
            id: "anyone".to_owned(),
        }]);
    };
    let entries = given.dereference().array().into_iter();
    let entries = entries.flat_map(ZendHashTable::values);
    let entries = entries.filter_map(|entry| entry.dereference().array());
    let entries = entries.filter_map(|entry| {
        let field = |name: &str| entry.get(name).map(Zval::dereference);
        Some((field("perms")?, field("scheme")?, field("id")?))
    });
    entries
        .map(|(perms, scheme, id)| {
            // SAFETY: a live value.
            let perms = unsafe { zval_get_long_func(perms, false) };
            Ok(Acl {
                // There are five of them.
                perms: (perms & PERM_ALL) as u8,
                scheme: text(scheme)?,
                id: text(id)?,
            })
        })
        .collect()
}

/// What any value is as a string.
fn text(value: &Zval) -> Result<String, Stop> {
    // SAFETY: a live value; what comes back is counted for us, or null with an exception thrown.
    let text = unsafe {
        let text = zval_try_get_string_func(value);
        match text.is_null() {
            true => return Err(Stop::Thrown),
            false => ZBox::<ZendStr>::from_raw(text),
        }
    };
    let text = std::str::from_utf8(text.as_bytes()).map_err(|_| exception::bad_arguments())?;
    Ok(text.to_owned())
}
