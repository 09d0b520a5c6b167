//! Stands by for a keeper: starts it when there is something to do, and the next one when it was killed.
//!
//! PHP could do that, and does where this process is gone, too. But PHP notices late, would make a call wait for the
//! fork of all of its memory, and may not always ([`super::spawn`]). This one has given PHP's memory back, and
//! has no thread and nothing else to do.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::sync::atomic::Ordering;
use std::time::Duration;

use nix::libc;
use nix::poll::PollTimeout;
use nix::unistd::pipe;

use super::children::{Child, child, wait};
use super::fork::{self, Opened};
use super::keeper;
use super::start::{Start, When};
use super::turn::{Turn, cannot, turn};
use crate::keeper::link::{awaits_word, hangs_up, outlives_keeper, stands_by};
use crate::rule::kept;

/// In ms. Many a script has ended by then without an ID, and ZooKeeper was not troubled.
const LEISURE: u8 = 50;

/// The life of a fork of PHP, to its end: stands by for the keepers that it starts.
pub(super) fn live(start: &Start<'_>) -> ! {
    fork::live(c"ticket-standby", || {
        let opened = fork::leave_php(start);
        if fork::is_bound(start) {
            run(start, &opened);
        }
        true
    })
}

/// Until its family has ended, or another one stands by.
fn run(start: &Start<'_>, opened: &Opened) {
    // SAFETY: open as long as this process lives.
    let end = unsafe { BorrowedFd::borrow_raw(start.keepers_end) };
    if !stands_by(end) {
        return;
    }
    if start.threads {
        // Before it says that it is there: it may hang in this.
        fork::forget_php(start);
    }
    let this = std::process::id();
    start.board.standby.store(this, Ordering::Release);
    // Much is over by then, also all of PHP.
    let leisure = PollTimeout::from(LEISURE);
    if start.when != When::Now && !awaits_word(end, leisure) {
        return;
    }
    if !start.threads {
        fork::forget_php(start);
    }
    // A keeper that was killed, whoever had started it, has left something to do.
    let asked = start.when == When::Asked;
    if asked && !outlives_keeper(end) && !awaits_word(end, PollTimeout::NONE) {
        return;
    }
    // Whoever has started this one for a keeper has taken the turn, too.
    let mut due = !asked;
    while due || awaits_turn(start, end) {
        if let Err(error) = keep(start, opened) {
            cannot(start.board, &error);
        }
        if !kept!("stands_by") {
            return;
        }
        // One that was faster.
        outlives_keeper(end);
        due = false;
    }
}

/// A keeper's life, from its start to its end.
fn keep(start: &Start<'_>, opened: &Opened) -> io::Result<()> {
    // It has the other end as long as it lives, whoever's child it is.
    let (alive, held) = pipe()?;
    let kind = start.kind();
    let ours = alive.as_raw_fd();
    let child = child(kind, || {
        // SAFETY: of this process, which does not use it.
        unsafe { libc::close(ours) };
        keeper::live(start, opened.clone())
    })?;
    drop(held);
    hangs_up(&alive, PollTimeout::NONE);
    if kind == Child::Ordinary {
        wait(child, 0);
    }
    Ok(())
}

/// Until it is this process's turn to start a keeper. `false`: the family has ended.
fn awaits_turn(start: &Start<'_>, end: BorrowedFd<'_>) -> bool {
    loop {
        let rest = match turn(start.board) {
            _ if hangs_up(end, PollTimeout::ZERO) => return false,
            Turn::Ours => return true,
            Turn::Theirs => Duration::ZERO,
            Turn::Later(rest) => rest,
        };
        // Rounded up, or the last ms would be waited for again and again.
        let rest = rest + Duration::from_millis(1);
        hangs_up(end, PollTimeout::try_from(rest).unwrap_or(PollTimeout::MAX));
    }
}
