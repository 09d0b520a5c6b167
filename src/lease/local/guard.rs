//! Survives a registry file that is cut short while it is mapped.
//!
//! A load or store beyond a mapped file's last page is a SIGBUS, which would end PHP. Here it becomes a
//! word that nothing can be issued from: the handler puts memory filled with ones in the mapping's place,
//! so the interrupted instruction finds `u64::MAX` and its caller turns to the registry, which says what
//! is wrong. (Within its last page a file that is cut short reads as zeroes, which are below every
//! registry's floor.) A SIGBUS anywhere else goes to whoever had it before us.
//!
//! A program that handles or blocks SIGBUS itself, as with `pcntl_signal(SIGBUS, ...)`, takes this away.

use std::mem::MaybeUninit;
use std::num::NonZeroUsize;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::libc::{self, c_int, c_void, siginfo_t};

use crate::rule::kept;

/// One mapping; once made it stays in the list, and is used again for one as long when its mapping is gone.
struct Slot {
    base: AtomicPtr<c_void>,
    length: usize,
    lost: AtomicBool,
    next: AtomicPtr<Slot>,
}

/// The first of a list that only grows, since a signal may arrive at any moment.
static WATCHED: AtomicPtr<Slot> = AtomicPtr::new(ptr::null_mut());

fn watched() -> impl Iterator<Item = &'static Slot> {
    // SAFETY: null, or a leaked box.
    let first = unsafe { WATCHED.load(Ordering::Acquire).as_ref() };
    std::iter::successors(first, |slot| {
        // SAFETY: as above.
        unsafe { slot.next.load(Ordering::Acquire).as_ref() }
    })
}

/// What SIGBUS did before, while our handler is installed. Whoever changes what is watched holds it, since
/// threads do so at once (those of the tests: a thread-safe PHP is refused). The handler never does.
static BEFORE: Mutex<Option<libc::sigaction>> = Mutex::new(None);

fn before() -> MutexGuard<'static, Option<libc::sigaction>> {
    BEFORE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The handler of [`BEFORE`] and its flags, for ours.
static HANDLER: AtomicUsize = AtomicUsize::new(libc::SIG_DFL);
static FLAGS: AtomicI32 = AtomicI32::new(0);

/// Watches a mapping until [`unwatch`].
pub(super) fn watch(base: NonNull<c_void>, length: NonZeroUsize) {
    let mut before = before();
    if kept!("cut_short_in_use") {
        install(&mut before);
    }
    let free = watched()
        .find(|slot| slot.length == length.get() && slot.base.load(Ordering::Acquire).is_null());
    if let Some(slot) = free {
        slot.lost.store(false, Ordering::Release);
        slot.base.store(base.as_ptr(), Ordering::Release);
        return;
    }
    let slot = Box::leak(Box::new(Slot {
        base: AtomicPtr::new(base.as_ptr()),
        length: length.get(),
        lost: AtomicBool::new(false),
        next: AtomicPtr::new(WATCHED.load(Ordering::Acquire)),
    }));
    WATCHED.store(slot, Ordering::Release);
}

/// Says that the mapping's words are those of a whole file again.
pub(super) fn renew(base: NonNull<c_void>) {
    if let Some(slot) = slot_of(base) {
        slot.lost.store(false, Ordering::Release);
    }
}

/// Ends the watch of a mapping that is about to go; the last one restores what SIGBUS did before.
pub(super) fn unwatch(base: NonNull<c_void>) {
    let mut before = before();
    if let Some(slot) = slot_of(base) {
        slot.base.store(ptr::null_mut(), Ordering::Release);
    }
    let none_left = watched().all(|slot| slot.base.load(Ordering::Acquire).is_null());
    if none_left {
        uninstall(&mut before);
    }
}

/// Whether the mapping's words have been replaced.
pub(super) fn is_lost(base: NonNull<c_void>) -> bool {
    slot_of(base).is_some_and(|slot| slot.lost.load(Ordering::Acquire))
}

fn slot_of(base: NonNull<c_void>) -> Option<&'static Slot> {
    watched().find(|slot| slot.base.load(Ordering::Acquire) == base.as_ptr())
}

fn install(before: &mut Option<libc::sigaction>) {
    if before.is_some() {
        return;
    }
    let mut ours = MaybeUninit::<libc::sigaction>::zeroed();
    let mut old = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: both point to a sigaction, for which all zeroes is valid; the handler has the type that
    // SA_SIGINFO asks for. SA_ONSTACK: for runtimes whose threads have small stacks.
    let old = unsafe {
        let action = &mut *ours.as_mut_ptr();
        action.sa_sigaction = on_sigbus as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        if libc::sigaction(libc::SIGBUS, ours.as_ptr(), old.as_mut_ptr()) != 0 {
            return;
        }
        old.assume_init()
    };
    FLAGS.store(old.sa_flags, Ordering::Release);
    HANDLER.store(old.sa_sigaction, Ordering::Release);
    *before = Some(old);
}

/// Our code may be unloaded after this, so SIGBUS must not lead to it.
fn uninstall(before: &mut Option<libc::sigaction>) {
    let Some(old) = before.as_ref() else { return };
    let mut current = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: both point to a sigaction; all zeroes is valid for one.
    unsafe {
        if libc::sigaction(libc::SIGBUS, ptr::null(), current.as_mut_ptr()) != 0 {
            return;
        }
        // If someone has put a handler over ours they may call ours: leave it in place.
        if (*current.as_ptr()).sa_sigaction != on_sigbus as *const () as usize {
            return;
        }
        if libc::sigaction(libc::SIGBUS, old, ptr::null_mut()) == 0 {
            *before = None;
        }
    }
}

/// Only async-signal-safe work: atomics, `mmap`, a fill, `sigaction`.
extern "C" fn on_sigbus(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel passes a valid siginfo with SA_SIGINFO; it has an address if the kernel itself
    // raised the signal, which a positive code tells.
    let (raised, address) = unsafe { ((*info).si_code > 0, (*info).si_addr() as usize) };
    for slot in watched().filter(|_| raised) {
        let base = slot.base.load(Ordering::Acquire);
        let length = slot.length;
        if base.is_null() || !(base as usize..base as usize + length).contains(&address) {
            continue;
        }
        // Before the words change, so that whoever sees them can tell why.
        slot.lost.store(true, Ordering::Release);
        // SAFETY: replaces exactly the watched mapping, which its `File` still owns and which is only
        // accessed as atomics; the new pages are private and hold as many bytes.
        let filled = unsafe {
            let protection = libc::PROT_READ | libc::PROT_WRITE;
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
            let replaced = libc::mmap(base, length, protection, flags, -1, 0);
            if replaced == libc::MAP_FAILED {
                false
            } else {
                ptr::write_bytes(base.cast::<u8>(), 0xFF, length);
                true
            }
        };
        if filled {
            return;
        }
    }
    pass_on(signal, info, context, raised);
}

/// Does what would have happened without us. `raised`: by the kernel, for an instruction that runs again
/// when this returns; else sent by a process, and it does not come again by itself.
fn pass_on(signal: c_int, info: *mut siginfo_t, context: *mut c_void, raised: bool) {
    let handler = HANDLER.load(Ordering::Acquire);
    let flags = FLAGS.load(Ordering::Acquire);
    // SAFETY: a handler is called with the signature that its flags promise. `signal` and `raise` are
    // allowed in a handler.
    unsafe {
        match handler {
            libc::SIG_IGN if !raised => {}
            // The kernel never ignores one that it raises.
            libc::SIG_IGN | libc::SIG_DFL => {
                libc::signal(signal, libc::SIG_DFL);
                if !raised {
                    libc::raise(signal);
                }
            }
            handler if flags & libc::SA_SIGINFO != 0 => {
                let handler: extern "C" fn(c_int, *mut siginfo_t, *mut c_void) =
                    std::mem::transmute(handler);
                handler(signal, info, context);
            }
            handler => {
                let handler: extern "C" fn(c_int) = std::mem::transmute(handler);
                handler(signal);
            }
        }
    }
}
