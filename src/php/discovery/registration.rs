//! `Dig\Zookeeper\Registration`: what is registered, as long as its process lives.

use std::cell::RefCell;
use std::ptr;
use std::time::Duration;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::{ZendClassObject, Zval};
use ext_php_rs::zend::ExecuteData;

use super::super::args::{self, Stop, Text, parse};
use super::super::client::session::not_constructed;
use super::super::client::values::{self, made, not_for_users};
use super::super::state;
use super::{At, Value, ask, check_size};
use crate::family;
use crate::wire::size::Limit;

/// The object's own data. The registration goes on without it.
#[derive(Clone)]
pub(in super::super) struct Registration {
    registered: family::Registration,
    parent: String,
    /// The znode, as it was when it was seen last.
    path: RefCell<String>,
    within: Duration,
    limit: Limit,
}

impl Registration {
    pub(super) fn new(
        registered: family::Registration,
        parent: String,
        within: Duration,
        limit: Limit,
    ) -> Self {
        let new = Self {
            registered,
            parent,
            path: RefCell::default(),
            within,
            limit,
        };
        new.look();
        new
    }

    /// A new object of it.
    pub(super) fn object(&self) -> Zval {
        values::into_value(ZendClassObject::new(self.clone()))
    }

    fn this(ex: &mut ExecuteData) -> Result<&Self, Stop> {
        args::this(ex).ok_or_else(|| not_constructed(Self::CLASS_NAME))
    }

    /// Notes the path, which another machine that is a copy of this one has changed.
    fn look(&self) {
        if let Ok(family) = state::known()
            && let Some(path) = family.registered_path(&self.registered)
        {
            self.path.replace(path);
        }
    }
}

extern "C" fn update(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        let (mut address, mut meta) = (Text::NONE, ptr::null_mut::<Zval>());
        parse!(ex, c"S|a", address, meta)?;
        let this = Registration::this(ex)?.clone();
        let value = Value::read(At(1), &address, meta)?;
        check_size(this.limit, &this.parent, &value.whole)?;
        let wanted = (value.whole.as_str(), this.within);
        ask(|family, interrupt| family.update(&this.registered, wanted, interrupt))
    });
}

extern "C" fn is_registered(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let this = Registration::this(ex)?;
        let known = state::known();
        result.set_bool(known.is_ok_and(|family| family.is_registered(&this.registered)));
        Ok(())
    });
}

extern "C" fn unregister(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let this = Registration::this(ex)?.clone();
        ask(|family, interrupt| family.unregister(&this.registered, this.within, interrupt))
    });
}

extern "C" fn get_path(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let this = Registration::this(ex)?;
        this.look();
        let path = this.path.borrow();
        made(|| {
            *result = values::bytes(path.as_str());
            Ok(())
        })
    });
}

impl RegisteredClass for Registration {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\Registration";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Registration> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let method = FunctionBuilder::new;
        let update = method("update", update)
            .arg(Arg::new("address", DataType::String))
            .not_required()
            .arg(Arg::new("meta", DataType::Array).default("[]"));
        let methods = [
            update.returns(DataType::Void, false, false),
            method("isRegistered", is_registered).returns(DataType::Bool, false, false),
            method("unregister", unregister).returns(DataType::Void, false, false),
            method("getPath", get_path).returns(DataType::String, false, false),
        ];
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
