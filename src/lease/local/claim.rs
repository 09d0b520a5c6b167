//! Claims: a lock on the node's bytes of the registry's file, held by an open file description
//! (`F_OFD_SETLK`). Forks inherit it, and the kernel drops it with the last descriptor and mapping, also
//! after a kill -9. It is never ended by hand: one unlock would end it for all that share the description.

use std::os::fd::{AsFd, BorrowedFd};

use anyhow::Context;
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;

use super::mapping::word_offset;
use crate::descriptor::Kept;
use crate::refused::Named;
use crate::rule::kept;

/// The claims of one open file description.
pub(super) struct Claims(Kept);

impl Claims {
    pub(super) fn new(file: impl AsFd) -> anyhow::Result<Self> {
        Kept::new(file).map(Self)
    }

    /// Whether the descriptor is still ours ([`Kept::is_ours`]).
    pub(super) fn are_ours(&self) -> bool {
        self.0.is_ours()
    }

    /// Device and inode of the file.
    pub(super) fn inode(&self) -> (u64, u64) {
        self.0.inode()
    }

    /// Takes the node's claim. `false`: someone else has it.
    pub(super) fn take(&self, node: u16) -> anyhow::Result<bool> {
        match fcntl(self.as_fd(), FcntlArg::F_OFD_SETLK(&bytes_of(node))) {
            Ok(_) => Ok(true),
            // Linux never says EACCES for it, but a security module does for what it forbids.
            Err(Errno::EAGAIN) => Ok(!kept!("claims_lock")),
            Err(error) => Err(error)
                .named("fcntl with F_OFD_SETLK")
                .with_context(|| format!("cannot lock node ID {node}")),
        }
    }

    /// Whether someone else has the node's claim.
    pub(super) fn is_taken(&self, node: u16) -> bool {
        let mut lock = bytes_of(node);
        let asked = fcntl(self.as_fd(), FcntlArg::F_OFD_GETLK(&mut lock));
        asked.is_ok() && lock.l_type != libc::F_UNLCK as libc::c_short
    }
}

impl AsFd for Claims {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
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
