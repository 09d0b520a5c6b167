//! `Dig\Ticket\Node\Local`: a node ID of this very process, from a local registry.

use std::ffi::CString;
use std::path::PathBuf;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::zend::ExecuteData;

use super::args::{self, Stop};
use super::engine::php_check_open_basedir_ex;
use super::node_interface::{self, OwnNode};
use super::state;
use crate::family::settings::check_directory;
use crate::family::{Ask, Source};
use crate::lease::Refusal;

/// The object's own data.
pub(super) struct Local {
    /// `None`: `ticket.local_path`.
    directory: Option<PathBuf>,
}

impl Local {
    fn new(ex: &ExecuteData) -> Result<Self, Stop> {
        let given = args::optional_path(ex)?;
        state::family()?;
        let Some(directory) = given else {
            return Ok(Self { directory: None });
        };
        check_directory(&directory).map_err(args::refuse_value)?;
        // No NUL byte in it: `optional_path` has refused that.
        let path = CString::new(directory.as_str()).unwrap_or_default();
        // SAFETY: a C string, only read.
        if unsafe { php_check_open_basedir_ex(path.as_ptr(), 0) } != 0 {
            let reason = format!("the directory {directory} is outside of open_basedir");
            return Err(Refusal::Unavailable(reason).into());
        }
        Ok(Self {
            directory: Some(PathBuf::from(directory)),
        })
    }
}

impl OwnNode for Local {
    fn source(&self) -> Result<&'static Source, Refusal> {
        state::family()?.source(Ask::Local(self.directory.as_deref()))
    }
}

impl RegisteredClass for Local {
    const CLASS_NAME: &'static str = "Dig\\Ticket\\Node\\Local";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[node_interface::ENTRY];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Local> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        node_interface::methods::<Self>()
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(ConstructorMeta {
            constructor: |ex| args::constructed(Self::new(ex)),
            build_fn: |method| {
                let directory = Arg::new("directory", DataType::String)
                    .allow_null()
                    .default("null");
                method.not_required().arg(directory)
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
