//! `Dig\Zookeeper\Election`: one of several leads.

use std::ptr;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;

use super::super::args::{self, Stop, Text, parse};
use super::super::client::callback::Given;
use super::super::client::collector::{self, Shown};
use super::super::client::session::{Failed, not_constructed, unexpected};
use super::super::client::values::{self, made};
use super::holder::Holder;
use super::lock::{self, Holds};
use super::{On, Patience, on, waits};
use crate::recipe::name;
use crate::wire::{Reply, Request, Role, code};

/// The object's own data.
pub(in super::super) struct Election(Holder);

impl Holds for Election {
    fn holder(&self) -> &Holder {
        &self.0
    }
}

impl Shown for Election {
    fn other(&self) -> Option<&Zval> {
        Some(self.0.client())
    }
}

impl Election {
    /// `Client $client, string $path, string $data = ''`
    fn new(ex: &ExecuteData) -> Result<Self, Stop> {
        let (mut client, mut path, mut data) = (ptr::null_mut::<Zval>(), Text::NONE, Text::NONE);
        parse!(ex, c"zS|S", client, path, data)?;
        let on = On::read(client, &path)?;
        Ok(Self(Holder::new(on, data.bytes(), Role::Latch, true)))
    }

    fn this(ex: &mut ExecuteData) -> Result<&Self, Stop> {
        args::this(ex).ok_or_else(|| not_constructed(Self::CLASS_NAME))
    }

    /// What candidates have given, the leader first; at most so many.
    fn candidates(&self, most: usize) -> Result<Vec<Vec<u8>>, Stop> {
        let on = self.0.on();
        let deadline = on.session.deadline();
        loop {
            let children = Request::Children {
                path: on.path.clone(),
                watch: None,
            };
            let names = match on.session.until(deadline, children) {
                Ok(Reply::Children(names, _)) => names,
                // Nobody was ever one.
                Err(Failed::By(failure)) if failure.code == code::NO_NODE => return Ok(vec![]),
                Ok(_) => return Err(unexpected()),
                Err(failed) => return Err(failed.into()),
            };
            let line = name::line(&names);
            let root = on.path.trim_end_matches('/');
            let paths = line.iter().take(most).map(|name| format!("{root}/{name}"));
            let paths: Vec<_> = paths.collect();
            if paths.is_empty() {
                return Ok(vec![]);
            }
            match on.session.until(deadline, Request::GetMany(paths))? {
                Reply::Many(found) => {
                    // Who has gone meanwhile is none; but the first of them was the leader.
                    let gone = found.first().is_none_or(Option::is_none);
                    if !gone {
                        let found = found.into_iter().flatten();
                        return Ok(found.map(|(value, _)| value.into_vec()).collect());
                    }
                }
                _ => return Err(unexpected()),
            }
        }
    }
}

extern "C" fn join(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        let (mut elected, mut deposed) = (Given::none(), Given::none());
        parse!(
            ex,
            c"|f!f!",
            elected.info,
            elected.cache,
            deposed.info,
            deposed.cache
        )?;
        let holder = &Election::this(ex)?.0;
        let given = |given: &Given| given.is_given();
        holder.tell(
            Some(&elected).filter(|elected| given(elected)),
            Some(&deposed).filter(|deposed| given(deposed)),
        )?;
        match holder.is_wanted() {
            true => Ok(()),
            false => holder.want(false),
        }
    });
}

extern "C" fn await_leadership(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let patience = Patience::read(ex)?;
        let holder = &Election::this(ex)?.0;
        if !holder.is_wanted() {
            holder.want(false)?;
        }
        result.set_bool(holder.await_it(&patience)?);
        Ok(())
    });
}

extern "C" fn is_leader(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let holder = &Election::this(ex)?.0;
        holder.look();
        result.set_bool(holder.is_held());
        Ok(())
    });
}

extern "C" fn leader(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let first = Election::this(ex)?.candidates(1)?;
        let Some(data) = first.first() else {
            return Ok(());
        };
        made(|| {
            *result = values::bytes(data);
            Ok(())
        })
    });
}

extern "C" fn members(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let all = Election::this(ex)?.candidates(usize::MAX)?;
        made(|| {
            let all = all.iter().map(|data| Ok(values::bytes(data)));
            result.set_hashtable(values::list(all)?);
            Ok(())
        })
    });
}

impl RegisteredClass for Election {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\Election";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Election> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let method = FunctionBuilder::new;
        let callback = |name| {
            Arg::new(name, DataType::Callable)
                .allow_null()
                .default("null")
        };
        let mut all = vec![
            method("join", join)
                .not_required()
                .arg(callback("elected"))
                .arg(callback("deposed"))
                .returns(DataType::Void, false, false),
            waits(method("awaitLeadership", await_leadership)).returns(
                DataType::Bool,
                false,
                false,
            ),
            method("isLeader", is_leader).returns(DataType::Bool, false, false),
        ];
        all.extend(lock::of_holders::<Self>());
        all.extend([
            method("leader", leader).returns(DataType::String, false, true),
            method("members", members).returns(DataType::Array, false, false),
            method("resign", lock::release::<Self>).returns(DataType::Void, false, false),
        ]);
        all.into_iter()
            .map(|method| (method, MethodFlags::Public))
            .collect()
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(ConstructorMeta {
            constructor: |ex| args::constructed(Self::new(ex)),
            build_fn: |method| {
                on(method)
                    .not_required()
                    .arg(Arg::new("data", DataType::String).default("''"))
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

/// Has the engine's collector ask for what the objects hold. Call in MINIT, when the class is registered.
pub(super) fn complete() {
    collector::shows::<Election>();
}
