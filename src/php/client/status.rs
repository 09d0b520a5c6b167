//! `Dig\\Zookeeper\\status()`: what the clients of the family have and have asked, and how its caches stand.

use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::error::Result;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::ExecuteData;

use super::values::{self, integer};
use crate::family::CacheState;
use crate::php::args::{self, Stop};
use crate::php::state;

pub(in crate::php) fn function() -> FunctionBuilder<'static> {
    FunctionBuilder::new("Dig\\Zookeeper\\status", status).returns(DataType::Array, false, false)
}

extern "C" fn status(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let family = state::known()?;
        let (clients, caches, memory) = (family.clients(), family.caches(), family.cache_use());
        let mut array = ZendHashTable::new();
        for (key, number) in [
            ("connections", u64::from(clients.connections)),
            ("shared_sessions", u64::from(clients.shared_sessions)),
            ("own_sessions", u64::from(clients.own_sessions)),
            ("watches", u64::from(clients.watches)),
            ("held", u64::from(clients.held)),
            ("registrations", u64::from(clients.registrations)),
            ("requests", clients.requests),
            ("failures", clients.failures),
        ] {
            let added = array.insert(key, number.cast_signed());
            added.map_err(|error| Stop::Throw(args::error(&error.to_string())))?;
        }
        let add = || {
            let list = values::list(caches.iter().map(cache))?;
            let mut value = Zval::new();
            value.set_hashtable(list);
            array.insert("caches", value)?;
            let numbers = [
                ("room", memory.room as u64),
                ("used", memory.used as u64),
                ("rewrites", memory.rewrites),
            ];
            let numbers = numbers.map(|(name, number)| (name, integer(number.cast_signed())));
            array.insert("cache_memory", values::record(numbers)?)?;
            result.set_hashtable(array);
            Ok(())
        };
        values::made(add)
    });
}

fn cache(cache: &CacheState) -> Result<Zval> {
    let mut complete = Zval::new();
    complete.set_bool(cache.picture.is_some());
    let (version, nodes) = cache.picture.unwrap_or_default();
    let mut age = Zval::null();
    if let Some(known) = cache.age {
        age.set_double(known.as_secs_f64());
    }
    let error = cache.error.as_ref().map_or_else(Zval::null, values::bytes);
    values::record([
        ("path", values::bytes(&cache.path)),
        ("dsn", values::bytes(&cache.dsn)),
        ("complete", complete),
        ("version", integer(version.cast_signed())),
        ("nodes", integer(nodes.into())),
        ("age", age),
        ("error", error),
    ])
}
