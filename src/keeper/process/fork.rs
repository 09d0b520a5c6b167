//! What becomes of a fresh fork of PHP: nothing of PHP's is left in it.

use std::ffi::CStr;
use std::fs::File;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};
use std::panic::AssertUnwindSafe;

use nix::libc;
use nix::sys::prctl::{set_dumpable, set_name, set_pdeathsig};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};
use nix::unistd::{dup2_raw, getppid, setsid};
use rustix::process::{Gid, Uid, geteuid};
use rustix::thread::{set_thread_gid, set_thread_groups, set_thread_uid};

use super::environment;
use super::start::Start;
use crate::keeper::config::Place;
use crate::keeper::files::Files;
use crate::keeper::generation::Sources;
use crate::rule::kept;

/// The user and group that nobody is, on every Linux.
const NOBODY: u32 = 65534;

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

/// `life` says whether it ends well.
pub(super) fn live(name: &CStr, life: impl FnOnce() -> bool) -> ! {
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
pub(super) fn is_bound(start: &Start<'_>) -> bool {
    start.bound.is_none_or(|starter| {
        !kept!("bound")
            || set_pdeathsig(Signal::SIGKILL).is_ok()
                && getppid().as_raw().cast_unsigned() == starter
    })
}

/// What a process may have had only with the rights of whoever started it.
#[derive(Clone)]
pub(super) struct Opened {
    pub(super) sources: Sources,
    pub(super) files: Files,
}

/// Nothing of PHP's is left after it but its memory. Opens, and reads, what only a privileged process may.
pub(super) fn leave_php(start: &Start<'_>) -> Opened {
    // SAFETY: this process has a single thread, and what it leaves behind is only a copy of PHP's.
    unsafe {
        reset_signals();
        if kept!("descriptors_closed") {
            close_fds::close_open_fds(3, &[start.keepers_end]);
        }
        libc::chdir(c"/".as_ptr());
        libc::umask(0o077);
    }
    if kept!("streams_closed") {
        close_standard_streams();
    }
    // What it reads is nobody's who is not root: in no dump of its memory, and in no file of /proc.
    if kept!("not_dumpable") {
        let _ = set_dumpable(false);
    }
    let opened = Opened {
        sources: Sources::open(),
        files: Files::read(start.config),
    };
    if let Place::Variable(name) = &start.config.auth
        && kept!("variable_wiped")
    {
        environment::wipe(name);
    }
    drop_privileges();
    opened
}

/// Gives PHP's memory back.
pub(super) fn forget_php(start: &Start<'_>) {
    (start.config.forget)();
    if start.threads {
        // What follows takes all locks that those may have had.
        return;
    }
    // SAFETY: returns free memory to the kernel.
    unsafe { libc::malloc_trim(0) };
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
