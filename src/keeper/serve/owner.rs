//! The end of a process that has leased a node for itself.

use std::fs;
use std::future;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

use async_io::{Async, Timer};
use futures_lite::future::or;
use nix::sys::socket::{MsgFlags, getsockopt, recv, sockopt::PeerCredentials};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::keeper::fair;
use crate::rule::kept;

const FLAGS: MsgFlags = MsgFlags::MSG_DONTWAIT;

/// The process at the other end of a connection: its ID, and when it was started.
pub(super) fn peer(connection: &OwnedFd) -> (u32, u64) {
    // As seen from here; 0 if it cannot be seen.
    let pid = getsockopt(connection, PeerCredentials).map_or(0, |peer| peer.pid());
    let pid = pid.cast_unsigned();
    (pid, start(pid))
}

/// What has ended of a process that has leased a node for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// All of it: it issues nothing any more.
    Process,
    /// Only its connection: it runs another program now, or other code has closed it.
    Connection,
}

/// A process that has closed its connection at its end is known to have ended after this time at the latest.
const SOON: Duration = Duration::from_millis(20);

/// Ends when the process that registered does, or its connection: its forks may hold that, and a system without
/// pidfds has only that.
pub(super) async fn connected(connection: OwnedFd, pid: u32, since: u64) -> Ended {
    let hangs_up = async {
        let connection = match Async::new(connection) {
            Ok(connection) if kept!("end_of_connection") => connection,
            _ => return future::pending().await,
        };
        let read = || {
            fair::read(&connection, |end| {
                Ok(recv(end.as_raw_fd(), &mut [0], FLAGS)?)
            })
        };
        // Nothing is to be sent; what is, by whatever code, is thrown away.
        while read().await.is_ok_and(|bytes| bytes > 0) {}
        let late = async {
            Timer::after(SOON).await;
            Ended::Connection
        };
        or(of(pid, since), late).await
    };
    or(of(pid, since), hangs_up).await
}

/// Ends when the process does. `since` tells it from a later one with the same ID.
pub(super) async fn of(pid: u32, since: u64) -> Ended {
    let Some(known) = Pid::from_raw(pid.cast_signed()) else {
        return future::pending().await;
    };
    match pidfd_open(known, PidfdFlags::empty()) {
        // Another one with its ID. A keeper to which the start is hidden cannot tell.
        Ok(_) if kept!("start_time") && ![0, start(pid)].contains(&since) && start(pid) != 0 => {}
        Ok(_) if !kept!("end_of_process") => future::pending().await,
        Ok(process) => match Async::new(process) {
            Ok(process) if process.readable().await.is_ok() => {}
            _ => future::pending().await,
        },
        Err(rustix::io::Errno::SRCH) => {}
        // This system has none (Linux 5.3 does).
        Err(_) => future::pending().await,
    }
    Ended::Process
}

/// When a process was started, in ticks since the system was; 0 if that is hidden.
fn start(pid: u32) -> u64 {
    // The 22nd.
    field(pid, 19)
        .and_then(|ticks| ticks.parse().ok())
        .unwrap_or(0)
}

/// Whether a process is stopped, by a signal or whoever traces it, as far as is seen.
pub(super) fn is_stopped(pid: u32) -> bool {
    field(pid, 0).is_some_and(|state| state == "T" || state == "t")
}

/// A field of what /proc says of a process, from the third on: the second is a name in parentheses, which may hold anything.
fn field(pid: u32, index: usize) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(index).map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use futures_lite::future::block_on;

    use super::*;
    use crate::descriptor::forks;

    async fn within(ms: u64, ended: impl Future<Output = Ended>) -> bool {
        let late = async {
            async_io::Timer::after(Duration::from_millis(ms)).await;
            false
        };
        or(async { ended.await == Ended::Process }, late).await
    }

    #[test]
    fn the_end_of_a_process_is_seen_and_a_stranger_is_not_taken_for_it() {
        let mut child = forks::spawn(Command::new("sleep").arg("600")).unwrap();
        let pid = child.id();
        let since = start(pid);
        assert_ne!(since, 0);
        assert!(!block_on(within(50, of(pid, since))));
        assert!(block_on(within(30_000, of(pid, since - 1))), "another one");
        child.kill().unwrap();
        assert!(block_on(within(30_000, of(pid, since))));
        child.wait().unwrap();
        assert!(block_on(within(30_000, of(pid, since))), "gone");
    }
}
