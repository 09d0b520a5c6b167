//! Claims: a lock on the node's bytes of the registry's file, held by an open file description
//! (`F_OFD_SETLK`). Forks inherit it, and the kernel drops it with the last descriptor and mapping, also
//! after a kill -9. It is never ended by hand: one unlock would end it for all that share the description.

use std::mem::ManuallyDrop;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use anyhow::Context;
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use nix::sys::stat::fstat;

use super::mapping::word_offset;

/// Descriptors below are closed and reused by FPM and by user code that daemonizes.
const LOWEST_DESCRIPTOR: RawFd = 10;

/// The claims of one open file description.
pub(super) struct Claims {
    descriptor: ManuallyDrop<OwnedFd>,
    inode: (u64, u64),
}

impl Claims {
    /// `inode`: device and inode of the file, by which the descriptor is known again.
    pub(super) fn new(file: impl AsFd, inode: (u64, u64)) -> anyhow::Result<Self> {
        let raw = fcntl(file.as_fd(), FcntlArg::F_DUPFD_CLOEXEC(LOWEST_DESCRIPTOR))
            .context("cannot keep the file open")?;
        // SAFETY: F_DUPFD_CLOEXEC has just made it, so nobody else owns it.
        let descriptor = ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(raw) });
        Ok(Self { descriptor, inode })
    }

    /// Whether the descriptor is still ours: other code of the process may have closed and reused it.
    pub(super) fn are_ours(&self) -> bool {
        fstat(self.descriptor.as_fd()).is_ok_and(|stat| (stat.st_dev, stat.st_ino) == self.inode)
    }

    /// Takes the node's claim. `false`: someone else has it.
    pub(super) fn take(&self, node: u16) -> anyhow::Result<bool> {
        match fcntl(
            self.descriptor.as_fd(),
            FcntlArg::F_OFD_SETLK(&bytes_of(node)),
        ) {
            Ok(_) => Ok(true),
            Err(Errno::EAGAIN | Errno::EACCES) => Ok(false),
            Err(error) => Err(error).with_context(|| format!("cannot lock node ID {node}")),
        }
    }

    /// Whether someone else has the node's claim.
    pub(super) fn is_taken(&self, node: u16) -> bool {
        let mut lock = bytes_of(node);
        let asked = fcntl(self.descriptor.as_fd(), FcntlArg::F_OFD_GETLK(&mut lock));
        asked.is_ok() && lock.l_type != libc::F_UNLCK as libc::c_short
    }
}

impl AsFd for Claims {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        if self.are_ours() {
            // SAFETY: dropped here only, and not used after.
            unsafe { ManuallyDrop::drop(&mut self.descriptor) }
        }
    }
}

fn bytes_of(node: u16) -> libc::flock {
    libc::flock {
        l_type: libc::F_WRLCK as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: word_offset(node) as libc::off_t,
        l_len: size_of::<u64>() as libc::off_t,
        l_pid: 0,
    }
}
