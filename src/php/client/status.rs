//! `Dig\\Zookeeper\\status()`: what the clients of the family have and have asked.

use ext_php_rs::builders::FunctionBuilder;
use ext_php_rs::flags::DataType;
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::ExecuteData;

use crate::php::args::{self, Stop};
use crate::php::state;

pub(in crate::php) fn function() -> FunctionBuilder<'static> {
    FunctionBuilder::new("Dig\\Zookeeper\\status", status).returns(DataType::Array, false, false)
}

extern "C" fn status(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let clients = state::known()?.clients();
        let mut array = ZendHashTable::new();
        for (key, number) in [
            ("connections", u64::from(clients.connections)),
            ("shared_sessions", u64::from(clients.shared_sessions)),
            ("own_sessions", u64::from(clients.own_sessions)),
            ("watches", u64::from(clients.watches)),
            ("registrations", u64::from(clients.registrations)),
            ("requests", clients.requests),
            ("failures", clients.failures),
        ] {
            let added = array.insert(key, number.cast_signed());
            added.map_err(|error| Stop::Throw(args::error(&error.to_string())))?;
        }
        result.set_hashtable(array);
        Ok(())
    });
}
