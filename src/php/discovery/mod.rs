//! `Dig\Zookeeper\Discovery`: services that are registered in ZooKeeper.

mod group;
mod instances;
mod json;
mod registration;

use std::ptr;
use std::time::Duration;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;
use serde_bytes::ByteBuf;

use super::args::{self, Stop, Text, parse};
use super::client::exception;
use super::client::options::{Options, dsn_of};
use super::client::request::checked_path;
use super::client::session::{self, Failed, not_constructed};
use super::client::values::{self, made};
use crate::family::{Application, Ended, Family};
use crate::keeper::{LONGEST_PARENT, LONGEST_VALUE};
use crate::wire::size::{self, Limit};
use crate::wire::{Create, Mode, Request};

pub(super) use group::{Group, complete};
pub(super) use registration::Registration;

/// The object's own data.
pub(super) struct Discovery {
    base: String,
    dsn: String,
    timeout: Duration,
    limit: Limit,
    known: instances::Known,
}

/// Arguments of the constructor.
const BASE: u32 = 1;
const DSN: u32 = 2;

/// Where `address` and `meta` are among a method's arguments: the first of them.
#[derive(Clone, Copy)]
struct At(u32);

/// The value of a registration's znode, in two parts of which the first is the address.
struct Value {
    address: String,
    whole: String,
}

impl Value {
    /// Of the arguments from `at` on.
    fn read(At(at): At, address: &Text, meta: *mut Zval) -> Result<Self, Stop> {
        if std::str::from_utf8(address.bytes()).is_ok_and(str::is_empty) {
            return Err(args::refuse(at, "must not be empty"));
        }
        let mut text = Zval::new();
        made(|| {
            text = values::bytes(address.bytes());
            Ok(())
        })?;
        let refused = |at| {
            move |why: String| {
                args::refuse(at, &format!("must be such that JSON can hold it: {why}"))
            }
        };
        let address = json::encode(&mut text)?.map_err(refused(at))?;
        // SAFETY: null, or an array that lives as long as the call.
        let meta = match unsafe { meta.as_mut() } {
            Some(meta) if meta.array().is_some_and(|meta| !meta.is_empty()) => {
                json::encode(meta)?.map_err(refused(at + 1))?
            }
            _ => "{}".to_owned(),
        };
        let address = format!("{{\"address\":{address},\"meta\":");
        let whole = format!("{address}{meta}}}");
        if whole.len() > LONGEST_VALUE {
            let must = format!(
                "must leave room: with the address it is {} bytes of JSON, and may be {LONGEST_VALUE}",
                whole.len()
            );
            return Err(args::refuse(at + 1, &must));
        }
        Ok(Self { address, whole })
    }
}

impl Discovery {
    /// `string $base = '/services', ?string $dsn = null`
    fn new(ex: &ExecuteData) -> Result<Self, Stop> {
        let (mut base, mut dsn) = (Text::NONE, Text::NONE);
        parse!(ex, c"|SS!", base, dsn)?;
        let family = exception::family()?;
        let base = checked_path(base.given().unwrap_or(b"/services"));
        let base = base.map_err(|problem| args::refuse(BASE, problem))?;
        let options = Options::to(family, dsn_of(family, DSN, &dsn)?);
        let options = options.map_err(|problem| args::refuse(DSN, &problem))?;
        Ok(Self {
            base,
            dsn: options.profile.dsn,
            timeout: options.timeout,
            limit: options.limit,
            known: instances::Known::default(),
        })
    }

    /// The znode of a service.
    fn parent(&self, name: &Text) -> Result<String, Stop> {
        let name = String::from_utf8_lossy(name.bytes());
        if name.contains('/') || ["", ".", ".."].contains(&name.as_ref()) {
            let must =
                "must be the name of a znode: not empty, \".\" or \"..\", and without a slash";
            return Err(args::refuse_value(must));
        }
        let base = self.base.trim_end_matches('/');
        let parent = format!("{base}/{name}");
        checked_path(parent.as_bytes()).map_err(args::refuse_value)?;
        if parent.len() > LONGEST_PARENT {
            let must = format!(
                "must leave room: with the base it is a path of {} bytes, and may be {LONGEST_PARENT}",
                parent.len()
            );
            return Err(args::refuse_value(&must));
        }
        Ok(parent)
    }
}

/// Throws unless ZooKeeper may be sent that.
fn check_size(limit: Limit, parent: &str, value: &str) -> Result<(), Stop> {
    let create = Create {
        // As long as it will be.
        path: format!("{parent}/00000000-0000-0000-0000-000000000000"),
        value: ByteBuf::from(value),
        acl: exception::family()?.acl(),
        mode: Mode::Ephemeral { sequential: false },
    };
    let size = size::size(&Request::Create(create), limit.chroot);
    Ok(limit.allow(size, Some(parent))?)
}

/// Asks the family for something that takes time, in which PHP's signals are served.
fn ask<T>(
    act: impl FnOnce(&'static Family, &mut dyn FnMut() -> bool) -> Result<T, Ended>,
) -> Result<T, Stop> {
    let family = exception::family()?;
    session::within_call(|interrupt| act(family, interrupt)).map_err(|failed: Failed| failed.into())
}

extern "C" fn register(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut name, mut address, mut meta) = (Text::NONE, Text::NONE, ptr::null_mut::<Zval>());
        parse!(ex, c"SS|a", name, address, meta)?;
        let this = args::this::<Discovery>(ex);
        let this = this.ok_or_else(|| not_constructed(Discovery::CLASS_NAME))?;
        let parent = this.parent(&name)?;
        let (dsn, within, limit) = (this.dsn.clone(), this.timeout, this.limit);
        let value = Value::read(At(2), &address, meta)?;
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

impl RegisteredClass for Discovery {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\Discovery";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Discovery> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let register = FunctionBuilder::new("register", register)
            .arg(Arg::new("name", DataType::String))
            .arg(Arg::new("address", DataType::String))
            .not_required()
            .arg(Arg::new("meta", DataType::Array).default("[]"))
            .returns(DataType::object(Registration::CLASS_NAME), false, false);
        let of_service = |name, handler| {
            FunctionBuilder::new(name, handler)
                .arg(Arg::new("name", DataType::String))
                .not_required()
                .arg(
                    Arg::new("maxAge", DataType::Double)
                        .allow_null()
                        .default("null"),
                )
        };
        let instances = of_service("instances", instances::instances);
        let one = of_service("one", instances::one);
        vec![
            (register, MethodFlags::Public),
            (
                instances.returns(DataType::Array, false, false),
                MethodFlags::Public,
            ),
            (
                one.returns(DataType::Array, false, true),
                MethodFlags::Public,
            ),
        ]
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(ConstructorMeta {
            constructor: |ex| args::constructed(Self::new(ex)),
            build_fn: |method| {
                method
                    .not_required()
                    .arg(Arg::new("base", DataType::String).default("'/services'"))
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
