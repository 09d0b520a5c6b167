//! Starts a keeper, and what stands by for it, so that PHP notices nothing: no child to wait for, no signal.

use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use nix::libc;
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use nix::time::{ClockId, clock_gettime};

use super::board::Board;
use super::process::Start;
use super::{Duty, Link};
use crate::rule::kept;

/// The shortest time between two starts, by whichever process of the family.
const PAUSE: Duration = Duration::from_millis(100);

/// A keeper that lived for so long has started well: the next one may be started at once.
pub(super) const SETTLED: Duration = Duration::from_millis(250);

/// Starts that failed in a row double the pause, up to so many times: 6.4 s.
const DOUBLINGS: u32 = 6;

/// Makes sure that there is a keeper, or that one is started as soon as that makes sense. Takes 200 ns when
/// there is one.
pub fn ensure(link: &Link, board: &'static Board, duty: &Duty) {
    if !link.is_whole() && kept!("whole_link") || link.has_keeper() {
        return;
    }
    if let Turn::Ours = turn(board)
        && let Err(error) = spawn(link, board, duty)
    {
        cannot(board, &error);
    }
}

/// Who starts the next keeper, of all processes that could.
pub(super) enum Turn {
    /// The caller, now.
    Ours,
    /// Another one has begun.
    Theirs,
    /// Nobody before this time has passed.
    Later(Duration),
}

pub(super) fn turn(board: &Board) -> Turn {
    let now = uptime();
    let started = board.started.load(Ordering::Acquire);
    let failures = board.failures.load(Ordering::Relaxed);
    let pause = match kept!("spawn_backs_off") {
        true => PAUSE * (1 << failures.min(DOUBLINGS)),
        false => PAUSE,
    };
    let passed = Duration::from_millis(now.saturating_sub(started));
    if kept!("pause_between_spawns") && started != 0 && passed < pause {
        return Turn::Later(pause - passed);
    }
    let won =
        board
            .started
            .compare_exchange(started, now.max(1), Ordering::AcqRel, Ordering::Relaxed);
    if won.is_err() {
        return Turn::Theirs;
    }
    board
        .failures
        .store(failures.saturating_add(1), Ordering::Relaxed);
    Turn::Ours
}

/// Says why there is no keeper. The next one that starts takes it back.
pub(super) fn cannot(board: &Board, error: &io::Error) {
    let cure = match error.raw_os_error() {
        Some(libc::EAGAIN) => "; raise the limit on processes (ulimit -u)",
        _ => "",
    };
    let reason = format!("the keeper cannot be started: {error}{cure}");
    board.spawn_error.set(&reason);
}

/// In ms.
fn uptime() -> u64 {
    clock_gettime(ClockId::CLOCK_MONOTONIC)
        .map_or(0, |time| Duration::from(time).as_millis() as u64)
}

fn spawn(link: &Link, board: &'static Board, duty: &Duty) -> io::Result<()> {
    let start = Start {
        keepers_end: link.keepers_end(),
        board,
        duty,
        orphans: alone_and_first(),
    };
    // No handler of PHP's may run in the child.
    let all = match kept!("signals_blocked") {
        true => SigSet::all(),
        false => SigSet::empty(),
    };
    let before = all.thread_swap_mask(SigmaskHow::SIG_SETMASK)?;
    let result = if start.orphans {
        clone_unnoticed(&start)
    } else {
        fork_twice(&start)
    };
    before.thread_set_mask()?;
    result
}

/// Whether orphans become our children, and no other thread holds a lock that a clone would inherit.
fn alone_and_first() -> bool {
    kept!("spawn_as_pid_1")
        && std::process::id() == 1
        && std::fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1)
}

/// As process 1: a child that ends without a signal, and that no wait(-1) sees.
fn clone_unnoticed(start: &Start<'_>) -> io::Result<()> {
    let mut tid: *mut libc::pid_t = ptr::null_mut();
    let flags = libc::CLONE_CHILD_SETTID | libc::CLONE_CHILD_CLEARTID;
    // SAFETY: as fork(), for a process of a single thread: the C library holds no lock, and learns the
    // child's thread ID, the only thing that it remembers of it, where it keeps it.
    let child = unsafe {
        libc::prctl(libc::PR_GET_TID_ADDRESS, &raw mut tid, 0, 0, 0);
        libc::syscall(
            libc::SYS_clone,
            libc::c_ulong::from(flags.cast_unsigned()),
            0,
            0,
            tid,
            0,
        )
    };
    match child {
        0 => start.run(),
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// The C library's fork, which also works beside other threads; twice, so that what stays is no child of ours.
fn fork_twice(start: &Start<'_>) -> io::Result<()> {
    let mut pending = MaybeUninit::zeroed();
    // SAFETY: it fills the set, which is valid as it is before, too.
    let pending = unsafe {
        libc::sigpending(pending.as_mut_ptr());
        SigSet::from_sigset_t_unchecked(pending.assume_init())
    };
    // SAFETY: what the children do before they end is either this, or a keeper's life, which begins by
    // leaving all of PHP behind.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: as above.
        unsafe {
            match libc::fork() {
                0 => start.run(),
                -1 => libc::_exit(*libc::__errno_location() & 0x7f),
                _ => libc::_exit(0),
            }
        }
    }
    if child < 0 {
        return Err(io::Error::last_os_error());
    }
    let mut status = 0;
    // SAFETY: our own child. Where SIGCHLD is ignored it is reaped by itself, and this fails when it has ended.
    let reaped = unsafe {
        loop {
            let reaped = libc::waitpid(child, &raw mut status, 0);
            if reaped >= 0 || *libc::__errno_location() != libc::EINTR {
                break reaped;
            }
        }
    };
    if !pending.contains(Signal::SIGCHLD) && kept!("sigchld_swallowed") {
        swallow();
    }
    if reaped == child && libc::WIFEXITED(status) && libc::WEXITSTATUS(status) != 0 {
        return Err(io::Error::from_raw_os_error(libc::WEXITSTATUS(status)));
    }
    Ok(())
}

/// Takes the signal that our child's end has left; if another child has ended meanwhile, it is sent again.
fn swallow() {
    let now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let sigchld = SigSet::from(Signal::SIGCHLD);
    let mut ended = MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: initialised arguments; the result is looked at only if the call has filled it, and is zero
    // before.
    unsafe {
        if libc::sigtimedwait(sigchld.as_ref(), ptr::null_mut(), &raw const now) != libc::SIGCHLD {
            return;
        }
        let look =
            libc::WEXITED | libc::WSTOPPED | libc::WCONTINUED | libc::WNOHANG | libc::WNOWAIT;
        if kept!("sigchld_of_others")
            && libc::waitid(libc::P_ALL, 0, ended.as_mut_ptr(), look) == 0
            && ended.assume_init_ref().si_pid() != 0
        {
            libc::kill(libc::getpid(), libc::SIGCHLD);
        }
    }
}
