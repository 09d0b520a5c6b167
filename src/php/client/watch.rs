//! `Dig\Zookeeper\Watch`: a watch that stays until it is cancelled.

use std::rc::{Rc, Weak};

use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::{ZendClassObject, Zval};
use ext_php_rs::zend::ExecuteData;

use super::super::args::{self, Stop};
use super::session::not_constructed;
use super::values::{self, not_for_users};
use super::watching::Watching;

/// The object's own data. It holds neither its client nor its callback: those go without it.
pub(in super::super) struct Watch {
    watching: Weak<Watching>,
    number: u32,
}

impl Watch {
    /// A new one, as an object.
    pub(super) fn object(watching: &Rc<Watching>, number: u32) -> Zval {
        let watch = Self {
            watching: Rc::downgrade(watching),
            number,
        };
        values::into_value(ZendClassObject::new(watch))
    }

    fn this(ex: &mut ExecuteData) -> Result<&Self, Stop> {
        args::none(ex)?;
        args::this(ex).ok_or_else(|| not_constructed(Self::CLASS_NAME))
    }
}

extern "C" fn cancel(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        let this = Watch::this(ex)?;
        if let Some(watching) = this.watching.upgrade() {
            watching.forget(this.number);
        }
        Ok(())
    });
}

extern "C" fn is_active(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let this = Watch::this(ex)?;
        let watching = this.watching.upgrade();
        result.set_bool(watching.is_some_and(|watching| watching.has(this.number)));
        Ok(())
    });
}

impl RegisteredClass for Watch {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\Watch";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Watch> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let method = FunctionBuilder::new;
        vec![
            (
                method("cancel", cancel).returns(DataType::Void, false, false),
                MethodFlags::Public,
            ),
            (
                method("isActive", is_active).returns(DataType::Bool, false, false),
                MethodFlags::Public,
            ),
        ]
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
