//! The instances of a service, from the shared cache.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use ext_php_rs::class::RegisteredClass;
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::ExecuteData;

use super::super::args::{self, Stop, Text, parse};
use super::super::cache::Seconds;
use super::super::client::exception;
use super::super::client::session::not_constructed;
use super::super::client::values::{self, made};
use super::{Discovery, ask, json};
use crate::cache::picture::{Identity, Node};
use crate::family::Family;

/// What an object knows of services that it was asked for.
#[derive(Default)]
pub(super) struct Known(RefCell<HashMap<String, Service>>);

/// A service: where it is cached, and the list that was made of that last.
struct Service {
    cache: usize,
    /// Its path below the cache's.
    below: String,
    made: Option<Made>,
}

/// The list of a service's instances, and of which node it was made.
#[derive(Clone)]
struct Made {
    of: Identity,
    list: Rc<Zval>,
}

/// Id and value of an instance, the latter with a zero byte behind it.
type Instance = (Vec<u8>, Vec<u8>);

/// What is found in a picture.
enum Found {
    /// Nothing has changed since the list was made.
    Same,
    /// The service.
    Other(Identity, Vec<Instance>),
    /// There is no such service.
    None,
}

fn read(node: &Node<'_, '_>) -> Option<Instance> {
    let mut value = node.value()?;
    value.push(0);
    Some((node.name()?, value))
}

impl Discovery {
    /// The list of a service's instances. It is made anew where the service has changed.
    fn list(
        &self,
        family: &'static Family,
        parent: &str,
        most: Option<Duration>,
    ) -> Result<Zval, Stop> {
        let (cache, below, made_before) = self.service(family, parent)?;
        family.check_age(cache, most)?;
        let known = made_before.as_ref().map(|made| made.of);
        let found = family.look(cache, |picture| {
            let Some(service) = picture.find(below.as_bytes())? else {
                return Some(Found::None);
            };
            let of = service.identity();
            if known == Some(of) {
                return Some(Found::Same);
            }
            let mut found = vec![];
            service.each(&mut |instance| {
                found.push(read(&instance)?);
                Some(())
            })?;
            Some(Found::Other(of, found))
        })?;
        let (of, mut found) = match (found, made_before) {
            (Found::Same, Some(made)) => return Ok(made.list.shallow_clone()),
            (Found::Other(of, found), _) => (Some(of), found),
            _ => (None, vec![]),
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
        if let (Some(service), Some(of)) = (self.known.0.borrow_mut().get_mut(parent), of) {
            let list = Rc::new(list.shallow_clone());
            service.made = Some(Made { of, list });
        }
        Ok(list)
    }

    /// One of a service's instances at random, where it is one; else `None`.
    fn any(
        &self,
        family: &'static Family,
        parent: &str,
        most: Option<Duration>,
    ) -> Result<Option<Zval>, Stop> {
        let (cache, below, made_before) = self.service(family, parent)?;
        if made_before.is_some() {
            return Ok(None);
        }
        family.check_age(cache, most)?;
        let found = family.look(cache, |picture| {
            let Some(service) = picture.find(below.as_bytes())? else {
                return Some(None);
            };
            let count = service.children()?;
            let (mut found, mut rest) = (None, any_of(count.into()));
            service.each(&mut |instance| {
                if rest == 0 && found.is_none() {
                    found = Some(read(&instance)?);
                }
                rest = rest.saturating_sub(1);
                Some(())
            })?;
            Some(found)
        })?;
        let mut one = None;
        if let Some((id, value)) = &found {
            made(|| {
                one = instance(id, value)?;
                Ok(())
            })?;
        }
        Ok(one)
    }

    /// Where a service is cached, and the list that was made last. Where nothing is cached that it is in, it is from now on.
    fn service(
        &self,
        family: &'static Family,
        parent: &str,
    ) -> Result<(usize, String, Option<Made>), Stop> {
        if let Some(service) = self.known.0.borrow().get(parent) {
            return Ok((service.cache, service.below.clone(), service.made.clone()));
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

/// A number below that, or 0. From the kernel: a generator of PHP's own would be the same in each of its forks.
fn any_of(count: u64) -> u64 {
    crate::lease::random() % count.max(1)
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

/// A call's object, the path of the service, and the age that it may have: `string $name, ?float $maxAge = null`.
fn asked(
    ex: &mut ExecuteData,
) -> Result<(&Discovery, &'static Family, String, Option<Duration>), Stop> {
    let (mut name, mut age) = (Text::NONE, Seconds::none());
    parse!(ex, c"S|d!", name, age.seconds, age.is_null)?;
    let most = age.given(2, args::count(ex))?;
    let family = exception::family()?;
    let this = args::this::<Discovery>(ex);
    let this = this.ok_or_else(|| not_constructed(Discovery::CLASS_NAME))?;
    let parent = this.parent(&name)?;
    Ok((this, family, parent, most))
}

pub(super) extern "C" fn instances(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (this, family, parent, most) = asked(ex)?;
        *result = this.list(family, &parent, most)?;
        Ok(())
    });
}

pub(super) extern "C" fn one(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (this, family, parent, most) = asked(ex)?;
        if let Some(one) = this.any(family, &parent, most)? {
            *result = one;
            return Ok(());
        }
        let list = this.list(family, &parent, most)?;
        let Some(list) = list.array().filter(|list| !list.is_empty()) else {
            return Ok(());
        };
        let one = any_of(list.len() as u64);
        if let Some(one) = list.get_index(one.cast_signed()) {
            *result = one.shallow_clone();
        }
        Ok(())
    });
}
