//! `Dig\Zookeeper\Client` and what belongs to it.

pub(super) mod callback;
pub(super) mod collector;
pub(super) mod exception;
pub(super) mod interrupt;
pub(super) mod options;
pub(super) mod request;
pub(super) mod session;
mod state;
pub(super) mod status;
pub(super) mod stream;
mod transaction;
pub(super) mod tree;
pub(super) mod values;
mod watch;
pub(super) mod watching;

use std::ptr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::error::Result as Registered;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::{ZendClassObject, ZendHashTable, Zval};
use ext_php_rs::zend::ExecuteData;
use serde_bytes::ByteBuf;

use super::args::{self, Stop, Text, parse};
use super::sensitive;
use crate::wire::credentials::SASL;
use crate::wire::{Reply, Request, State};
use callback::Given;
use collector::Shown;
use options::Options;
use request::{CONTAINER, EPHEMERAL, New, PERM_ALL, SEQUENCE};
use session::{Session, not_constructed, unexpected};
use values::made;
use watching::{Style, Watcher, Watching};

pub(super) use transaction::Transaction;
pub(super) use values::{Event, Node, Stat};
pub(super) use watch::Watch;

/// The object's own data.
pub(super) struct Client {
    session: Rc<Session>,
    watching: Rc<Watching>,
}

/// Registers what the module's builder does not. Call in MINIT only, before the classes are registered.
pub(super) fn register() -> Registered<()> {
    exception::register()?;
    state::register()
}

/// Completes what is registered. Call in MINIT only.
pub(super) fn complete() {
    values::complete();
    Transaction::complete();
    Client::complete();
}

impl Client {
    /// `?string $dsn = null, array $options = []`
    fn new(ex: &ExecuteData) -> Result<Self, Stop> {
        let (mut dsn, mut options) = (Text::NONE, ptr::null::<ZendHashTable>());
        parse!(ex, c"|S!h", dsn, options)?;
        let options = Options::read(exception::family()?, &dsn, options)?;
        Ok(Self::with(options))
    }

    fn with(options: Options) -> Self {
        let session = Rc::new(Session::new(options));
        Self {
            watching: Watching::new(session.clone(), Style::Object),
            session,
        }
    }

    /// A client of those servers, as an object, with the settings for the rest.
    pub(super) fn object(dsn: &str) -> Result<Zval, Stop> {
        let options = Options::of(exception::family()?, dsn.to_owned())?;
        let client = Self::with(options);
        Ok(values::into_value(ZendClassObject::new(client)))
    }

    /// What an argument that is one has, if it was constructed.
    pub(super) fn of(value: &Zval) -> Option<(Rc<Session>, Rc<Watching>)> {
        let object = value.dereference().object()?;
        if !object.instance_of(Self::get_metadata().ce()) {
            return None;
        }
        let client = ZendClassObject::<Self>::from_zend_obj(object)?;
        Some((client.session.clone(), client.watching.clone()))
    }

    /// Has the engine's collector ask for the callbacks. Call in MINIT, when the class is registered.
    fn complete() {
        collector::shows::<Self>();
        sensitive::mark::<Self>("__construct", 1);
        sensitive::mark::<Self>("addAuth", 1);
    }
}

impl Shown for Client {
    fn watching(&self) -> Option<Rc<Watching>> {
        Some(self.watching.clone())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A callback may have let go of the last of it: what is due still is nobody's.
        self.watching.clear();
    }
}

/// The callbacks of a call's object.
fn watching_of(ex: &mut ExecuteData) -> Result<Rc<Watching>, Stop> {
    let this = args::this::<Client>(ex);
    let this = this.ok_or_else(|| not_constructed(Client::CLASS_NAME))?;
    Ok(this.watching.clone())
}

/// The session of a call's object. It lives on, though the object may be made anew by code that a signal runs.
fn session(ex: &mut ExecuteData) -> Result<Rc<Session>, Stop> {
    let this = args::this::<Client>(ex);
    let this = this.ok_or_else(|| not_constructed(Client::CLASS_NAME))?;
    Ok(this.session.clone())
}

extern "C" fn create(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut value) = (Text::NONE, Text::NONE);
        let (mut acl, mut flags, mut ttl) = (ptr::null::<ZendHashTable>(), 0_i64, 0_i64);
        parse!(ex, c"S|S!h!ll", path, value, acl, flags, ttl)?;
        let session = session(ex)?;
        let new = New {
            path: &path,
            value: &value,
            acl,
            flags,
            ttl,
        };
        match session.call(Request::Create(new.create()?))? {
            Reply::Created(path) => give_text(result, &path),
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn get(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut given, mut stat) = (Text::NONE, Given::none(), ptr::null_mut::<Zval>());
        parse!(ex, c"S|f!z", path, given.info, given.cache, stat)?;
        let (watching, path) = (watching_of(ex)?, request::path(&path)?);
        values::check_stat(3, stat)?;
        let request = |watch| Request::Get { path, watch };
        match watching.call(&given, request)? {
            Reply::Data((value, found)) => {
                give_stat(stat, &found)?;
                give_text(result, &value)
            }
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn set(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut value, mut version) = (Text::NONE, Text::NONE, -1_i64);
        parse!(ex, c"SS!|l", path, value, version)?;
        let session = session(ex)?;
        let request = Request::Set {
            path: request::path(&path)?,
            version: request::version(3, version)?,
            value: request::value(&value),
        };
        match session.call(request)? {
            Reply::Stat(stat) => give_object(result, || values::stat(&stat)),
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn exists(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut given) = (Text::NONE, Given::none());
        parse!(ex, c"S|f!", path, given.info, given.cache)?;
        let (watching, path) = (watching_of(ex)?, request::path(&path)?);
        let request = |watch| Request::Exists { path, watch };
        match watching.call(&given, request)? {
            Reply::Exists(Some(stat)) => give_object(result, || values::stat(&stat)),
            Reply::Exists(None) => Ok(()),
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn get_children(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut given, mut stat) = (Text::NONE, Given::none(), ptr::null_mut::<Zval>());
        parse!(ex, c"S|f!z", path, given.info, given.cache, stat)?;
        let (watching, path) = (watching_of(ex)?, request::path(&path)?);
        values::check_stat(3, stat)?;
        let request = |watch| Request::Children { path, watch };
        match watching.call(&given, request)? {
            Reply::Children(names, found) => {
                give_stat(stat, &found)?;
                made(|| {
                    let names = names.iter().map(|name| Ok(values::bytes(name)));
                    result.set_hashtable(values::list(names)?);
                    Ok(())
                })
            }
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn delete(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut version) = (Text::NONE, -1_i64);
        parse!(ex, c"S|l", path, version)?;
        let session = session(ex)?;
        let request = Request::Delete {
            path: request::path_below_root(&path)?,
            version: request::version(2, version)?,
        };
        session.call(request)?;
        give_true(result)
    });
}

extern "C" fn get_acl(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut stat) = (Text::NONE, ptr::null_mut::<Zval>());
        parse!(ex, c"S|z", path, stat)?;
        let (session, path) = (session(ex)?, request::path(&path)?);
        values::check_stat(2, stat)?;
        match session.call(Request::GetAcl { path })? {
            Reply::Acl(acl, found) => {
                give_stat(stat, &found)?;
                made(|| {
                    result.set_hashtable(values::acl(&acl)?);
                    Ok(())
                })
            }
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn set_acl(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut acl, mut version) = (Text::NONE, ptr::null::<ZendHashTable>(), -1_i64);
        parse!(ex, c"Sh|l", path, acl, version)?;
        let session = session(ex)?;
        let request = Request::SetAcl {
            path: request::path(&path)?,
            acl: request::acl(2, acl)?,
            version: request::version(3, version)?,
        };
        match session.call(request)? {
            Reply::Stat(stat) => give_object(result, || values::stat(&stat)),
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn sync(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        let mut path = Text::NONE;
        parse!(ex, c"|S", path)?;
        let session = session(ex)?;
        let path = match path.given() {
            Some(_) => request::path(&path)?,
            None => "/".to_owned(),
        };
        session.call(Request::Sync { path })?;
        Ok(())
    });
}

extern "C" fn transaction(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let session = session(ex)?;
        *result = Transaction::object(session);
        Ok(())
    });
}

extern "C" fn get_many(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let mut paths = ptr::null::<ZendHashTable>();
        parse!(ex, c"h", paths)?;
        let session = session(ex)?;
        let paths = request::paths(paths, session.limit())?;
        let found = match paths.is_empty() {
            true => vec![],
            false => match session.call(Request::GetMany(paths.clone()))? {
                Reply::Many(found) if found.len() == paths.len() => found,
                _ => return Err(unexpected()),
            },
        };
        made(|| {
            let mut nodes = ZendHashTable::with_capacity(u32::try_from(paths.len()).unwrap_or(0));
            for (path, found) in paths.iter().zip(&found) {
                let node = found
                    .as_ref()
                    .map_or_else(Zval::null, |data| values::node(path, data));
                nodes.insert(path.as_str(), node)?;
            }
            result.set_hashtable(nodes);
            Ok(())
        })
    });
}

extern "C" fn count_descendants(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let mut path = Text::NONE;
        parse!(ex, c"S", path)?;
        let (session, path) = (session(ex)?, request::path(&path)?);
        match session.call(Request::Descendants { path })? {
            Reply::Count(count) => {
                result.set_long(count.cast_signed());
                Ok(())
            }
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn make_path(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut value) = (Text::NONE, Text::NONE);
        parse!(ex, c"S|S", path, value)?;
        let (session, path) = (session(ex)?, request::path(&path)?);
        let acl = request::acl(0, ptr::null())?;
        tree::make(
            &session,
            session.deadline(),
            &path,
            &request::value(&value),
            &acl,
        )?;
        give_true(result)
    });
}

extern "C" fn make_node(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut value) = (Text::NONE, Text::NONE);
        let (mut acl, mut flags) = (ptr::null::<ZendHashTable>(), 0_i64);
        parse!(ex, c"SS|hl", path, value, acl, flags)?;
        let session = session(ex)?;
        // SAFETY: null, or an array that lives as long as the call.
        let empty = unsafe { acl.as_ref() }.is_none_or(ZendHashTable::is_empty);
        let new = New {
            path: &path,
            value: &value,
            // Everything for everybody, as in the article.
            acl: if empty { ptr::null() } else { acl },
            flags,
            ttl: 0,
        };
        session.call(Request::Create(new.create()?))?;
        give_true(result)
    });
}

extern "C" fn delete_path(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let mut path = Text::NONE;
        parse!(ex, c"S", path)?;
        let (session, path) = (session(ex)?, request::path_below_root(&path)?);
        tree::delete(&session, path)?;
        give_true(result)
    });
}

extern "C" fn add_auth(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        let (mut scheme, mut cert) = (Text::NONE, Text::NONE);
        parse!(ex, c"SS", scheme, cert)?;
        let session = session(ex)?;
        let scheme =
            options::scheme_of(1, "must be the name of a scheme in UTF-8", scheme.bytes())?;
        if scheme == SASL {
            let must = "must not be sasl, which a session can only begin with: see the option auth, and ticket.zookeeper_auth";
            return Err(args::refuse(1, must));
        }
        session.call(Request::Auth((scheme, ByteBuf::from(cert.bytes()))))?;
        Ok(())
    });
}

extern "C" fn who_am_i(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let session = session(ex)?;
        match session.call(Request::WhoAmI)? {
            Reply::WhoAmI(all) => made(|| {
                let all = all.iter().map(|(scheme, id)| {
                    let [scheme, id] = [scheme, id].map(values::bytes);
                    values::record([("scheme", scheme), ("id", id)])
                });
                result.set_hashtable(values::list(all)?);
                Ok(())
            }),
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn get_state(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let session = session(ex)?;
        let state = match session.is_closed() {
            true => State::Closed,
            false => match session.call(Request::State)? {
                Reply::State(state) => state,
                _ => return Err(unexpected()),
            },
        };
        made(|| {
            state::give(result, state);
            Ok(())
        })
    });
}

extern "C" fn get_session_id(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let session = session(ex)?;
        match session.call(Request::SessionId)? {
            Reply::SessionId(id) => {
                result.set_long(id);
                Ok(())
            }
            _ => Err(unexpected()),
        }
    });
}

extern "C" fn watch_path(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut path, mut given, mut recursive) = (Text::NONE, Given::none(), false);
        parse!(ex, c"Sf|b", path, given.info, given.cache, recursive)?;
        let (session, path) = (session(ex)?, request::path(&path)?);
        let watcher = Watcher::new(&watching_of(ex)?, &given, false)?;
        let Some(watch) = Watcher::number(&watcher) else {
            return Err(unexpected());
        };
        session.call(Request::Watch {
            path,
            recursive,
            watch,
        })?;
        *result = Watch::object(&watching_of(ex)?, watch);
        Watcher::keep(watcher);
        Ok(())
    });
}

extern "C" fn on_session(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        let mut given = Given::none();
        parse!(ex, c"f!", given.info, given.cache)?;
        watching_of(ex)?.keep_for_session(given.callback())
    });
}

extern "C" fn dispatch(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let called = watching_of(ex)?.dispatch(true)?;
        result.set_long(i64::from(called));
        Ok(())
    });
}

/// Seconds that are given, or null or nothing for ever, as until when that is.
pub(super) fn until(argument: u32, seconds: f64) -> Result<Option<Instant>, Stop> {
    match Duration::try_from_secs_f64(seconds) {
        Ok(time) => Ok(Instant::now().checked_add(time)),
        Err(_) => Err(args::refuse(
            argument,
            "must be null or a number of seconds from 0 on",
        )),
    }
}

extern "C" fn wait(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut seconds, mut forever) = (0_f64, true);
        parse!(ex, c"|d!", seconds, forever)?;
        let watching = watching_of(ex)?;
        let forever = forever || args::count(ex) == 0;
        let until = match forever {
            true => None,
            false => until(1, seconds)?,
        };
        if forever && !watching.expects() {
            return Err(exception::invalid_state(
                "nothing is watched, so that this would wait for ever: give get(), exists(), getChildren(), watch() or \
                 onSession() a callback first, or this a time",
            ));
        }
        let called = watching.wait(until)?;
        result.set_long(i64::from(called));
        Ok(())
    });
}

extern "C" fn stream(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        stream::give(result, session(ex)?.descriptor()?)
    });
}

extern "C" fn interrupt_script(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        let mut on = true;
        parse!(ex, c"|b", on)?;
        watching_of(ex)?.interrupt(on);
        Ok(())
    });
}

extern "C" fn close(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let (session, watching) = (session(ex)?, watching_of(ex)?);
        session.close()?;
        watching.clear();
        Ok(())
    });
}

pub(super) fn give_true(result: &mut Zval) -> Result<(), Stop> {
    result.set_bool(true);
    Ok(())
}

fn give_text(result: &mut Zval, text: &(impl AsRef<[u8]> + ?Sized)) -> Result<(), Stop> {
    made(|| {
        *result = values::bytes(text);
        Ok(())
    })
}

fn give_object(result: &mut Zval, make: impl FnOnce() -> Zval) -> Result<(), Stop> {
    made(|| {
        *result = make();
        Ok(())
    })
}

fn give_stat(to: *mut Zval, stat: &crate::wire::Stat) -> Result<(), Stop> {
    if to.is_null() {
        return Ok(());
    }
    made(|| {
        values::assign(to, values::stat(stat));
        Ok(())
    })?;
    values::assigned()
}

/// Descriptions of parameters, for all methods here.
mod describe {
    use super::*;

    pub(super) fn text(name: &str) -> Arg<'static> {
        Arg::new(name, DataType::String)
    }

    pub(super) fn text_or_null(name: &str) -> Arg<'static> {
        text(name).allow_null()
    }

    pub(super) fn int(name: &str, default: &str) -> Arg<'static> {
        Arg::new(name, DataType::Long).default(default)
    }

    pub(super) fn array(name: &str) -> Arg<'static> {
        Arg::new(name, DataType::Array)
    }

    /// A callback for the next event.
    pub(super) fn watcher() -> Arg<'static> {
        let watcher = Arg::new("watcher", DataType::Callable);
        watcher.allow_null().default("null")
    }

    pub(super) fn stat() -> Arg<'static> {
        let stat = Arg::new("stat", DataType::object(Stat::CLASS_NAME));
        stat.as_ref().allow_null().default("null")
    }

    /// The parameters of a method that makes a znode.
    pub(super) fn create(method: FunctionBuilder<'static>) -> FunctionBuilder<'static> {
        method
            .arg(text("path"))
            .not_required()
            .arg(text_or_null("value").default("null"))
            .arg(array("acl").allow_null().default("null"))
            .arg(int("flags", "0"))
            .arg(int("ttl", "0"))
    }

    /// Of one that changes a value.
    pub(super) fn set(method: FunctionBuilder<'static>) -> FunctionBuilder<'static> {
        let method = method.arg(text("path")).arg(text_or_null("value"));
        method.not_required().arg(int("version", "-1"))
    }

    /// Of one that deletes a znode.
    pub(super) fn delete(method: FunctionBuilder<'static>) -> FunctionBuilder<'static> {
        let method = method.arg(text("path")).not_required();
        method.arg(int("version", "-1"))
    }
}

impl RegisteredClass for Client {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\Client";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::NoDynamicProperties;

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Client> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        use describe::{array, int, stat, text, watcher};
        let method = FunctionBuilder::new;
        let string = DataType::String;
        let of_stat = DataType::object(Stat::CLASS_NAME);
        let one = |name, handler| FunctionBuilder::new(name, handler).arg(text("path"));
        let with_stat = |name, handler| one(name, handler).not_required().arg(stat());
        let watched = |name, handler| one(name, handler).not_required().arg(watcher());
        let methods = vec![
            describe::create(method("create", create)).returns(string, false, false),
            watched("get", get).arg(stat()).returns(string, false, true),
            describe::set(method("set", set)).returns(of_stat, false, false),
            watched("exists", exists).returns(of_stat, false, true),
            watched("getChildren", get_children)
                .arg(stat())
                .returns(DataType::Array, false, false),
            describe::delete(method("delete", delete)).returns(DataType::Bool, false, false),
            with_stat("getAcl", get_acl).returns(DataType::Array, false, false),
            one("setAcl", set_acl)
                .arg(array("acl"))
                .not_required()
                .arg(int("version", "-1"))
                .returns(of_stat, false, false),
            method("sync", sync)
                .not_required()
                .arg(text("path").default("'/'"))
                .returns(DataType::Void, false, false),
            method("transaction", transaction).returns(
                DataType::object(Transaction::CLASS_NAME),
                false,
                false,
            ),
            method("getMany", get_many)
                .arg(array("paths"))
                .returns(DataType::Array, false, false),
            one("countDescendants", count_descendants).returns(DataType::Long, false, false),
            one("makePath", make_path)
                .not_required()
                .arg(text("value").default("''"))
                .returns(DataType::Bool, false, false),
            one("makeNode", make_node)
                .arg(text("value"))
                .not_required()
                .arg(array("acls").default("[]"))
                .arg(int("flag", "0"))
                .returns(DataType::Bool, false, false),
            one("deletePath", delete_path).returns(DataType::Bool, false, false),
            method("addAuth", add_auth)
                .arg(text("scheme"))
                .arg(text("cert"))
                .returns(DataType::Void, false, false),
            method("whoAmI", who_am_i).returns(DataType::Array, false, false),
            method("getState", get_state).returns(DataType::object(state::NAME), false, false),
            method("getSessionId", get_session_id).returns(DataType::Long, false, false),
            one("watch", watch_path)
                .arg(Arg::new("callback", DataType::Callable))
                .not_required()
                .arg(Arg::new("recursive", DataType::Bool).default("false"))
                .returns(DataType::object(Watch::CLASS_NAME), false, false),
            method("onSession", on_session)
                .arg(Arg::new("callback", DataType::Callable).allow_null())
                .returns(DataType::Void, false, false),
            method("dispatch", dispatch).returns(DataType::Long, false, false),
            method("wait", wait)
                .not_required()
                .arg(
                    Arg::new("timeout", DataType::Double)
                        .allow_null()
                        .default("null"),
                )
                .returns(DataType::Long, false, false),
            method("stream", stream).returns(DataType::Mixed, false, false),
            method("interrupt", interrupt_script)
                .not_required()
                .arg(Arg::new("on", DataType::Bool).default("true"))
                .returns(DataType::Void, false, false),
            method("close", close).returns(DataType::Void, false, false),
        ];
        methods
            .into_iter()
            .map(|method| (method, MethodFlags::Public))
            .collect()
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(ConstructorMeta {
            constructor: |ex| args::constructed(Self::new(ex)),
            build_fn: |method| {
                method
                    .not_required()
                    .arg(describe::text_or_null("dsn").default("null"))
                    .arg(describe::array("options").default("[]"))
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
        &[
            ("PERM_READ", &1_i64, &[], ConstantFlags::Public),
            ("PERM_WRITE", &2_i64, &[], ConstantFlags::Public),
            ("PERM_CREATE", &4_i64, &[], ConstantFlags::Public),
            ("PERM_DELETE", &8_i64, &[], ConstantFlags::Public),
            ("PERM_ADMIN", &16_i64, &[], ConstantFlags::Public),
            ("PERM_ALL", &PERM_ALL, &[], ConstantFlags::Public),
            ("EPHEMERAL", &EPHEMERAL, &[], ConstantFlags::Public),
            ("SEQUENCE", &SEQUENCE, &[], ConstantFlags::Public),
            ("CONTAINER", &CONTAINER, &[], ConstantFlags::Public),
        ]
    }
}
