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
    Stat::of(pid).map_or(0, |seen| seen.start)
}

/// What was seen of a process that is stopped. It has not run as long as that stays the same.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stopped {
    /// The time that it has run, in user mode and in the kernel, in ticks.
    ran: [u64; 2],
}

/// Of a process, by a signal or whoever traces it. `None`: it is not stopped, or not seen.
pub(super) fn stopped(pid: u32, since: u64) -> Option<Stopped> {
    // It may be of another PID namespace, where the ID is a stranger's.
    let own = fs::read_link("/proc/self").ok()?;
    let is_ours = own.to_str() == Some(std::process::id().to_string().as_str());
    let seen = Stat::of(pid)?;
    (is_ours && seen.is_stopped && [0, seen.start].contains(&since))
        .then_some(Stopped { ran: seen.ran })
}

/// What /proc says of a process at one moment: proc_pid_stat(5).
struct Stat {
    is_stopped: bool,
    ran: [u64; 2],
    start: u64,
}

impl Stat {
    fn of(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is a name in parentheses, which may hold anything.
        let (_, rest) = stat.rsplit_once(')')?;
        let from_third: Vec<_> = rest.split_whitespace().collect();
        let field = |number: usize| from_third.get(number - 3).copied();
        let ticks = |number| field(number).and_then(|ticks| ticks.parse().ok());
        Some(Self {
            is_stopped: matches!(field(3)?, "T" | "t"),
            ran: [ticks(14)?, ticks(15)?],
            start: ticks(22)?,
        })
    }
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
    fn a_process_that_is_stopped_is_seen_and_a_stranger_is_not_taken_for_it() {
        let mut child = forks::spawn(Command::new("sleep").arg("600")).unwrap();
        let pid = child.id();
        let since = start(pid);
        assert_eq!(stopped(pid, since), None);
        let signal = |signal| {
            let pid = Pid::from_raw(pid.cast_signed()).unwrap();
            rustix::process::kill_process(pid, signal).unwrap();
        };
        let seen = |expected: bool| {
            while stopped(pid, since).is_some() != expected {
                std::thread::sleep(Duration::from_millis(1));
            }
            stopped(pid, since)
        };
        signal(rustix::process::Signal::STOP);
        let first = seen(true);
        assert_eq!(first, stopped(pid, since), "it has not run");
        assert_eq!(stopped(pid, since - 1), None, "another one");
        signal(rustix::process::Signal::CONT);
        seen(false);
        child.kill().unwrap();
        child.wait().unwrap();
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
