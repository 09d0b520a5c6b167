//! `Dig\Zookeeper\Exception`: why ZooKeeper has not carried something out, or may not have.
//!
//! Made by hand, as [`super::super::exception`] says. All of them are php-zookeeper's `\ZookeeperException`, so that
//! code which catches that goes on to work; where php-zookeeper is not loaded, the class is ours.
//!
//! So are its more special ones then ([`super::super::compat`]), and stand between `ZookeeperException` here and those
//! of the same code: `\ZookeeperNoNodeException` is above `NoNodeException`, and has a path like all of them. Beside
//! php-zookeeper that cannot be: a class has one parent.

use std::ffi::CString;
use std::panic::AssertUnwindSafe;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use ext_php_rs::args::ArgInfoTables;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::error::Result;
use ext_php_rs::ffi::{
    IS_LONG, IS_NULL, IS_STRING, MAY_BE_BOOL, ext_php_rs_compiler_globals,
    zend_hash_str_find_ptr_lc, zend_read_property, zend_throw_exception, zend_type,
};
use ext_php_rs::flags::{DataType, MethodFlags, PropertyFlags};
use ext_php_rs::types::{ZendObject, ZendStr, Zval};
use ext_php_rs::zend::{CatchError, ClassEntry, ExecuteData, ce, try_catch};

use super::super::args::{self, Stop};
use super::super::engine::{zend_declare_typed_property, zend_update_property};
use super::super::{compat, state};
use crate::family::Family;
use crate::wire::{Failure, code};

const GLOBAL: &str = "ZookeeperException";
const PARENT: &str = "Dig\\Zookeeper\\Exception\\ZookeeperException";

static GLOBAL_CLASS: AtomicPtr<ClassEntry> = AtomicPtr::new(ptr::null_mut());
static PARENT_CLASS: Class = Class::new();
static TRANSACTION: Class = Class::new();

/// An exception's class, and what the engine needs of its methods as long as the class is there.
struct Class {
    entry: AtomicPtr<ClassEntry>,
    methods: AtomicPtr<ArgInfoTables>,
}

impl Class {
    const fn new() -> Self {
        Self {
            entry: AtomicPtr::new(ptr::null_mut()),
            methods: AtomicPtr::new(ptr::null_mut()),
        }
    }

    fn set(&self, entry: &'static mut ClassEntry, methods: ArgInfoTables) {
        self.entry.store(entry, Ordering::Release);
        let methods = Box::into_raw(Box::new(methods));
        let before = self.methods.swap(methods, Ordering::AcqRel);
        if !before.is_null() {
            // SAFETY: made by `Box::into_raw` here, for a class of an earlier MINIT, which is gone.
            drop(unsafe { Box::from_raw(before) });
        }
    }

    fn entry(&self) -> &'static ClassEntry {
        entry(&self.entry)
    }
}

/// Name and codes of those that have no methods of their own, and where each is.
struct Kind {
    name: &'static str,
    codes: &'static [i32],
    class: Class,
    register: fn(&'static mut ClassEntry, ArgInfoTables),
}

macro_rules! kinds {
    ($($index:literal $name:literal $codes:expr,)*) => {
        static KINDS: [Kind; [$($index),*].len()] = [$(Kind {
            name: concat!("Dig\\Zookeeper\\Exception\\", $name, "Exception"),
            codes: &$codes,
            class: Class::new(),
            register: |class, methods| KINDS[$index].class.set(class, methods),
        }),*];
    };
}

kinds! {
    0 "NoNode" [code::NO_NODE],
    1 "NodeExists" [code::NODE_EXISTS],
    2 "BadVersion" [code::BAD_VERSION],
    3 "NotEmpty" [code::NOT_EMPTY],
    4 "NoAuth" [code::NO_AUTH],
    5 "AuthFailed" [code::AUTH_FAILED],
    6 "InvalidAcl" [code::INVALID_ACL],
    7 "NoChildrenForEphemerals" [code::NO_CHILDREN_FOR_EPHEMERALS],
    8 "ConnectionLoss" [code::CONNECTION_LOSS],
    9 "OperationTimeout" [code::OPERATION_TIMEOUT],
    10 "SessionExpired" [code::SESSION_EXPIRED],
    11 "SessionMoved" [code::SESSION_MOVED],
    12 "NotReadOnly" [code::NOT_READ_ONLY],
    13 "QuotaExceeded" [code::QUOTA_EXCEEDED],
    14 "Marshalling" [code::MARSHALLING_ERROR],
    15 "BadArguments" [code::BAD_ARGUMENTS],
    16 "InvalidState" [code::INVALID_STATE],
    17 "Closed" [code::CLOSING],
    18 "Unimplemented" [code::UNIMPLEMENTED],
    // No quorum of the new configuration; one is changed already; may not be changed.
    19 "Reconfig" [-13, -14, code::RECONFIG_DISABLED],
    20 "CacheFull" [code::CACHE_FULL],
    21 "Stale" [code::STALE],
    22 "LockLost" [code::LOCK_LOST],
}

/// Registers the classes. Call in MINIT only.
pub(super) fn register() -> Result<()> {
    // SAFETY: in MINIT the table of classes is there and changes only by what this thread does.
    let found = unsafe {
        let classes = (*ext_php_rs_compiler_globals()).class_table;
        zend_hash_str_find_ptr_lc(classes, GLOBAL.as_ptr().cast(), GLOBAL.len())
    };
    GLOBAL_CLASS.store(found.cast(), Ordering::Release);
    if found.is_null() {
        compat::as_module(|| {
            ClassBuilder::new(GLOBAL)
                .extends((ce::exception, "\\Exception"))
                .registration(|class, _| GLOBAL_CLASS.store(class, Ordering::Release))
                .register()
        })?;
    }
    let path = FunctionBuilder::new("getPath", get_path).returns(DataType::String, false, true);
    let unknown = FunctionBuilder::new("isOutcomeUnknown", is_outcome_unknown);
    let unknown = unknown.returns(DataType::Bool, false, false);
    ClassBuilder::new(PARENT)
        .extends((|| entry(&GLOBAL_CLASS), GLOBAL))
        .method(path, MethodFlags::Public)
        .method(unknown, MethodFlags::Public)
        .registration(|class, methods| PARENT_CLASS.set(class, methods))
        .register()?;
    declare(
        &PARENT_CLASS,
        "path",
        1 << IS_STRING | 1 << IS_NULL,
        Zval::null(),
    );
    let mut no = Zval::new();
    no.set_bool(false);
    declare(&PARENT_CLASS, "outcomeUnknown", MAY_BE_BOOL, no);
    compat::exception::register((|| PARENT_CLASS.entry(), PARENT))?;
    for kind in &KINDS {
        let parent = kind
            .codes
            .iter()
            .find_map(|code| compat::exception::of(*code));
        ClassBuilder::new(kind.name)
            .extends(parent.unwrap_or((|| PARENT_CLASS.entry(), PARENT)))
            .registration(kind.register)
            .register()?;
    }
    let index = FunctionBuilder::new("getIndex", get_index).returns(DataType::Long, false, true);
    ClassBuilder::new("Dig\\Zookeeper\\Exception\\TransactionException")
        .extends((|| PARENT_CLASS.entry(), PARENT))
        .method(index, MethodFlags::Public)
        .registration(|class, methods| TRANSACTION.set(class, methods))
        .register()?;
    declare(
        &TRANSACTION,
        "index",
        1 << IS_LONG | 1 << IS_NULL,
        Zval::null(),
    );
    Ok(())
}

/// Declares a private property of these types.
fn declare(class: &Class, name: &str, type_mask: u32, mut default: Zval) {
    let kind = zend_type {
        ptr: ptr::null_mut(),
        type_mask,
    };
    // SAFETY: in MINIT, a class that is just registered; a name that is interned; a default that is not counted.
    unsafe {
        zend_declare_typed_property(
            class.entry.load(Ordering::Acquire),
            ZendStr::new_interned(name, true).into_raw(),
            &raw mut default,
            PropertyFlags::Private.bits().cast_signed(),
            ptr::null_mut(),
            kind,
        );
    }
}

/// The family, for a client.
pub(in crate::php) fn family() -> std::result::Result<&'static Family, Stop> {
    state::family().map_err(|refusal| system(&refusal.to_string()))
}

/// Throws what the state of an object does not allow.
pub(in crate::php) fn invalid_state(message: &str) -> Stop {
    here(code::INVALID_STATE, message)
}

/// Throws what a closed client does not do.
pub(super) fn closed(message: &str) -> Stop {
    here(code::CLOSING, message)
}

/// Throws what this machine does not allow.
pub(super) fn system(message: &str) -> Stop {
    here(code::SYSTEM_ERROR, message)
}

/// Throws what was found out before anything was asked.
fn here(code: i32, message: &str) -> Stop {
    throw(&Failure {
        code,
        unknown: false,
        path: None,
        index: None,
        message: message.to_owned(),
    })
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        throw(&failure)
    }
}

/// Throws the exception that a failure is.
#[cold]
fn throw(failure: &Failure) -> Stop {
    let class = match failure.index {
        Some(_) => TRANSACTION.entry(),
        None => {
            let mut kinds = KINDS.iter();
            let kind = kinds.find(|kind| kind.codes.contains(&failure.code));
            kind.map_or(&PARENT_CLASS, |kind| &kind.class).entry()
        }
    };
    throw_as(class, &failure.message, failure)
}

/// Throws a failure as an exception of this class, in these words.
#[cold]
pub(in crate::php) fn throw_as(class: &ClassEntry, message: &str, failure: &Failure) -> Stop {
    let message = CString::new(message.replace('\0', "\\0")).unwrap_or_default();
    let told = class.instance_of(PARENT_CLASS.entry());
    // The engine may have no memory for it, and leave.
    let thrown = try_catch(AssertUnwindSafe(|| {
        let class = ptr::from_ref(class).cast_mut();
        // SAFETY: a class of ours, whose objects are exceptions; its properties have been declared with these types.
        unsafe {
            let object = zend_throw_exception(class, message.as_ptr(), failure.code.into());
            if !told {
                return;
            }
            if let Some(path) = &failure.path {
                let mut value = Zval::new();
                value.set_zend_string(ZendStr::new(path, false));
                set(&PARENT_CLASS, object, "path", &mut value);
            }
            let mut unknown = Zval::new();
            unknown.set_bool(failure.unknown);
            set(&PARENT_CLASS, object, "outcomeUnknown", &mut unknown);
            if let Some(index) = failure.index {
                let mut value = Zval::new();
                value.set_long(i64::from(index));
                set(&TRANSACTION, object, "index", &mut value);
            }
        }
    }));
    match thrown {
        Err(CatchError::Bailout) => Stop::Bailout,
        _ => Stop::Thrown,
    }
}

/// # Safety
/// An object of that class, which has the property.
unsafe fn set(class: &Class, object: *mut ZendObject, name: &str, value: &mut Zval) {
    let class = class.entry.load(Ordering::Acquire);
    // SAFETY: as the caller promises; the engine copies the value.
    unsafe { zend_update_property(class, object, name.as_ptr().cast(), name.len(), value) }
}

extern "C" fn get_path(ex: &mut ExecuteData, result: &mut Zval) {
    property(&PARENT_CLASS, "path", ex, result);
}

extern "C" fn is_outcome_unknown(ex: &mut ExecuteData, result: &mut Zval) {
    property(&PARENT_CLASS, "outcomeUnknown", ex, result);
}

extern "C" fn get_index(ex: &mut ExecuteData, result: &mut Zval) {
    property(&TRANSACTION, "index", ex, result);
}

fn property(class: &Class, name: &str, ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let class = class.entry.load(Ordering::Acquire);
        let mut place = Zval::new();
        // SAFETY: a method is called with an object of its class, which has the property.
        let value = unsafe {
            let (object, name, length) = (ex.This.value.obj, name.as_ptr().cast(), name.len());
            zend_read_property(class, object, name, length, true, &raw mut place).as_ref()
        };
        if let Some(value) = value {
            *result = value.shallow_clone();
        }
        Ok(())
    });
}

/// `\ZookeeperException`.
pub(in crate::php) fn global() -> &'static ClassEntry {
    entry(&GLOBAL_CLASS)
}

fn entry(stored: &AtomicPtr<ClassEntry>) -> &'static ClassEntry {
    // SAFETY: null, or a class of the current MINIT, which the engine keeps until after MSHUTDOWN.
    unsafe { stored.load(Ordering::Acquire).as_ref() }.unwrap_or_else(ce::exception)
}
