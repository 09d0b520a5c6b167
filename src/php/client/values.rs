//! `Dig\Zookeeper\Stat` and `Dig\Zookeeper\Node`, and what else of an answer becomes values of PHP.

use std::panic::AssertUnwindSafe;
use std::ptr;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{
    ClassEntryInfo, ClassMetadata, ConstructorMeta, ConstructorResult, RegisteredClass,
};
use ext_php_rs::convert::{IntoZval, IntoZvalDyn};
use ext_php_rs::describe::DocComments;
use ext_php_rs::error::{Error, Result};
use ext_php_rs::ffi::{
    _ZEND_TYPE_NAME_BIT, IS_LONG, IS_STRING, ZEND_ACC_PUBLIC, ZEND_MODULE_API_NO, zend_type,
};
use ext_php_rs::flags::{ClassFlags, ConstantFlags, MethodFlags, ZvalTypeFlags};
use ext_php_rs::types::{ZendClassObject, ZendHashTable, ZendStr, Zval};
use ext_php_rs::zend::{CatchError, ExecutorGlobals, try_catch};

use super::super::args::{self, Stop};
use super::super::engine::{zend_declare_typed_property, zend_try_assign_typed_ref};
use super::super::recipe::Message;
use crate::wire::{self, Acl, Data, EventKind};

/// Zend/zend_compile.h, since PHP 8.1.
const ZEND_ACC_READONLY: u32 = 1 << 7;

/// The same of classes since PHP 8.2; before, only their properties are.
const READONLY_CLASS: u32 = if ZEND_MODULE_API_NO < 20_220_829 {
    0
} else {
    1 << 16
};

/// The names of a stat's properties, in the order in which [`stat`] sets them.
const STAT: [&str; 11] = [
    "czxid",
    "mzxid",
    "pzxid",
    "ctime",
    "mtime",
    "version",
    "cversion",
    "aversion",
    "ephemeralOwner",
    "dataLength",
    "numChildren",
];

/// A class of values that PHP may look at and nothing else. All it has is in the object's properties.
macro_rules! value {
    ($type:ident, $name:literal $(, $constant:literal $value:expr)*) => {
        pub(in super::super) struct $type;

        impl RegisteredClass for $type {
            const CLASS_NAME: &'static str = $name;
            const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
            const EXTENDS: Option<ClassEntryInfo> = None;
            const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
            const FLAGS: ClassFlags = ClassFlags::from_bits_retain(
                ClassFlags::Final.bits() | ClassFlags::NoDynamicProperties.bits() | READONLY_CLASS,
            );

            fn get_metadata() -> &'static ClassMetadata<Self> {
                static METADATA: ClassMetadata<$type> = ClassMetadata::new(&[]);
                &METADATA
            }

            fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
                vec![]
            }

            fn constructor() -> Option<ConstructorMeta<Self>> {
                Some(not_for_users())
            }

            fn constants() -> &'static [(
                &'static str,
                &'static dyn IntoZvalDyn,
                DocComments,
                ConstantFlags,
            )] {
                &[$(($constant, &$value, &[], ConstantFlags::Public)),*]
            }
        }
    };
}

value!(Stat, "Dig\\Zookeeper\\Stat");
value!(Node, "Dig\\Zookeeper\\Node");
value!(
    Event,
    "Dig\\Zookeeper\\Event",
    "CREATED" 1_i64,
    "DELETED" 2_i64,
    "CHANGED" 3_i64,
    "CHILD" 4_i64,
    "RESYNC" 0_i64
);

/// A private constructor: PHP refuses to call it.
pub(in crate::php) fn not_for_users<T>() -> ConstructorMeta<T> {
    ConstructorMeta {
        constructor: |_| ConstructorResult::ArgError,
        build_fn: |method| method,
        flags: Some(MethodFlags::Private),
    }
}

/// Declares the properties, which the builder cannot: with types, and written once. Call in MINIT, when the classes are
/// registered.
pub(super) fn complete() {
    let mask = |type_mask| zend_type {
        ptr: ptr::null_mut(),
        type_mask,
    };
    for name in STAT {
        declare::<Stat>(name, mask(1 << IS_LONG));
    }
    declare::<Node>("path", mask(1 << IS_STRING));
    declare::<Node>("value", mask(1 << IS_STRING));
    let stat = zend_type {
        ptr: ZendStr::new_interned(Stat::CLASS_NAME, true)
            .into_raw()
            .cast(),
        type_mask: _ZEND_TYPE_NAME_BIT,
    };
    declare::<Node>("stat", stat);
    declare::<Event>("type", mask(1 << IS_LONG));
    declare::<Event>("path", mask(1 << IS_STRING));
    declare::<Event>("zxid", mask(1 << IS_LONG));
    for (name, kind) in [
        ("value", IS_STRING),
        ("deliveries", IS_LONG),
        ("name", IS_STRING),
        ("priority", IS_LONG),
    ] {
        declare::<Message>(name, mask(1 << kind));
    }
}

/// Declares a property that PHP may only read.
fn declare<T: RegisteredClass>(name: &str, kind: zend_type) {
    let mut none = Zval::new();
    none.u1.type_info = ZvalTypeFlags::Undef.bits();
    let access = (ZEND_ACC_PUBLIC | ZEND_ACC_READONLY).cast_signed();
    // SAFETY: in MINIT, a class that is just registered; names that are interned, also in the type; no default.
    unsafe {
        zend_declare_typed_property(
            ptr::from_ref(T::get_metadata().ce()).cast_mut(),
            ZendStr::new_interned(name, true).into_raw(),
            &raw mut none,
            access,
            ptr::null_mut(),
            kind,
        );
    }
}

/// Makes values of PHP. Where the memory limit does not allow them, the engine jumps out of `build`, so that must hold
/// nothing of ours: it borrows what it needs.
pub(in crate::php) fn made(build: impl FnOnce() -> Result<()>) -> std::result::Result<(), Stop> {
    match try_catch(AssertUnwindSafe(build)) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(Stop::Throw(args::error(&error.to_string()))),
        Err(CatchError::Bailout) => Err(Stop::Bailout),
        Err(error) => Err(Stop::Throw(args::error(&error.to_string()))),
    }
}

/// An object of a class whose properties were declared here, with them in their order.
pub(in crate::php) fn object<T: RegisteredClass, const N: usize>(
    of: T,
    properties: [Zval; N],
) -> Zval {
    let mut object = ZendClassObject::new(of);
    let slots = object.std.properties_table.as_mut_ptr();
    for (index, value) in properties.into_iter().enumerate() {
        // SAFETY: an object just made, of a class that has that many properties and no parent; each holds nothing, and
        // is handed a value, with no flags: it is written.
        unsafe {
            slots.add(index).write(value);
            (*slots.add(index)).u2.extra = 0;
        }
    }
    into_value(object)
}

/// An object that is just made, as a value.
pub(in crate::php) fn into_value<T: RegisteredClass>(object: ZBox<ZendClassObject<T>>) -> Zval {
    let mut value = Zval::new();
    // It cannot fail.
    let _ = object.set_zval(&mut value, false);
    value
}

/// A stat as an object.
pub(super) fn stat(stat: &wire::Stat) -> Zval {
    let integers = [
        stat.czxid,
        stat.mzxid,
        stat.pzxid,
        stat.ctime,
        stat.mtime,
        stat.version.into(),
        stat.cversion.into(),
        stat.aversion.into(),
        stat.ephemeral_owner,
        stat.data_length.into(),
        stat.num_children.into(),
    ];
    object(Stat, integers.map(integer))
}

/// A znode as an object.
pub(in crate::php) fn node(path: &str, data: &Data) -> Zval {
    object(Node, [bytes(path), bytes(&data.0), stat(&data.1)])
}

/// What a watch has seen, as an object.
pub(super) fn event(event: &wire::Event) -> Zval {
    let kind = kind(event.kind);
    object(
        Event,
        [integer(kind), bytes(&event.path), integer(event.zxid)],
    )
}

/// ZooKeeper's number of an event.
pub(super) fn kind(kind: EventKind) -> i64 {
    match kind {
        EventKind::Created => 1,
        EventKind::Deleted => 2,
        EventKind::Changed => 3,
        EventKind::Child => 4,
        EventKind::Resync => 0,
    }
}

pub(in crate::php) fn integer(value: i64) -> Zval {
    let mut zval = Zval::new();
    zval.set_long(value);
    zval
}

pub(in crate::php) fn bytes(value: impl AsRef<[u8]>) -> Zval {
    let mut zval = Zval::new();
    zval.set_zend_string(ZendStr::new(value, false));
    zval
}

/// A list of so many values.
pub(in crate::php) fn list(
    values: impl ExactSizeIterator<Item = Result<Zval>>,
) -> Result<ZBox<ZendHashTable>> {
    let size = u32::try_from(values.len()).map_err(|_| Error::InvalidPointer)?;
    let mut list = ZendHashTable::with_capacity(size);
    for value in values {
        list.push(value?)?;
    }
    Ok(list)
}

/// An array with string keys.
pub(in crate::php) fn record<const N: usize>(fields: [(&str, Zval); N]) -> Result<Zval> {
    let mut record = ZendHashTable::with_capacity(N as u32);
    for (name, value) in fields {
        record.insert(name, value)?;
    }
    let mut zval = Zval::new();
    zval.set_hashtable(record);
    Ok(zval)
}

/// An ACL as PHP has it.
pub(in crate::php) fn acl(acl: &[Acl]) -> Result<ZBox<ZendHashTable>> {
    list(acl.iter().map(|entry| {
        record([
            ("perms", integer(entry.perms.into())),
            ("scheme", bytes(&entry.scheme)),
            ("id", bytes(&entry.id)),
        ])
    }))
}

/// Throws unless an argument that is to be set to a stat is null or one now.
pub(super) fn check_stat(argument: u32, given: *const Zval) -> std::result::Result<(), Stop> {
    // SAFETY: null, or an argument of the running call.
    let Some(given) = (unsafe { given.as_ref() }).map(Zval::dereference) else {
        return Ok(());
    };
    let class = Stat::get_metadata().ce();
    let fits = given.is_null()
        || given
            .object()
            .is_some_and(|object| object.instance_of(class));
    match fits {
        true => Ok(()),
        false => {
            let must = "must be of type ?Dig\\Zookeeper\\Stat";
            Err(args::refuse_type(argument, must, given))
        }
    }
}

/// Sets an argument that is passed by reference, if it is given.
pub(in crate::php) fn assign(to: *mut Zval, mut value: Zval) {
    // SAFETY: null, or an argument of the running call. One that is passed by value is no reference.
    let reference = unsafe { to.as_ref() }.filter(|to| to.is_reference());
    if let Some(reference) = reference {
        // SAFETY: the argument is a reference, and the value is the engine's from here on.
        unsafe { zend_try_assign_typed_ref(reference.value.ref_, &raw mut value) };
        std::mem::forget(value);
    }
}

/// Whether [`assign`] has thrown: for another type than its own, for one.
pub(in crate::php) fn assigned() -> std::result::Result<(), Stop> {
    match ExecutorGlobals::has_exception() {
        true => Err(Stop::Thrown),
        false => Ok(()),
    }
}
