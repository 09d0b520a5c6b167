//! `Dig\Zookeeper\Queue`, and the messages that are taken from it.

use std::cell::Cell;
use std::ptr;
use std::rc::Rc;
use std::time::Instant;

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, FunctionBuilder};
use ext_php_rs::class::{ClassEntryInfo, ClassMetadata, ConstructorMeta, RegisteredClass};
use ext_php_rs::convert::IntoZvalDyn;
use ext_php_rs::describe::DocComments;
use ext_php_rs::flags::{ClassFlags, ConstantFlags, DataType, MethodFlags};
use ext_php_rs::types::{ZendHashTable, Zval};
use ext_php_rs::zend::ExecuteData;
use serde_bytes::ByteBuf;

use super::super::args::{self, Stop, Text, parse};
use super::super::client::collector::{self, Shown};
use super::super::client::session::{Failed, Session, not_constructed, unexpected};
use super::super::client::values::{self, made, not_for_users};
use super::super::client::{Transaction, exception, tree};
use super::super::state;
use super::{On, Patience, Watches, names, on};
use crate::family::Tells;
use crate::recipe::claim::{ENTRIES, claim_of};
use crate::recipe::{Guid, queue};
use crate::rule::kept;
use crate::wire::{
    Create, Failure, Grant, Hold, Mode, Operation, Outcome, Reply, Request, Role, Standing, Stat,
    code,
};

/// Items that a queue may have, unless its users say another number: the names of so many are a list that servers and
/// clients pass on.
const MOST: i64 = 5000;

/// The priority of what is put without one, as kazoo's.
const ORDINARY: i64 = 100;

/// The object's own data.
pub(in super::super) struct Queue {
    on: On,
    most: i64,
}

impl Shown for Queue {
    fn other(&self) -> Option<&Zval> {
        Some(&self.on.client)
    }
}

impl Queue {
    /// `Client $client, string $path, array $options = []`
    fn new(ex: &ExecuteData) -> Result<Self, Stop> {
        let (mut client, mut path) = (ptr::null_mut::<Zval>(), Text::NONE);
        let mut options = ptr::null::<ZendHashTable>();
        parse!(ex, c"zS|h", client, path, options)?;
        let on = On::read(client, &path)?;
        if on.path == "/" {
            return Err(args::refuse(2, "must name a znode below the root"));
        }
        let mut most = MOST;
        // SAFETY: null, or an array that lives as long as the call.
        for (name, value) in unsafe { options.as_ref() }.into_iter().flatten() {
            let value = value.dereference();
            match name.to_string().as_str() {
                "max_items" => {
                    let number = value.long();
                    let must = "must have an int as max_items";
                    let number = number.ok_or_else(|| args::refuse_type(3, must, value))?;
                    if number < 1 {
                        return Err(args::refuse(3, "must have max_items of 1 or more"));
                    }
                    most = number;
                }
                other => {
                    let must = format!("must have no options but max_items, \"{other}\" given");
                    return Err(args::refuse(3, &must));
                }
            }
        }
        Ok(Self { on, most })
    }

    fn this(ex: &mut ExecuteData) -> Result<&Self, Stop> {
        args::this(ex).ok_or_else(|| not_constructed(Self::CLASS_NAME))
    }

    /// A path below the queue's.
    fn below(&self, path: &str) -> String {
        format!("{}{path}", self.on.path)
    }

    fn entries(&self) -> String {
        self.below(ENTRIES.trim_end_matches('/'))
    }

    /// What its items are below; `None`: nothing was ever put.
    fn stat(&self, deadline: Instant) -> Result<Option<Stat>, Failed> {
        let request = Request::Exists {
            path: self.entries(),
            watch: None,
        };
        match self.on.session.until(deadline, request)? {
            Reply::Exists(stat) => Ok(stat),
            _ => Err(Failed::Stopped(unexpected())),
        }
    }

    /// How many there are, taken or not.
    fn count(&self, deadline: Instant) -> Result<i64, Failed> {
        let stat = self.stat(deadline)?;
        Ok(stat.map_or(0, |stat| stat.num_children.into()))
    }

    fn full(&self, items: i32) -> Failure {
        let path = &self.on.path;
        let message = format!(
            "{path}: the queue has {items} items, and may have {} (max_items); put it again when some have been taken",
            self.most
        );
        Failure {
            code: code::QUOTA_EXCEEDED,
            unknown: false,
            path: Some(path.clone()),
            index: None,
            message,
        }
    }

    /// Puts an item, and finds out whether it was put where no answer says so. Its name.
    ///
    /// It is put at the version that `entries` has. So one of which no answer was heard cannot come late when that has another:
    /// then it is there, or was, or never will be. Then it may be tried again.
    fn put(&self, value: &[u8], priority: u16) -> Result<String, Stop> {
        let session = &self.on.session;
        let process = exception::family()?.process();
        let deadline = session.deadline();
        let acl = exception::family()?.acl();
        let guid = Guid::new([crate::lease::random(), crate::lease::random()]);
        let prefix = queue::prefix(priority, guid);
        let create = Operation::Create(Create {
            path: format!("{}/{prefix}", self.entries()),
            value: ByteBuf::from(value),
            acl: acl.clone(),
            mode: Mode::Persistent {
                sequential: true,
                ttl: None,
            },
        });
        loop {
            let Some(before) = self.stat(deadline)? else {
                tree::make(session, deadline, &self.entries(), &ByteBuf::new(), &acl)?;
                continue;
            };
            if i64::from(before.num_children) >= self.most && kept!("queue_is_limited") {
                return Err(self.full(before.num_children).into());
            }
            let check = Operation::Check {
                path: self.entries(),
                version: kept!("put_is_fenced").then_some(before.version),
            };
            let failure = match session.until(deadline, Request::Multi(vec![check, create.clone()]))
            {
                Ok(Reply::Multi(outcomes)) => match outcomes.into_iter().nth(1) {
                    Some(Outcome::Created(path)) => {
                        let name = path.rsplit('/').next().unwrap_or_default();
                        return Ok(name.to_owned());
                    }
                    _ => return Err(unexpected()),
                },
                Ok(_) => return Err(unexpected()),
                Err(Failed::By(failure)) => failure,
                Err(stopped) => return Err(stopped.into()),
            };
            if exception::family()?.process() != process {
                return Err(exception::invalid_state(
                    "this process was forked while its parent waited here: the item is that one's; put it again",
                ));
            }
            match (failure.code, failure.index) {
                _ if failure.unknown && kept!("put_is_found") => {
                    match self.find(&prefix, &before, deadline) {
                        Ok(Some(name)) => return Ok(name),
                        Ok(None) => {}
                        Err(Failed::By(_)) => return Err(of_item(failure, &create).into()),
                        Err(stopped) => return Err(stopped.into()),
                    }
                }
                // All of it is gone; or another one looks for its own.
                (code::NO_NODE | code::BAD_VERSION, Some(0)) => {}
                _ => return Err(of_item(failure, &create).into()),
            }
        }
    }

    /// The name of an item that begins so, if it is there, or `None` if it was never put and will not be, where `entries` was so
    /// before.
    fn find(
        &self,
        prefix: &str,
        before: &Stat,
        deadline: Instant,
    ) -> Result<Option<String>, Failed> {
        let session = &self.on.session;
        let path = self.entries();
        let fence = Request::Set {
            path: path.clone(),
            value: ByteBuf::new(),
            version: Some(before.version),
        };
        loop {
            match session.until(deadline, fence.clone()) {
                Ok(_) => break,
                // It has another version already.
                Err(Failed::By(failure)) if failure.code == code::BAD_VERSION => break,
                Err(Failed::By(failure)) if failure.unknown => {}
                Err(failed) => return Err(failed),
            }
        }
        let children = Request::Children {
            path: path.clone(),
            watch: None,
        };
        let (names, now) = match session.until(deadline, children)? {
            Reply::Children(names, now) => (names, now),
            _ => return Err(Failed::Stopped(unexpected())),
        };
        let (then, made) = (
            queue::ever_made(before.cversion, before.num_children),
            queue::ever_made(now.cversion, now.num_children),
        );
        // Somebody may have taken it, and be done with it.
        let may_be_over = now.czxid != before.czxid || queue::is_any_gone(then, made, &names);
        match names.into_iter().find(|name| name.starts_with(prefix)) {
            None if may_be_over && kept!("put_may_be_over") => Err(Failed::By(Failure {
                code: code::CONNECTION_LOSS,
                unknown: true,
                path: Some(path),
                index: None,
                message: String::new(),
            })),
            found => Ok(found),
        }
    }

    /// Takes an item; `None`: there was none that nobody else had.
    fn take(&self, patience: &Patience) -> Result<Option<Message>, Stop> {
        let session = &self.on.session;
        let mut is_first = true;
        loop {
            let watches = match patience.none {
                true => Watches::new(session, 0)?,
                false => Watches::new(session, 2)?,
            };
            let deadline = patience.deadline(session, is_first);
            let look = || {
                let entries = names(session, deadline, &self.entries(), watches.number(0))?;
                let path = self.below(crate::recipe::claim::TAKEN.trim_end_matches('/'));
                let taken = names(session, deadline, &path, watches.number(1))?;
                Ok((entries, taken))
            };
            let (entries, taken) = match look() {
                Ok(found) => found,
                Err(failed) => return patience.failed(failed, deadline).map(|_| None),
            };
            let mut free = queue::free(&entries, &taken);
            let mut was_late = false;
            while !free.is_empty() {
                let at = queue::choose(free.len(), was_late, crate::lease::random());
                match self.claim(free.remove(at))? {
                    Some(message) => return Ok(Some(message)),
                    None => was_late = true,
                }
            }
            if patience.is_over() {
                return Ok(None);
            }
            // Whoever was quicker may give it back; that, or a new one, is seen.
            if !was_late && !watches.wait(patience.until)? {
                return Ok(None);
            }
            is_first = !kept!("take_looks_in_time");
        }
    }

    /// Takes this one; `None`: another was quicker.
    fn claim(&self, name: &str) -> Result<Option<Message>, Stop> {
        let session = &self.on.session;
        let entry = self.below(&format!("{ENTRIES}{name}"));
        let read = Request::Get {
            path: entry.clone(),
            watch: None,
        };
        let (value, stat) = match session.until(session.deadline(), read) {
            Ok(Reply::Data(data)) => data,
            Ok(_) => return Err(unexpected()),
            Err(Failed::By(failure)) if failure.code == code::NO_NODE => return Ok(None),
            Err(failed) => return Err(failed.into()),
        };
        let process = exception::family()?.process();
        let hold = Hold {
            hold: 0,
            path: entry.clone(),
            value: value.clone(),
            role: Role::Claim(stat.version),
            once: true,
            again: false,
        };
        let number = session.hold(hold, Tells::default())?;
        let claimed = Claimed {
            session: session.clone(),
            number,
            process,
            ended: Cell::new(false),
        };
        let until = session.deadline();
        session.await_hold(number, &|now| now.is_some(), Some(until))?;
        match session.hold_stands(number) {
            Some(Standing::Granted(grant)) => {
                session.pass_on()?;
                Ok(Some(Message {
                    client: self.on.client.shallow_clone(),
                    claimed,
                    grant,
                    name: name.to_owned(),
                    entry,
                    value,
                    version: stat.version.wrapping_add(1),
                    doubt: Cell::new(None),
                }))
            }
            Some(Standing::Failed(failure)) => Err(failure.into()),
            Some(_) => Ok(None),
            None => Err(Failure {
                code: code::OPERATION_TIMEOUT,
                unknown: false,
                path: Some(entry.clone()),
                index: None,
                message: format!(
                    "{entry}: ZooKeeper has not answered in time whether it is taken; it is given back if it was"
                ),
            }
            .into()),
        }
    }
}

/// Why an item was not put, or may not have been, as a mere creation of it fails.
fn of_item(failure: Failure, item: &Operation) -> Failure {
    Failure {
        path: Some(item.path().to_owned()),
        index: None,
        ..failure
    }
}

/// An item's claim, which ends with this.
struct Claimed {
    session: Rc<Session>,
    number: u32,
    process: u64,
    ended: Cell<bool>,
}

impl Claimed {
    /// Whether it is this process's, as far as that knows, and not ended.
    fn is_open(&self) -> bool {
        !self.ended.get() && state::known().is_ok_and(|family| family.process() == self.process)
    }

    fn end(&self, finished: bool) {
        if self.is_open() {
            self.session.post_release(self.number, finished);
        }
        self.ended.set(true);
    }
}

impl Drop for Claimed {
    fn drop(&mut self) {
        self.end(false);
    }
}

/// The object's own data.
pub(in super::super) struct Message {
    client: Zval,
    claimed: Claimed,
    grant: Grant,
    name: String,
    entry: String,
    value: ByteBuf,
    /// That the item has since it was taken.
    version: i32,
    /// Why it is not known whether it has been acknowledged, after a call that was interrupted.
    doubt: Cell<Option<Failure>>,
}

impl Shown for Message {
    fn other(&self) -> Option<&Zval> {
        Some(&self.client)
    }
}

impl Message {
    fn this(ex: &mut ExecuteData) -> Result<&Self, Stop> {
        args::this(ex).ok_or_else(|| not_constructed(Self::CLASS_NAME))
    }

    fn check_open(&self) -> Result<(), Stop> {
        match self.claimed.is_open() {
            true => Ok(()),
            false => Err(exception::invalid_state(
                "the message has been acknowledged or given back, or was taken by another process than this",
            )),
        }
    }

    /// Throws that it was given to somebody else.
    fn lost(&self) -> Stop {
        let message = format!(
            "{}: it is not this one's any more, and may be taken by another: its session has ended, or somebody has deleted it",
            self.entry
        );
        Failure {
            code: code::LOCK_LOST,
            unknown: false,
            path: Some(self.entry.clone()),
            index: None,
            message,
        }
        .into()
    }

    /// Says that a call before may have acknowledged it.
    fn unknown(&self) -> Failure {
        Failure {
            code: code::OPERATION_TIMEOUT,
            unknown: true,
            path: Some(self.entry.clone()),
            index: None,
            message: format!(
                "{}: a call before this one was not answered to its end, and may have acknowledged it; look whether what it was to do is done",
                self.entry
            ),
        }
    }

    /// Deletes the item, in one step with what else there is to be done, unless it was given to somebody else.
    fn ack(&self, with: Option<&Transaction>) -> Result<(), Stop> {
        self.check_open()?;
        let claim = claim_of(&self.entry).unwrap_or_default();
        let mut operations = vec![
            Operation::Delete {
                path: claim,
                version: None,
            },
            Operation::Delete {
                path: self.entry.clone(),
                version: kept!("ack_is_fenced").then_some(self.version),
            },
        ];
        let ours = operations.len() as u32;
        if let Some(with) = with {
            operations.extend(with.begin_commit(&self.claimed.session)?);
        }
        let session = &self.claimed.session;
        let deadline = session.deadline();
        let mut doubt = self.doubt.take();
        // With other operations than now, if with any.
        let is_earlier = doubt.is_some();
        loop {
            let failure = match session.until(deadline, Request::Multi(operations.clone())) {
                Ok(_) => break,
                Err(Failed::By(failure)) => failure,
                Err(stopped) => {
                    self.doubt
                        .set(kept!("interrupted_ack_in_doubt").then(|| self.unknown()));
                    return Err(stopped.into());
                }
            };
            match failure {
                // It can be done once only, so it may be tried until it is known.
                failure if failure.unknown && kept!("ack_is_repeated") => {
                    if Instant::now() >= deadline {
                        self.doubt.set(Some(self.unknown()));
                        return Err(failure.into());
                    }
                    doubt = doubt.or(Some(failure));
                }
                failure if failure.index.is_some_and(|index| index < ours) => {
                    let stands = session.hold_stands(self.claimed.number);
                    let held = matches!(stands, Some(Standing::Granted(_)))
                        && exception::family()?.held_for(&self.grant) > 0;
                    match doubt {
                        // Nobody else can have had it: it was done the first time.
                        Some(_) if held && !(is_earlier && with.is_some()) => break,
                        Some(doubt) => {
                            self.claimed.end(false);
                            return Err(doubt.into());
                        }
                        None => {
                            if let Some(with) = with {
                                with.was_not_committed();
                            }
                            self.claimed.end(false);
                            return Err(self.lost());
                        }
                    }
                }
                // Nothing more is known than before.
                _ if doubt.is_some() => {
                    return Err(doubt.map_or_else(unexpected, Stop::from));
                }
                mut failure => {
                    // Of the caller's own operations, which have to be others.
                    if let Some(with) = with {
                        with.was_not_committed();
                    }
                    failure.index = failure.index.map(|index| index - ours);
                    return Err(failure.into());
                }
            }
        }
        self.claimed.end(true);
        Ok(())
    }
}

extern "C" fn put(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let (mut value, mut priority) = (Text::NONE, ORDINARY);
        parse!(ex, c"S|l", value, priority)?;
        let must = format!("must be between 0 and {}", queue::LOWEST);
        let priority = u16::try_from(priority).ok();
        let priority = priority.filter(|priority| *priority <= queue::LOWEST);
        let priority = priority.ok_or_else(|| args::refuse(2, &must))?;
        let name = Queue::this(ex)?.put(value.bytes(), priority)?;
        made(|| {
            *result = values::bytes(&name);
            Ok(())
        })
    });
}

extern "C" fn take(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        let patience = match args::count(ex) {
            0 => Patience::none(),
            _ => Patience::read(ex)?,
        };
        let Some(message) = Queue::this(ex)?.take(&patience)? else {
            return Ok(());
        };
        let mut message = Some(message);
        made(|| {
            let Some(taken) = &message else {
                return Ok(());
            };
            let priority = queue::priority(&taken.name).unwrap_or_default();
            // In the order in which they are declared.
            let properties = [
                values::bytes(&taken.value),
                values::integer(taken.version.into()),
                values::bytes(&taken.name),
                values::integer(priority.into()),
            ];
            if let Some(taken) = message.take() {
                *result = values::object(taken, properties);
            }
            Ok(())
        })
    });
}

extern "C" fn count(ex: &mut ExecuteData, result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let queue = Queue::this(ex)?;
        result.set_long(queue.count(queue.on.session.deadline())?);
        Ok(())
    });
}

extern "C" fn ack(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        let mut with = ptr::null_mut::<Zval>();
        parse!(ex, c"|z", with)?;
        // SAFETY: null, or an argument, which lives as long as the call.
        let given = unsafe { with.as_ref() }.map(Zval::dereference);
        let given = given.filter(|given| !given.is_null());
        let with = given.map(|given| {
            Transaction::of(given).ok_or_else(|| {
                let must = format!("must be of type ?{}", Transaction::CLASS_NAME);
                args::refuse_type(1, &must, given)
            })
        });
        Message::this(ex)?.ack(with.transpose()?)
    });
}

extern "C" fn give_back(ex: &mut ExecuteData, _result: &mut Zval) {
    args::guarded(|| {
        args::none(ex)?;
        let this = Message::this(ex)?;
        this.check_open()?;
        this.claimed.ended.set(true);
        let session = &this.claimed.session;
        match session.release(this.claimed.number, session.timeout()) {
            Ok(()) | Err(Failed::By(_)) => Ok(()),
            Err(Failed::Stopped(stop)) => Err(stop),
        }
    });
}

impl RegisteredClass for Queue {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\Queue";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Queue> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let method = FunctionBuilder::new;
        let timeout = Arg::new("timeout", DataType::Double);
        let methods = [
            method("put", put)
                .arg(Arg::new("value", DataType::String))
                .not_required()
                .arg(Arg::new("priority", DataType::Long).default("100"))
                .returns(DataType::String, false, false),
            method("take", take)
                .not_required()
                .arg(timeout.allow_null().default("0.0"))
                .returns(DataType::object(Message::CLASS_NAME), false, true),
            method("count", count).returns(DataType::Long, false, false),
        ];
        methods
            .into_iter()
            .map(|method| (method, MethodFlags::Public))
            .collect()
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(ConstructorMeta {
            constructor: |ex| args::constructed(Self::new(ex)),
            build_fn: |method| {
                on(method)
                    .not_required()
                    .arg(Arg::new("options", DataType::Array).default("[]"))
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

impl RegisteredClass for Message {
    const CLASS_NAME: &'static str = "Dig\\Zookeeper\\Message";
    const BUILDER_MODIFIER: Option<fn(ClassBuilder) -> ClassBuilder> = None;
    const EXTENDS: Option<ClassEntryInfo> = None;
    const IMPLEMENTS: &'static [ClassEntryInfo] = &[];
    const FLAGS: ClassFlags = ClassFlags::Final.union(ClassFlags::NoDynamicProperties);

    fn get_metadata() -> &'static ClassMetadata<Self> {
        static METADATA: ClassMetadata<Message> = ClassMetadata::new(&[]);
        &METADATA
    }

    fn method_builders() -> Vec<(FunctionBuilder<'static>, MethodFlags)> {
        let method = FunctionBuilder::new;
        let with = Arg::new("with", DataType::object(Transaction::CLASS_NAME));
        vec![
            (
                method("ack", ack)
                    .not_required()
                    .arg(with.allow_null().default("null"))
                    .returns(DataType::Void, false, false),
                MethodFlags::Public,
            ),
            (
                method("giveBack", give_back).returns(DataType::Void, false, false),
                MethodFlags::Public,
            ),
        ]
    }

    fn constructor() -> Option<ConstructorMeta<Self>> {
        Some(not_for_users())
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
    collector::shows::<Queue>();
    collector::shows::<Message>();
}
