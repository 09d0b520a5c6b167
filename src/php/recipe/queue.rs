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
use super::super::client::{Transaction, exception};
use super::super::state;
use super::{On, Patience, Watches, names, on};
use crate::family::Tells;
use crate::recipe::ack::{Ack, Acked};
use crate::recipe::claim::ENTRIES;
use crate::recipe::put::Put;
use crate::recipe::{Guid, queue};
use crate::rule::kept;
use crate::wire::{Create, Failure, Grant, Hold, Mode, Reply, Request, Role, Standing, code};

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

    /// How many there are, taken or not.
    fn count(&self, deadline: Instant) -> Result<i64, Failed> {
        let request = Request::Exists {
            path: self.entries(),
            watch: None,
        };
        match self.on.session.until(deadline, request)? {
            // `None`: nothing was ever put.
            Reply::Exists(stat) => Ok(stat.map_or(0, |stat| stat.num_children.into())),
            _ => Err(Failed::Stopped(unexpected())),
        }
    }

    /// Puts an item. Its name.
    fn put(&self, value: &[u8], priority: u16) -> Result<String, Stop> {
        let session = &self.on.session;
        let process = exception::family()?.process();
        let forked = "this process was forked while its parent waited here: the item is that one's; put it again";
        let acl = exception::family()?.acl();
        let guid = Guid::new([crate::lease::random(), crate::lease::random()]);
        let item = Create {
            path: format!("{}/{}", self.entries(), queue::prefix(priority, guid)),
            value: ByteBuf::from(value),
            acl: acl.clone(),
            mode: Mode::Persistent {
                sequential: true,
                ttl: None,
            },
        };
        if kept!("put_can_be_taken") {
            // Nor could what is behind it.
            session.limit().check(&Request::Hold(Hold {
                hold: 0,
                path: format!("{}{:010}", item.path, 0),
                value: item.value.clone(),
                role: Role::Claim(0),
                once: true,
                again: false,
            }))?;
        }
        let put = Put::new(item, self.most);
        super::carry_out(session, session.deadline(), put, (process, forked), &acl)
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
    /// Why it is not known whether it has been acknowledged, after a call that was not answered to its end.
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
        // Otherwise nothing is asked, and $with is not used up.
        if kept!("ack_of_a_free_client") {
            self.claimed.session.check_free()?;
        }
        let session = &self.claimed.session;
        let operations = with.map(|with| with.begin_commit(session)).transpose()?;
        let with_these = operations.unwrap_or_default();
        let mut ack = Ack::new(&self.entry, self.version, with_these, self.doubt.take());
        let deadline = session.deadline();
        let acked = loop {
            let answer = match session.until(deadline, Request::Multi(ack.operations())) {
                Ok(_) => Ok(()),
                Err(Failed::By(failure)) => Err(failure),
                Err(stopped) => {
                    self.doubt
                        .set(kept!("interrupted_ack_in_doubt").then(|| self.unknown()));
                    return Err(stopped.into());
                }
            };
            // A fork, made by a signal's handler meanwhile.
            if answer.is_err() && kept!("ack_of_the_process") {
                self.check_open()?;
            }
            let stands = session.hold_stands(self.claimed.number);
            let held = matches!(stands, Some(Standing::Granted(_)))
                && exception::family()?.held_for(&self.grant) > 0;
            if let Some(acked) = ack.hears(answer, held) {
                break acked;
            }
        };
        if let (Some(with), Acked::Lost | Acked::Refused(_)) = (with, &acked) {
            with.was_not_committed();
        }
        if let Acked::Lost | Acked::Gone(_) = &acked {
            self.claimed.end(false);
        }
        if let Acked::Unknown(_) = &acked {
            self.doubt.set(Some(self.unknown()));
        }
        match acked {
            Acked::Done => self.claimed.end(true),
            Acked::Lost => return Err(self.lost()),
            Acked::Gone(failure) | Acked::Refused(failure) | Acked::Unknown(failure) => {
                return Err(failure.into());
            }
        }
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
