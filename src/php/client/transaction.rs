//! `Dig\Zookeeper\Transaction`: several changes of which all are made, or none.

use std::cell::{Cell, RefCell};
use std::ptr;
use std::rc::Rc;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::ffi::{IS_ARRAY, IS_STRING};
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::{ZendClassObject, ZendHashTable, Zval};
use ext_php_rs::zend::ExecuteData;

use super::super::args::{self, Stop, Text, parse};
use super::super::engine::method_of;
use super::super::recipe;
use super::describe;
use super::exception;
use super::request::{self, New};
use super::session::{Failed, Session, not_constructed, unexpected};
use super::values::{self, made, not_for_users};
use crate::wire::{Operation, Outcome, Reply, Request};

/// The object's own data.
pub(in super::super) struct Transaction {
    session: Rc<Session>,
    operations: RefCell<Vec<Operation>>,
    size: Cell<usize>,
    /// Carried out, or nobody knows; or about to be.
    committed: Cell<bool>,
}

/// Zend/zend_types.h, of PHP 8.0 and later.
const IS_STATIC: u32 = 15;

/// The methods that add an operation and return their object.
const ADDING: [&str; 4] = ["create", "set", "delete", "check"];

impl Transaction {
    /// A new one, as an object.
    pub(super) fn object(session: Rc<Session>) -> Zval {
        let transaction = Self {
            session,
            operations: RefCell::default(),
            size: Cell::new(0),
            committed: Cell::new(false),
        };
        values::into_value(ZendClassObject::new(transaction))
    }

    fn this(ex: &mut ExecuteData) -> Result<&Self, Stop> {
        args::this(ex).ok_or_else(|| not_constructed(Self::CLASS_NAME))
    }

    /// Throws where nothing can be added or committed any more.
    fn check_open(&self) -> Result<(), Stop> {
        match self.committed.get() {
            true => Err(exception::invalid_state(
                "the transaction has been committed; begin another one with Client::transaction()",
            )),
            false => Ok(()),
        }
    }

    fn add(&self, operation: Operation) -> Result<(), Stop> {
        self.check_open()?;
        let limit = self.session.limit();
        let size = self.size.get() + operation.size(limit.chroot);
        limit.allow(size, Some(operation.path()))?;
        self.size.set(size);
        self.operations.borrow_mut().push(operation);
        Ok(())
    }

    fn commit(&self) -> Result<Vec<Outcome>, Stop> {
        self.check_open()?;
        let operations = self.operations.borrow().clone();
        if operations.is_empty() {
            return Ok(vec![]);
        }
        // Also for what a signal runs meanwhile.
        self.committed.set(true);
        match self.session.try_call(Request::Multi(operations)) {
            Ok(Reply::Multi(outcomes)) => {
                self.operations.take();
                Ok(outcomes)
            }
            Ok(_) => Err(unexpected()),
            Err(failed) => {
                // It was certainly not carried out, so it may be tried again.
                let again = matches!(&failed, Failed::By(failure) if !failure.unknown);
                self.committed.set(!again);
                Err(failed.into())
            }
        }
    }

    /// What an argument that is one has.
    pub(in super::super) fn of(value: &Zval) -> Option<&Self> {
        let object = value.object()?;
        if !object.instance_of(Self::get_metadata().ce()) {
            return None;
        }
        ZendClassObject::<Self>::from_zend_obj(object)?.obj.as_ref()
    }

    /// Its operations, which are committed now with others, by this client's session.
    pub(in super::super) fn begin_commit(&self, by: &Session) -> Result<Vec<Operation>, Stop> {
        self.check_open()?;
        if self.session.dsn() != by.dsn() {
            let must = "must be begun by a client with the DSN of the message's client";
            return Err(args::refuse_value(must));
        }
        self.committed.set(true);
        Ok(self.operations.borrow().clone())
    }

    /// They certainly were not.
    pub(in super::super) fn was_not_committed(&self) {
        self.committed.set(false);
    }

    /// Completes what the builder cannot say: that methods return `static`, and that one takes objects or a string. Call in MINIT, after the class is registered.
    pub(super) fn complete() {
        for name in ADDING {
            // SAFETY: in MINIT, a class that is just registered with these methods, all with a type of what they
            // return, whose descriptions the engine keeps in memory that it may write.
            unsafe {
                if let Some(method) = method_of::<Self>(name).as_mut() {
                    let returned = method.internal_function.arg_info.sub(1);
                    (*returned).type_.type_mask ^= 1 << IS_ARRAY | 1 << IS_STATIC;
                    if name == "check" {
                        (*method.internal_function.arg_info).type_.type_mask |= 1 << IS_STRING;
                    }
                }
            }
        }
    }
}

/// Adds what `operation` reads from the arguments, and returns the object.
fn adding(
    ex: &mut ExecuteData,
    result: &mut Zval,
    operation: impl FnOnce(&ExecuteData, &Session) -> Result<Operation, Stop>,
) {
    args::guarded(|| {
        let session = Transaction::this(ex)?.session.clone();
        let operation = operation(ex, &session)?;
        Transaction::this(ex)?.add(operation)?;
        if let Some(object) = ex.get_self() {
            result.set_object(object);
        }
        Ok(())
    });
}

extern "C" fn create(ex: &mut ExecuteData, result: &mut Zval) {
    adding(ex, result, |ex, _| {
        let (mut path, mut value) = (Text::NONE, Text::NONE);
        let (mut acl, mut flags, mut ttl) = (ptr::null::<ZendHashTable>(), 0_i64, 0_i64);
        parse!(ex, c"S|S!h!ll", path, value, acl, flags, ttl)?;
        let new = New {
            path: &path,
            value: &value,
            acl,
            flags,
            ttl,
        };
        Ok(Operation::Create(new.create()?))
    });
}

extern "C" fn set(ex: &mut ExecuteData, result: &mut Zval) {
    adding(ex, result, |ex, _| {
        let (mut path, mut value, mut version) = (Text::NONE, Text::NONE, -1_i64);
        parse!(ex, c"SS!|l", path, value, version)?;
        Ok(Operation::Set {
            path: request::path(&path)?,
            version: request::version(3, version)?,
            value: request::value(&value),
        })
    });
}

extern "C" fn delete(ex: &mut ExecuteData, result: &mut Zval) {
    adding(ex, result, |ex, _| {
        let (mut path, mut version) = (Text::NONE, -1_i64);
        parse!(ex, c"S|l", path, version)?;
        Ok(Operation::Delete {
            path: request::path_below_root(&path)?,
            version: request::version(2, version)?,
        })
    });
}

extern "C" fn check(ex: &mut ExecuteData, result: &mut Zval) {
    adding(ex, result, |ex, session| {
        // SAFETY: an argument of this call, if it has one.
        let first = unsafe { ex.zend_call_arg(0) }.filter(|_| args::count(ex) == 1);
        if let Some(held) = first.and_then(|first| recipe::held(first, session)) {
            return Ok(Operation::Check {
                path: held?,
                version: None,
            });
        }
        let (mut path, mut version) = (Text::NONE, -1_i64);
        parse!(ex, c"S|l", path, version)?;
        Ok(Operation::Check {
            path: request::path(&path)?,
            version: request::version(2, version)?,
        })
    });
}

extern "C" fn commit(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let outcomes = Transaction::this(ex)?.commit()?;
        made(|| {
            let outcomes = outcomes.iter().map(|outcome| {
                Ok(match outcome {
                    Outcome::Created(path) => values::bytes(path),
                    Outcome::Set(stat) => values::stat(stat),
                    Outcome::Done => {
                        let mut done = Zval::new();
                        done.set_bool(true);
                        done
                    }
                })
            });
            result.set_hashtable(values::list(outcomes)?);
            Ok(())
        })
    });
}

impl RegisteredClass for Transaction {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\Transaction";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Transaction> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let method = FunctionBuilder::new;
        // Or a string, which `complete` says.
        let check = method("check", check)
            .arg(Arg::new("path", DataType::object(recipe::HOLDERS)))
            .not_required()
            .arg(describe::int("version", "-1"));
        // `ADDING` return `static`, which `complete` says.
        let methods = [
            describe::create(method("create", create)),
            describe::set(method("set", set)),
            describe::delete(method("delete", delete)),
            check,
            method("commit", commit),
        ];
        let methods = methods.map(|method| method.returns(DataType::Array, false, false));
        methods
            .into_iter()
            .map(|method| (method, MethodFlags::Public))
            .collect()
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
        &[]
    }
}
