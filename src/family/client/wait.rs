//! How a client waits: for an answer, for what it hears, for room to ask.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::{Client, Family};
use crate::keeper::LOOK_AGAIN;
use crate::wire::parcel::{Received, receive};
use crate::wire::{Said, Told};

/// How often whoever waits for news looks whether there is a keeper: what becomes of one is told by the connection. So late is
/// a signal served that comes in just before it waits.
const SELDOM: Duration = Duration::from_secs(1);

/// What a wait for the keeper comes to.
pub(super) enum Waited {
    Told(Told),
    /// The keeper has ended.
    Gone,
    /// There was an answer, but no descriptor free for it.
    NoRoom,
    Late,
    Interrupted,
}

impl Client {
    /// Waits until one of these has fired, or until then. `false`: it was interrupted.
    pub fn await_quiet(
        &mut self,
        family: &Family,
        watches: &[u32],
        until: Option<Instant>,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> bool {
        self.await_that(family, &|this| this.has_fired(watches), until, interrupt)
    }

    /// Whether one of these has fired, as far as was heard.
    #[must_use]
    pub fn has_fired(&self, watches: &[u32]) -> bool {
        watches.iter().any(|watch| self.heard.has_fired(*watch))
    }

    /// Hears what comes in until something is so, or until then. `false`: it was interrupted.
    pub(super) fn await_that(
        &mut self,
        family: &Family,
        so: &dyn Fn(&Self) -> bool,
        until: Option<Instant>,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> bool {
        loop {
            self.hear(family);
            let left = until.map_or(SELDOM, |until| {
                until.saturating_duration_since(Instant::now())
            });
            if so(self) || left.is_zero() {
                return true;
            }
            let Some(connection) = &self.connection else {
                // There is no keeper, nor room for a connection to the next one.
                std::thread::sleep(Duration::from_millis(10).min(left));
                if interrupt() {
                    return false;
                }
                self.settle(family);
                continue;
            };
            let slice = PollTimeout::try_from(left.min(SELDOM) + Duration::from_millis(1));
            let slice = slice.unwrap_or(PollTimeout::ZERO);
            let mut polled = [PollFd::new(connection.end.as_fd(), PollFlags::POLLIN)];
            let polled = poll(&mut polled, slice);
            // Also what came in while it was not polled.
            if interrupt() {
                return false;
            }
            self.settle(family);
            if polled == Ok(0) {
                family.summon();
            }
        }
    }

    /// Waits until something is heard, a signal has come in, or until then. Whether it has not been interrupted.
    pub fn await_notice(
        &mut self,
        family: &Family,
        until: Option<Instant>,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> bool {
        loop {
            self.hear(family);
            let left = until.map_or(SELDOM, |until| {
                until.saturating_duration_since(Instant::now())
            });
            if self.heard.count() > 0 || left.is_zero() {
                return true;
            }
            let slice = PollTimeout::try_from(left.min(SELDOM) + Duration::from_millis(1));
            let slice = slice.unwrap_or(PollTimeout::ZERO);
            let end = self.own(family).map(|connection| connection.end.as_fd());
            let mut polled: Vec<_> = end
                .iter()
                .map(|end| PollFd::new(*end, PollFlags::POLLIN))
                .collect();
            let polled = poll(&mut polled, slice);
            // Also what came in while it was not polled.
            if interrupt() {
                return false;
            }
            self.settle(family);
            match polled {
                // What was called may have changed what is waited for.
                Err(Errno::EINTR) => return true,
                Ok(0) if self.expects() => family.summon(),
                _ => {}
            }
        }
    }

    /// Waits until there is room for what is to be asked. `false`: there was none by then, or it was interrupted.
    pub(super) fn await_room(
        &mut self,
        family: &Family,
        deadline: Instant,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        match &self.connection {
            // None could be opened.
            None => std::thread::sleep(Duration::from_millis(1)),
            Some(connection) => {
                let slice = left.min(LOOK_AGAIN) + Duration::from_millis(1);
                let slice = PollTimeout::try_from(slice).unwrap_or(PollTimeout::ZERO);
                let either = PollFlags::POLLIN | PollFlags::POLLOUT;
                let mut polled = [PollFd::new(connection.end.as_fd(), either)];
                if poll(&mut polled, slice) == Ok(0) {
                    family.summon();
                }
            }
        }
        // It may hear nothing until it has said what it has to say.
        self.hear(family);
        !interrupt() && Instant::now() < deadline
    }

    pub(super) fn wait(
        &mut self,
        family: &Family,
        id: u32,
        deadline: Instant,
        interrupt: &mut dyn FnMut() -> bool,
    ) -> Waited {
        loop {
            let Some(connection) = &self.connection else {
                return Waited::Gone;
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Waited::Late;
            }
            let slice = left.min(LOOK_AGAIN) + Duration::from_millis(1);
            let slice = PollTimeout::try_from(slice).unwrap_or(PollTimeout::ZERO);
            let mut polled = [PollFd::new(connection.end.as_fd(), PollFlags::POLLIN)];
            let polled = poll(&mut polled, slice);
            // A signal may have come in just before.
            if matches!(polled, Err(Errno::EINTR) | Ok(0)) {
                if interrupt() {
                    return Waited::Interrupted;
                }
                self.settle(family);
            }
            if self.own(family).is_none() {
                // Its handler has forked, and this is the fork: the answer is its parent's.
                return Waited::Gone;
            }
            if polled == Ok(0) {
                // There may be no keeper that hears; what is said to none ends when the next one hears it.
                family.summon();
            }
            let Some(connection) = &self.connection else {
                return Waited::Gone;
            };
            match receive::<Said>(connection.end.as_fd()) {
                Ok(Received::Message(Said::Told(told))) if [id, 0].contains(&told.id) => {
                    return Waited::Told(told);
                }
                Ok(Received::Message(said)) => {
                    // Of a watch that nobody wants: what asked for it was not answered in time.
                    if let Some(stray) = self.take_in(said) {
                        self.unwatch(family, stray);
                    }
                }
                Ok(Received::End | Received::Garbage) => return Waited::Gone,
                Err(Errno::EAGAIN) => {}
                Err(Errno::EMFILE) => return Waited::NoRoom,
                Err(_) => return Waited::Gone,
            }
        }
    }
}
