//! `Dig\Zookeeper\Cache`: a subtree of ZooKeeper, read from memory that PHP's processes share.

use std::cell::UnsafeCell;
use std::ptr;
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

use super::args::{self, Stop, Text, parse};
use super::client::options::dsn_of;
use super::client::session::{not_constructed, within_call};
use super::client::values::{self, made};
use super::client::{Node, exception};
use crate::cache::picture::{self, Picture};
use crate::family::Family;
use crate::family::settings::check_cached;
use crate::lease::zookeeper::{Dsn, check_znode};

/// The object's own data.
pub(super) struct Cache {
    cache: usize,
    root: String,
}

/// The argument that holds the servers.
const DSN: u32 = 2;

impl Cache {
    /// `string $path, ?string $dsn = null`
    fn new(ex: &ExecuteData) -> Result<Self, Stop> {
        let (mut path, mut dsn) = (Text::NONE, Text::NONE);
        parse!(ex, c"S|S!", path, dsn)?;
        let family = exception::family()?;
        let root = text(path.bytes()).and_then(|path| check_cached(path).map(|()| path));
        let root = root.map_err(args::refuse_value)?.to_owned();
        let servers = dsn_of(family, DSN, &dsn)?;
        if dsn.given().is_some() {
            Dsn::parse(&servers).map_err(|problem| args::refuse(DSN, &problem))?;
        }
        let cache = family.cache(&servers, &root)?;
        let within = family.zookeeper_timeout();
        within_call(|interrupt| family.await_cache(cache, within, interrupt))?;
        Ok(Self { cache, root })
    }

    fn of(ex: &mut ExecuteData) -> Result<(&Self, &'static Family), Stop> {
        let family = exception::family()?;
        let this = args::this(ex).ok_or_else(|| not_constructed(Self::CLASS_NAME))?;
        Ok((this, family))
    }

    /// The rest of a path below the root: of one that is below it, or relative to it. Whether it is one at all is not looked
    /// at; where it is none, no znode has it.
    fn below<'p>(&self, path: &'p [u8]) -> Option<&'p [u8]> {
        if !path.starts_with(b"/") || self.root == "/" {
            return Some(path);
        }
        let below = path.strip_prefix(self.root.as_bytes())?;
        (below.is_empty() || below.starts_with(b"/")).then_some(below)
    }

    /// What is wrong with a path that no znode has, if anything.
    #[cold]
    fn check(&self, given: &[u8]) -> Result<(), Stop> {
        let path = text(given).map_err(args::refuse_value)?;
        match path.starts_with('/') {
            true => check_znode(path),
            false if path.is_empty() => Ok(()),
            false => check_znode(&format!("/{path}")),
        }
        .map_err(args::refuse_value)?;
        match self.below(given) {
            Some(_) => Ok(()),
            None => Err(args::refuse_value(&format!(
                "must be {} or a path below it, or be relative to it, without a slash at its beginning",
                self.root
            ))),
        }
    }

    fn full(&self, below: &str) -> String {
        match (self.root.as_str(), below.trim_start_matches('/')) {
            (root, "") => root.to_owned(),
            ("/", below) => format!("/{below}"),
            (root, below) => format!("{root}/{below}"),
        }
    }
}

fn text(given: &[u8]) -> Result<&str, &'static str> {
    std::str::from_utf8(given).map_err(|_| "must be in UTF-8")
}

/// Seconds in an argument; `None`: it is null, or not given.
pub(super) struct Seconds {
    pub(super) seconds: f64,
    pub(super) is_null: bool,
}

impl Seconds {
    pub(super) fn none() -> Self {
        Self {
            seconds: 0.0,
            is_null: true,
        }
    }

    pub(super) fn given(&self, argument: u32, count: u32) -> Result<Option<Duration>, Stop> {
        if self.is_null || count < argument {
            return Ok(None);
        }
        let must = "must be null or a number of seconds from 0 on";
        match Duration::try_from_secs_f64(self.seconds) {
            Ok(time) => Ok(Some(time)),
            Err(_) if self.seconds > 0.0 => Ok(Some(Duration::MAX)),
            Err(_) => Err(args::refuse(argument, must)),
        }
    }
}

/// `string $path, ?float $maxAge = null`: looks at the node of that path, if there is one.
fn look<T>(
    ex: &mut ExecuteData,
    mut see: impl FnMut(&[u8], picture::Node<'_, '_>) -> Option<T>,
) -> Result<Option<T>, Stop> {
    let (mut path, mut age) = (Text::NONE, Seconds::none());
    // What is asked for most often needs nothing of the engine.
    let quick = args::only_string(ex).map(ptr::from_ref);
    let path = match quick {
        // SAFETY: an argument lives as long as the call.
        Some(path) => unsafe { &*path },
        None => {
            parse!(ex, c"S|d!", path, age.seconds, age.is_null)?;
            path.bytes()
        }
    };
    let count = args::count(ex);
    let (this, family) = Cache::of(ex)?;
    family.check_age(this.cache, age.given(2, count)?)?;
    let found = match this.below(path) {
        Some(below) => family.look(this.cache, |picture| match picture.find(below)? {
            Some(node) => see(below, node).map(Some),
            None => Some(None),
        })?,
        None => None,
    };
    if found.is_none() {
        this.check(path)?;
    }
    Ok(found)
}

thread_local! {
    /// Where a value is put together.
    static VALUE: UnsafeCell<Vec<u8>> = const { UnsafeCell::new(Vec::new()) };
}

/// So much of it is kept, in bytes.
const KEPT: usize = 64 << 10;

extern "C" fn get(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let buffer = VALUE.with(UnsafeCell::get);
        // SAFETY: of this thread, and no code of PHP's runs while it is looked at or written; so below.
        let found = look(ex, |_, node| node.copy_value(unsafe { &mut *buffer }))?;
        if found.is_none() {
            return Ok(());
        }
        // SAFETY: as above.
        let value = unsafe { &mut *buffer };
        if value.len() > KEPT {
            let value = std::mem::take(value);
            return made(|| {
                *result = values::bytes(&value);
                Ok(())
            });
        }
        // Where there is no memory for it, the engine jumps out of here: there is nothing to be dropped.
        *result = values::bytes(value);
        Ok(())
    });
}

extern "C" fn node(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let found = look(ex, |below, node| {
            Some((
                String::from_utf8_lossy(below).into_owned(),
                (ByteBuf::from(node.value()?), node.stat()?),
            ))
        })?;
        let (this, _) = Cache::of(ex)?;
        match &found {
            Some((below, data)) => {
                let path = this.full(below);
                made(|| {
                    *result = values::node(&path, data);
                    Ok(())
                })
            }
            None => Ok(()),
        }
    });
}

extern "C" fn children(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let names = look(ex, |_, node| {
            let mut names = vec![];
            node.each(&mut |child| {
                names.push(child.name()?);
                Some(())
            })?;
            Some(names)
        })?;
        let names = names.unwrap_or_default();
        made(|| {
            let names = names.iter().map(|name| Ok(values::bytes(name)));
            result.set_hashtable(values::list(names)?);
            Ok(())
        })
    });
}

extern "C" fn all(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let mut age = Seconds::none();
        parse!(ex, c"|d!", age.seconds, age.is_null)?;
        let count = args::count(ex);
        let (this, family) = Cache::of(ex)?;
        family.check_age(this.cache, age.given(1, count)?)?;
        let all = family.look(this.cache, |picture: &Picture<'_, '_>| {
            let mut all = vec![];
            if let Some(root) = picture.root {
                root.walk(&mut vec![], &mut |below, node| {
                    all.push((below.to_vec(), node.value()?));
                    Some(())
                })?;
            }
            Some(all)
        })?;
        let mut key = vec![];
        made(|| {
            let count = u32::try_from(all.len()).unwrap_or(0);
            let mut array = ZendHashTable::with_capacity(count);
            for (below, value) in &all {
                key.clear();
                if this.root != "/" || below.is_empty() {
                    key.extend_from_slice(this.root.as_bytes());
                }
                key.extend_from_slice(below);
                array.insert(&*String::from_utf8_lossy(&key), values::bytes(value))?;
            }
            result.set_hashtable(array);
            Ok(())
        })
    });
}

extern "C" fn version(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let (this, family) = Cache::of(ex)?;
        let version = family.look(this.cache, |picture| Some(picture.version))?;
        result.set_long(version.cast_signed());
        Ok(())
    });
}

extern "C" fn age(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let (this, family) = Cache::of(ex)?;
        result.set_double(family.age(this.cache).as_secs_f64());
        Ok(())
    });
}

extern "C" fn is_complete(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let (this, family) = Cache::of(ex)?;
        result.set_bool(family.look(this.cache, |_| Some(())).is_ok());
        Ok(())
    });
}

extern "C" fn wait_for_change(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut since, mut timeout) = (0_i64, Seconds::none());
        parse!(ex, c"l|d!", since, timeout.seconds, timeout.is_null)?;
        let within = timeout.given(2, args::count(ex))?;
        let (this, family) = Cache::of(ex)?;
        let (cache, since) = (this.cache, since.cast_unsigned());
        let version =
            within_call(|interrupt| family.await_change(cache, since, within, interrupt))?;
        result.set_long(version.cast_signed());
        Ok(())
    });
}

impl RegisteredClass for Cache {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\Cache";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Cache> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let method = FunctionBuilder::new;
        let seconds = |name: &str| {
            Arg::new(name, DataType::Double)
                .allow_null()
                .default("null")
        };
        let path = || Arg::new("path", DataType::String);
        let of_path = |name, handler| {
            FunctionBuilder::new(name, handler)
                .arg(path())
                .not_required()
                .arg(seconds("maxAge"))
        };
        let methods = vec![
            of_path("get", get).returns(DataType::String, false, true),
            of_path("node", node).returns(DataType::object(Node::CLASS_NAME), false, true),
            of_path("children", children).returns(DataType::Array, false, false),
            method("all", all)
                .not_required()
                .arg(seconds("maxAge"))
                .returns(DataType::Array, false, false),
            method("version", version).returns(DataType::Long, false, false),
            method("age", age).returns(DataType::Double, false, false),
            method("isComplete", is_complete).returns(DataType::Bool, false, false),
            method("waitForChange", wait_for_change)
                .arg(Arg::new("since", DataType::Long))
                .not_required()
                .arg(seconds("timeout"))
                .returns(DataType::Long, false, false),
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
                    .arg(Arg::new("path", DataType::String))
                    .not_required()
                    .arg(
                        Arg::new("dsn", DataType::String)
                            .allow_null()
                            .default("null"),
                    )
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
        &[]
    }
}
