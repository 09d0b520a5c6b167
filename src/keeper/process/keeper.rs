//! The life of the keeper's process.

use std::os::fd::{FromRawFd, OwnedFd};
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use nix::sys::signal::SigSet;

use super::fork::{self, Opened};
use super::start::Start;
use crate::keeper::generation::Sources;
use crate::keeper::{link, serve};
use crate::rule::kept;

/// The loop's stack; the fork may have happened on a small one of a Fiber or a coroutine.
const STACK: usize = 512 << 10;

/// The life of a fork of the one that stands by: a keeper's, if there is none.
pub(super) fn live(start: &Start<'_>, opened: Opened) -> ! {
    fork::live(c"ticket-keeper", || {
        let _ = SigSet::empty().thread_set_mask();
        if !fork::is_bound(start) {
            return true;
        }
        // SAFETY: inherited, and nobody else's in this process.
        let keepers_end = unsafe { OwnedFd::from_raw_fd(start.keepers_end) };
        if !link::elect(&keepers_end) {
            return true;
        }
        let board = start.board;
        board.keeper.store(std::process::id(), Ordering::Release);
        board.keepers.fetch_add(1, Ordering::Relaxed);
        board.spawn_error.set("");
        let config = start.config.clone();
        let sources = match kept!("words_kept") {
            true => opened.sources,
            false => Sources::open(),
        };
        let thread = std::thread::Builder::new()
            .name("ticket-keeper".to_owned())
            .stack_size(STACK)
            .spawn(move || serve::run(keepers_end, board, &config, sources, opened.files));
        let error = match thread.map(JoinHandle::join) {
            Ok(Ok(Ok(()))) => return true,
            Ok(Ok(Err(error))) => error,
            Ok(Err(_)) => {
                "the keeper has failed, which is a fault in it; please report it".to_owned()
            }
            Err(error) => format!("the keeper cannot start its thread: {error}"),
        };
        board.fail(&error);
        false
    })
}
