//! `Dig\Zookeeper\Group`: who is there, of those that have joined.

use std::ptr;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::ExecuteData;

use super::super::args::{self, Stop, Text, parse};
use super::super::client::collector::{self, Shown};
use super::super::client::session::{Failed, not_constructed, unexpected};
use super::super::client::values::{self, made};
use super::super::recipe::{On, on};
use super::{At, Registration, Value, ask, check_size, json};
use crate::family::Application;
use crate::keeper::LONGEST_PARENT;
use crate::wire::{Reply, Request, code};

/// The object's own data.
pub(in super::super) struct Group(On);

impl Shown for Group {
    fn other(&self) -> Option<&Zval> {
        Some(&self.0.client)
    }
}

impl Group {
    /// `Client $client, string $path`
    fn new(ex: &ExecuteData) -> Result<Self, Stop> {
        let (mut client, mut path) = (ptr::null_mut::<Zval>(), Text::NONE);
        parse!(ex, c"zS", client, path)?;
        let on = On::read(client, &path)?;
        if on.path == "/" || on.path.len() > LONGEST_PARENT {
            let must = format!(
                "must name a znode below the root, with {LONGEST_PARENT} bytes at the most"
            );
            return Err(args::refuse(2, &must));
        }
        Ok(Self(on))
    }

    fn this(ex: &mut ExecuteData) -> Result<&Self, Stop> {
        args::this(ex).ok_or_else(|| not_constructed(Self::CLASS_NAME))
    }

    /// Names and values of the znodes, the latter with a zero byte behind them.
    fn read(&self) -> Result<Vec<(String, Vec<u8>)>, Stop> {
        let on = &self.0;
        let deadline = on.session.deadline();
        let children = Request::Children {
            path: on.path.clone(),
            watch: None,
        };
        let mut names = match on.session.until(deadline, children) {
            Ok(Reply::Children(names, _)) => names,
            Ok(_) => return Err(unexpected()),
            // Nobody has ever joined.
            Err(Failed::By(failure)) if failure.code == code::NO_NODE => return Ok(vec![]),
            Err(failed) => return Err(failed.into()),
        };
        names.sort_unstable();
        let mut all = vec![];
        // Not all at once: each of them has a value.
        for names in names.chunks(100) {
            let paths = names.iter().map(|name| format!("{}/{name}", on.path));
            let found = match on
                .session
                .until(deadline, Request::GetMany(paths.collect()))?
            {
                Reply::Many(found) => found,
                _ => return Err(unexpected()),
            };
            for (name, found) in names.iter().zip(found) {
                if let Some((value, _)) = found {
                    let mut value = value.into_vec();
                    value.push(0);
                    all.push((name.clone(), value));
                }
            }
        }
        Ok(all)
    }
}

/// A member, if its znode's value is one's.
fn member(id: &str, value: &[u8]) -> ext_php_rs::error::Result<Option<Zval>> {
    let Some(known) = json::decode(value) else {
        return Ok(None);
    };
    let field = |name| known.array().and_then(|known| known.get(name));
    let (Some(name), Some(meta)) = (field("address"), field("meta")) else {
        return Ok(None);
    };
    if name.zend_str().is_none() || meta.array().is_none() {
        return Ok(None);
    }
    let fields = [
        ("member", name.shallow_clone()),
        ("meta", meta.shallow_clone()),
        ("id", values::bytes(id)),
    ];
    values::record(fields).map(Some)
}

extern "C" fn join(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut name, mut meta) = (Text::NONE, ptr::null_mut::<Zval>());
        parse!(ex, c"S|a", name, meta)?;
        let on = &Group::this(ex)?.0;
        let (parent, dsn) = (on.path.clone(), on.session.dsn().unwrap_or_default());
        let (within, limit) = (on.session.timeout(), on.session.limit());
        let value = Value::read(At(1), &name, meta)?;
        check_size(limit, &parent, &value.whole)?;
        let application = Application {
            dsn: &dsn,
            parent: &parent,
            value: &value.whole,
            within,
        };
        let registered =
            ask(|family, interrupt| family.register(&application, &value.address, interrupt))?;
        let registration = Registration::new(registered, parent.clone(), within, limit);
        made(|| {
            *result = registration.object();
            Ok(())
        })
    });
}

extern "C" fn members(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let all = Group::this(ex)?.read()?;
        made(|| {
            let mut list = ZendHashTable::new();
            for (id, value) in &all {
                if let Some(member) = member(id, value)? {
                    list.push(member)?;
                }
            }
            result.set_hashtable(list);
            Ok(())
        })
    });
}

impl RegisteredClass for Group {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\Group";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Group> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let join = FunctionBuilder::new("join", join)
            .arg(Arg::new("member", DataType::String))
            .not_required()
            .arg(Arg::new("meta", DataType::Array).default("[]"))
            .returns(DataType::object(Registration::CLASS_NAME), false, false);
        let members =
            FunctionBuilder::new("members", members).returns(DataType::Array, false, false);
        vec![(join, MethodFlags::Public), (members, MethodFlags::Public)]
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(ConstructorMeta {
            constructor: |ex| args::constructed(Self::new(ex)),
            build_fn: |method| on(method),
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

/// Has the engine's collector ask for what the objects hold. Call in MINIT, when the class is registered.
pub(in super::super) fn complete() {
    collector::shows::<Group>();
}
