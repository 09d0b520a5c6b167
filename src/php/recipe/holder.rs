//! What the objects share that hold something: a lock, for one.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use ext_php_rs::exception::PhpException;
use ext_php_rs::types::Zval;
use ext_php_rs::zend::{ClassEntry, ce};
use serde_bytes::ByteBuf;

use super::super::args::Stop;
use super::super::client::callback::Given;
use super::super::client::exception;
use super::super::client::session::Failed;
use super::super::client::watching::Watcher;
use super::super::state;
use super::{On, Patience};
use crate::family::{AT_ONCE, Tells};
use crate::rule::kept;
use crate::wire::{Failure, Grant, Hold, Request, Role, Standing, code};

/// Holds something, or does not, or stands in line for it.
pub(super) struct Holder {
    on: On,
    value: ByteBuf,
    role: Role,
    /// To stand in line again when it was lost.
    again: bool,
    tells: Cell<Tells>,
    now: RefCell<Option<Now>>,
    /// A method of it waits.
    busy: Cell<bool>,
}

/// What it asked for last.
struct Now {
    number: u32,
    /// The process that asked: what a fork has of it is not its own.
    process: u64,
    /// As it was granted last.
    grant: Option<Grant>,
    /// It was seen that it is not held any more.
    ran_out: Cell<bool>,
}

impl Now {
    fn take(&mut self, grant: Grant) {
        let known = self.grant.as_ref().map(|grant| grant.serial);
        if known != Some(grant.serial) {
            self.ran_out.set(false);
        }
        self.grant = Some(grant);
    }
}

/// A method waits.
struct Busy<'a>(&'a Cell<bool>);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Holder {
    pub(super) fn new(on: On, value: &[u8], role: Role, again: bool) -> Self {
        Self {
            on,
            value: ByteBuf::from(value),
            role,
            again,
            tells: Cell::default(),
            now: RefCell::default(),
            busy: Cell::new(false),
        }
    }

    pub(super) fn on(&self) -> &On {
        &self.on
    }

    /// The client's object.
    pub(super) fn client(&self) -> &Zval {
        &self.on.client
    }

    /// For how long it is certainly held, in ns; 0: it is not.
    #[inline]
    fn left_ns(&self) -> u64 {
        let (Ok(now), Ok(family)) = (self.now.try_borrow(), state::known()) else {
            return 0;
        };
        let Some(Now {
            process,
            grant: Some(grant),
            ran_out,
            number,
        }) = &*now
        else {
            return 0;
        };
        if ran_out.get() || *process != family.process() && kept!("not_a_forks") {
            return 0;
        }
        let left = family.held_for(grant);
        if left == 0 {
            // What was seen not to be held once is not held again by that grant. The keeper may not have seen it.
            ran_out.set(true);
            self.on.session.forfeit_hold(*number, grant.serial);
        }
        left
    }

    /// For how long it is certainly held; zero: it is not.
    pub(super) fn left(&self) -> Duration {
        Duration::from_nanos(self.left_ns())
    }

    #[inline]
    pub(super) fn is_held(&self) -> bool {
        self.left_ns() > 0
    }

    /// Looks whether it has come to be held meanwhile, without a method that waits for that.
    pub(super) fn look(&self) {
        if !self.again || self.is_held() {
            return;
        }
        self.on.session.hear();
        self.take_in();
    }

    /// What was granted, or lost, meanwhile.
    fn take_in(&self) {
        if let Some(now) = &mut *self.now.borrow_mut()
            && let Some(Standing::Granted(grant)) = self.on.session.hold_stands(now.number)
        {
            now.take(grant);
        }
    }

    /// The grant, if it is held.
    pub(super) fn granted(&self) -> Result<Grant, Stop> {
        self.look();
        let now = self.now.borrow();
        let grant = now.as_ref().and_then(|now| now.grant.as_ref());
        match grant {
            Some(grant) if self.is_held() => Ok(grant.clone()),
            _ => Err(self.lost()),
        }
    }

    /// Throws that it is not held.
    #[cold]
    pub(super) fn lost(&self) -> Stop {
        let path = &self.on.path;
        let what = match self.now.borrow().as_ref() {
            Some(Now { grant: Some(_), .. }) => {
                "it was lost: do not go on with what it protects, and acquire it again"
            }
            _ => "it is not held: acquire it first",
        };
        let failure = Failure {
            code: code::LOCK_LOST,
            unknown: false,
            path: Some(path.clone()),
            index: None,
            message: format!("{path}: {what}"),
        };
        failure.into()
    }

    /// Its znode, while it is held.
    pub(super) fn path(&self) -> Option<String> {
        self.look();
        let now = self.now.borrow();
        let grant = now.as_ref().and_then(|now| now.grant.as_ref());
        grant
            .filter(|_| self.is_held())
            .map(|grant| grant.path.clone())
    }

    /// Whether it is held or stood in line for, by this process.
    pub(super) fn is_wanted(&self) -> bool {
        let process = state::known().map_or(0, |family| family.process());
        let now = self.now.borrow();
        now.as_ref().is_some_and(|now| {
            now.process == process
                && (self.on.session.has_hold(now.number) || !kept!("wanted_of_the_client"))
                && !matches!(
                    self.on.session.hold_stands(now.number),
                    Some(Standing::Failed(_) | Standing::Taken)
                )
        })
    }

    fn begin(&self) -> Result<Busy<'_>, Stop> {
        if self.busy.replace(true) {
            return Err(in_use());
        }
        Ok(Busy(&self.busy))
    }

    /// Stands in line from now on.
    pub(super) fn want(&self, once: bool) -> Result<(), Stop> {
        self.forget();
        let hold = Hold {
            hold: 0,
            path: self.on.path.clone(),
            value: self.value.clone(),
            role: self.role,
            once,
            again: self.again,
        };
        let process = exception::family()?.process();
        let number = self.on.session.hold(hold, self.tells.get())?;
        self.now.replace(Some(Now {
            number,
            process,
            grant: None,
            ran_out: Cell::new(false),
        }));
        Ok(())
    }

    /// Holds it, if nobody else does, or as soon as that is so. `false`: somebody else did all the time.
    pub(super) fn acquire(&self, patience: &Patience) -> Result<bool, Stop> {
        if self.is_held() {
            return Err(logic(&format!(
                "{}: it is held by this object already; release it first, or use another object",
                self.on.path
            )));
        }
        let busy = self.begin()?;
        let asked = self.on.session.deadline();
        let held = loop {
            self.want(patience.none)?;
            // Otherwise it was held, and lost before this was seen.
            if let Some(held) = self.settle(patience.until, asked)? {
                break held;
            }
        };
        drop(busy);
        self.settled(held)
    }

    /// The same of what it has asked for already.
    pub(super) fn await_it(&self, patience: &Patience) -> Result<bool, Stop> {
        let busy = self.begin()?;
        // What it was granted may be lost by now.
        self.on.session.hear();
        let asked = self.on.session.deadline();
        let held = self.settle(patience.until, asked)?;
        drop(busy);
        self.settled(held.unwrap_or(false))
    }

    /// Has what was heard meanwhile called back, which may release it again. What that throws is thrown; then nobody knows that a
    /// lock is held, and it is not.
    fn settled(&self, held: bool) -> Result<bool, Stop> {
        if held && let Err(stop) = self.on.session.pass_on() {
            if !self.again && kept!("not_held_unknown") {
                self.forget();
            }
            return Err(stop);
        }
        Ok(held)
    }

    /// Waits until it is held, or known not to be. `asked`: until when ZooKeeper has to have answered.
    fn settle(&self, until: Option<Instant>, asked: Instant) -> Result<Option<bool>, Stop> {
        let (number, process) = match self.now.borrow().as_ref() {
            Some(now) => (now.number, now.process),
            None => return Ok(Some(false)),
        };
        let session = &self.on.session;
        loop {
            if !session.has_hold(number) {
                // The client was closed.
                return Err(self.lost());
            }
            let stands = session.hold_stands(number);
            let until = match stands {
                None => until.map(|until| until.max(asked)),
                _ => until,
            };
            let is_late = until.is_some_and(|until| Instant::now() >= until);
            match stands {
                Some(Standing::Granted(ref grant)) => {
                    if let Some(now) = &mut *self.now.borrow_mut() {
                        now.take(grant.clone());
                    }
                    // Otherwise it has run out, and the keeper is told.
                    if self.is_held() || !kept!("granted_is_held") {
                        return Ok(Some(true));
                    }
                    if !self.again {
                        return Ok(None);
                    }
                    if is_late {
                        return Ok(Some(false));
                    }
                }
                Some(Standing::Failed(failure)) => {
                    self.forget();
                    return Err(failure.into());
                }
                Some(Standing::Taken) => {
                    self.forget();
                    return Ok(Some(false));
                }
                Some(Standing::Lost) if !self.again => return Ok(None),
                Some(Standing::Lost) if is_late => return Ok(Some(false)),
                Some(Standing::Waits) if is_late => {
                    if !self.again {
                        self.release_soon()?;
                    }
                    return Ok(Some(false));
                }
                None if is_late => return Err(self.unheard(number)),
                _ => {}
            }
            let so = |now: Option<&Standing>| now != stands.as_ref();
            let waited = session.await_hold(number, &so, until);
            if let Err(stop) = waited {
                if !self.again {
                    self.forget();
                }
                return Err(stop);
            }
            if exception::family()?.process() != process {
                return Err(exception::invalid_state(
                    "this process was forked while its parent waited here: it does not hold what that has asked for",
                ));
            }
        }
    }

    /// Throws that ZooKeeper could not be asked in time, and why.
    fn unheard(&self, number: u32) -> Stop {
        let session = &self.on.session;
        if !self.again {
            self.now.take();
            // Not as long again: where it may have been made, the keeper sees to that.
            match session.release(number, AT_ONCE) {
                Err(Failed::By(failure)) if failure.path.is_some() => return failure.into(),
                Err(Failed::Stopped(stop)) => return stop,
                _ => {}
            }
        }
        if kept!("why_unheard") {
            // The keeper did not say why, or goes on to ask. Whoever asks anything else is told.
            let request = Request::Exists {
                path: self.on.path.clone(),
                watch: None,
            };
            match session.until(Instant::now() + AT_ONCE, request) {
                Err(Failed::By(failure)) => return failure.into(),
                Err(Failed::Stopped(stop)) => return stop,
                Ok(_) => {}
            }
        }
        let path = &self.on.path;
        let failure = Failure {
            code: code::OPERATION_TIMEOUT,
            unknown: false,
            path: Some(path.clone()),
            index: None,
            message: format!("{path}: ZooKeeper has not answered in time whether it is free"),
        };
        failure.into()
    }

    /// Does not hold it any more, nor stand in line. What waits for it goes on to: that cannot be called off by code which
    /// runs meanwhile.
    pub(super) fn release(&self) -> Result<(), Stop> {
        match self.busy.get() && self.now.borrow().is_some() && kept!("not_released_in_a_wait") {
            true => Err(in_use()),
            false => self.let_go(self.on.session.timeout()),
        }
    }

    /// The same, and does not wait much longer: the keeper goes on to tell ZooKeeper.
    pub(super) fn release_soon(&self) -> Result<(), Stop> {
        self.let_go(AT_ONCE)
    }

    /// The same, and waits at most so long until ZooKeeper knows.
    fn let_go(&self, within: Duration) -> Result<(), Stop> {
        let Some(now) = self.now.take() else {
            return Ok(());
        };
        if state::known().is_ok_and(|family| family.process() != now.process) {
            return Ok(());
        }
        match self.on.session.release(now.number, within) {
            // Its znode stays, and others wait for that.
            Err(Failed::By(failure)) if failure.code == code::NO_AUTH => Err(failure.into()),
            // The keeper goes on to tell ZooKeeper, or its session ends. Here it is not held from now on.
            Ok(()) | Err(Failed::By(_)) => Ok(()),
            Err(Failed::Stopped(stop)) => Err(stop),
        }
    }

    /// The same, without waiting.
    fn forget(&self) {
        if let Some(now) = self.now.take()
            && state::known().is_ok_and(|family| family.process() == now.process)
        {
            self.on.session.post_release(now.number, false);
        }
    }

    /// Has callbacks called: what it is held, with its token, or not any more. Those before are not.
    pub(super) fn tell(&self, granted: Option<&Given>, lost: Option<&Given>) -> Result<(), Stop> {
        self.on.session.check_free()?;
        let before = self.tells.take();
        let keep = |given: Option<&Given>| -> Result<Option<u32>, Stop> {
            let Some(given) = given else {
                return Ok(None);
            };
            let watcher = Watcher::new(&self.on.watching, given, false)?;
            let number = Watcher::number(&watcher);
            Watcher::keep(watcher);
            Ok(number)
        };
        let tells = Tells {
            granted: keep(granted)?,
            lost: keep(lost)?,
        };
        self.tells.set(tells);
        if let Some(now) = &*self.now.borrow() {
            self.on.session.tell_of_hold(now.number, tells)?;
        }
        self.silence(before);
        Ok(())
    }

    fn silence(&self, tells: Tells) {
        for number in [tells.granted, tells.lost].into_iter().flatten() {
            self.on.watching.forget(number);
        }
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.forget();
        self.silence(self.tells.get());
    }
}

/// Code that a signal has run, or another coroutine, uses it within a method of it.
#[cold]
fn in_use() -> Stop {
    exception::invalid_state(
        "it is in use: this is called while a method of it waits; make another object for it",
    )
}

/// A `\LogicException`: a mistake in the program that calls.
#[cold]
fn logic(message: &str) -> Stop {
    let class = ClassEntry::try_find("LogicException").unwrap_or_else(ce::exception);
    Stop::Throw(PhpException::new(message.to_owned(), 0, class))
}
