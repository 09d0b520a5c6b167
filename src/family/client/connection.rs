//! A client's connection with the keeper, and what was sent over it.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::{AT_ONCE, Family};
use crate::descriptor::Kept;
use crate::wire::parcel::Parcel;
use crate::wire::{Ask, Credentials, Request};

/// What one process has.
pub(super) struct Connection {
    /// The process that opened it.
    pub(super) owner: u64,
    pub(super) end: Kept,
    pub(super) last: u32,
    /// It has a session of its own.
    pub(super) bound: bool,
    /// A keeper that does not hear was waited for in vain, when there was no room left: not for each message.
    pub(super) deaf: bool,
    /// What nobody waits for the answers of.
    pub(super) posted: Vec<(u32, Posted)>,
    /// Requests for whose answers nobody waited to the end, and the watches that they arm.
    pub(super) late: Vec<(u32, u32)>,
    /// Of its own session, once that is known.
    pub(super) session_id: Option<i64>,
}

/// Credentials, and the number under which it is told what came of them, if somebody wants to know.
pub(super) type Owed = (Credentials, Option<u32>);

/// A request that nobody waits for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Posted {
    Auth(Owed),
    SessionId,
}

impl Connection {
    /// What an answer says of the session.
    pub(super) fn is(&mut self, bound: bool) {
        self.bound = bound;
        if !bound {
            self.session_id = None;
        }
    }

    /// Sends what nobody will wait for, unless it is under way.
    pub(super) fn post(&mut self, what: Posted, within: Duration) -> Result<(), Errno> {
        if self.posted.iter().any(|(_, posted)| *posted == what) {
            return Ok(());
        }
        let request = match &what {
            Posted::Auth((credentials, _)) => Request::Auth(credentials.clone()),
            Posted::SessionId => Request::SessionId,
        };
        let id = self.send(request, within)?;
        self.posted.push((id, what));
        Ok(())
    }

    pub(super) fn send(&mut self, request: Request, within: Duration) -> Result<u32, Errno> {
        self.last = self.last.wrapping_add(1);
        let ask = Ask {
            id: self.last,
            within: u32::try_from(within.as_millis()).unwrap_or(u32::MAX),
            request,
        };
        let parcel = Parcel::new(&ask)?;
        let deadline = Instant::now() + AT_ONCE;
        loop {
            match parcel.send(self.end.as_fd()) {
                // So much was posted at a time. A keeper that lives has heard some of it in a moment.
                Err(Errno::EAGAIN) if !self.deaf && Instant::now() < deadline => {
                    let mut polled = [PollFd::new(self.end.as_fd(), PollFlags::POLLOUT)];
                    let left = deadline.saturating_duration_since(Instant::now());
                    let left = PollTimeout::try_from(left).unwrap_or(PollTimeout::ZERO);
                    let _ = poll(&mut polled, left);
                }
                sent => {
                    self.deaf = sent == Err(Errno::EAGAIN);
                    break sent?;
                }
            }
        }
        Ok(self.last)
    }
}

impl Family {
    pub(super) fn connect_client(&self) -> Result<Kept, Errno> {
        self.summon();
        let Ok(link) = &self.link else {
            return Err(Errno::ENOTCONN);
        };
        let end = link.open();
        end.map_err(|error| error.downcast_ref().copied().unwrap_or(Errno::EMFILE))
    }
}
