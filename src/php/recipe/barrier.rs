//! `Dig\Zookeeper\Barrier` and `DoubleBarrier`: what many wait for together.

use std::cell::Cell;
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
use super::{On, Patience, Watches, names, on, waits};
use crate::recipe::barrier::{Door, Picture};
use crate::rule::kept;
use crate::wire::{Create, Mode, Operation, Reply, Request, Role, Stat, code};

/// The object's own data.
pub(in super::super) struct Barrier(On);

impl Shown for Barrier {
    fn other(&self) -> Option<&Zval> {
        Some(&self.0.client)
    }
}

/// Its stat, if a znode is there; that it is, or is not, is watched.
fn exists(
    session: &Session,
    deadline: Instant,
    path: &str,
    watch: Option<u32>,
) -> Result<Option<Stat>, Failed> {
    let request = Request::Exists {
        path: path.to_owned(),
        watch,
    };
    match session.until(deadline, request)? {
        Reply::Exists(stat) => Ok(stat),
        _ => Err(Failed::Stopped(unexpected())),
    }
}

/// Makes a znode, and what is above it, unless it is there.
fn make(session: &Session, path: &str) -> Result<(), Stop> {
    let acl = exception::family()?.acl();
    let deadline = session.deadline();
    Ok(tree::make(session, deadline, path, &ByteBuf::new(), &acl)?)
}

/// Deletes a znode, unless it is not there. What has a path that others may have later is [opened](open).
fn delete(session: &Session, deadline: Instant, path: &str) -> Result<(), Failed> {
    loop {
        match delete_once(session, deadline, path) {
            // Deleted or not, the next try tells.
            Err(Failed::By(failure)) if failure.unknown && Instant::now() < deadline => {}
            done => return done,
        }
    }
}

fn delete_once(session: &Session, deadline: Instant, path: &str) -> Result<(), Failed> {
    let request = Request::Delete {
        path: path.to_owned(),
        version: None,
    };
    match session.until(deadline, request) {
        Ok(_) => Ok(()),
        Err(Failed::By(failure)) if failure.code == code::NO_NODE => Ok(()),
        Err(failed) => Err(failed),
    }
}

/// Deletes a znode, unless it is not there; and none that is made of its path when it has been deleted.
fn open(session: &Session, path: &str) -> Result<(), Failed> {
    let deadline = session.deadline();
    let Some(found) = exists(session, deadline, path, None)? else {
        return Ok(());
    };
    loop {
        let doubt = match delete_once(session, deadline, path) {
            Err(Failed::By(failure)) if failure.unknown => failure,
            done => return done,
        };
        let sync = Request::Sync {
            path: path.to_owned(),
        };
        let now = session
            .until(deadline, sync)
            .and_then(|_| exists(session, deadline, path, None));
        match now {
            // It was not deleted.
            Ok(Some(now)) if now.czxid == found.czxid || !kept!("barrier_opened_once") => {}
            Ok(_) => return Ok(()),
            Err(Failed::By(_)) => return Err(Failed::By(doubt)),
            Err(stopped) => return Err(stopped),
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
                Ok(Some(_)) => {}
                Ok(None) => return Ok(true),
                Err(failed) => return patience.failed(failed, deadline),
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
        Ok(open(&this.0.session, &this.0.path)?)
    });
}

extern "C" fn is_set(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let this = Barrier::this(ex)?;
        let session = &this.0.session;
        let found = exists(session, session.deadline(), &this.0.path, None)?;
        result.set_bool(found.is_some());
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

    fn below(&self, name: &str) -> String {
        format!("{}/{name}", self.member.on().path)
    }

    fn is_inside(&self) -> Result<bool, Stop> {
        let process = exception::family()?.process();
        let inside = self.inside.get();
        Ok(inside == Some(process) || inside.is_some() && !kept!("barrier_not_a_forks"))
    }

    /// Who is there, which is watched.
    fn picture(&self, deadline: Instant, watch: Option<u32>) -> Result<Picture, Failed> {
        names(self.session(), deadline, &self.member.on().path, watch).map(Picture::of)
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
            _ => self.member.release_soon()?,
        }
        entered
    }

    fn await_ready(&self, patience: &Patience) -> Result<bool, Stop> {
        let session = self.session();
        let own = self.member.granted()?.path;
        let mut is_first = true;
        loop {
            let watches = Watches::new(session, 1)?;
            let deadline = patience.deadline(session, is_first);
            let found = match self.look(&own, deadline, watches.number(0)) {
                Ok(found) => found,
                Err(failed) => return patience.failed(failed, deadline),
            };
            if !self.member.is_held() && kept!("barrier_entered_is_held") {
                return Err(self.member.lost());
            }
            let changes = match found {
                Ready::Yes => return Ok(true),
                Ready::AskAgain => true,
                Ready::No => false,
            };
            if patience.is_over() || !changes && !watches.wait(patience.until)? {
                return Ok(false);
            }
            is_first = !kept!("barrier_asks_in_time");
        }
    }

    /// Whether it is open to its own znode; then it has come to be, where it was not.
    fn look(&self, own: &str, deadline: Instant, watch: Option<u32>) -> Result<Ready, Failed> {
        let session = self.session();
        let name = own.rsplit('/').next().unwrap_or_default();
        let mut picture = self.picture(deadline, watch)?;
        if !picture.has(name) && kept!("barrier_synced") {
            // The server has not heard of it yet, or it is gone already.
            let path = self.member.on().path.clone();
            session.until(deadline, Request::Sync { path })?;
            picture = self.picture(deadline, watch)?;
            if !picture.has(name) {
                return Err(Failed::Stopped(self.member.lost()));
            }
        }
        let ready = match picture.door(name, self.count) {
            Door::Open => return Ok(Ready::Yes),
            Door::Closed => return Ok(Ready::No),
            Door::Opens(ready) => ready,
        };
        let create = Operation::Create(Create {
            path: self.below(&ready),
            value: ByteBuf::new(),
            acl: exception::family().map_err(Failed::Stopped)?.acl(),
            mode: Mode::Persistent {
                sequential: false,
                ttl: None,
            },
        });
        // While its own znode is there, all of this is of one and the same barrier, whose numbers rise.
        let check = Operation::Check {
            path: match kept!("barrier_opened_by_member") {
                true => own.to_owned(),
                false => self.member.on().path.clone(),
            },
            version: None,
        };
        match session.until(deadline, Request::Multi(vec![check, create])) {
            Ok(_) => Ok(Ready::Yes),
            Err(Failed::By(failure)) if failure.unknown => Ok(Ready::AskAgain),
            Err(Failed::By(failure)) => match (failure.code, failure.index) {
                // Another one was quicker.
                (code::NODE_EXISTS, Some(1)) => Ok(Ready::Yes),
                (code::NO_NODE, Some(0)) => Err(Failed::Stopped(self.member.lost())),
                _ => Err(Failed::By(failure)),
            },
            Err(stopped) => Err(stopped),
        }
    }

    /// Waits until all have left that were inside. `false`: they had not in time.
    fn leave(&self, patience: &Patience) -> Result<bool, Stop> {
        if !self.is_inside()? {
            return Err(exception::invalid_state(
                "this object has not entered, or has left already, or another process has",
            ));
        }
        let session = self.session();
        let mut stays = self.picture(session.deadline(), None)?.inside();
        self.member.release()?;
        self.inside.set(None);
        let mut is_first = true;
        loop {
            let watches = Watches::new(session, 1)?;
            let deadline = patience.deadline(session, is_first);
            let now = match self.picture(deadline, watches.number(0)) {
                Ok(now) => now,
                Err(failed) => return patience.failed(failed, deadline),
            };
            stays.retain(|name| now.has(name));
            for name in now.over() {
                match delete(session, deadline, &self.below(name)) {
                    // It is in nobody's way, and whoever leaves next does it.
                    Ok(()) | Err(Failed::By(_)) => {}
                    Err(stopped) => return Err(stopped.into()),
                }
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

/// Whether it may enter.
enum Ready {
    Yes,
    No,
    /// It is not known whether it has come to be open.
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
