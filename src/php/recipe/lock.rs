//! `Dig\Zookeeper\Lock`, `ReadLock`, `WriteLock` and `Semaphore`: what only one, or so many, hold at a time.

use std::ptr;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::{ZendClassObject, ZendHashTable, ZendObject, Zval};
use ext_php_rs::zend::ExecuteData;

use super::super::args::{self, Stop, Text, parse};
use super::super::client::callback::Given;
use super::super::client::collector::{self, Shown};
use super::super::client::session::not_constructed;
use super::super::client::values::{self, made};
use super::election::Election;
use super::holder::Holder;
use super::{On, Patience, on, waits};
use crate::wire::Role;

/// A class whose objects hold something.
pub(super) trait Holds: RegisteredClass {
    fn holder(&self) -> &Holder;
}

/// The holder of a call's object.
fn holder<T: Holds>(ex: &mut ExecuteData) -> Result<&Holder, Stop> {
    let this = args::this::<T>(ex).ok_or_else(|| not_constructed(T::CLASS_NAME))?;
    Ok(this.holder())
}

/// The holder of an object that has one.
pub(super) fn of(object: &ZendObject) -> Option<&Holder> {
    fn one<T: Holds>(object: &ZendObject) -> Option<&Holder> {
        if !object.instance_of(T::get_metadata().ce()) {
            return None;
        }
        let this = ZendClassObject::<T>::from_zend_obj(object)?;
        this.obj.as_ref().map(T::holder)
    }
    one::<Lock>(object)
        .or_else(|| one::<ReadLock>(object))
        .or_else(|| one::<WriteLock>(object))
        .or_else(|| one::<Semaphore>(object))
        .or_else(|| one::<Election>(object))
}

extern "C" fn acquire<T: Holds>(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let patience = Patience::read(ex)?;
        result.set_bool(holder::<T>(ex)?.acquire(&patience)?);
        Ok(())
    });
}

pub(super) extern "C" fn release<T: Holds>(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        holder::<T>(ex)?.release()
    });
}

extern "C" fn is_held<T: Holds>(ex: &mut ExecuteData, result: &mut Zval) {
    if let Some(this) = args::quick::<T>(ex) {
        result.set_bool(this.holder().is_held());
        return;
    }
    args::guarded(|| {
        args::none(ex)?;
        holder::<T>(ex).map(drop)
    });
}

pub(super) extern "C" fn remaining<T: Holds>(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let holder = holder::<T>(ex)?;
        holder.look();
        result.set_double(holder.left().as_secs_f64());
        Ok(())
    });
}

pub(super) extern "C" fn token<T: Holds>(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        result.set_long(holder::<T>(ex)?.granted()?.token);
        Ok(())
    });
}

pub(super) extern "C" fn check<T: Holds>(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        holder::<T>(ex)?.granted().map(drop)
    });
}

pub(super) extern "C" fn get_path<T: Holds>(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let Some(path) = holder::<T>(ex)?.path() else {
            return Ok(());
        };
        made(|| {
            *result = values::bytes(&path);
            Ok(())
        })
    });
}

extern "C" fn on_lost<T: Holds>(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        let mut given = Given::none();
        parse!(ex, c"f!", given.info, given.cache)?;
        let given = given.is_given().then_some(&given);
        holder::<T>(ex)?.tell(None, given)
    });
}

/// Methods of all that hold something, but for those that an election has by other names.
pub(super) fn of_holders<T: Holds>() -> Vec<FunctionBuilder<'static>> {
    let method = FunctionBuilder::new;
    vec![
        method("remaining", remaining::<T>).returns(DataType::Double, false, false),
        method("token", token::<T>).returns(DataType::Long, false, false),
        method("check", check::<T>).returns(DataType::Void, false, false),
        method("getPath", get_path::<T>).returns(DataType::String, false, true),
    ]
}

fn methods<T: Holds>() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
    let method = FunctionBuilder::new;
    let on_lost = method("onLost", on_lost::<T>)
        .arg(Arg::new("callback", DataType::Callable).allow_null())
        .returns(DataType::Void, false, false);
    let mut all = vec![
        waits(method("acquire", acquire::<T>)).returns(DataType::Bool, false, false),
        method("release", release::<T>).returns(DataType::Void, false, false),
        method("isHeld", is_held::<T>).returns(DataType::Bool, false, false),
    ];
    all.extend(of_holders::<T>());
    all.push(on_lost);
    all.into_iter()
        .map(|method| (method, MethodFlags::Public))
        .collect()
}

/// The options of a constructor: the value of the znode.
fn value(argument: u32, options: *const ZendHashTable) -> Result<Vec<u8>, Stop> {
    let mut data = vec![];
    // SAFETY: null, or an array that lives as long as the call.
    for (name, value) in unsafe { options.as_ref() }.into_iter().flatten() {
        let value = value.dereference();
        match name.to_string().as_str() {
            "data" => match value.zend_str() {
                Some(text) => data = text.as_bytes().to_vec(),
                None => {
                    let must = "must have a string as data";
                    return Err(args::refuse_type(argument, must, value));
                }
            },
            other => {
                let must = format!("must have no options but data, \"{other}\" given");
                return Err(args::refuse(argument, &must));
            }
        }
    }
    Ok(data)
}

/// `Client $client, string $path, array $options = []`
fn simple(ex: &ExecuteData, role: Role) -> Result<Holder, Stop> {
    let (mut client, mut path) = (ptr::null_mut::<Zval>(), Text::NONE);
    let mut options = ptr::null::<ZendHashTable>();
    parse!(ex, c"zS|h", client, path, options)?;
    let on = On::read(client, &path)?;
    Ok(Holder::new(on, &value(3, options)?, role, false))
}

/// `Client $client, string $path, int $max, array $options = []`
fn semaphore(ex: &ExecuteData) -> Result<Holder, Stop> {
    let (mut client, mut path) = (ptr::null_mut::<Zval>(), Text::NONE);
    let (mut max, mut options) = (0_i64, ptr::null::<ZendHashTable>());
    parse!(ex, c"zSl|h", client, path, max, options)?;
    let on = On::read(client, &path)?;
    if on.path == "/" {
        return Err(args::refuse(2, "must name a znode below the root"));
    }
    let must = format!("must be between 1 and {}", i32::MAX);
    let max = i32::try_from(max).ok().filter(|max| *max > 0);
    let max = max.ok_or_else(|| args::refuse(3, &must))?;
    let role = Role::Semaphore(max.cast_unsigned());
    Ok(Holder::new(on, &value(4, options)?, role, false))
}

/// A class of objects that hold something.
macro_rules! holder {
    ($class:ident, $name:literal, $read:expr, $arguments:expr) => {
        /// The object's own data.
        pub(in super::super) struct $class(Holder);

        impl Holds for $class {
            fn holder(&self) -> &Holder {
                &self.0
            }
        }

        impl Shown for $class {
            fn other(&self) -> Option<&Zval> {
                Some(self.0.client())
            }
        }

        impl RegisteredClass for $class {
            const CLASS_NAME: &'static str = concat!("Dig\\Zookeeper\\", $name);
            const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
            const EXTENDS: Option<ClassEntryInfo> = None;
            const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
            const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

            fn get_metadata() -> &'static ClassMetadata<Self> {
                static METADATA: ClassMetadata<$class> = ClassMetadata::new(&[]);
                &METADATA
            }

            fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
                methods::<Self>()
            }

            fn constructor() -> Option<ConstructorMeta<Self>> {
                Some(ConstructorMeta {
                    constructor: |ex| {
                        let read: fn(&ExecuteData) -> Result<Holder, Stop> = $read;
                        args::constructed(read(ex).map($class))
                    },
                    build_fn: $arguments,
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
    };
}

fn arguments(method: FunctionBuilder<'_>) -> FunctionBuilder<'_> {
    on(method).not_required().arg(options())
}

fn options() -> Arg<'static> {
    Arg::new("options", DataType::Array).default("[]")
}

holder!(Lock, "Lock", |ex| simple(ex, Role::Lock), arguments);
holder!(ReadLock, "ReadLock", |ex| simple(ex, Role::Read), arguments);
holder!(
    WriteLock,
    "WriteLock",
    |ex| simple(ex, Role::Write),
    arguments
);
holder!(Semaphore, "Semaphore", semaphore, |method| {
    let max = Arg::new("max", DataType::Long);
    on(method).arg(max).not_required().arg(options())
});

/// Has the engine's collector ask for what the objects hold. Call in MINIT, when the classes are registered.
pub(super) fn complete() {
    collector::shows::<Lock>();
    collector::shows::<ReadLock>();
    collector::shows::<WriteLock>();
    collector::shows::<Semaphore>();
}
