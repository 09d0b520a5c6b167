//! Descriptors that stay open in code that other code shares.

use std::io::IoSlice;
use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use anyhow::bail;
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, RecvMsg, UnixAddr, sendmsg};
use nix::sys::stat::fstat;

use crate::refused::Named;
use crate::rule::kept;

/// Descriptors below are closed and reused by FPM and by user code that daemonizes.
const LOWEST: RawFd = if kept!(const "high_descriptors") {
    10
} else {
    3
};

/// A close-on-exec descriptor, known again by what it leads to.
pub struct Kept {
    descriptor: ManuallyDrop<OwnedFd>,
    inode: (u64, u64),
}

impl Kept {
    /// Another descriptor of the same open file description.
    pub(crate) fn new(of: impl AsFd) -> anyhow::Result<Self> {
        let stat = fstat(of.as_fd()).named("stat")?;
        let duplicate = match kept!("close_on_exec") {
            true => FcntlArg::F_DUPFD_CLOEXEC(LOWEST),
            false => FcntlArg::F_DUPFD(LOWEST),
        };
        let raw = match fcntl(of.as_fd(), duplicate) {
            Ok(raw) => raw,
            Err(Errno::EINVAL | Errno::EMFILE) => {
                bail!(
                    "no descriptor from {LOWEST} on is free; raise the limit on open files (ulimit -n)"
                )
            }
            Err(error) => return Err(error).named("fcntl with F_DUPFD_CLOEXEC"),
        };
        // SAFETY: F_DUPFD_CLOEXEC has just made it, so nobody else owns it.
        let descriptor = ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(raw) });
        let inode = (stat.st_dev, stat.st_ino);
        Ok(Self { descriptor, inode })
    }

    /// Device and inode of what it leads to.
    pub(crate) fn inode(&self) -> (u64, u64) {
        self.inode
    }

    /// Whether it is still ours: other code of the process may have closed and reused it.
    pub(crate) fn is_ours(&self) -> bool {
        !kept!("descriptor_is_ours")
            || fstat(self.descriptor.as_fd())
                .is_ok_and(|stat| (stat.st_dev, stat.st_ino) == self.inode)
    }
}

impl AsFd for Kept {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if self.is_ours() {
            // SAFETY: dropped here only, and not used after.
            unsafe { ManuallyDrop::drop(&mut self.descriptor) }
        }
    }
}

/// Sends a message, and a descriptor along with it, without waiting for room.
///
/// # Errors
/// `EAGAIN` where there is none; else of the kernel.
pub(crate) fn send(
    to: impl AsFd,
    text: &[IoSlice<'_>],
    passed: Option<&OwnedFd>,
) -> Result<(), Errno> {
    let passed: Vec<_> = passed.map(AsRawFd::as_raw_fd).into_iter().collect();
    let passed = match passed.is_empty() {
        true => vec![],
        false => vec![ControlMessage::ScmRights(&passed)],
    };
    let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_NOSIGNAL;
    let to = to.as_fd().as_raw_fd();
    sendmsg::<UnixAddr>(to, text, &passed, flags, None).map(drop)
}

/// The descriptors that were sent along with a message.
///
/// # Errors
/// `ENOBUFS` where there was no room for all.
pub(crate) fn passed<S>(message: &RecvMsg<'_, '_, S>) -> Result<Vec<OwnedFd>, Errno> {
    let mut passed = Vec::new();
    for control in message.cmsgs()? {
        if let ControlMessageOwned::ScmRights(descriptors) = control {
            for raw in descriptors {
                // SAFETY: the kernel has just made it for us.
                passed.push(unsafe { OwnedFd::from_raw_fd(raw) });
            }
        }
    }
    Ok(passed)
}

/// Tests are threads of one process: when one forks, the child has a copy of every descriptor until it executes its
/// program, and what another test lets go of just then is not closed, unlocked or hung up.
#[cfg(test)]
pub(crate) mod forks {
    use std::io;
    use std::process::{Child, Command};
    use std::sync::{PoisonError, RwLock, RwLockReadGuard, TryLockError};
    use std::thread::sleep;
    use std::time::Duration;

    static FORKS: RwLock<()> = RwLock::new(());

    /// Nothing is forked while this is held.
    pub(crate) fn none() -> RwLockReadGuard<'static, ()> {
        FORKS.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a program as soon as nobody minds.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<Child> {
        // Returns when the program is executed.
        alone(|| command.spawn())
    }

    /// Forks as soon as nobody minds, and waits for the fork.
    pub(crate) fn alone<T>(fork: impl FnOnce() -> T) -> T {
        // Not in a queue, which would stop a thread that asks for none() twice.
        let _alone = loop {
            match FORKS.try_write() {
                Ok(alone) => break alone,
                Err(TryLockError::Poisoned(error)) => break error.into_inner(),
                Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(1)),
            }
        };
        fork()
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::AsRawFd;

    use super::*;

    #[test]
    fn what_is_kept_is_above_what_daemons_close() {
        let file = File::open("/dev/null").unwrap();
        assert!(Kept::new(&file).unwrap().as_fd().as_raw_fd() >= 10);
    }
}
