//! Why a call failed, where that is not of ZooKeeper.

use std::time::Duration;

use nix::errno::Errno;

use crate::family::distant::CLOSED;
use crate::wire::{Failure, Request, code};

pub(super) fn closed(request: &Request) -> Failure {
    let message = "the client has been closed; make another one".to_owned();
    request.failure(code::CLOSING, false, message)
}

pub(super) fn unreachable(request: &Request, error: Errno) -> Failure {
    let message = match error {
        Errno::EMFILE | Errno::ENFILE => {
            "ticket's keeper cannot be asked: this process may not open more files; raise the limit (ulimit -n)".to_owned()
        }
        Errno::EBADF => CLOSED.to_owned(),
        error => format!("ticket's keeper cannot be asked: {error}"),
    };
    request.failure(code::SYSTEM_ERROR, false, message)
}

pub(super) fn no_room(request: &Request) -> Failure {
    let message = format!(
        "the answer is a long one, for which this process may not open another file; raise the limit (ulimit -n){}",
        request.advice()
    );
    request.failure(code::SYSTEM_ERROR, true, message)
}

pub(super) fn silent(request: &Request, within: Duration, sent: bool) -> Failure {
    let message = format!(
        "ticket's keeper has not answered within {} ms; it may be stopped, or has too much to do{}",
        within.as_millis(),
        if sent { request.advice() } else { "" }
    );
    request.failure(code::OPERATION_TIMEOUT, sent, message)
}

pub(super) fn keeper_gone(request: &Request) -> Failure {
    let message = format!(
        "ticket's keeper has ended while it carried this out{}",
        request.advice()
    );
    request.failure(code::CONNECTION_LOSS, true, message)
}

pub(super) fn forked(request: &Request) -> Failure {
    let message = format!(
        "this process was forked while its parent waited for the answer, which is that one's{}",
        request.advice()
    );
    request.failure(code::CONNECTION_LOSS, true, message)
}

pub(super) fn keeper_lost(request: &Request, asked: bool) -> Failure {
    let message = format!(
        "ticket's keeper has ended, and with it this client's own session, whose ephemeral znodes go when its time is over; what \
         is asked next begins another one{}",
        if asked { request.advice() } else { "" }
    );
    request.failure(code::SESSION_EXPIRED, asked, message)
}
