//! `Zookeeper`.

use std::cell::RefCell;
use std::ptr;
use std::rc::{Rc, Weak};
use std::time::Duration;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::ExecuteData;
use serde_bytes::ByteBuf;

use super::config::ZookeeperConfig;
use super::handle::{Handle, default_timeout, state};
use super::{dispatch, exception, request, values};
use crate::php::args::{self, Stop, Text, parse};
use crate::php::client::callback::Given;
use crate::php::client::collector::{self, Shown};
use crate::php::client::give_true;
use crate::php::client::request::{EPHEMERAL, PERM_ALL, SEQUENCE, value as value_of};
use crate::php::client::session::{not_constructed, unexpected};
use crate::php::client::stream;
use crate::php::client::values::{acl, bytes, integer, list, made};
use crate::php::client::watching::Watching;
use crate::php::sensitive;
use crate::wire::{Create, Reply, Request, code};

/// The object's own data, which it has from its making on: php-zookeeper's can be connected whatever its constructor was.
#[derive(Clone, Default)]
pub(super) struct Zookeeper {
    handle: Rc<Handle>,
    /// The object's, and not the handle's, which others may have, too: callbacks go with the object.
    callbacks: Rc<Callbacks>,
}

#[derive(Default)]
struct Callbacks(RefCell<Weak<Handle>>);

impl Drop for Callbacks {
    fn drop(&mut self) {
        if let Some(handle) = self.0.get_mut().upgrade() {
            handle.orphan();
        }
    }
}

impl Shown for Zookeeper {
    fn watching(&self) -> Option<Rc<Watching>> {
        self.handle.watching()
    }
}

/// Completes what is registered. Call in MINIT only.
pub(super) fn complete() {
    collector::shows::<Zookeeper>();
    sensitive::mark::<Zookeeper>("addAuth", 1);
}

fn this(ex: &mut ExecuteData) -> Result<Zookeeper, Stop> {
    let this = args::own::<Zookeeper>(ex);
    let this = this.ok_or_else(|| not_constructed(Zookeeper::CLASS_NAME))?;
    this.callbacks.0.replace(Rc::downgrade(&this.handle));
    Ok(this)
}

/// That of a call's object. It lives on, though the object may go meanwhile by code that a signal runs.
fn handle(ex: &mut ExecuteData) -> Result<Rc<Handle>, Stop> {
    Ok(this(ex)?.handle)
}

/// The same of one that is connected, or was.
fn connected(ex: &mut ExecuteData) -> Result<Rc<Handle>, Stop> {
    let handle = handle(ex)?;
    handle.check_connected()?;
    Ok(handle)
}

impl Zookeeper {
    fn new(ex: &mut ExecuteData) -> Result<Self, Stop> {
        let (mut host, mut watcher) = (Text::NONE, Given::none());
        let mut timeout = default_timeout();
        parse!(ex, c"|Sf!l", host, watcher.info, watcher.cache, timeout)?;
        let this = this(ex)?;
        let handle = &this.handle;
        if !host.bytes().is_empty() {
            handle.connect(&host, &watcher, timeout)?;
        }
        Ok(this)
    }
}

extern "C" fn connect(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        let (mut host, mut watcher) = (Text::NONE, Given::none());
        let mut timeout = default_timeout();
        parse!(ex, c"S|f!l", host, watcher.info, watcher.cache, timeout)?;
        let handle = handle(ex)?;
        handle.connect(&host, &watcher, timeout)
    });
}

extern "C" fn create(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut value) = (Text::NONE, Text::NONE);
        let (mut acl, mut flags) = (ptr::null::<Zval>(), 0_i64);
        match third_is_int(ex) {
            // Flags, and no ACL, as some scripts have it.
            true => parse!(ex, c"SS!l", path, value, flags)?,
            false => parse!(ex, c"SS!|a!l", path, value, acl, flags)?,
        }
        let handle = connected(ex)?;
        // Of 32 bits, as for the C client.
        let flags = i64::from(flags as i32);
        if path.bytes() == b"/" && flags & SEQUENCE == 0 && !handle.has_chroot() {
            return Err(exception::throw_code(code::NODE_EXISTS));
        }
        let create = Create {
            path: request::new_path(&path, flags)?,
            mode: request::mode(flags)?,
            acl: request::acl(acl)?,
            value: value_of(&value),
        };
        match handle.call(Request::Create(create))? {
            Reply::Created(path) => give(result, || Ok(bytes(&path))),
            _ => Err(unexpected()),
        }
    });
}

/// What an ACL is unless given, in PHP. It has a type, as in php-zookeeper: methods with that one override it.
const OPEN: &str = "[['perms' => 31, 'scheme' => 'world', 'id' => 'anyone']]";

/// Whether there are three arguments, of which the last is an integer.
fn third_is_int(ex: &ExecuteData) -> bool {
    // SAFETY: there are as many.
    args::count(ex) == 3 && unsafe { ex.zend_call_arg(2) }.is_some_and(|arg| arg.is_long())
}

extern "C" fn delete(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut version) = (Text::NONE, -1_i64);
        parse!(ex, c"S|l", path, version)?;
        let handle = connected(ex)?;
        let request = Request::Delete {
            path: request::path(&path)?,
            version: request::version(version),
        };
        handle.call(request)?;
        give_true(result)
    });
}

extern "C" fn get(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut watcher) = (Text::NONE, Given::none());
        let (mut stat, mut most) = (ptr::null_mut::<Zval>(), 0_i64);
        parse!(ex, c"S|f!zl", path, watcher.info, watcher.cache, stat, most)?;
        let handle = connected(ex)?;
        let path = request::path(&path)?;
        match handle.call_watched(&watcher, |watch| Request::Get { path, watch })? {
            Reply::Data((value, found)) => {
                values::give_stat(stat, &found)?;
                let length = match usize::try_from(most) {
                    Ok(most) if most > 0 => most.min(value.len()),
                    _ => value.len(),
                };
                match value.is_empty() {
                    // One that was made without a value has an empty one here.
                    true => Ok(()),
                    false => give(result, || Ok(bytes(&value[..length]))),
                }
            }
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn get_children(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut watcher) = (Text::NONE, Given::none());
        parse!(ex, c"S|f!", path, watcher.info, watcher.cache)?;
        let handle = connected(ex)?;
        let path = request::path(&path)?;
        match handle.call_watched(&watcher, |watch| Request::Children { path, watch })? {
            Reply::Children(names, _) => give(result, || {
                let names = list(names.iter().map(|name| Ok(bytes(name))))?;
                Ok(values::into_value(names))
            }),
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn exists(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut watcher) = (Text::NONE, Given::none());
        parse!(ex, c"S|f!", path, watcher.info, watcher.cache)?;
        let handle = connected(ex)?;
        let path = request::path(&path)?;
        let reply = handle.call_watched(&watcher, |watch| Request::Exists { path, watch })?;
        let Reply::Exists(found) = reply else {
            return Err(unexpected());
        };
        match found {
            Some(stat) => give(result, || values::stat(&stat)),
            None => {
                result.set_bool(false);
                Ok(())
            }
        }
    });
}

extern "C" fn set(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut value) = (Text::NONE, Text::NONE);
        let (mut version, mut stat) = (-1_i64, ptr::null_mut::<Zval>());
        parse!(ex, c"SS!|lz", path, value, version, stat)?;
        let handle = connected(ex)?;
        let request = Request::Set {
            path: request::path(&path)?,
            value: value_of(&value),
            version: request::version(version),
        };
        match handle.call(request)? {
            Reply::Stat(found) => {
                values::give_stat(stat, &found)?;
                give_true(result)
            }
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn get_acl(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let mut path = Text::NONE;
        parse!(ex, c"S", path)?;
        let handle = connected(ex)?;
        let path = request::path(&path)?;
        match handle.call(Request::GetAcl { path })? {
            Reply::Acl(found, stat) => give(result, || {
                let mut pair = ZendHashTable::with_capacity(2);
                pair.push(values::stat(&stat)?)?;
                pair.push(values::into_value(acl(&found)?))?;
                Ok(values::into_value(pair))
            }),
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn set_acl(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut version, mut acl) = (Text::NONE, 0_i64, ptr::null::<Zval>());
        parse!(ex, c"Sla", path, version, acl)?;
        let handle = connected(ex)?;
        let request = Request::SetAcl {
            path: request::path(&path)?,
            acl: request::acl(acl)?,
            version: request::version(version),
        };
        handle.call(request)?;
        give_true(result)
    });
}

extern "C" fn get_client_id(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let id = connected(ex)?.session_id()?;
        give(result, || {
            let mut pair = ZendHashTable::with_capacity(2);
            pair.push(integer(id))?;
            // The password stays with the keeper: nobody can go on with its sessions.
            pair.push(bytes(""))?;
            Ok(values::into_value(pair))
        })
    });
}

extern "C" fn get_state(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        args::give(result, handle(ex)?.state()?);
        Ok(())
    });
}

extern "C" fn get_recv_timeout(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        args::give(result, handle(ex)?.recv_timeout()?);
        Ok(())
    });
}

extern "C" fn is_recoverable(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        result.set_bool(handle(ex)?.state()? >= 0);
        Ok(())
    });
}

extern "C" fn set_debug_level(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let mut _level = 0_i64;
        parse!(ex, c"l", _level)?;
        give_true(result)
    });
}

extern "C" fn set_deterministic_conn_order(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let mut _value = false;
        parse!(ex, c"b", _value)?;
        give_true(result)
    });
}

extern "C" fn add_auth(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut scheme, mut cert) = (Text::NONE, Text::NONE);
        let mut completion = Given::none();
        parse!(ex, c"SS|f", scheme, cert, completion.info, completion.cache)?;
        let handle = connected(ex)?;
        let scheme = std::str::from_utf8(scheme.bytes());
        let scheme = scheme.map_err(|_| exception::bad_arguments())?.to_owned();
        handle.add_auth((scheme, ByteBuf::from(cert.bytes())), &completion)?;
        give_true(result)
    });
}

extern "C" fn set_watcher(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let mut watcher = Given::none();
        parse!(ex, c"f", watcher.info, watcher.cache)?;
        connected(ex)?.set_watcher(&watcher)?;
        give_true(result)
    });
}

/// There is no log on this side.
extern "C" fn set_log_stream(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let mut _stream = ptr::null_mut::<Zval>();
        parse!(ex, c"z", _stream)?;
        give_true(result)
    });
}

/// Not php-zookeeper's.
extern "C" fn wait(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut seconds, mut left_out) = (0_f64, true);
        parse!(ex, c"|d!", seconds, left_out)?;
        let handle = connected(ex)?;
        let given = args::count(ex) > 0 && !left_out;
        let seconds = given
            .then(|| Duration::try_from_secs_f64(seconds))
            .transpose();
        let seconds = seconds.map_err(|_| exception::bad_arguments())?;
        args::give(result, handle.wait(seconds)?.into());
        Ok(())
    });
}

/// Not php-zookeeper's.
extern "C" fn stream(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        stream::give(result, connected(ex)?.descriptor()?)
    });
}

extern "C" fn close(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        handle(ex)?.close()
    });
}

extern "C" fn get_config(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let handle = connected(ex)?;
        let config = ZookeeperConfig::of(handle);
        *result = config;
        Ok(())
    });
}

fn give(
    result: &mut Zval,
    make: impl FnOnce() -> ext_php_rs::error::Result<Zval>,
) -> Result<(), Stop> {
    made(|| {
        *result = make()?;
        Ok(())
    })
}

/// A parameter without a type.
pub(super) fn any(name: &str) -> Arg<'static> {
    Arg::new(name, DataType::Undef)
}

/// The same with a default.
pub(super) fn or(name: &str, default: &str) -> Arg<'static> {
    any(name).default(default)
}

impl RegisteredClass for Zookeeper {
    const CLASS_NAME: &'static str = "Zookeeper";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::empty();

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Zookeeper> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let method = FunctionBuilder::new;
        // What is required is as in php-zookeeper, also where its code asks for more: overriding methods have to fit.
        let of_one = |name, handler| {
            FunctionBuilder::new(name, handler)
                .arg(any("path"))
                .not_required()
        };
        let methods = [
            method("connect", connect)
                .arg(any("host"))
                .not_required()
                .arg(or("watcher_cb", "null"))
                .arg(or("recv_timeout", "10000")),
            of_one("create", create)
                .arg(or("value", "null"))
                .arg(Arg::new("acl", DataType::Array).default(OPEN))
                .arg(or("flags", "0")),
            of_one("delete", delete).arg(or("version", "-1")),
            of_one("get", get)
                .arg(or("watcher_cb", "null"))
                .arg(or("stat_info", "null").as_ref())
                .arg(or("max_size", "0")),
            of_one("getChildren", get_children).arg(or("watcher_cb", "null")),
            of_one("exists", exists).arg(or("watcher_cb", "null")),
            of_one("set", set)
                .arg(or("value", "null"))
                .arg(or("version", "-1"))
                .arg(or("stat_info", "null").as_ref()),
            of_one("getAcl", get_acl),
            method("setAcl", set_acl)
                .arg(any("path"))
                .arg(any("version"))
                .arg(any("acl")),
            method("getClientId", get_client_id),
            method("getState", get_state),
            method("getRecvTimeout", get_recv_timeout),
            method("isRecoverable", is_recoverable),
            method("addAuth", add_auth)
                .arg(any("scheme"))
                .arg(any("cert"))
                .not_required()
                .arg(or("completion_cb", "null")),
            method("setWatcher", set_watcher).arg(any("watcher_cb")),
            method("setLogStream", set_log_stream).arg(any("stream")),
            method("wait", wait)
                .not_required()
                .arg(or("timeout", "null")),
            method("stream", stream),
            method("close", close),
            method("getConfig", get_config),
        ];
        let of_class = [
            method("setDebugLevel", set_debug_level).arg(any("level")),
            method("setDeterministicConnOrder", set_deterministic_conn_order)
                .arg(any("trueOrFalse")),
            method("dispatch", dispatch),
        ];
        let methods = methods.map(|method| (method, MethodFlags::Public));
        let of_class = of_class.map(|method| (method, MethodFlags::Public | MethodFlags::Static));
        methods.into_iter().chain(of_class).collect()
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(ConstructorMeta {
            constructor: |ex| args::constructed(Self::new(ex)),
            build_fn: |method| {
                method
                    .not_required()
                    .arg(or("host", "''"))
                    .arg(or("watcher_cb", "null"))
                    .arg(or("recv_timeout", "10000"))
            },
            flags: None,
        })
    }

    fn constants() -> &'static [(
        &'static str,
        &'static dyn IntoZvalDyn,
        DocComments,
        ConstantFlags,
    )] {
        macro_rules! constants {
            ($($name:literal $value:expr,)*) => {
                &[$(($name, &{ const VALUE: i64 = $value; VALUE }, &[], ConstantFlags::Public)),*]
            };
        }
        constants! {
            "PERM_READ" 1,
            "PERM_WRITE" 2,
            "PERM_CREATE" 4,
            "PERM_DELETE" 8,
            "PERM_ALL" PERM_ALL,
            "PERM_ADMIN" 16,
            "EPHEMERAL" EPHEMERAL,
            "SEQUENCE" SEQUENCE,
            // Not php-zookeeper's.
            "SEQUENTIAL" SEQUENCE,
            "EXPIRED_SESSION_STATE" state::EXPIRED,
            "AUTH_FAILED_STATE" state::AUTH_FAILED,
            "CONNECTING_STATE" state::CONNECTING,
            "ASSOCIATING_STATE" state::ASSOCIATING,
            "CONNECTED_STATE" state::CONNECTED,
            "NOTCONNECTED_STATE" state::NOT_CONNECTED,
            "CREATED_EVENT" 1,
            "DELETED_EVENT" 2,
            "CHANGED_EVENT" 3,
            "CHILD_EVENT" 4,
            "SESSION_EVENT" -1,
            "NOTWATCHING_EVENT" -2,
            "LOG_LEVEL_ERROR" 1,
            "LOG_LEVEL_WARN" 2,
            "LOG_LEVEL_INFO" 3,
            "LOG_LEVEL_DEBUG" 4,
            "SYSTEMERROR" -1,
            "RUNTIMEINCONSISTENCY" -2,
            "DATAINCONSISTENCY" -3,
            "CONNECTIONLOSS" -4,
            "MARSHALLINGERROR" -5,
            "UNIMPLEMENTED" -6,
            "OPERATIONTIMEOUT" -7,
            "BADARGUMENTS" -8,
            "INVALIDSTATE" -9,
            "NEWCONFIGNOQUORUM" -13,
            "RECONFIGINPROGRESS" -14,
            "OK" 0,
            "APIERROR" -100,
            "NONODE" -101,
            "NOAUTH" -102,
            "BADVERSION" -103,
            "NOCHILDRENFOREPHEMERALS" -108,
            "NODEEXISTS" -110,
            "NOTEMPTY" -111,
            "SESSIONEXPIRED" -112,
            "INVALIDCALLBACK" -113,
            "INVALIDACL" -114,
            "AUTHFAILED" -115,
            "CLOSING" -116,
            "NOTHING" -117,
            "SESSIONMOVED" -118,
        }
    }
}
