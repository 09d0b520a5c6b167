//! The socketpair that ties a family to its keeper.
//!
//! The family's processes hold both ends, the keeper and what stands by for it only the keeper's. So the end of the
//! family is an end of file for these, whatever killed it; record locks on the keeper's end, which the kernel keeps
//! while their holders are stopped and drops when they die, tell that there is exactly one keeper, one that stands by, and
//! that the family's first process lives; and the end of a process's private connection, together with its pidfd, is the
//! end of what that process leased for itself.

use std::io::{IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockType, UnixAddr, recvmsg, socketpair,
};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::descriptor::{self, Kept};
use crate::rule::kept;

/// Both ends, as the processes of a family have them.
pub struct Link {
    family: Kept,
    keeper: Kept,
}

/// What the keeper hears.
#[derive(Debug)]
pub(in crate::keeper) enum Message {
    /// There is something to look at on the board.
    Hint,
    /// A process has filled a slot for itself. Its end of the connection ends with it.
    Registered {
        slot: usize,
        owner: u64,
        connection: OwnedFd,
    },
    /// A client of ZooKeeper wants to be served. Its end of the connection ends with it.
    Client(OwnedFd),
    /// The family has ended.
    End,
}

/// The length of a registration: slot and owner.
const REGISTRATION: usize = 12;

/// Whose lock: a byte of the keeper's end. A lock is not inherited by forks, and ends with the process, or when it closes
/// any descriptor of this inode.
#[derive(Clone, Copy)]
enum Role {
    Keeper,
    Standby,
    First,
}

impl Link {
    /// Makes the pair. For the start of a family.
    ///
    /// # Errors
    /// A sentence.
    pub fn new() -> Result<Self, String> {
        let pair = || -> anyhow::Result<Self> {
            let (family, keeper) = pair()?;
            Ok(Self {
                family: Kept::new(family)?,
                keeper: Kept::new(keeper)?,
            })
        };
        pair().map_err(|error| format!("cannot make a pair of sockets: {error:#}"))
    }

    /// Whether both ends are still ours: other code of the process may have closed them.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.family.is_ours() && self.keeper.is_ours()
    }

    /// The keeper's end, to be handed on to it by a fork.
    pub(in crate::keeper) fn keepers_end(&self) -> RawFd {
        self.keeper.as_fd().as_raw_fd()
    }

    /// Whether there is a keeper, also if it is stopped.
    #[must_use]
    pub fn has_keeper(&self) -> bool {
        is_locked(&self.keeper, Role::Keeper)
    }

    /// Ends the keeper, if the caller sees it and may do that.
    pub(in crate::keeper) fn end_keeper(&self) {
        let keeper = || holder(&self.keeper, Role::Keeper).and_then(Pid::from_raw);
        // Who has a lock on what other code has opened in its place is a stranger.
        if self.keeper.is_ours()
            && let Some(pid) = keeper()
            && let Ok(process) = pidfd_open(pid, PidfdFlags::empty())
            // It was that one still when this was opened.
            && keeper() == Some(pid)
        {
            let _ = pidfd_send_signal(process, Signal::KILL);
        }
    }

    /// Whether a process stands by to start one.
    #[must_use]
    pub(in crate::keeper) fn has_standby(&self) -> bool {
        is_locked(&self.keeper, Role::Standby)
    }

    /// The caller is the first process of the family.
    pub(in crate::keeper) fn first_begins(&self) {
        lock(&self.keeper, Role::First);
    }

    /// Whether the first process of the family lives, and is a member still; for others to ask.
    pub(in crate::keeper) fn first_lives(&self) -> bool {
        is_locked(&self.keeper, Role::First)
    }

    /// Tells the keeper to look at the board. If it cannot be told, it is told again by whoever waits.
    pub fn hint(&self) {
        let _ = self.say(b"?", None);
    }

    /// Tells the keeper which slot the calling process has filled for itself. What is returned must be kept
    /// as long as the lease is wanted; it hangs up when the keeper is gone.
    ///
    /// # Errors
    /// Of the kernel.
    pub fn register(&self, slot: usize, owner: u64) -> anyhow::Result<Kept> {
        let (ours, theirs) = pair()?;
        let mut text = [0; REGISTRATION];
        // There are far fewer slots than fit in.
        text[..4].copy_from_slice(&(slot as u32).to_le_bytes());
        text[4..].copy_from_slice(&owner.to_le_bytes());
        self.say(&text, Some(&theirs))?;
        Kept::new(ours)
    }

    /// Opens a private connection for a client of ZooKeeper. It hangs up when the keeper is gone.
    ///
    /// # Errors
    /// Of the kernel.
    pub fn open(&self) -> anyhow::Result<Kept> {
        let (ours, theirs) = pair()?;
        self.say(b"c", Some(&theirs))?;
        Kept::new(ours)
    }

    /// Other code may have closed the descriptor, and another one of the process's may have its number: nothing is said there.
    fn say(&self, text: &[u8], passed: Option<&OwnedFd>) -> Result<(), Errno> {
        if !self.family.is_ours() && kept!("link_is_ours") {
            return Err(Errno::EBADF);
        }
        descriptor::send(&self.family, &[IoSlice::new(text)], passed)
    }

    /// Lets go of the family's end.
    #[must_use]
    pub(in crate::keeper) fn leave(self) -> Left {
        drop(self.family);
        Left(self.keeper)
    }
}

/// The link of a process that has left its family.
pub(in crate::keeper) struct Left(Kept);

impl Left {
    /// Whether no other process is in the family any more.
    pub(in crate::keeper) fn is_last(&self) -> bool {
        self.0.is_ours() && has_hung_up(&self.0)
    }

    /// Whether there still is a keeper.
    pub(in crate::keeper) fn has_keeper(&self) -> bool {
        is_locked(&self.0, Role::Keeper)
    }
}

fn pair() -> Result<(OwnedFd, OwnedFd), Errno> {
    socketpair(
        AddressFamily::Unix,
        SockType::SeqPacket,
        None,
        SockFlag::SOCK_CLOEXEC,
    )
}

fn record(kind: libc::c_int, role: Role) -> libc::flock {
    libc::flock {
        l_type: kind as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: role as libc::off_t,
        l_len: 1,
        l_pid: 0,
    }
}

fn is_locked(keepers_end: impl AsFd, role: Role) -> bool {
    holder(keepers_end, role).is_some()
}

/// The process that has a role, 0 if it is in a PID namespace that is hidden from this one.
fn holder(keepers_end: impl AsFd, role: Role) -> Option<libc::pid_t> {
    let mut lock = record(libc::F_WRLCK, role);
    let got = fcntl(keepers_end, FcntlArg::F_GETLK(&mut lock)).is_ok();
    (got && i32::from(lock.l_type) != libc::F_UNLCK).then_some(lock.l_pid)
}

/// Whether nobody else has the role, which is the caller's now.
fn lock(keepers_end: impl AsFd, role: Role) -> bool {
    fcntl(keepers_end, FcntlArg::F_SETLK(&record(libc::F_WRLCK, role))).is_ok()
}

/// Whether the other end is closed everywhere.
pub fn has_hung_up(end: impl AsFd) -> bool {
    hangs_up(end, PollTimeout::ZERO)
}

/// The same, or within this time.
pub(in crate::keeper) fn hangs_up(end: impl AsFd, most: PollTimeout) -> bool {
    events(end, PollFlags::empty(), most).contains(PollFlags::POLLHUP)
}

/// Waits until something is said to the keeper, at most so long. `false`: the family has ended.
pub(in crate::keeper) fn awaits_word(keepers_end: impl AsFd, most: PollTimeout) -> bool {
    loop {
        let events = events(&keepers_end, PollFlags::POLLIN, most);
        if !events.is_empty() || most != PollTimeout::NONE {
            return !events.contains(PollFlags::POLLHUP);
        }
    }
}

fn events(end: impl AsFd, asked: PollFlags, most: PollTimeout) -> PollFlags {
    let mut polled = [PollFd::new(end.as_fd(), asked)];
    match poll(&mut polled, most) {
        Ok(_) => polled[0].revents().unwrap_or(PollFlags::empty()),
        Err(_) => PollFlags::empty(),
    }
}

/// Becomes the keeper, or does not because there is one. This must be the process's only descriptor of this end.
pub(in crate::keeper) fn elect(keepers_end: impl AsFd) -> bool {
    lock(keepers_end, Role::Keeper) || !kept!("one_keeper")
}

/// Becomes the one that stands by, or does not because there is one. As [`elect`].
pub(in crate::keeper) fn stands_by(keepers_end: impl AsFd) -> bool {
    lock(keepers_end, Role::Standby) || !kept!("one_standby")
}

/// Waits for the end of a keeper that the caller has not started, if there is one. Whether there was.
pub(in crate::keeper) fn outlives_keeper(keepers_end: BorrowedFd<'_>) -> bool {
    if !is_locked(keepers_end, Role::Keeper) {
        return false;
    }
    // Had as soon as the keeper has ended, and given back.
    for kind in [libc::F_WRLCK, libc::F_UNLCK] {
        while fcntl(keepers_end, FcntlArg::F_SETLKW(&record(kind, Role::Keeper)))
            == Err(Errno::EINTR)
        {}
    }
    true
}

/// Reads one message, which must be there.
pub(in crate::keeper) fn hear(keepers_end: impl AsFd) -> Result<Message, Errno> {
    let mut text = [0; REGISTRATION];
    let mut control = nix::cmsg_space!([RawFd; 2]);
    let mut parts = [IoSliceMut::new(&mut text)];
    let flags = MsgFlags::MSG_DONTWAIT | MsgFlags::MSG_CMSG_CLOEXEC;
    let raw = keepers_end.as_fd().as_raw_fd();
    let message = recvmsg::<UnixAddr>(raw, &mut parts, Some(&mut control), flags)?;
    let bytes = message.bytes;
    let mut passed = descriptor::passed(&message)?;
    if bytes == 0 {
        return Ok(Message::End);
    }
    let connection = match (passed.pop(), bytes) {
        (Some(connection), REGISTRATION) => connection,
        (Some(connection), 1) => return Ok(Message::Client(connection)),
        _ => return Ok(Message::Hint),
    };
    let (slot, owner) = text.split_at(4);
    Ok(Message::Registered {
        slot: u32::from_le_bytes(slot.try_into().unwrap_or_default()) as usize,
        owner: u64::from_le_bytes(owner.try_into().unwrap_or_default()),
        connection,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a fork says to `ask`.
    fn in_a_fork(ask: impl Fn() -> bool) -> bool {
        crate::descriptor::forks::alone(|| {
            // SAFETY: the child makes one system call, and ends.
            let child = unsafe { libc::fork() };
            if child == 0 {
                let said = ask();
                // SAFETY: as above.
                unsafe { libc::_exit(said.into()) };
            }
            let mut status = -1;
            // SAFETY: of the child above; it writes the status.
            unsafe { libc::waitpid(child, &raw mut status, 0) };
            assert!(libc::WIFEXITED(status));
            libc::WEXITSTATUS(status) == 1
        })
    }

    #[test]
    fn there_is_one_keeper_and_one_that_stands_by() {
        let link = Link::new().unwrap();
        let end = &link.keeper;
        assert!(elect(end) && !in_a_fork(|| elect(end)));
        assert!(stands_by(end) && !in_a_fork(|| stands_by(end)));
    }

    #[test]
    fn what_is_said_is_heard_and_the_end_too() {
        let _unforked = crate::descriptor::forks::none();
        let link = Link::new().unwrap();
        assert!(link.is_whole() && !link.has_keeper());
        link.hint();
        let kept = link.register(5, 77).unwrap();
        let end = link.keeper.as_fd().try_clone_to_owned().unwrap();
        assert!(matches!(hear(&end), Ok(Message::Hint)));
        let Ok(Message::Registered {
            slot: 5,
            owner: 77,
            connection,
        }) = hear(&end)
        else {
            panic!("no registration");
        };
        assert_eq!(hear(&end).unwrap_err(), Errno::EAGAIN);
        assert!(!has_hung_up(&connection) && !has_hung_up(&kept));
        drop(connection);
        assert!(has_hung_up(&kept), "the keeper's end is closed everywhere");
        assert!(link.leave().is_last());
        assert!(matches!(hear(&end), Ok(Message::End)));
    }
}
