//! The instances of a service, from the shared cache.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::ExecuteData;

use super::super::args::{self, Stop, Text, parse};
use super::super::cache::Seconds;
use super::super::client::exception;
use super::super::client::session::not_constructed;
use super::super::client::values::{self, made};
use super::{Discovery, ask, json};
use crate::family::Family;
use ext_php_rs::class::RegisteredClass;

/// What an object knows of services that it was asked for.
#[derive(Default)]
pub(super) struct Known(RefCell<HashMap<String, Service>>);

/// A service: where it is cached, and the list that was made of that last.
struct Service {
    cache: usize,
    /// Its path below the cache's.
    below: String,
    made: Option<(u64, Zval)>,
}

/// Id and value of each, the latter with a zero byte behind it.
type Instances = Vec<(Vec<u8>, Vec<u8>)>;

impl Discovery {
    /// The list of a service's instances. It is made anew where the cache has another picture.
    fn list(
        &self,
        family: &'static Family,
        parent: &str,
        most: Option<Duration>,
    ) -> Result<Zval, Stop> {
        let (cache, below, known) = self.service(family, parent)?;
        family.check_age(cache, most)?;
        let known_version = known.as_ref().map(|(version, _)| *version);
        let (version, found) = family.look(cache, |picture| {
            if known_version == Some(picture.version) {
                return Some((picture.version, None));
            }
            let mut found: Instances = vec![];
            if let Some(service) = picture.find(below.as_bytes())? {
                service.each(&mut |instance| {
                    let mut value = instance.value()?;
                    value.push(0);
                    found.push((instance.name()?, value));
                    Some(())
                })?;
            }
            Some((picture.version, Some(found)))
        })?;
        let Some(mut found) = found else {
            return Ok(known.map_or_else(Zval::null, |(_, list)| list));
        };
        found.sort_unstable();
        let mut list = Zval::new();
        made(|| {
            let mut instances = ZendHashTable::new();
            for (id, value) in &found {
                if let Some(instance) = instance(id, value)? {
                    instances.push(instance)?;
                }
            }
            list.set_hashtable(instances);
            Ok(())
        })?;
        if let Some(service) = self.known.0.borrow_mut().get_mut(parent) {
            service.made = Some((version, list.shallow_clone()));
        }
        Ok(list)
    }

    /// Where a service is cached, and the list that was made last. Where nothing is cached that it is in, it is from now on.
    fn service(
        &self,
        family: &'static Family,
        parent: &str,
    ) -> Result<(usize, String, Option<(u64, Zval)>), Stop> {
        if let Some(service) = self.known.0.borrow().get(parent) {
            let made = service.made.as_ref();
            let made = made.map(|(version, list)| (*version, list.shallow_clone()));
            return Ok((service.cache, service.below.clone(), made));
        }
        let (cache, below) = match family.cache_above(&self.dsn, parent) {
            Some((cache, below)) => (cache, below),
            None => (family.cache(&self.dsn, parent)?, String::new()),
        };
        ask(|family, interrupt| family.await_cache(cache, self.timeout, interrupt))?;
        let service = Service {
            cache,
            below: below.clone(),
            made: None,
        };
        self.known.0.borrow_mut().insert(parent.to_owned(), service);
        Ok((cache, below, None))
    }
}

/// An instance as PHP has it; `None`: its value is none that was registered so.
fn instance(id: &[u8], value: &[u8]) -> ext_php_rs::error::Result<Option<Zval>> {
    let Some(mut value) = json::decode(value) else {
        return Ok(None);
    };
    let Some(fields) = value.array_mut() else {
        return Ok(None);
    };
    if !fields.get("address").is_some_and(Zval::is_string) {
        return Ok(None);
    }
    if !fields.get("meta").is_some_and(Zval::is_array) {
        fields.insert("meta", ZendHashTable::new())?;
    }
    fields.insert("id", values::bytes(id))?;
    Ok(Some(value))
}

/// `string $name, ?float $maxAge = null`
fn asked(ex: &mut ExecuteData) -> Result<Zval, Stop> {
    let (mut name, mut age) = (Text::NONE, Seconds::none());
    parse!(ex, c"S|d!", name, age.seconds, age.is_null)?;
    let most = age.given(2, args::count(ex))?;
    let family = exception::family()?;
    let this = args::this::<Discovery>(ex);
    let this = this.ok_or_else(|| not_constructed(Discovery::CLASS_NAME))?;
    let parent = this.parent(&name)?;
    this.list(family, &parent, most)
}

pub(super) extern "C" fn instances(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        *result = asked(ex)?;
        Ok(())
    });
}

pub(super) extern "C" fn one(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let list = asked(ex)?;
        let Some(list) = list.array().filter(|list| !list.is_empty()) else {
            return Ok(());
        };
        let one = fastrand::usize(..list.len());
        // A list has that many.
        let one = i64::try_from(one).ok().and_then(|one| list.get_index(one));
        if let Some(one) = one {
            *result = one.shallow_clone();
        }
        Ok(())
    });
}
