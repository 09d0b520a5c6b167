//! `Dig\Zookeeper\Barrier` and `DoubleBarrier`: what many wait for together.

use std::cell::Cell;
use std::collections::HashSet;
use std::ptr;
use std::time::Instant;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;
use serde_bytes::ByteBuf;

use super::super::args::{self, Stop, Text, parse};
use super::super::client::collector::{self, Shown};
use super::super::client::session::{Failed, Session, not_constructed, unexpected};
use super::super::client::{exception, request, tree};
use super::holder::Holder;
use super::{On, Patience, Watches, on, waits};
use crate::recipe::name;
use crate::wire::{Reply, Request, Role, code};

/// The object's own data.
pub(in super::super) struct Barrier(On);

impl Shown for Barrier {
    fn other(&self) -> Option<&Zval> {
        Some(&self.0.client)
    }
}

/// Whether a znode is there; if it is, or is not, that is watched.
fn exists(session: &Session, path: &str, watch: Option<u32>) -> Result<bool, Stop> {
    let request = Request::Exists {
        path: path.to_owned(),
        watch,
    };
    match session.call(request)? {
        Reply::Exists(stat) => Ok(stat.is_some()),
        _ => Err(unexpected()),
    }
}

/// Makes a znode, and what is above it, unless it is there.
fn make(session: &Session, path: &str) -> Result<(), Stop> {
    tree::make(
        session,
        path,
        &ByteBuf::new(),
        &request::acl(0, ptr::null())?,
    )
}

/// Deletes a znode, unless it is not there.
fn delete(session: &Session, path: &str) -> Result<(), Stop> {
    let deadline = session.deadline();
    loop {
        let request = Request::Delete {
            path: path.to_owned(),
            version: None,
        };
        match session.until(deadline, request) {
            Ok(_) => return Ok(()),
            Err(Failed::By(failure)) if failure.code == code::NO_NODE => return Ok(()),
            // Deleted or not, the next try tells.
            Err(Failed::By(failure)) if failure.unknown && Instant::now() < deadline => {}
            Err(failed) => return Err(failed.into()),
        }
    }
}

/// The path of a barrier, which is a znode of its own.
fn below_root(on: On) -> Result<On, Stop> {
    match on.path.as_str() {
        "/" => Err(args::refuse(2, "must name a znode below the root")),
        _ => Ok(on),
    }
}

impl Barrier {
    /// `Client $client, string $path`
    fn new(ex: &ExecuteData) -> Result<Self, Stop> {
        let (mut client, mut path) = (ptr::null_mut::<Zval>(), Text::NONE);
        parse!(ex, c"zS", client, path)?;
        below_root(On::read(client, &path)?).map(Self)
    }

    fn this(ex: &mut ExecuteData) -> Result<&Self, Stop> {
        args::this(ex).ok_or_else(|| not_constructed(Self::CLASS_NAME))
    }

    /// Waits until it is open. `false`: it was closed all the time.
    fn wait(&self, patience: &Patience) -> Result<bool, Stop> {
        let session = &self.0.session;
        loop {
            let watches = Watches::new(session, usize::from(!patience.none))?;
            if !exists(session, &self.0.path, watches.number(0))? {
                return Ok(true);
            }
            if patience.is_over() {
                return Ok(false);
            }
            watches.wait(patience.until)?;
        }
    }
}

extern "C" fn set(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let this = Barrier::this(ex)?;
        make(&this.0.session, &this.0.path)
    });
}

extern "C" fn remove(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let this = Barrier::this(ex)?;
        delete(&this.0.session, &this.0.path)
    });
}

extern "C" fn is_set(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let this = Barrier::this(ex)?;
        result.set_bool(exists(&this.0.session, &this.0.path, None)?);
        Ok(())
    });
}

extern "C" fn wait(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let patience = Patience::read(ex)?;
        result.set_bool(Barrier::this(ex)?.wait(&patience)?);
        Ok(())
    });
}

/// The object's own data.
pub(in super::super) struct DoubleBarrier {
    /// Its znode among the members.
    member: Holder,
    count: usize,
    /// It has entered, and not left.
    inside: Cell<bool>,
}

impl Shown for DoubleBarrier {
    fn other(&self) -> Option<&Zval> {
        Some(self.member.client())
    }
}

impl DoubleBarrier {
    /// `Client $client, string $path, int $count`
    fn new(ex: &ExecuteData) -> Result<Self, Stop> {
        let (mut client, mut path) = (ptr::null_mut::<Zval>(), Text::NONE);
        let mut count = 0_i64;
        parse!(ex, c"zSl", client, path, count)?;
        let on = below_root(On::read(client, &path)?)?;
        let must = format!("must be between 1 and {}", i32::MAX);
        let count = i32::try_from(count).ok().filter(|count| *count > 0);
        let count = count.ok_or_else(|| args::refuse(3, &must))?;
        Ok(Self {
            member: Holder::new(on, b"", Role::Member, false),
            count: count.unsigned_abs() as usize,
            inside: Cell::new(false),
        })
    }

    fn this(ex: &mut ExecuteData) -> Result<&Self, Stop> {
        args::this(ex).ok_or_else(|| not_constructed(Self::CLASS_NAME))
    }

    fn session(&self) -> &Session {
        &self.member.on().session
    }

    fn ready(&self) -> String {
        format!("{}/ready", self.member.on().path)
    }

    /// The members that there are, whose list is watched.
    fn members(&self, watch: Option<u32>) -> Result<HashSet<String>, Stop> {
        let children = Request::Children {
            path: self.member.on().path.clone(),
            watch,
        };
        match self.session().try_call(children) {
            Ok(Reply::Children(names, _)) => {
                let is_member = |name: &String| name::sequence(name).is_some();
                Ok(names.into_iter().filter(is_member).collect())
            }
            Ok(_) => Err(unexpected()),
            Err(Failed::By(failure)) if failure.code == code::NO_NODE => Ok(HashSet::new()),
            Err(failed) => Err(failed.into()),
        }
    }

    /// Waits until so many are there. `false`: they were not in time, and this one is none of them any more.
    fn enter(&self, patience: &Patience) -> Result<bool, Stop> {
        if self.inside.get() {
            return Err(exception::invalid_state(
                "this object has entered already; leave first, or use another object",
            ));
        }
        // It has to be seen by the others, whatever the patience.
        self.member.acquire(&Patience {
            until: patience.until,
            none: false,
        })?;
        let entered = self.await_ready(patience);
        match entered {
            Ok(true) => self.inside.set(true),
            _ => self.member.release()?,
        }
        entered
    }

    fn await_ready(&self, patience: &Patience) -> Result<bool, Stop> {
        let session = self.session();
        loop {
            let watches = Watches::new(session, 2)?;
            if exists(session, &self.ready(), watches.number(0))? {
                return Ok(true);
            }
            // Whoever comes last makes it; or another one, if that ends before it has.
            if self.members(watches.number(1))?.len() >= self.count {
                make(session, &self.ready())?;
                return Ok(true);
            }
            if patience.is_over() {
                return Ok(false);
            }
            watches.wait(patience.until)?;
            if !self.member.is_held() {
                return Err(self.member.lost());
            }
        }
    }

    /// Waits until all have left that were there. `false`: they had not in time.
    fn leave(&self, patience: &Patience) -> Result<bool, Stop> {
        if !self.inside.get() {
            return Err(exception::invalid_state(
                "this object has not entered, or has left already",
            ));
        }
        let session = self.session();
        let mut stays = self.members(None)?;
        self.member.release()?;
        self.inside.set(false);
        loop {
            let watches = Watches::new(session, 1)?;
            let now = self.members(watches.number(0))?;
            stays.retain(|name| now.contains(name));
            if now.is_empty() {
                // For those who come next.
                delete(session, &self.ready())?;
            }
            if stays.is_empty() {
                return Ok(true);
            }
            if patience.is_over() {
                return Ok(false);
            }
            watches.wait(patience.until)?;
        }
    }
}

extern "C" fn enter(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let patience = Patience::read(ex)?;
        result.set_bool(DoubleBarrier::this(ex)?.enter(&patience)?);
        Ok(())
    });
}

extern "C" fn leave(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let patience = Patience::read(ex)?;
        result.set_bool(DoubleBarrier::this(ex)?.leave(&patience)?);
        Ok(())
    });
}

impl RegisteredClass for Barrier {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\Barrier";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Barrier> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let method = FunctionBuilder::new;
        let methods = [
            method("set", set).returns(DataType::Void, false, false),
            method("remove", remove).returns(DataType::Void, false, false),
            method("isSet", is_set).returns(DataType::Bool, false, false),
            waits(method("wait", wait)).returns(DataType::Bool, false, false),
        ];
        methods
            .into_iter()
            .map(|method| (method, MethodFlags::Public))
            .collect()
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(ConstructorMeta {
            constructor: |ex| args::constructed(Self::new(ex)),
            build_fn: |method| on(method),
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

impl RegisteredClass for DoubleBarrier {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\DoubleBarrier";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<DoubleBarrier> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let method = FunctionBuilder::new;
        let methods = [method("enter", enter), method("leave", leave)];
        methods
            .into_iter()
            .map(|method| waits(method).returns(DataType::Bool, false, false))
            .map(|method| (method, MethodFlags::Public))
            .collect()
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(ConstructorMeta {
            constructor: |ex| args::constructed(Self::new(ex)),
            build_fn: |method| on(method).arg(Arg::new("count", DataType::Long)),
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

/// Has the engine's collector ask for what the objects hold. Call in MINIT, when the classes are registered.
pub(super) fn complete() {
    collector::shows::<Barrier>();
    collector::shows::<DoubleBarrier>();
}
