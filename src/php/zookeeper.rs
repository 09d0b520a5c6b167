//! `Dig\\Ticket\\Node\\Zookeeper`: a node ID of this very process, from a registry in ZooKeeper.

use std::cell::OnceCell;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;

use super::args::{self, Stop};
use super::client::Client;
use super::node_interface::{self, OwnNode, not_constructed};
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
    /// A client of its servers, once it was asked for. No object that could be a part of a circle.
    client: OnceCell<Zval>,
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
            client: OnceCell::new(),
        })
    }

    extern "C" fn get_zookeeper(ex: &mut ExecuteData, result: &mut Zval) {
        args::guarded(|| {
            args::none(ex)?;
            let this = args::this::<Self>(ex).ok_or_else(not_constructed::<Self>)?;
            if this.client.get().is_none() {
                let _ = this.client.set(Client::object(&this.tree.dsn)?);
            }
            if let Some(client) = this.client.get() {
                *result = client.shallow_clone();
            }
            Ok(())
        });
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
        let client = DataType::object(Client::CLASS_NAME);
        let method = FunctionBuilder::new("getZookeeper", Self::get_zookeeper);
        let method = method.returns(client, false, false);
        let mut methods = node_interface::methods::<Self>();
        methods.push((method, MethodFlags::Public));
        methods
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
