//! Callbacks between any two operations of a script: a signal says that something has come in, and the engine looks at its
//! next safe point.
//!
//! The signal is `SIGURG`, which nobody gets who does not handle it, and which is ignored by default, so that it harms no
//! program that is executed later. It is handled only while a callback may be called, and only if nobody else does. As with any
//! signal that PHP handles, `sleep()` returns early, and `stream_select()` with a warning.

use std::mem::MaybeUninit;
use std::panic::catch_unwind;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use ext_php_rs::ffi::{ext_php_rs_executor_globals, zend_interrupt_function, zend_op};
use ext_php_rs::types::ZendObject;
use ext_php_rs::zend::{ExecuteData, bailout};
use nix::libc::{self, c_int, c_void};

use super::super::args::Stop;
use super::super::engine::zend_exception_set_previous;
use super::super::state;
use super::watching;
use crate::rule::kept;

/// What the engine calls between operations.
type Interrupt = unsafe extern "C" fn(*mut ExecuteData);

/// What was called before ours was there, and is called by it.
static NEXT: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

/// The signal has come.
static SIGNALLED: AtomicBool = AtomicBool::new(false);

/// The engine's flag, for the handler: it may call nothing.
static FLAG: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());

/// MINIT: is asked between operations from now on.
pub(in crate::php) fn register() {
    // SAFETY: in MINIT, in the only thread.
    unsafe {
        let before = zend_interrupt_function;
        let before = before.map_or(ptr::null_mut(), |before| before as *mut c_void);
        NEXT.store(before, Ordering::Release);
        let globals = ext_php_rs_executor_globals();
        FLAG.store((&raw mut (*globals).vm_interrupt).cast(), Ordering::Release);
        zend_interrupt_function = Some(interrupted);
    }
}

/// MSHUTDOWN.
pub(in crate::php) fn unregister() {
    take_back();
    // SAFETY: in MSHUTDOWN, in the only thread. Another module that was registered later calls ours to the end, and no
    // script runs any more.
    unsafe {
        if zend_interrupt_function.is_some_and(|now| ptr::fn_addr_eq(now, interrupted as Interrupt))
        {
            zend_interrupt_function = next();
        }
    }
}

fn next() -> Option<Interrupt> {
    // SAFETY: null, or a function of this type.
    unsafe { std::mem::transmute::<*mut c_void, Option<Interrupt>>(NEXT.load(Ordering::Acquire)) }
}

/// Whether the signal is ours to use, which it is from then on.
pub(super) fn can_be_used() -> bool {
    let wanted = state::known().is_ok_and(|family| family.signals_watches());
    wanted && handle()
}

/// RSHUTDOWN.
pub(super) fn end_of_request() {
    take_back();
    SIGNALLED.store(false, Ordering::Relaxed);
}

/// Whether something has come in that was not looked at, which is about to be.
pub(super) fn take() -> bool {
    SIGNALLED.swap(false, Ordering::Relaxed)
}

/// Has the engine look again, where it was told not now.
pub(super) fn look_again() {
    if SIGNALLED.load(Ordering::Relaxed) {
        wake();
    }
}

/// Has the engine look, between two operations.
pub(super) fn raise() {
    SIGNALLED.store(true, Ordering::Relaxed);
    wake();
}

fn wake() {
    let flag = FLAG.load(Ordering::Relaxed);
    if !flag.is_null() {
        // SAFETY: a byte of the engine's, which is there as long as PHP runs, and which signal handlers write.
        unsafe { flag.write_volatile(1) };
    }
}

/// May do nothing but this.
extern "C" fn on_signal(_: c_int) {
    raise();
}

fn disposition() -> libc::sighandler_t {
    let mut now = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: only asks; all zeroes are valid for what it fills.
    unsafe {
        libc::sigaction(libc::SIGURG, ptr::null(), now.as_mut_ptr());
        now.assume_init().sa_sigaction
    }
}

fn ours() -> libc::sighandler_t {
    on_signal as extern "C" fn(c_int) as libc::sighandler_t
}

/// Handles the signal, if nobody else does.
fn handle() -> bool {
    let now = disposition();
    if now == ours() {
        return true;
    }
    if ![libc::SIG_DFL, libc::SIG_IGN].contains(&now) && kept!("signal_of_others") {
        return false;
    }
    set(ours())
}

/// Leaves it as it is where nobody handles it.
pub(super) fn take_back() {
    if disposition() == ours() {
        set(libc::SIG_DFL);
    }
}

fn set(handler: libc::sighandler_t) -> bool {
    // SAFETY: a handler that only stores, or none; an empty set of signals.
    unsafe {
        let mut action = MaybeUninit::<libc::sigaction>::zeroed().assume_init();
        action.sa_sigaction = handler;
        action.sa_flags = libc::SA_RESTART;
        libc::sigaction(libc::SIGURG, &raw const action, ptr::null_mut()) == 0
    }
}

/// The engine calls this between two operations, when it was told of something.
unsafe extern "C" fn interrupted(execute: *mut ExecuteData) {
    // SAFETY: what was registered before ours, with what it is to be called with.
    unsafe {
        if let Some(next) = next() {
            next(execute);
        }
    }
    if !SIGNALLED.load(Ordering::Relaxed) {
        return;
    }
    let passed_on = catch_unwind(|| {
        let aside = Aside::set();
        // Otherwise it is seen to when what waits has ended.
        let passed_on = match watching::may_interrupt() && take() {
            true => watching::pass_all_on(|watching| watching.interrupts(), true),
            false => Ok(()),
        };
        drop(aside);
        passed_on
    });
    match passed_on {
        Ok(Err(Stop::Throw(exception))) => exception.throw(),
        // SAFETY: nothing of ours is held here.
        Ok(Err(Stop::Bailout)) => unsafe { bailout() },
        Ok(Ok(()) | Err(Stop::Thrown)) | Err(_) => {}
    }
}

/// An exception that is under way when the engine asks, set aside as the engine does it for destructors: it would ask no
/// more before the next signal, and if asked again it would do nothing else.
struct Aside(*mut ZendObject, *const zend_op);

impl Aside {
    fn set() -> Self {
        // SAFETY: in PHP's own thread, between two operations.
        unsafe {
            let globals = ext_php_rs_executor_globals();
            let exception = std::mem::replace(&mut (*globals).exception, ptr::null_mut());
            Self(exception, (*globals).opline_before_exception)
        }
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if self.0.is_null() {
            return;
        }
        // SAFETY: as above; the exception is still owned by this.
        unsafe {
            let globals = ext_php_rs_executor_globals();
            match (*globals).exception.is_null() {
                true => (*globals).exception = self.0,
                false => zend_exception_set_previous((*globals).exception, self.0),
            }
            (*globals).opline_before_exception = self.1;
        }
    }
}
