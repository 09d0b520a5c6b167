//! `Dig\Ticket\NodeInterface`: whatever can say which node ID a `Number` is to use.

use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;

use super::args::{self, Stop};
use super::state;
use crate::family::Source;
use crate::lease::Refusal;

/// The interface. Never a value.
pub(super) enum NodeInterface {}

pub(super) const ENTRY: ClassEntryInfo = (
    || NodeInterface::get_metadata().ce(),
    NodeInterface::CLASS_NAME,
);

fn get_id(method: FunctionBuilder<'static>) -> FunctionBuilder<'static> {
    method.returns(DataType::Long, false, false)
}

/// A node of this very process, whose lease a `Number` on it follows when it moves.
pub(super) trait OwnNode: RegisteredClass {
    /// Where a `Number` on this node issues from.
    fn source(&self) -> Result<&'static Source, Refusal>;
}

/// The methods of a class that implements the interface, besides its constructor.
pub(super) fn methods<T: OwnNode>() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
    let method = get_id(FunctionBuilder::new("getId", id_of::<T>));
    vec![(method, MethodFlags::Public)]
}

/// Reflection can make an object without its constructor.
#[cold]
pub(super) fn not_constructed<T: RegisteredClass>() -> Stop {
    let message = format!("{} has not been constructed", T::CLASS_NAME);
    Stop::Throw(args::error(&message))
}

extern "C" fn id_of<T: OwnNode>(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let this = args::this::<T>(ex).ok_or_else(not_constructed::<T>)?;
        result.set_long(state::family()?.node(this.source()?)?);
        Ok(())
    });
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
