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
use super::super::client::{exception, tree};
use super::holder::Holder;
use super::{On, Patience, Watches, on, waits};
use crate::recipe::name;
use crate::rule::kept;
use crate::wire::{Create, Mode, Reply, Request, Role, code};

/// The object's own data.
pub(in super::super) struct Barrier(On);

impl Shown for Barrier {
    fn other(&self) -> Option<&Zval> {
        Some(&self.0.client)
    }
}

/// Whether a znode is there; if it is, or is not, that is watched.
fn exists(
    session: &Session,
    deadline: Instant,
    path: &str,
    watch: Option<u32>,
) -> Result<bool, Failed> {
    let request = Request::Exists {
        path: path.to_owned(),
        watch,
    };
    match session.until(deadline, request)? {
        Reply::Exists(stat) => Ok(stat.is_some()),
        _ => Err(Failed::Stopped(unexpected())),
    }
}

/// The value of a znode and its version, which is watched, or its beginning.
fn value(
    session: &Session,
    deadline: Instant,
    path: &str,
    watch: Option<u32>,
) -> Result<Option<(ByteBuf, i32)>, Failed> {
    loop {
        let request = Request::Get {
            path: path.to_owned(),
            watch,
        };
        match session.until(deadline, request) {
            Ok(Reply::Data((value, stat))) => return Ok(Some((value, stat.version))),
            Ok(_) => return Err(Failed::Stopped(unexpected())),
            Err(Failed::By(failure)) if failure.code == code::NO_NODE => {}
            Err(failed) => return Err(failed),
        }
        if !exists(session, deadline, path, watch)? {
            return Ok(None);
        }
        // It was made meanwhile.
    }
}

/// Makes a znode, and what is above it, unless it is there.
fn make(session: &Session, path: &str) -> Result<(), Stop> {
    tree::make(session, path, &ByteBuf::new(), &exception::family()?.acl())
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
        let mut is_first = true;
        loop {
            let watches = Watches::new(session, usize::from(!patience.none))?;
            let deadline = patience.deadline(session, is_first);
            match exists(session, deadline, &self.0.path, watches.number(0)) {
                Ok(true) => {}
                Ok(false) => return Ok(true),
                Err(failed) => return patience.failed(failed, is_first),
            }
            if patience.is_over() || !watches.wait(patience.until)? {
                return Ok(false);
            }
            is_first = false;
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
        let session = &this.0.session;
        result.set_bool(exists(session, session.deadline(), &this.0.path, None)?);
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
    /// The process that has entered, and not left: a fork has not.
    inside: Cell<Option<u64>>,
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
            inside: Cell::new(None),
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

    fn is_inside(&self) -> Result<bool, Stop> {
        let process = exception::family()?.process();
        let inside = self.inside.get();
        Ok(inside == Some(process) || inside.is_some() && !kept!("barrier_not_a_forks"))
    }

    /// The members that there are, whose list is watched.
    fn members(&self, deadline: Instant, watch: Option<u32>) -> Result<HashSet<String>, Failed> {
        let children = Request::Children {
            path: self.member.on().path.clone(),
            watch,
        };
        match self.session().until(deadline, children) {
            Ok(Reply::Children(names, _)) => {
                let is_member = |name: &String| name::sequence(name).is_some();
                Ok(names.into_iter().filter(is_member).collect())
            }
            Ok(_) => Err(Failed::Stopped(unexpected())),
            Err(Failed::By(failure)) if failure.code == code::NO_NODE => Ok(HashSet::new()),
            Err(failed) => Err(failed),
        }
    }

    /// Waits until so many are there. `false`: they were not in time, and this one is none of them any more.
    fn enter(&self, patience: &Patience) -> Result<bool, Stop> {
        if self.is_inside()? {
            return Err(exception::invalid_state(
                "this object has entered already; leave first, or use another object",
            ));
        }
        let process = exception::family()?.process();
        // It has to be seen by the others, whatever the patience.
        self.member.acquire(&Patience {
            until: patience.until,
            none: false,
        })?;
        let entered = self.await_ready(patience);
        match entered {
            Ok(true) => self.inside.set(Some(process)),
            _ => self.member.release()?,
        }
        entered
    }

    fn await_ready(&self, patience: &Patience) -> Result<bool, Stop> {
        let session = self.session();
        let mut is_first = true;
        loop {
            let watches = Watches::new(session, 2)?;
            match self.is_ready(patience.deadline(session, is_first), &watches) {
                Ok(Ready::Yes) => return Ok(true),
                Ok(Ready::AskAgain) => continue,
                Ok(Ready::No) => {}
                Err(failed) => return patience.failed(failed, is_first),
            }
            if patience.is_over() || !watches.wait(patience.until)? {
                return Ok(false);
            }
            if !self.member.is_held() {
                return Err(self.member.lost());
            }
            is_first = false;
        }
    }

    /// Whether so many have entered. `ready` says who was there then, by the highest of their numbers: where none of those is there
    /// any more, it was left behind by some that were killed together.
    fn is_ready(&self, deadline: Instant, watches: &Watches) -> Result<Ready, Failed> {
        let session = self.session();
        let ready = value(session, deadline, &self.ready(), watches.number(0))?;
        let members = self.members(deadline, watches.number(1))?;
        let numbers = || members.iter().filter_map(|name| name::sequence(name));
        let highest = ready.as_ref().and_then(|(value, _)| {
            let text = std::str::from_utf8(value).ok()?;
            text.parse().ok()
        });
        // They begin anew below zero after the last one.
        let is_of_these = |highest: i32| numbers().any(|number| number.wrapping_sub(highest) <= 0);
        if highest.is_some_and(is_of_these) || ready.is_some() && !kept!("ready_is_of_members") {
            return Ok(Ready::Yes);
        }
        if members.len() < self.count {
            return Ok(Ready::No);
        }
        // Whoever comes last makes it; or another one, if that ends before it has.
        let highest = numbers().reduce(|one, other| match other.wrapping_sub(one) > 0 {
            true => other,
            false => one,
        });
        let Some(highest) = highest else {
            return Ok(Ready::No);
        };
        let text = ByteBuf::from(highest.to_string());
        let request = match ready {
            Some((_, version)) => Request::Set {
                path: self.ready(),
                value: text,
                version: Some(version),
            },
            None => Request::Create(Create {
                path: self.ready(),
                value: text,
                acl: exception::family().map_err(Failed::Stopped)?.acl(),
                mode: Mode::Persistent {
                    sequential: false,
                    ttl: None,
                },
            }),
        };
        match session.until(deadline, request) {
            Ok(_) => Ok(Ready::Yes),
            // Another one was quicker, or all have left; or it was done, and the answer lost.
            Err(Failed::By(failure))
                if failure.unknown
                    || matches!(
                        failure.code,
                        code::NODE_EXISTS | code::NO_NODE | code::BAD_VERSION
                    ) =>
            {
                Ok(Ready::AskAgain)
            }
            Err(failed) => Err(failed),
        }
    }

    /// Waits until all have left that were there. `false`: they had not in time.
    fn leave(&self, patience: &Patience) -> Result<bool, Stop> {
        if !self.is_inside()? {
            return Err(exception::invalid_state(
                "this object has not entered, or has left already, or another process has",
            ));
        }
        let session = self.session();
        let mut stays = self.members(session.deadline(), None)?;
        self.member.release()?;
        self.inside.set(None);
        let mut is_first = true;
        loop {
            let watches = Watches::new(session, 1)?;
            let deadline = patience.deadline(session, is_first);
            let now = match self.members(deadline, watches.number(0)) {
                Ok(now) => now,
                Err(failed) => return patience.failed(failed, is_first),
            };
            stays.retain(|name| now.contains(name));
            if now.is_empty() {
                // For those who come next.
                delete(session, &self.ready())?;
            }
            if stays.is_empty() {
                return Ok(true);
            }
            if patience.is_over() || !watches.wait(patience.until)? {
                return Ok(false);
            }
            is_first = false;
        }
    }
}

/// Whether all are there.
enum Ready {
    Yes,
    No,
    /// It has changed meanwhile.
    AskAgain,
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
