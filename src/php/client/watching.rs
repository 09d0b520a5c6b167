//! What a client's callbacks are, and when they are called: only in PHP's own thread, at safe points.
//!
//! These are the end of each call of a client, [`Watching::dispatch`], and, where that is allowed, between any two
//! operations of the script ([`super::interrupt`], where an exception that is under way is set aside meanwhile). Never while a
//! call waits for its answer, and never one within another. Where a callback throws, the rest stays for the next safe point.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::ptr;
use std::rc::{Rc, Weak};
use std::time::Instant;

use ext_php_rs::ffi::ext_php_rs_executor_globals;
use ext_php_rs::types::Zval;
use ext_php_rs::zend::ExecutorGlobals;

use super::super::args::Stop;
use super::callback::{Callback, Given};
use super::interrupt;
use super::session::{Failed, Session};
use super::{exception, state, values};
use crate::family::Notice;
use crate::rule::kept;
use crate::wire::{Event, EventKind, Reply, Request, State};

thread_local! {
    /// All clients of this process that are watching, for safe points that are not one client's.
    static ALL: RefCell<Vec<Weak<Watching>>> = const { RefCell::new(Vec::new()) };
    /// Something was heard, and not passed on.
    static HEARD: Cell<bool> = const { Cell::new(false) };
    /// Stacks of PHP on which callbacks run: a fiber's, or a coroutine's, is its own.
    static RUNNING: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
    /// The request has ended.
    static OVER: Cell<bool> = const { Cell::new(false) };
}

/// How callbacks are called.
pub(in crate::php) enum Style {
    /// With an object of `Dig\Zookeeper\Event`, or a case of `Dig\Zookeeper\SessionState`.
    Object,
    /// As php-zookeeper's are, with type, state and path.
    Numbers(Box<dyn Numbers>),
}

/// php-zookeeper's numbers, and what it does besides.
pub(in crate::php) trait Numbers {
    /// Of an event.
    fn of_event(&self, kind: EventKind) -> i64;
    /// Of the state of a session with a server.
    fn connected(&self) -> i64;
    /// The session has come to this; `None`: of that nobody is told.
    fn of_state(&self, state: State) -> Option<i64>;
}

/// Of an event that is the session's.
const SESSION: i64 = -1;

/// The callbacks of one client. Only its object has them, so that the engine's collector can be told of them.
pub(in crate::php) struct Watching {
    session: Rc<Session>,
    style: Style,
    callbacks: RefCell<BTreeMap<u32, Kept>>,
    on_session: RefCell<Option<Callback>>,
    /// Callbacks may run between any two operations.
    interrupts: Cell<bool>,
    /// The process whose the callbacks are; 0 before the first.
    process: Cell<u64>,
    /// What the collector was told last: copies that own nothing.
    told: RefCell<Vec<ManuallyDrop<Zval>>>,
}

struct Kept {
    callback: Callback,
    once: bool,
}

impl Watching {
    pub(in crate::php) fn new(session: Rc<Session>, style: Style) -> Rc<Self> {
        let watching = Rc::new(Self {
            session,
            style,
            callbacks: RefCell::default(),
            on_session: RefCell::default(),
            interrupts: Cell::new(false),
            process: Cell::new(0),
            told: RefCell::default(),
        });
        OVER.set(false);
        watching
    }

    /// Asks what may arm a watch, whose callback is kept if it succeeds.
    pub(in crate::php) fn call(
        self: &Rc<Self>,
        given: &Given,
        request: impl FnOnce(Option<u32>) -> Request,
    ) -> Result<Reply, Failed> {
        let watcher = Watcher::new(self, given, true).map_err(Failed::Stopped)?;
        let reply = self.session.try_call(request(Watcher::number(&watcher)))?;
        Watcher::keep(watcher);
        Ok(reply)
    }

    /// Keeps the one that is told what the session comes to, or none.
    pub(in crate::php) fn keep_for_session(
        self: &Rc<Self>,
        callback: Option<Callback>,
    ) -> Result<(), Stop> {
        self.is_of_this_process();
        self.session.listen(callback.is_some())?;
        let before = self.on_session.replace(callback);
        // It may be the last that holds an object whose destructor uses this.
        drop(before);
        self.enter();
        Ok(())
    }

    /// A watch is not wanted any more.
    pub(in crate::php) fn forget(&self, watch: u32) {
        let callback = self.callbacks.borrow_mut().remove(&watch);
        if callback.is_some() {
            self.session.unwatch(watch);
        }
        drop(callback);
        self.set_signals();
    }

    pub(in crate::php) fn has(&self, watch: u32) -> bool {
        self.is_of_this_process();
        self.callbacks.borrow().contains_key(&watch)
    }

    /// None is wanted any more.
    pub(in crate::php) fn clear(&self) {
        let callbacks = self.callbacks.take();
        let on_session = self.on_session.take();
        drop((callbacks, on_session));
        self.set_signals();
    }

    /// Whether callbacks may run between any two operations.
    pub(in crate::php) fn interrupt(self: &Rc<Self>, on: bool) {
        self.interrupts.set(on);
        self.enter();
    }

    pub(in crate::php) fn interrupts(&self) -> bool {
        self.interrupts.get()
    }

    /// What a fork has of its parent's callbacks is not its own.
    fn is_of_this_process(&self) {
        let now = super::super::state::known().map_or(0, |family| family.process());
        let before = self.process.replace(now);
        if ![0, now].contains(&before) {
            drop((self.callbacks.take(), self.on_session.take()));
        }
    }

    /// Whether anything can be heard.
    pub(in crate::php) fn expects(&self) -> bool {
        self.is_of_this_process();
        !self.callbacks.borrow().is_empty() || self.on_session.borrow().is_some()
    }

    /// Is known from now on to safe points, and to signals.
    fn enter(self: &Rc<Self>) {
        ALL.with_borrow_mut(|all| {
            all.retain(|known| {
                known.strong_count() > 0 && !ptr::eq(known.as_ptr(), &raw const **self)
            });
            all.push(Rc::downgrade(self));
        });
        self.set_signals();
    }

    /// The connection signals only while there is a callback to be called.
    fn set_signals(&self) {
        let wanted = self.wants_signals() && interrupt::can_be_used();
        self.session.signal(wanted);
        let still = |known: &Weak<Self>| known.upgrade().is_some_and(|known| known.wants_signals());
        if !wanted && !ALL.with_borrow(|all| all.iter().any(still)) {
            interrupt::take_back();
        }
    }

    fn wants_signals(&self) -> bool {
        self.interrupts.get() && self.expects()
    }

    /// Calls what is due, and says how many were called. `hear`: looks what has come in first.
    pub(in crate::php) fn dispatch(self: &Rc<Self>, hear: bool) -> Result<u32, Stop> {
        let Some(_running) = Running::begin() else {
            return Ok(0);
        };
        self.is_of_this_process();
        if hear {
            self.session.hear();
        }
        let mut called = 0;
        // What comes in meanwhile is for the next safe point, so that this one ends.
        for _ in 0..self.session.heard() {
            let Some(notice) = self.session.next() else {
                break;
            };
            called += u32::from(self.pass_on(notice)?);
        }
        if self.session.heard() > 0 {
            HEARD.set(true);
        }
        Ok(called)
    }

    /// Whether there was somebody to be told.
    fn pass_on(&self, notice: Notice) -> Result<bool, Stop> {
        match notice {
            Notice::Event(event) => {
                let Some(callback) = self.callback(event.watch) else {
                    self.session.unwatch(event.watch);
                    return Ok(false);
                };
                self.set_signals();
                callback.call(&mut self.of_event(&event)?)?;
            }
            Notice::State(state) => {
                // Before it is known whether this is the last thing that it is told.
                let callback = self.on_session.borrow().clone();
                let arguments = self.of_state(state)?;
                let (Some(mut arguments), Some(callback)) = (arguments, callback) else {
                    return Ok(false);
                };
                callback.call(&mut arguments)?;
            }
            Notice::Done(number, code) => {
                let Some(callback) = self.callback(number) else {
                    return Ok(false);
                };
                self.set_signals();
                callback.call(&mut [values::integer(code.into())])?;
            }
            Notice::Granted(number, token) => {
                let Some(callback) = self.callback(number) else {
                    return Ok(false);
                };
                callback.call(&mut [values::integer(token)])?;
            }
            Notice::Lost(number) => {
                let Some(callback) = self.callback(number) else {
                    return Ok(false);
                };
                callback.call(&mut [])?;
            }
        }
        Ok(true)
    }

    /// The callback of a watch, which is not kept any more if it was for once.
    fn callback(&self, watch: u32) -> Option<Callback> {
        let mut callbacks = self.callbacks.borrow_mut();
        let kept = callbacks.get(&watch)?;
        if !kept.once {
            return Some(kept.callback.clone());
        }
        // Moved, for what is dropped here may have the collector ask for what is borrowed.
        let kept = callbacks.remove(&watch);
        kept.map(|kept| kept.callback)
    }

    fn of_event(&self, event: &Event) -> Result<Vec<Zval>, Stop> {
        match &self.style {
            Style::Object => Ok(vec![built(|object| *object = values::event(event))?]),
            Style::Numbers(numbers) => {
                let kind = numbers.of_event(event.kind);
                in_numbers(kind, numbers.connected(), &event.path)
            }
        }
    }

    /// `None`: nobody is told of this.
    fn of_state(&self, state: State) -> Result<Option<Vec<Zval>>, Stop> {
        Ok(match &self.style {
            Style::Object => Some(vec![built(|case| state::give(case, state))?]),
            Style::Numbers(numbers) => match numbers.of_state(state) {
                Some(state) => Some(in_numbers(SESSION, state, "")?),
                None => None,
            },
        })
    }

    /// Waits until something was called, or until then, and says how many were.
    pub(in crate::php) fn wait(self: &Rc<Self>, until: Option<Instant>) -> Result<u32, Stop> {
        if !may_begin() {
            return Err(exception::invalid_state(
                "callbacks cannot be called here, so that this would wait in vain: it is called within a callback of this client \
                 or another one, or while a call of theirs waits",
            ));
        }
        loop {
            let called = self.dispatch(true)?;
            let over = match until {
                Some(until) => Instant::now() >= until,
                // What a signal runs may have taken away all that there was to wait for.
                None => !self.expects(),
            };
            if called > 0 || over {
                return Ok(called);
            }
            self.session.await_notice(until)?;
        }
    }

    /// What of PHP's it holds, for the collector: the object's own values, and the callbacks.
    pub(super) fn held(&self, own: &[Zval]) -> (*mut Zval, usize) {
        let mut told = self.told.borrow_mut();
        told.clear();
        let mut tell = |value: &Zval| {
            // SAFETY: a copy that is never dropped, for the collector to look at.
            told.push(ManuallyDrop::new(unsafe { ptr::read(value) }));
        };
        own.iter().for_each(&mut tell);
        // What is just being changed is not garbage.
        let kept = (self.callbacks.try_borrow(), self.on_session.try_borrow());
        if let (Ok(callbacks), Ok(on_session)) = kept {
            let callbacks = callbacks.values().map(|kept| &kept.callback);
            for callback in callbacks.chain(on_session.as_ref()) {
                callback.holds().into_iter().for_each(&mut tell);
            }
        }
        (told.as_mut_ptr().cast(), told.len())
    }
}

fn in_numbers(kind: i64, state: i64, path: &str) -> Result<Vec<Zval>, Stop> {
    let path = built(|text| *text = values::bytes(path))?;
    Ok(vec![values::integer(kind), values::integer(state), path])
}

/// A value that takes memory of the engine's.
fn built(build: impl FnOnce(&mut Zval)) -> Result<Zval, Stop> {
    let mut value = Zval::new();
    values::made(|| {
        build(&mut value);
        Ok(())
    })?;
    Ok(value)
}

/// A callback that is kept unless what it is given with fails. It is called from the answer on.
pub(in crate::php) struct Watcher {
    watching: Rc<Watching>,
    watch: u32,
    kept: bool,
}

impl Watcher {
    /// The one of a call, if it is given one.
    pub(in crate::php) fn new(
        watching: &Rc<Watching>,
        given: &Given,
        once: bool,
    ) -> Result<Option<Self>, Stop> {
        let Some(callback) = given.callback() else {
            return Ok(None);
        };
        watching.is_of_this_process();
        let watch = watching.session.new_watch()?;
        let mut callbacks = watching.callbacks.borrow_mut();
        callbacks.insert(watch, Kept { callback, once });
        drop(callbacks);
        watching.enter();
        Ok(Some(Self {
            watching: watching.clone(),
            watch,
            kept: false,
        }))
    }

    /// For the request that is to arm it.
    pub(in crate::php) fn number(watcher: &Option<Self>) -> Option<u32> {
        watcher.as_ref().map(|watcher| watcher.watch)
    }

    /// It is armed.
    pub(in crate::php) fn keep(watcher: Option<Self>) {
        if let Some(mut watcher) = watcher {
            watcher.kept = true;
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        if !self.kept {
            self.watching.forget(self.watch);
        }
    }
}

/// A call has its answer: passes on what was heard before that. `heard`: it has heard something.
pub(super) fn call_has_ended(heard: bool) -> Result<(), Stop> {
    if heard {
        HEARD.set(true);
    }
    // What has come in of others stays signalled until somebody may look.
    if !may_interrupt() {
        return Ok(());
    }
    let signalled = interrupt::take();
    if !signalled && !HEARD.get() {
        return Ok(());
    }
    // What was signalled of others came in meanwhile, and of this one behind its answer.
    pass_all_on(|_| true, signalled)
}

/// What was heard, of all clients that are to be asked.
pub(in crate::php) fn pass_all_on(of: impl Fn(&Watching) -> bool, hear: bool) -> Result<(), Stop> {
    if !may_begin() {
        return Ok(());
    }
    HEARD.set(false);
    let all: Vec<_> = ALL.with_borrow(|all| all.iter().filter_map(Weak::upgrade).collect());
    for watching in all.iter().filter(|watching| of(watching)) {
        if let Err(stop) = watching.dispatch(hear) {
            HEARD.set(true);
            return Err(stop);
        }
    }
    Ok(())
}

/// RSHUTDOWN: nothing is called any more. The objects go later, and with them their connections.
pub(in crate::php) fn end_of_request() {
    OVER.set(true);
    HEARD.set(false);
    // A fatal error in a callback has left it without its end.
    RUNNING.with_borrow_mut(Vec::clear);
    let all = ALL.take();
    for watching in all.iter().filter_map(Weak::upgrade) {
        watching.clear();
        // Nobody drops it where a fiber within a callback is never gone on with.
        watching.session.end();
    }
    interrupt::end_of_request();
}

/// PHP ends the request: only who asks for it is told still.
fn is_ending() -> bool {
    // SAFETY: a byte of the engine's.
    let flags = unsafe { (*ext_php_rs_executor_globals()).flags };
    // Zend/zend_globals.h: EG_FLAGS_IN_SHUTDOWN.
    flags & 1 != 0
}

/// Whether callbacks may be called now.
pub(super) fn may_begin() -> bool {
    let nested = || RUNNING.with_borrow(|running| running.contains(&stack()));
    let not_now = OVER.get()
        || super::session::is_calling()
        || ExecutorGlobals::has_exception()
        || kept!("callbacks_not_nested") && nested();
    !not_now
}

/// The same for what nobody has asked for.
pub(super) fn may_interrupt() -> bool {
    may_begin() && !is_ending()
}

/// Which of PHP's stacks is the current one: where its first page is.
fn stack() -> usize {
    // SAFETY: pages of the engine's, each of which knows the one before it.
    unsafe {
        let mut page = (*ext_php_rs_executor_globals()).vm_stack;
        while let Some(this) = page.as_ref()
            && !this.prev.is_null()
        {
            page = this.prev;
        }
        page.addr()
    }
}

/// Callbacks run.
struct Running(usize);

impl Running {
    fn begin() -> Option<Self> {
        if !may_begin() {
            return None;
        }
        let stack = stack();
        RUNNING.with_borrow_mut(|running| running.push(stack));
        Some(Self(stack))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.with_borrow_mut(|running| {
            if let Some(at) = running.iter().rposition(|stack| *stack == self.0) {
                running.remove(at);
            }
        });
        // For those that could not be called within a callback.
        interrupt::look_again();
    }
}
