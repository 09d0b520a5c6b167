//! `ZookeeperConfig`: the servers' configuration.

use std::ptr;
use std::rc::Rc;

use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{
    ClassEntryInfo, ClassMetadata, ConstructorMeta, ConstructorResult, RegisteredClass,
};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, MethodFlags};
use ext_php_rs::types::{ZendClassObject, Zval};
use ext_php_rs::zend::ExecuteData;

use super::handle::Handle;
use super::zookeeper::{any, or};
use super::{exception, values};
use crate::php::args::{self, Stop, Text, parse};
use crate::php::client::callback::Given;
use crate::php::client::session::{not_constructed, unexpected};
use crate::php::client::values::{bytes, into_value, made};
use crate::wire::{Change, Reply, Request};

/// The object's own data: what it asks over, which nobody made by `new` has. Not the object that it came from: the two
/// could be a circle that nobody sees.
#[derive(Clone, Default)]
pub(super) struct ZookeeperConfig(Option<Rc<Handle>>);

impl ZookeeperConfig {
    /// A new one, as an object.
    pub(super) fn of(handle: Rc<Handle>) -> Zval {
        into_value(ZendClassObject::new(Self(Some(handle))))
    }
}

fn handle(ex: &mut ExecuteData) -> Result<Rc<Handle>, Stop> {
    let this = args::own::<ZookeeperConfig>(ex);
    let this = this.ok_or_else(|| not_constructed(ZookeeperConfig::CLASS_NAME))?;
    this.0.ok_or_else(exception::not_connected)
}

extern "C" fn get(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut watcher, mut stat) = (Given::none(), ptr::null_mut::<Zval>());
        parse!(ex, c"|f!z", watcher.info, watcher.cache, stat)?;
        let handle = handle(ex)?;
        let reply = handle.call_watched(&watcher, |watch| Request::Config { watch })?;
        give(reply, stat, result)
    });
}

extern "C" fn set(ex: &mut ExecuteData, result: &mut Zval) {
    change(ex, result, Change::Members);
}

extern "C" fn add(ex: &mut ExecuteData, result: &mut Zval) {
    change(ex, result, Change::Join);
}

extern "C" fn remove(ex: &mut ExecuteData, result: &mut Zval) {
    change(ex, result, Change::Leave);
}

fn change(ex: &mut ExecuteData, result: &mut Zval, change: fn(String) -> Change) {
    args::guarded(|| {
        let mut members = Text::NONE;
        let (mut version, mut stat) = (-1_i64, ptr::null_mut::<Zval>());
        parse!(ex, c"S|lz", members, version, stat)?;
        let handle = handle(ex)?;
        let members = std::str::from_utf8(members.bytes());
        let members = members.map_err(|_| exception::bad_arguments())?;
        let request = Request::Reconfig {
            change: change(members.to_owned()),
            version: (version != -1).then_some(version),
        };
        give(handle.call(request)?, stat, result)
    });
}

fn give(reply: Reply, stat: *mut Zval, result: &mut Zval) -> Result<(), Stop> {
    let Reply::Data((text, found)) = reply else {
        return Err(unexpected());
    };
    values::give_stat(stat, &found)?;
    made(|| {
        *result = bytes(&text);
        Ok(())
    })
}

impl RegisteredClass for ZookeeperConfig {
    const CLASS_NAME: &'static str = "ZookeeperConfig";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::empty();

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<ZookeeperConfig> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let change = |name, handler| {
            FunctionBuilder::new(name, handler)
                .arg(any("members"))
                .not_required()
                .arg(or("version", "-1"))
                .arg(or("stat_info", "null").as_ref())
        };
        let get = FunctionBuilder::new("get", get)
            .not_required()
            .arg(or("watcher_cb", "null"))
            .arg(or("stat_info", "null").as_ref());
        let methods = [
            get,
            change("set", set),
            change("add", add),
            change("remove", remove),
        ];
        methods
            .into_iter()
            .map(|method| (method, MethodFlags::Public))
            .collect()
    }

    /// `new` makes one that is connected to nothing.
    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(ConstructorMeta {
            constructor: |_| ConstructorResult::Ok(Self::default()),
            build_fn: |method| method,
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
