//! What becomes of a fresh fork of PHP: one that stands by, and of its forks: keepers.

use std::ffi::CStr;
use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use nix::libc;
use nix::sys::prctl::{set_name, set_pdeathsig};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};
use nix::unistd::{dup2_raw, getppid, setsid};
use rustix::process::{Gid, Uid, geteuid};
use rustix::thread::{set_thread_gid, set_thread_groups, set_thread_uid};

use super::board::Board;
use super::children::Child;
use super::generation::Sources;
use super::{Duty, link, serve, standby};
use crate::rule::kept;

/// The user and group that nobody is, on every Linux.
const NOBODY: u32 = 65534;

/// The loop's stack; the fork may have happened on a small one of a Fiber or a coroutine.
const STACK: usize = 512 << 10;

/// What a terminal or a service manager sends to all at once, while workers still have work to do.
const IGNORED: [libc::c_int; 8] = [
    libc::SIGTERM,
    libc::SIGINT,
    libc::SIGHUP,
    libc::SIGQUIT,
    libc::SIGPIPE,
    libc::SIGUSR1,
    libc::SIGUSR2,
    libc::SIGALRM,
];

/// When a keeper is to be started.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// At once.
    Now,
    /// After a moment, or as soon as something is said to it.
    Soon,
    /// When something is said to it.
    Asked,
}

/// When keepers are to be children of the process that started what stands by for them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Siblings {
    /// Always.
    Always,
    /// Where the first process of the family is given orphans when they are started.
    Adopted,
    /// Never.
    Never,
}

/// What a keeper begins with.
pub(super) struct Start<'a> {
    pub(super) keepers_end: RawFd,
    pub(super) board: &'static Board,
    pub(super) duty: &'a Duty,
    pub(super) when: When,
    /// PHP had other threads, whose locks may be held for ever in this process.
    pub(super) threads: bool,
    pub(super) siblings: Siblings,
    /// The process that started this one, if nothing of it may live longer.
    pub(super) bound: Option<u32>,
}

impl Start<'_> {
    /// For one that is nobody's child.
    pub(super) fn orphan(&self) -> Self {
        Self {
            siblings: Siblings::Never,
            bound: None,
            ..*self
        }
    }

    /// What a keeper that is started now is to what stands by for it.
    pub(super) fn kind(&self) -> Child {
        let adopts = || self.board.adopts.load(Ordering::Relaxed) != 0;
        match self.siblings {
            Siblings::Always => Child::Sibling,
            Siblings::Adopted if adopts() && kept!("adopts_by_now") => Child::Sibling,
            _ => Child::Ordinary,
        }
    }

    /// The life of a fork of PHP, to its end: stands by for the keepers that it starts.
    pub(super) fn run(&self) -> ! {
        self.live(c"ticket-standby", || {
            let sources = self.leave_php();
            if self.is_bound() {
                standby::run(self, sources);
            }
            true
        })
    }

    /// The life of a fork of the one that stands by: a keeper's, if there is none.
    pub(super) fn keep(&self, sources: Sources) -> ! {
        self.live(c"ticket-keeper", || {
            let _ = SigSet::empty().thread_set_mask();
            if !self.is_bound() {
                return true;
            }
            // SAFETY: inherited, and nobody else's in this process.
            let keepers_end = unsafe { OwnedFd::from_raw_fd(self.keepers_end) };
            if !link::elect(&keepers_end) {
                return true;
            }
            let board = self.board;
            board.keeper.store(std::process::id(), Ordering::Release);
            board.spawn_error.set("");
            let duty = self.duty.clone();
            let sources = match kept!("words_kept") {
                true => sources,
                false => Sources::open(),
            };
            let thread = std::thread::Builder::new()
                .name("ticket-keeper".to_owned())
                .stack_size(STACK)
                .spawn(move || serve::run(keepers_end, board, &duty, sources));
            let error = match thread.map(JoinHandle::join) {
                Ok(Ok(Ok(()))) => return true,
                Ok(Ok(Err(error))) => error,
                Ok(Err(_)) => {
                    "the keeper has failed, which is a fault in it; please report it".to_owned()
                }
                Err(error) => format!("the keeper cannot start its thread: {error}"),
            };
            board.spawn_error.set(&error);
            false
        })
    }

    /// `life` says whether it ends well.
    fn live(&self, name: &CStr, life: impl FnOnce() -> bool) -> ! {
        // A panic must not unwind into PHP's frames, of which this is a copy.
        let lived = std::panic::catch_unwind(AssertUnwindSafe(|| {
            // Neither has a terminal, nor is it in the group of whoever started it.
            if kept!("session_of_its_own") {
                let _ = setsid();
            }
            let _ = set_name(name);
            life()
        }));
        // SAFETY: without PHP's handlers for the end of a process.
        unsafe { libc::_exit(i32::from(!matches!(lived, Ok(true)))) }
    }

    /// Whether it ends with the process that it has to end with, if there is one. (A change of user would undo that.)
    fn is_bound(&self) -> bool {
        self.bound.is_none_or(|starter| {
            !kept!("bound")
                || set_pdeathsig(Signal::SIGKILL).is_ok()
                    && getppid().as_raw().cast_unsigned() == starter
        })
    }

    /// Nothing of PHP's is left after it but its memory. Opens what only a privileged process may.
    fn leave_php(&self) -> Sources {
        // SAFETY: this process has a single thread, and what it leaves behind is only a copy of PHP's.
        unsafe {
            reset_signals();
            if kept!("descriptors_closed") {
                close_fds::close_open_fds(3, &[self.keepers_end]);
            }
            libc::chdir(c"/".as_ptr());
            libc::umask(0o077);
        }
        if kept!("streams_closed") {
            close_standard_streams();
        }
        let sources = Sources::open();
        drop_privileges();
        sources
    }

    /// Gives PHP's memory back.
    pub(super) fn forget_php(&self) {
        (self.duty.forget)();
        if self.threads {
            // What follows takes all locks that those may have had.
            return;
        }
        // SAFETY: returns free memory to the kernel.
        unsafe { libc::malloc_trim(0) };
    }
}

/// # Safety
/// Only in a process that runs none of PHP's code any more.
unsafe fn reset_signals() {
    for signal in 1..=libc::SIGRTMAX() {
        let handler = match IGNORED.contains(&signal) && kept!("signals_ignored") {
            true => libc::SIG_IGN,
            false => libc::SIG_DFL,
        };
        // SAFETY: no handler of ours; those that cannot be set are left.
        unsafe { libc::signal(signal, handler) };
    }
    let _ = SigSet::empty().thread_set_mask();
}

/// Whoever reads what PHP prints must not wait for us.
fn close_standard_streams() {
    let nowhere: Option<OwnedFd> = match File::options().read(true).write(true).open("/dev/null") {
        Ok(file) => Some(file.into()),
        // In a chroot.
        Err(_) => socket(
            AddressFamily::Unix,
            SockType::Datagram,
            SockFlag::empty(),
            None,
        )
        .ok(),
    };
    for stream in 0..3 {
        match &nowhere {
            // SAFETY: nothing in this process relies on what the streams were; they stay open to its end.
            Some(nowhere) => drop(unsafe { dup2_raw(nowhere, stream) }.map(IntoRawFd::into_raw_fd)),
            // SAFETY: as above.
            None => drop(unsafe { libc::close(stream) }),
        }
    }
    // Where PHP had no streams it is one of them itself.
    if let Some(nowhere) = nowhere.filter(|nowhere| nowhere.as_raw_fd() < 3) {
        let _ = nowhere.into_raw_fd();
    }
}

/// By the system calls themselves: the C library's functions have the threads follow, of which this process has a copy of
/// its parent's list.
fn drop_privileges() {
    if geteuid().is_root() && kept!("privileges_dropped") {
        // In a user namespace there may be no such user; then there is nothing to drop.
        let _ = set_thread_groups(&[]);
        let _ = set_thread_gid(Gid::from_raw(NOBODY));
        let _ = set_thread_uid(Uid::from_raw(NOBODY));
    }
}
