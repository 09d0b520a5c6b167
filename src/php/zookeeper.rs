//! `Dig\\Ticket\\Node\\Zookeeper`: a node ID of this very process, from a registry in ZooKeeper.

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::zend::ExecuteData;

use super::args::{self, Stop};
use super::node_interface::{self, OwnNode};
use super::state;
use crate::family::{Ask, Source, Tree};
use crate::lease::Refusal;
use crate::lease::zookeeper::{Dsn, check_path};

/// What an empty path stands for, as in the article.
const FOR_EMPTY: &str = "/dig/ticket";

/// The default path, as in the article.
const DEFAULT: &str = "/sim/ticket";

/// The object's own data.
pub(super) struct Zookeeper {
    tree: Tree,
}

impl Zookeeper {
    fn new(ex: &ExecuteData) -> Result<Self, Stop> {
        let (dsn, path) = args::strings(ex)?;
        state::family()?;
        let bad = |what: &str, problem: &str, given: &str| {
            Refusal::Unavailable(format!("the {what} {problem}, \"{given}\" given"))
        };
        Dsn::parse(&dsn).map_err(|problem| bad("DSN", &problem, &dsn))?;
        let path = match path {
            None => DEFAULT.to_owned(),
            Some(path) if path.is_empty() => FOR_EMPTY.to_owned(),
            Some(path) => path,
        };
        check_path(&path).map_err(|problem| bad("path", problem, &path))?;
        Ok(Self {
            tree: Tree { dsn, path },
        })
    }
}

impl OwnNode for Zookeeper {
    fn source(&self) -> Result<&'static Source, Refusal> {
        let (dsn, path) = (self.tree.dsn.as_str(), self.tree.path.as_str());
        state::family()?.source(Ask::Zookeeper(Tree { dsn, path }))
    }
}

impl RegisteredClass for Zookeeper {
    const CLASS_NAME: &'static str = "Dig\\Ticket\\Node\\Zookeeper";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[node_interface::ENTRY];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Zookeeper> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        node_interface::methods::<Self>()
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(ConstructorMeta {
            constructor: |ex| args::constructed(Self::new(ex)),
            build_fn: |method| {
                let dsn = Arg::new("dsn", DataType::String);
                let path = Arg::new("path", DataType::String).default("'/sim/ticket'");
                method.arg(dsn).not_required().arg(path)
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
