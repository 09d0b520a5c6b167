//! Stands by for a keeper: starts it, and the next one when it was killed.
//!
//! PHP could do that, and does where this process is gone, too. But PHP notices late, and would make a call wait for
//! two forks of all of its memory. This one has given PHP's memory back, and has no thread and nothing else to do.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::PollTimeout;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork};

use super::link::hangs_up;
use super::process::Start;
use super::spawn::{Turn, cannot, turn};
use crate::rule::kept;

/// Until a keeper has ended well, because its family has or because there is another keeper.
pub(super) fn run(start: &Start<'_>) {
    let this = Pid::this();
    loop {
        // SAFETY: this process has a single thread.
        match unsafe { fork() } {
            Ok(ForkResult::Child) => start.keep(this),
            Ok(ForkResult::Parent { child }) if !has_failed(child) || !kept!("stands_by") => {
                return;
            }
            Ok(ForkResult::Parent { .. }) => {}
            Err(error) => cannot(start.board, &io::Error::from(error)),
        }
        loop {
            match turn(start.board) {
                Turn::Ours => break,
                Turn::Theirs => return,
                Turn::Later(rest) if family_ends(start, rest) => return,
                Turn::Later(_) => {}
            }
        }
    }
}

/// Whether a keeper was killed, or went down with an error.
fn has_failed(keeper: Pid) -> bool {
    loop {
        match waitpid(keeper, None) {
            Err(Errno::EINTR) => {}
            ended => return !matches!(ended, Ok(WaitStatus::Exited(_, 0))),
        }
    }
}

/// Whether there is nobody to stand by for; waits for that so long.
fn family_ends(start: &Start<'_>, most: Duration) -> bool {
    // SAFETY: open as long as this process lives.
    let end = unsafe { BorrowedFd::borrow_raw(start.keepers_end) };
    // Rounded up, or the last ms would be waited for again and again.
    let most = PollTimeout::try_from(most + Duration::from_millis(1)).unwrap_or(PollTimeout::MAX);
    hangs_up(end, most)
}
