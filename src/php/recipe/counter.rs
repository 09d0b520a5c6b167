//! `Dig\Zookeeper\Counter`: a number that many change.

use std::cell::Cell;
use std::ptr;
use std::time::{Duration, Instant};

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecuteData;

use super::super::args::{self, Stop, Text, parse};
use super::super::client::collector::{self, Shown};
use super::super::client::exception;
use super::super::client::session::{Failed, not_constructed, unexpected};
use super::{On, on};
use crate::recipe::change::{Change, Changed, Seen};
use crate::recipe::counter::next_call;
use crate::rule::kept;
use crate::wire::{Failure, Reply, Request, code};

/// The longest pause before a change is tried again that another one has overtaken, after so many tries: the first is twice
/// this one's 32nd part.
const PAUSES: (Duration, u32) = (Duration::from_millis(16), 5);

/// What a fork is told.
const FORKED: &str =
    "this process was forked while its parent waited here: the change is that one's; make it again";

/// The object's own data.
pub(in super::super) struct Counter(On);

impl Shown for Counter {
    fn other(&self) -> Option<&Zval> {
        Some(&self.0.client)
    }
}

thread_local! {
    /// The process whose it is, and the number by which its last change is known, while it makes none.
    static MINE: Cell<Option<(u64, u64)>> = const { Cell::new(None) };
}

/// The number by which the changes of one call are known. One that has not found out what became of its change keeps it to itself,
/// since that may be made later; and what is called by a signal's handler meanwhile has another one.
struct Mine {
    process: u64,
    by: u64,
}

impl Mine {
    fn take() -> Result<Self, Stop> {
        let process = exception::family()?.process();
        // What a fork has is its parent's.
        let by = match MINE.take() {
            Some((of, by)) if of == process || !kept!("counter_of_process") => next_call(by),
            _ => crate::lease::random(),
        };
        Ok(Self { process, by })
    }

    /// Throws in a fork that was made by a signal's handler meanwhile.
    fn check(&self) -> Result<(), Stop> {
        match exception::family()?.process() == self.process || !kept!("add_of_the_process") {
            true => Ok(()),
            false => Err(exception::invalid_state(FORKED)),
        }
    }

    fn give_back(self) {
        MINE.set(Some((self.process, self.by)));
    }
}

impl Counter {
    /// `Client $client, string $path`
    fn new(ex: &ExecuteData) -> Result<Self, Stop> {
        let (mut client, mut path) = (ptr::null_mut::<Zval>(), Text::NONE);
        parse!(ex, c"zS", client, path)?;
        let on = On::read(client, &path)?;
        match on.path.as_str() {
            "/" => Err(args::refuse(2, "must name a znode below the root")),
            _ => Ok(Self(on)),
        }
    }

    fn this(ex: &mut ExecuteData) -> Result<&Self, Stop> {
        args::this(ex).ok_or_else(|| not_constructed(Self::CLASS_NAME))
    }

    fn read(&self, deadline: Instant) -> Result<Seen, Failed> {
        let path = &self.0.path;
        let read = Request::Get {
            path: path.clone(),
            watch: None,
        };
        match self.0.session.until(deadline, read) {
            Ok(Reply::Data(data)) => Seen::parse(&data).ok_or_else(|| {
                let bytes = &data.0;
                let begins = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]);
                Failed::By(self.failure(
                    code::INVALID_STATE,
                    format!("{path}: its value is no counter's: \"{begins}\"; use another path, or correct it"),
                ))
            }),
            Ok(_) => Err(Failed::Stopped(unexpected())),
            Err(Failed::By(failure)) if failure.code == code::NO_NODE => Ok(Seen::default()),
            Err(failed) => Err(failed),
        }
    }

    fn failure(&self, code: i32, message: String) -> Failure {
        Failure {
            code,
            unknown: false,
            path: Some(self.0.path.clone()),
            index: None,
            message,
        }
    }

    /// Changes it from what was seen, if it is that still.
    fn change(&self, seen: Seen, to: i64, mine: &Mine, deadline: Instant) -> Result<Changed, Stop> {
        let acl = exception::family()?.acl();
        let change = Change::new(self.0.path.clone(), seen, to, mine.by, acl.clone());
        let of = (mine.process, FORKED);
        super::carry_out(&self.0.session, deadline, change, of, &acl)
    }

    /// Changes it to what `to` makes of its number, as often as others are quicker. `None` where that is none.
    fn update(&self, to: impl Fn(i64) -> Result<Option<i64>, Stop>) -> Result<Option<i64>, Stop> {
        let mine = Mine::take()?;
        let done = self.update_as(&mine, to);
        if done.is_ok() {
            mine.give_back();
        }
        done
    }

    fn update_as(
        &self,
        mine: &Mine,
        to: impl Fn(i64) -> Result<Option<i64>, Stop>,
    ) -> Result<Option<i64>, Stop> {
        let deadline = self.0.session.deadline();
        let mut tries = 0;
        loop {
            let seen = self.read(deadline)?;
            mine.check()?;
            let Some(next) = to(seen.value.number())? else {
                return Ok(None);
            };
            if let Changed::Made = self.change(seen, next, mine, deadline)? {
                return Ok(Some(next));
            }
            if Instant::now() >= deadline {
                let message = format!(
                    "{}: others have changed it each time, for as long as a call may take; call it again, or allow it more time \
                     (timeout)",
                    self.0.path
                );
                return Err(self.failure(code::BAD_VERSION, message).into());
            }
            tries = (tries + 1).min(PAUSES.1);
            let longest = PAUSES.0 / (1 << (PAUSES.1 - tries));
            // So that not all come at once.
            std::thread::sleep(longest.mul_f64(fastrand::f64()));
        }
    }
}

extern "C" fn get(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let this = Counter::this(ex)?;
        result.set_long(this.read(this.0.session.deadline())?.value.number());
        Ok(())
    });
}

extern "C" fn add(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let mut by = 1_i64;
        parse!(ex, c"|l", by)?;
        let new = Counter::this(ex)?.update(|number| match number.checked_add(by) {
            Some(sum) => Ok(Some(sum)),
            None => Err(args::refuse(
                1,
                &format!("must leave the counter within 64 bits: it is {number} now"),
            )),
        })?;
        result.set_long(new.unwrap_or_default());
        Ok(())
    });
}

extern "C" fn compare_and_set(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut old, mut new) = (0_i64, 0_i64);
        parse!(ex, c"ll", old, new)?;
        let set = Counter::this(ex)?.update(|number| Ok((number == old).then_some(new)))?;
        result.set_bool(set.is_some());
        Ok(())
    });
}

impl RegisteredClass for Counter {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\Counter";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Counter> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let method = FunctionBuilder::new;
        let methods = [
            method("get", get).returns(DataType::Long, false, false),
            method("add", add)
                .not_required()
                .arg(Arg::new("by", DataType::Long).default("1"))
                .returns(DataType::Long, false, false),
            method("compareAndSet", compare_and_set)
                .arg(Arg::new("old", DataType::Long))
                .arg(Arg::new("new", DataType::Long))
                .returns(DataType::Bool, false, false),
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

/// Has the engine's collector ask for what the objects hold. Call in MINIT, when the class is registered.
pub(super) fn complete() {
    collector::shows::<Counter>();
}
