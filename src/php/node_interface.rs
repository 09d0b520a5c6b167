//! `Dig\Ticket\NodeInterface`: whatever can say which node ID a `Number` is to use.

use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};

/// The interface. Never a value.
pub(super) enum NodeInterface {}

pub(super) const ENTRY: ClassEntryInfo = (
    || NodeInterface::get_metadata().ce(),
    NodeInterface::CLASS_NAME,
);

/// `getId(): int`, to which a class adds its handler.
pub(super) fn get_id(method: FunctionBuilder<'static>) -> FunctionBuilder<'static> {
    method.returns(DataType::Long, false, false)
}

impl RegisteredClass for NodeInterface {
    const CLASS_NAME: &'static str = "Dig\\Ticket\\NodeInterface";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Interface;

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<NodeInterface> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let method = get_id(FunctionBuilder::new_abstract("getId"));
        vec![(method, MethodFlags::Public | MethodFlags::Abstract)]
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        None
    }

    fn constants() -> &'static [(
        &'static str,
        &'static dyn IntoZvalDyn,
        DocComments,
        ConstantFlags,
    )] {
        &[("MAX_NODE_ID", &1023_i64, &[], ConstantFlags::Public)]
    }
}
