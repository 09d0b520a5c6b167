//! How a script hears that there is something to hear: a descriptor for its loop of events, a signal for PHP's own.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::libc::{self, c_int};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use nix::sys::eventfd::{EfdFlags, EventFd};

use crate::descriptor::Kept;

/// linux/fcntl.h.
const F_SETSIG: c_int = 10;
const F_SETOWN_EX: c_int = 15;
const F_OWNER_TID: c_int = 0;

/// linux/fcntl.h.
#[repr(C)]
struct Owner {
    kind: c_int,
    id: libc::pid_t,
}

/// Has the kernel send the calling thread `SIGURG` for each packet that comes, or no longer.
///
/// It is a signal that is ignored where nobody handles it: a process that executes another program is still the owner as
/// long as a fork of it has the connection.
pub(super) fn signal(connection: &Kept, on: bool) -> Result<(), Errno> {
    let end = connection.as_fd().as_raw_fd();
    let owner = Owner {
        kind: F_OWNER_TID,
        // SAFETY: only asks.
        id: unsafe { libc::gettid() },
    };
    // SAFETY: a descriptor of ours, and arguments as these commands take them.
    unsafe {
        if on {
            Errno::result(libc::fcntl(end, F_SETOWN_EX, &raw const owner))?;
            Errno::result(libc::fcntl(end, F_SETSIG, libc::SIGURG))?;
        }
        let flags = Errno::result(libc::fcntl(end, libc::F_GETFL))?;
        let flags = match on {
            true => flags | libc::O_ASYNC,
            false => flags & !libc::O_ASYNC,
        };
        Errno::result(libc::fcntl(end, libc::F_SETFL, flags))?;
    }
    Ok(())
}

/// A descriptor that is readable while there is something to hear, whichever connection that comes over.
pub(super) struct Bell {
    all: Epoll,
    /// Readable while something has been heard and was not passed on.
    heard: EventFd,
    rung: bool,
}

impl Bell {
    pub(super) fn new() -> Result<Self, Errno> {
        let all = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        let heard = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?;
        all.add(&heard, EpollEvent::new(EpollFlags::EPOLLIN, 0))?;
        Ok(Self {
            all,
            heard,
            rung: false,
        })
    }

    /// For a loop of events.
    pub(super) fn descriptor(&self) -> Result<OwnedFd, Errno> {
        let copy = self.all.0.as_fd().try_clone_to_owned();
        copy.map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or(libc::EMFILE)))
    }

    pub(super) fn listen_to(&self, connection: &Kept) -> Result<(), Errno> {
        let event = EpollEvent::new(EpollFlags::EPOLLIN, 1);
        match self.all.add(connection, event) {
            Err(Errno::EEXIST) => Ok(()),
            added => added,
        }
    }

    /// A fork may have the connection still, which would go on to ring.
    pub(super) fn forget(&self, connection: &Kept) {
        let _ = self.all.delete(connection);
    }

    /// Whether there is something that was not passed on.
    pub(super) fn ring(&mut self, on: bool) {
        if self.rung == on {
            return;
        }
        self.rung = on;
        let _ = match on {
            true => self.heard.write(1).map(drop),
            false => self.heard.read().map(drop),
        };
    }
}
