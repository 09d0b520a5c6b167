//! Answers as values of PHP, with php-zookeeper's keys and types.

use ext_php_rs::boxed::ZBox;
use ext_php_rs::error::Result;
use ext_php_rs::types::{ZendHashTable, Zval};

use crate::php::args::Stop;
use crate::php::client::values::{assign, assigned, integer, made};
use crate::wire::Stat;

/// A stat as an array. What has 64 bits is a float there.
pub(super) fn stat(stat: &Stat) -> Result<Zval> {
    let mut array = ZendHashTable::with_capacity(11);
    fill(&mut array, stat)?;
    Ok(into_value(array))
}

fn fill(array: &mut ZendHashTable, stat: &Stat) -> Result<()> {
    let float = |value: i64| {
        let mut zval = Zval::new();
        zval.set_double(value as f64);
        zval
    };
    for (name, value) in [
        ("czxid", float(stat.czxid)),
        ("mzxid", float(stat.mzxid)),
        ("ctime", float(stat.ctime)),
        ("mtime", float(stat.mtime)),
        ("version", integer(stat.version.into())),
        ("cversion", integer(stat.cversion.into())),
        ("aversion", integer(stat.aversion.into())),
        ("ephemeralOwner", float(stat.ephemeral_owner)),
        ("dataLength", integer(stat.data_length.into())),
        ("numChildren", integer(stat.num_children.into())),
        ("pzxid", float(stat.pzxid)),
    ] {
        array.insert(name, value)?;
    }
    Ok(())
}

/// Sets an argument that is passed by reference to a stat, if it is given. What else is in an array there stays.
pub(super) fn give_stat(to: *mut Zval, stat: &Stat) -> std::result::Result<(), Stop> {
    // SAFETY: null, or an argument of the running call.
    let Some(given) = (unsafe { to.as_ref() }) else {
        return Ok(());
    };
    made(|| {
        let mut array = match given.dereference().array() {
            Some(array) => array.to_owned(),
            None => ZendHashTable::with_capacity(11),
        };
        fill(&mut array, stat)?;
        assign(to, into_value(array));
        Ok(())
    })?;
    assigned()
}

pub(super) fn into_value(array: ZBox<ZendHashTable>) -> Zval {
    let mut zval = Zval::new();
    zval.set_hashtable(array);
    zval
}
