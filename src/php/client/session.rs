//! A client as its object, and the transactions begun with it, share it; and a call that PHP's signals may interrupt.

use std::cell::{Cell, RefCell, RefMut};
use std::os::fd::OwnedFd;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::{Duration, Instant};

use ext_php_rs::ffi::{ext_php_rs_executor_globals, zend_interrupt_function};
use ext_php_rs::zend::{ExecutorGlobals, try_catch};

use super::super::args::{self, Stop};
use super::super::engine::{zend_fiber_switch_block, zend_fiber_switch_unblock, zend_timeout};
use super::super::state;
use super::options::Options;
use super::{exception, interrupt, watching};
use crate::family::{AT_ONCE, Client, Ended, Family, Notice, Tells, Unwanted};
use crate::rule::kept;
use crate::wire::size::Limit;
use crate::wire::{Credentials, Failure, Hold, Reply, Request, Standing, State, code};

/// Closed when the last one lets go of it.
pub(in crate::php) struct Session {
    client: RefCell<Client>,
    timeout: Duration,
    limit: Limit,
    /// What became unwanted while a call waited, which sees to it.
    unwanted: Rc<RefCell<Vec<Unwanted>>>,
    /// Whether signals were wanted, or none, meanwhile.
    signals: Cell<Option<bool>>,
}

/// How a call fails, for those who may go on.
pub(in crate::php) enum Failed {
    /// ZooKeeper's own word, or that there was none.
    By(Failure),
    Stopped(Stop),
}

impl From<Failed> for Stop {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::By(failure) => failure.into(),
            Failed::Stopped(stop) => stop,
        }
    }
}

impl Ended {
    /// For the caller of what has ended.
    fn told(self, bailed: bool) -> Failed {
        match self {
            Self::Failed(failure) => Failed::By(failure),
            Self::Interrupted if bailed => Failed::Stopped(Stop::Bailout),
            Self::Interrupted => Failed::Stopped(Stop::Thrown),
        }
    }
}

impl Session {
    pub(in crate::php) fn new(options: Options) -> Self {
        let client = Client::new(options.profile);
        Self {
            unwanted: client.unwanted(),
            client: RefCell::new(client),
            timeout: options.timeout,
            limit: options.limit,
            signals: Cell::new(None),
        }
    }

    /// What its requests are held against.
    pub(in crate::php) fn limit(&self) -> Limit {
        self.limit
    }

    /// When a call that begins now has to end.
    pub(in crate::php) fn deadline(&self) -> Instant {
        Instant::now() + self.timeout
    }

    /// Asks, and throws what comes of it but an answer.
    pub(in crate::php) fn call(&self, request: Request) -> Result<Reply, Stop> {
        Ok(self.try_call(request)?)
    }

    /// The same, and says what there is to throw.
    pub(in crate::php) fn try_call(&self, request: Request) -> Result<Reply, Failed> {
        self.ask(request, self.timeout)
    }

    /// Asks, of a call that has to end by then.
    pub(in crate::php) fn until(
        &self,
        deadline: Instant,
        request: Request,
    ) -> Result<Reply, Failed> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let message = format!(
                "not all of it was done within {} ms; call it again, or allow it more time (timeout)",
                self.timeout.as_millis()
            );
            return Err(Failed::By(request.failure(
                code::OPERATION_TIMEOUT,
                false,
                message,
            )));
        }
        self.ask(request, left)
    }

    fn ask(&self, request: Request, within: Duration) -> Result<Reply, Failed> {
        self.limit.check(&request).map_err(Failed::By)?;
        let (mut client, family) = self.client()?;
        client.may_ask(&request).map_err(Failed::By)?;
        let mut bailed = false;
        let calling = Calling::begin();
        let answer = client.call(family, request, within, &mut || serve_signals(&mut bailed));
        drop(calling);
        let heard = client.heard() > 0;
        drop(client);
        self.settle();
        // Before the answer is seen, also if that is an error.
        let whole = !matches!(answer, Err(Ended::Interrupted));
        if whole {
            watching::call_has_ended(heard).map_err(Failed::Stopped)?;
        }
        answer.map_err(|ended| ended.told(bailed))
    }

    /// The client, where no call of it waits, and the family.
    fn client(&self) -> Result<(RefMut<'_, Client>, &'static Family), Failed> {
        let family = exception::family().map_err(Failed::Stopped)?;
        let client = self.client.try_borrow_mut().map_err(|_| in_use())?;
        Ok((client, family))
    }

    /// A number for a watch, for the request that is to arm it.
    pub(in crate::php) fn new_watch(&self) -> Result<u32, Stop> {
        let (mut client, family) = self.client()?;
        Ok(client.new_watch(family))
    }

    /// A watch is not wanted any more.
    pub(in crate::php) fn unwatch(&self, watch: u32) {
        let done = self.with(|client, family| client.unwatch(family, watch));
        if done.is_none() {
            self.later(Unwanted::Watch(watch));
        }
    }

    /// Is done by the call that waits.
    fn later(&self, unwanted: Unwanted) {
        if kept!("unwanted_in_a_call") {
            self.unwanted.borrow_mut().push(unwanted);
        }
    }

    /// Does what was wanted while a call waited, which has ended.
    fn settle(&self) {
        self.with(Client::settle);
        if let Some(on) = self.signals.take() {
            self.signal(on);
        }
    }

    /// Hears what becomes of its session, or no longer.
    pub(super) fn listen(&self, on: bool) -> Result<(), Stop> {
        let (mut client, family) = self.client()?;
        client.listen(family, on);
        Ok(())
    }

    /// Looks what has come in.
    pub(in crate::php) fn hear(&self) {
        self.with(|client, family| client.hear(family));
    }

    /// How much was heard, and not taken.
    pub(super) fn heard(&self) -> usize {
        self.client.try_borrow().map_or(0, |client| client.heard())
    }

    /// What was heard next.
    pub(super) fn next(&self) -> Option<Notice> {
        self.with(|client, family| client.next(family)).flatten()
    }

    /// Has a signal sent for what comes in, or none.
    pub(super) fn signal(&self, on: bool) {
        let done = self.with(|client, family| client.signal(family, on));
        if done.is_none() {
            self.signals.set(Some(on));
        } else if on && done == Some(true) {
            // What came in before was not signalled.
            self.hear();
            if self.heard() > 0 {
                interrupt::raise();
            }
        }
    }

    /// A descriptor that is readable while there is something to hear.
    pub(in crate::php) fn descriptor(&self) -> Result<OwnedFd, Stop> {
        let (mut client, family) = self.client()?;
        let descriptor = client.descriptor(family);
        descriptor.map_err(|error| {
            let message =
                format!("no descriptor for a loop of events: {error}; raise the limit (ulimit -n)");
            exception::system(&message)
        })
    }

    /// How long a call may take.
    pub(in crate::php) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Waits until something is heard, or until then.
    pub(super) fn await_notice(&self, until: Option<Instant>) -> Result<(), Stop> {
        self.wait(|client, family, interrupt| client.await_notice(family, until, interrupt))
    }

    /// Ends it, where it cannot be said that it will be dropped.
    pub(super) fn end(&self) {
        self.with(|client, family| client.let_go(family));
    }

    fn with<T>(&self, act: impl FnOnce(&mut Client, &Family) -> T) -> Option<T> {
        let mut client = self.client.try_borrow_mut().ok()?;
        state::known().ok().map(|family| act(&mut client, family))
    }

    /// How it stands to ZooKeeper, and whether it has a session of its own. Fails at once where the keeper waits for a
    /// server with what was posted before.
    pub(in crate::php) fn state(&self) -> Result<(State, bool), Failed> {
        let reply = self.ask(Request::State, self.timeout.min(AT_ONCE))?;
        let (client, family) = self.client()?;
        match reply {
            Reply::State(state) => Ok((state, client.is_bound(family))),
            _ => Err(Failed::Stopped(unexpected())),
        }
    }

    /// Holds something from now on, as soon as that can be. Its number.
    pub(in crate::php) fn hold(&self, hold: Hold, tells: Tells) -> Result<u32, Stop> {
        self.limit.check(&Request::Hold(hold.clone()))?;
        let (mut client, family) = self.client()?;
        if client.is_closed() {
            return Err(closed());
        }
        Ok(client.hold(family, hold, tells, self.timeout))
    }

    /// Others are to be told of it.
    pub(in crate::php) fn tell_of_hold(&self, number: u32, tells: Tells) -> Result<(), Stop> {
        self.client()?.0.tell_of_hold(number, tells);
        Ok(())
    }

    /// How something that is to be held stands, as far as it was heard.
    pub(in crate::php) fn hold_stands(&self, number: u32) -> Option<Standing> {
        let client = self.client.try_borrow().ok()?;
        client.hold_stands(number).cloned()
    }

    /// Whether there is one with this number. Where a call of the client waits: as far as is known.
    pub(in crate::php) fn has_hold(&self, number: u32) -> bool {
        let client = self.client.try_borrow();
        client.map_or(true, |client| client.has_hold(number))
    }

    /// Throws where a call of the client waits.
    pub(in crate::php) fn check_free(&self) -> Result<(), Stop> {
        self.client()?;
        Ok(())
    }

    /// Waits until it stands so, or until then.
    pub(in crate::php) fn await_hold(
        &self,
        number: u32,
        so: &dyn Fn(Option<&Standing>) -> bool,
        until: Option<Instant>,
    ) -> Result<(), Stop> {
        self.wait(|client, family, interrupt| {
            client.await_hold(family, number, so, until, interrupt)
        })
    }

    /// A number for a watch that fires once and is [awaited](Self::await_watches).
    pub(in crate::php) fn new_quiet_watch(&self) -> Result<u32, Stop> {
        let (mut client, family) = self.client()?;
        Ok(client.new_quiet_watch(family))
    }

    /// Waits until one of these has fired, or until then. Whether one has; those that have not are wanted still.
    pub(in crate::php) fn await_watches(
        &self,
        watches: &[u32],
        until: Option<Instant>,
    ) -> Result<bool, Stop> {
        let mut fired = false;
        self.wait(|client, family, interrupt| {
            let whole = client.await_quiet(family, watches, until, interrupt);
            fired = client.has_fired(watches);
            whole
        })?;
        Ok(fired)
    }

    /// Waits, as a call that asks nothing does.
    fn wait(
        &self,
        wait: impl FnOnce(&mut Client, &Family, &mut dyn FnMut() -> bool) -> bool,
    ) -> Result<(), Stop> {
        let (mut client, family) = self.client()?;
        let mut bailed = false;
        let calling = Calling::begin();
        let whole = wait(&mut client, family, &mut || serve_signals(&mut bailed));
        drop(calling);
        drop(client);
        self.settle();
        match whole {
            true => Ok(()),
            false if bailed => Err(Stop::Bailout),
            false => Err(Stop::Thrown),
        }
    }

    /// What was granted by this serial number has run out, as far as was seen here.
    pub(in crate::php) fn forfeit_hold(&self, number: u32, serial: u64) {
        let done = self.with(|client, family| client.forfeit_hold(family, number, serial));
        if done.is_none() {
            self.later(Unwanted::Grant { number, serial });
        }
    }

    /// It is not wanted any more: waits, at most so long, until nothing is left of it; where a call of the client waits, that one
    /// sees to it.
    pub(in crate::php) fn release(&self, number: u32, within: Duration) -> Result<(), Failed> {
        let family = exception::family().map_err(Failed::Stopped)?;
        let Ok(mut client) = self.client.try_borrow_mut() else {
            self.later(Unwanted::Hold {
                number,
                finished: false,
                within,
            });
            return Ok(());
        };
        let mut bailed = false;
        let calling = Calling::begin();
        let interrupt = &mut || serve_signals(&mut bailed);
        let released = client.release(family, number, within, interrupt);
        drop(calling);
        let heard = client.heard() > 0;
        drop(client);
        self.settle();
        if !matches!(released, Err(Ended::Interrupted)) {
            watching::call_has_ended(heard).map_err(Failed::Stopped)?;
        }
        released.map_err(|ended| ended.told(bailed))
    }

    /// The same, without waiting.
    ///
    /// `finished`: its znode has been deleted already.
    pub(in crate::php) fn post_release(&self, number: u32, finished: bool) {
        let within = self.timeout;
        let post = |client: &mut Client, family: &Family| {
            client.post_release(family, number, finished, within);
        };
        if self.with(post).is_none() {
            self.later(Unwanted::Hold {
                number,
                finished,
                within,
            });
        }
    }

    /// Passes on what was heard meanwhile.
    pub(in crate::php) fn pass_on(&self) -> Result<(), Stop> {
        watching::call_has_ended(self.heard() > 0)
    }

    /// Its servers.
    pub(in crate::php) fn dsn(&self) -> Option<String> {
        let client = self.client.try_borrow().ok()?;
        Some(client.profile().dsn.clone())
    }

    /// Presents credentials, and does not wait for the answer: it is told to who asks next, if they are refused.
    pub(in crate::php) fn post_auth(
        &self,
        credentials: Credentials,
        tell: Option<u32>,
    ) -> Result<(), Failed> {
        let request = Request::Auth(credentials.clone());
        self.limit.check(&request).map_err(Failed::By)?;
        let (mut client, family) = self.client()?;
        client.may_ask(&request).map_err(Failed::By)?;
        client.post_auth(family, credentials, tell, self.timeout);
        Ok(())
    }

    /// The ID of a session of its own; `None` until it has one, which it asks for and does not wait for.
    pub(in crate::php) fn session_id(&self) -> Result<Option<i64>, Failed> {
        let (mut client, family) = self.client()?;
        Ok(client.session_id(family, self.timeout))
    }

    /// Whether it is closed.
    pub(in crate::php) fn is_closed(&self) -> bool {
        self.client
            .try_borrow()
            .is_ok_and(|client| client.is_closed())
    }

    /// Ends it.
    pub(in crate::php) fn close(&self) -> Result<(), Stop> {
        let (mut client, family) = self.client()?;
        client.close(family);
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // After MSHUTDOWN there is nobody to be told. What a fork has of its parent's is not its own to end: the client
        // sees to that.
        if let Ok(family) = state::known() {
            self.client.get_mut().let_go(family);
        }
    }
}

thread_local! {
    /// Calls that wait.
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

/// Whether a call waits for its answer: then nothing is called back.
pub(super) fn is_calling() -> bool {
    CALLS.get() > 0 && kept!("no_callback_in_a_call")
}

struct Calling;

impl Calling {
    fn begin() -> Self {
        CALLS.set(CALLS.get() + 1);
        Self
    }
}

impl Drop for Calling {
    fn drop(&mut self) {
        CALLS.set(CALLS.get() - 1);
        // Those that could not be called meanwhile.
        interrupt::look_again();
    }
}

/// Does what waits, without a client, as a call of one: PHP's signals are served, and nothing is called back.
pub(in crate::php) fn within_call<T>(
    wait: impl FnOnce(&mut dyn FnMut() -> bool) -> Result<T, Ended>,
) -> Result<T, Failed> {
    let mut bailed = false;
    let calling = Calling::begin();
    let waited = wait(&mut || serve_signals(&mut bailed));
    drop(calling);
    waited.map_err(|ended| ended.told(bailed))
}

#[cold]
fn closed() -> Stop {
    exception::closed("the client has been closed; make another one")
}

/// Code that a signal has run, or another coroutine, uses the client within a call of it.
fn in_use() -> Failed {
    Failed::Stopped(exception::invalid_state(
        "the client is in use: this is called while a call of it waits for its answer; make another client for it",
    ))
}

/// What PHP does between two of its operations when it has been told of something: runs the script's handlers of
/// signals, and ends it when its time is over. Whether the call is to end.
fn serve_signals(bailed: &mut bool) -> bool {
    // SAFETY: a byte of the engine's, which signal handlers write; some versions have it as an atomic of that size.
    let raised = |clear: bool| unsafe {
        let globals = ext_php_rs_executor_globals();
        let flag = (&raw mut (*globals).vm_interrupt).cast::<u8>();
        let raised = flag.read_volatile() != 0;
        if clear {
            flag.write_volatile(0);
        }
        raised
    };
    if !kept!("signals_served") || !raised(true) {
        return false;
    }
    // Another fiber could not know that this one waits here.
    // SAFETY: counts up, and down below.
    unsafe { zend_fiber_switch_block() };
    // What a handler does may end the script, and with it, by a jump, all that is below it.
    let served = try_catch(AssertUnwindSafe(|| {
        // SAFETY: as the engine does it, in PHP's own thread and within a call.
        unsafe {
            let globals = ext_php_rs_executor_globals();
            if (&raw const (*globals).timed_out)
                .cast::<u8>()
                .read_volatile()
                != 0
            {
                zend_timeout();
            }
            if let Some(serve) = zend_interrupt_function {
                serve((*globals).current_execute_data);
            }
        }
    }));
    // SAFETY: as above.
    unsafe { zend_fiber_switch_unblock() };
    *bailed = served.is_err();
    *bailed || ExecutorGlobals::has_exception()
}

/// An `\Error` for an object without its own data.
#[cold]
pub(in crate::php) fn not_constructed(class: &str) -> Stop {
    let message =
        format!("{class} has not been constructed: a subclass must call parent::__construct()");
    Stop::Throw(args::error(&message))
}

/// An answer of another kind than asked for, from what is built with this: it does not occur.
#[cold]
pub(in crate::php) fn unexpected() -> Stop {
    Stop::Throw(args::error(
        "ticket: an answer to another question; please report it",
    ))
}
