//! Children that nobody notices but who started them: without a signal at their end, and seen by no wait that does not
//! ask for such ones (`__WCLONE`, see clone(2) and wait(2)).

use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use nix::libc;
use nix::sys::signal::{SigSet, SigmaskHow, Signal};

use crate::keeper::scoreboard::Scoreboard;
use crate::rule::kept;

/// What a child is to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Child {
    /// It ends without a signal, and no ordinary wait sees it.
    Unnoticed,
    /// It is one of the caller's parent, as the caller is.
    Sibling,
    /// As any other.
    Ordinary,
}

/// Starts a child that lives `life`. As fork(2), but beside other threads the child may find their locks held.
pub(super) fn child(kind: Child, life: impl FnOnce()) -> io::Result<u32> {
    let kind = match kind {
        Child::Unnoticed if kept!("no_signal_at_end") => 0,
        Child::Sibling => libc::CLONE_PARENT,
        Child::Unnoticed | Child::Ordinary => libc::SIGCHLD,
    };
    let flags = libc::CLONE_CHILD_SETTID | libc::CLONE_CHILD_CLEARTID | kind;
    let flags = libc::c_ulong::from(flags.cast_unsigned());
    // No handler of PHP's may run in the child.
    let before = block_signals()?;
    let mut tid: *mut libc::pid_t = ptr::null_mut();
    let none = 0_usize;
    // SAFETY: as fork(), without what the C library does for other threads. It learns the child's thread ID, the only
    // thing that it remembers of it, where it keeps it. (The last two arguments change places between processors, and
    // one is not looked at.)
    let child = unsafe {
        libc::prctl(libc::PR_GET_TID_ADDRESS, &raw mut tid, 0, 0, 0);
        #[cfg(not(target_arch = "s390x"))]
        let child = libc::syscall(libc::SYS_clone, flags, none, none, tid, tid);
        #[cfg(target_arch = "s390x")]
        let child = libc::syscall(libc::SYS_clone, none, flags, none, tid, tid);
        child
    };
    if child == 0 {
        life();
        // SAFETY: without PHP's handlers for the end of a process.
        unsafe { libc::_exit(0) };
    }
    let error = io::Error::last_os_error();
    before.thread_set_mask()?;
    // A process ID fits.
    u32::try_from(child).map_err(|_| error)
}

fn block_signals() -> nix::Result<SigSet> {
    let all = match kept!("signals_blocked") {
        true => SigSet::all(),
        false => SigSet::empty(),
    };
    all.thread_swap_mask(SigmaskHow::SIG_SETMASK)
}

/// Reaps what this process has started for the family and what has ended: `known`, too, which is 0 then.
///
/// Others are keepers beside it that were killed, and what was started before this process executed PHP anew or a server
/// loaded the module anew: nobody remembers their IDs, but the kernel.
pub(super) fn reap(known: &AtomicU32, board: &Scoreboard) {
    while let Some(child) = ended()
        && (child == board.keeper.load(Ordering::Relaxed) || is_ours(child))
        && kept!("reaped_by_name")
    {
        has_ended(child);
    }
    // Last: it may be one of these.
    let child = known.load(Ordering::Relaxed);
    if child != 0 && has_ended(child) {
        known.store(0, Ordering::Relaxed);
    }
}

/// Waits until all have ended that this process has started for the family, which has ended and holds nothing any more,
/// and reaps them. What stands by is ended where it is stopped and there is no keeper. A keeper that is stopped, or waits
/// for a session to be had that it has to close, is left to process 1; that after `most`, if it is short.
pub(super) fn await_end(
    known: &AtomicU32,
    board: &Scoreboard,
    most: Duration,
    has_keeper: impl Fn() -> bool,
) {
    let [mut pauses, mut few] = [LONG, SHORT.min(most)].map(Pauses::new);
    loop {
        reap(known, board);
        let child = known.load(Ordering::Relaxed);
        if child == 0 && keeper_beside(board).is_none() {
            return;
        }
        if child != 0 && is_stopped(child) && !has_keeper() && kept!("stopped_ended") {
            end(known);
            continue;
        }
        let lingers = board.lingers.load(Ordering::Relaxed) != 0;
        if !(if lingers { &mut few } else { &mut pauses }).pause() {
            return;
        }
    }
}

/// For what has nothing more to do than to end, on whatever machine.
const LONG: Duration = Duration::from_secs(5);

/// For what waits itself: for a session that it has asked for, which takes 200 ms on a machine where 14 wait for each
/// processor. From a server that is silent it would be had never.
const SHORT: Duration = Duration::from_millis(500);

/// Ends what this process has started, whatever it does, and reaps it.
pub(super) fn end_all(known: &AtomicU32, board: &Scoreboard) {
    end(known);
    if let Some(keeper) = keeper_beside(board) {
        kill(keeper);
    }
}

/// Ends a child, and reaps it. One that may not be ended by this process, which has another user by now, is left.
pub(super) fn end(known: &AtomicU32) {
    let child = known.swap(0, Ordering::Relaxed);
    if child != 0 {
        kill(child);
    }
}

fn kill(child: u32) {
    if look(libc::P_PID, child, libc::WEXITED | libc::__WCLONE).is_none() {
        // Others have reaped it, and its ID may be a stranger's.
        return;
    }
    // SAFETY: our own child, which is not reaped.
    let killed = unsafe { libc::kill(child.cast_signed(), libc::SIGKILL) } == 0;
    if killed {
        wait(child, libc::__WCLONE);
        return;
    }
    // What has not begun yet may end by itself.
    let mut pauses = Pauses::new(SHORT);
    while !has_ended(child) && pauses.pause() {}
}

/// Reaps a child of this process that has ended. Whether it is none any more.
fn has_ended(child: u32) -> bool {
    wait(child, libc::__WCLONE | libc::WNOHANG).0 != 0
}

/// As waitpid(2): 0 if it has not ended; and how it has.
pub(super) fn wait(child: u32, flags: libc::c_int) -> (libc::pid_t, libc::c_int) {
    let mut status = 0;
    loop {
        // SAFETY: it writes the status.
        let reaped = unsafe { libc::waitpid(child.cast_signed(), &raw mut status, flags) };
        if reaped >= 0 || io::Error::last_os_error().raw_os_error() != Some(libc::EINTR) {
            return (reaped, status);
        }
    }
}

/// A child without a signal that has ended and is not reaped.
fn ended() -> Option<u32> {
    let ended = look(libc::P_ALL, 0, libc::WEXITED | libc::__WCLONE)?;
    Some(pid(&ended)).filter(|&child| child != 0)
}

/// Whether a child without a signal is stopped.
fn is_stopped(child: u32) -> bool {
    look(libc::P_PID, child, libc::WSTOPPED | libc::__WCLONE).is_some_and(|found| pid(&found) != 0)
}

/// The keeper, ended or not, if it is a child of this process without a signal.
pub(super) fn keeper_beside(board: &Scoreboard) -> Option<u32> {
    let keeper = board.keeper.load(Ordering::Relaxed);
    let child = look(libc::P_PID, keeper, libc::WEXITED | libc::__WCLONE);
    child.map(|_| keeper)
}

/// What has become of one of those children, all zeroes if nothing has; `None`: there are none.
fn look(kind: libc::idtype_t, id: u32, what: libc::c_int) -> Option<libc::siginfo_t> {
    let mut ended = MaybeUninit::zeroed();
    let flags = what | libc::WNOHANG | libc::WNOWAIT;
    // SAFETY: zeroes are a valid siginfo_t, and the call fills it or leaves it.
    unsafe { (libc::waitid(kind, id, ended.as_mut_ptr(), flags) == 0).then(|| ended.assume_init()) }
}

fn pid(ended: &libc::siginfo_t) -> u32 {
    // SAFETY: of a SIGCHLD, or all zeroes.
    unsafe { ended.si_pid() }.cast_unsigned()
}

/// Whether a child is one of ours, by the name that it has given itself.
fn is_ours(child: u32) -> bool {
    std::fs::read(format!("/proc/{child}/comm")).is_ok_and(|name| name.starts_with(b"ticket-"))
}

/// Ever longer pauses until a time is up.
pub(super) struct Pauses {
    until: Instant,
    next: Duration,
}

impl Pauses {
    pub(super) fn new(most: Duration) -> Self {
        Self {
            until: Instant::now() + most,
            next: Duration::from_micros(50),
        }
    }

    /// Whether there is time left, after a pause.
    pub(super) fn pause(&mut self) -> bool {
        let left = self.until.saturating_duration_since(Instant::now());
        std::thread::sleep(left.min(self.next));
        self.next = Duration::from_millis(2).min(self.next * 2);
        !left.is_zero()
    }
}

/// Starts one that is not this process's child: forks twice, by the C library. For systems that know only ordinary ones.
/// Whoever waits for all children sees none, nor a signal.
pub(super) fn orphan(life: impl FnOnce()) -> io::Result<()> {
    let before = block_signals()?;
    let started = fork_twice(life);
    before.thread_set_mask()?;
    started
}

fn fork_twice(life: impl FnOnce()) -> io::Result<()> {
    let mut pending = MaybeUninit::zeroed();
    // SAFETY: it fills the set, which is valid as it is before, too.
    let pending = unsafe {
        libc::sigpending(pending.as_mut_ptr());
        SigSet::from_sigset_t_unchecked(pending.assume_init())
    };
    // SAFETY: what the children do before they end is either this, or `life`, which begins by leaving all of PHP
    // behind.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: as above.
        unsafe {
            match libc::fork() {
                0 => {
                    life();
                    libc::_exit(0)
                }
                -1 => libc::_exit(*libc::__errno_location() & 0x7f),
                _ => libc::_exit(0),
            }
        }
    }
    if child < 0 {
        return Err(io::Error::last_os_error());
    }
    // Where SIGCHLD is ignored it is reaped by itself, and this fails when it has ended.
    let (reaped, status) = wait(child.cast_unsigned(), 0);
    if !pending.contains(Signal::SIGCHLD) && kept!("sigchld_swallowed") {
        swallow(child);
    }
    if reaped == child && libc::WIFEXITED(status) && libc::WEXITSTATUS(status) != 0 {
        return Err(io::Error::from_raw_os_error(libc::WEXITSTATUS(status)));
    }
    Ok(())
}

/// Takes the signal that our child's end has left. If another child has ended meanwhile, it is sent again, with what the
/// kernel says of that one.
fn swallow(ours: libc::pid_t) {
    let now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let sigchld = SigSet::from(Signal::SIGCHLD);
    let mut taken = MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: initialised arguments; the result is looked at only if the call has filled it, and is zero before.
    let taken = unsafe {
        let got = libc::sigtimedwait(sigchld.as_ref(), taken.as_mut_ptr(), &raw const now);
        if got != libc::SIGCHLD || !kept!("sigchld_of_others") {
            return;
        }
        taken.assume_init()
    };
    let any = libc::WEXITED | libc::WSTOPPED | libc::WCONTINUED;
    let other = match pid(&taken).cast_signed() == ours {
        false => Some(taken),
        true => look(libc::P_ALL, 0, any).filter(|other| pid(other) != 0),
    };
    if let Some(mut other) = other {
        // SAFETY: of a SIGCHLD.
        unsafe { send_again(&mut other) };
    }
}

/// # Safety
/// `info` is of a SIGCHLD.
unsafe fn send_again(info: &mut libc::siginfo_t) {
    // SAFETY: to this process, which may send itself anything.
    unsafe {
        let sent = libc::syscall(
            libc::SYS_rt_sigqueueinfo,
            libc::getpid(),
            libc::SIGCHLD,
            ptr::from_mut(info),
        );
        if sent != 0 {
            // An emulation may not know it.
            libc::kill(libc::getpid(), libc::SIGCHLD);
        }
    }
}
