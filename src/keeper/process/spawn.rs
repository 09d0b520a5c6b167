//! Who starts what stands by for a keeper, and when. [The picture](super#processes) says why.

use std::fs;
use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use nix::libc;
use nix::sys::prctl::get_child_subreaper;

use super::children::{self, Child};
use super::member::Member;
use super::standby;
use super::start::{Siblings, Start, When};
use super::turn::{Turn, backing_off, cannot, is_recent, turn, uptime};
use crate::keeper::config::Config;
use crate::keeper::link::Link;
use crate::keeper::scoreboard::Scoreboard;
use crate::rule::kept;

/// Makes sure that there is a keeper, or that one is started as soon as that makes sense. Takes 200 ns when
/// there is one.
pub fn ensure(link: &Link, board: &'static Scoreboard, config: &Config, member: &Member<'_>) {
    if !link.is_whole() && kept!("whole_link") || link.has_keeper() {
        return;
    }
    note_adoption(board, member);
    if link.has_standby() || is_recent(board.waits.load(Ordering::Acquire)) {
        // It starts one when it hears of this.
        return link.hint();
    }
    if let Ok(life) = may_start(link, board, member)
        && let Turn::Ours = turn(board)
        && let Err(error) = start(link, board, config, member, (When::Now, life))
    {
        cannot(board, &error);
    }
}

/// Before the calling process forks: reaps, and sees to it that no fork will have to start what it may not start, or
/// what would be an orphan when that fork ends.
pub fn before_fork(link: &Link, board: &'static Scoreboard, config: &Config, member: &Member<'_>) {
    children::reap(member.standby, board);
    note_adoption(board, member);
    if member.is_first
        && adopts_orphans()
        && member.standby.load(Ordering::Relaxed) != 0
        && children::keeper_beside(board).is_none()
        && kept!("keeper_taken_over")
    {
        // It was started before this process became a subreaper. What stands by starts the next one as our child.
        link.end_keeper();
    }
    let wanted = adopts_orphans() || member.is_first && member.is_distant;
    if wanted
        && kept!("stands_by_before_fork")
        && member.standby.load(Ordering::Relaxed) == 0
        && link.is_whole()
        && !link.has_standby()
        && let Ok(life) = may_start(link, board, member)
    {
        // Whoever needs a keeper and has none says so.
        let _ = start(link, board, config, member, (When::Asked, life));
    }
}

/// Why there is no keeper, if there is none and that is known.
pub fn lacks(link: &Link, board: &Scoreboard, member: &Member<'_>) -> Option<String> {
    if link.has_keeper() {
        return None;
    }
    let stands_by = link.has_standby();
    let why_not = || may_start(link, board, member).err().map(ToOwned::to_owned);
    let error = Some(board.spawn_error.get()).filter(|error| !error.is_empty());
    error
        .or_else(|| if stands_by { None } else { why_not() })
        .or_else(|| backing_off(board))
}

/// How long what stands by may live.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// As long as the family.
    Family,
    /// Not longer than the process that has started it: a member of the family would be given it then.
    Starter,
}

/// Whether the calling process may start what stands by, and how long that may live; if not, why, and what to do.
fn may_start(link: &Link, board: &Scoreboard, member: &Member<'_>) -> Result<Life, &'static str> {
    if namespace("pid") != namespace("pid_for_children") && kept!("namespace_of_children") {
        return Err(ELSEWHERE);
    }
    note_adoption(board, member);
    Ok(life(link, board, member))
}

/// Tells the others whether the family's first process, if the caller is that, is given orphans by now.
fn note_adoption(board: &Scoreboard, member: &Member<'_>) {
    if member.is_first {
        let adopts = adopts_orphans();
        board.adopts.store(u32::from(adopts), Ordering::Relaxed);
    }
}

/// The same, where it may be started.
pub(super) fn life(link: &Link, board: &Scoreboard, member: &Member<'_>) -> Life {
    let to_first = || board.adopts.load(Ordering::Relaxed) != 0 && link.first_lives();
    let elsewhere = || {
        let first = board.namespace.load(Ordering::Relaxed);
        let here = namespace("pid");
        // Where one is hidden, as in a chroot, nobody has changed it for all that is known.
        first != here && (![first, here].contains(&0) || !kept!("hidden_namespace"))
    };
    let stays = member.is_first || std::process::id() == 1 || !(elsewhere() || to_first());
    match stays || !kept!("orphans_to_a_member") {
        true => Life::Family,
        false => Life::Starter,
    }
}

/// The first process of a family begins it. `leases`: something is asked for on the board already, but by nobody who waits
/// for it.
pub fn begin(
    link: &Link,
    board: &'static Scoreboard,
    config: &Config,
    member: &Member<'_>,
    leases: bool,
) {
    link.first_begins();
    board.namespace.store(namespace("pid"), Ordering::Relaxed);
    note_adoption(board, member);
    if leases
        && let Ok(life) = may_start(link, board, member)
        && let Turn::Ours = turn(board)
        && let Err(error) = start(link, board, config, member, (When::Soon, life))
    {
        cannot(board, &error);
    }
}

const ELSEWHERE: &str = "this process has called unshare() for a new PID namespace, whose first process ticket's keeper \
                         would be, so that no fork was possible after the keeper's end; use ticket before that, or in \
                         a fork";

/// Whether the calling process is given the orphans of its descendants: it is process 1, or a child subreaper, which it
/// may have been already when it became PHP.
fn adopts_orphans() -> bool {
    std::process::id() == 1 || get_child_subreaper().unwrap_or(false)
}

/// Which PID namespace that is; 0 if it is hidden.
fn namespace(which: &str) -> u64 {
    let link = fs::read_link(format!("/proc/self/ns/{which}")).unwrap_or_default();
    let link = link.to_string_lossy();
    let inode = link.trim_matches(|c: char| !c.is_ascii_digit());
    inode.parse().unwrap_or(0)
}

/// How often it is tried where a lock of another thread's may be held for ever in what is started.
const TRIES: u32 = 3;

/// How long the first of these may take; each twice as long as the one before.
const READY: Duration = Duration::from_millis(100);

fn start(
    link: &Link,
    board: &'static Scoreboard,
    config: &Config,
    member: &Member<'_>,
    (when, life): (When, Life),
) -> io::Result<()> {
    if when != When::Now {
        board.waits.store(uptime().max(1), Ordering::Release);
    }
    let started = try_start(link, board, config, member, (when, life));
    if started.is_err() && when != When::Now && kept!("wait_taken_back") {
        // Nothing that anybody had to give time to.
        board.waits.store(0, Ordering::Release);
    }
    started
}

fn try_start(
    link: &Link,
    board: &'static Scoreboard,
    config: &Config,
    member: &Member<'_>,
    (when, life): (When, Life),
) -> io::Result<()> {
    children::reap(member.standby, board);
    let known = member.standby.load(Ordering::Relaxed);
    if board.standby.load(Ordering::Acquire) != known && kept!("unready_replaced") {
        // It is not ready in all that time, and holds nothing. Of two, this process would know, and reap, the last only.
        children::end(member.standby);
    }
    let threads = !is_single();
    // Whoever ends it ends both, or is not to be given an orphan.
    let ends_with_it = life == Life::Starter || !member.is_first && !member.is_distant;
    let start = Start {
        keepers_end: link.keepers_end(),
        board,
        config,
        when,
        threads,
        siblings: match (adopts_orphans() || ends_with_it) && kept!("siblings") {
            true => Siblings::Always,
            false => Siblings::Adopted,
        },
        bound: (life == Life::Starter).then(std::process::id),
    };
    for round in 0..TRIES {
        let child = match children::child(Child::Unnoticed, || standby::live(&start)) {
            // An emulation of processes (QEMU's) knows no such child. To fork within a fork could hang.
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
                return match when {
                    When::Asked => Err(error),
                    _ => children::orphan(|| standby::live(&start.orphan())),
                };
            }
            child => child?,
        };
        member.standby.store(child, Ordering::Relaxed);
        if !threads
            || !kept!("checked_beside_threads")
            || is_ready(board, child, READY * (1 << round))
        {
            return Ok(());
        }
        children::end(member.standby);
    }
    Err(io::Error::other(
        "it hangs in what another thread of PHP was about to do; start PHP without what starts threads, or use ticket first",
    ))
}

/// Whether the calling process has no other thread, for all that can be known.
fn is_single() -> bool {
    fs::read_dir("/proc/self/task").is_ok_and(|threads| threads.count() == 1)
}

/// Waits until a child stands by, for a while.
fn is_ready(board: &Scoreboard, child: u32, most: Duration) -> bool {
    let mut pauses = children::Pauses::new(most);
    loop {
        if board.standby.load(Ordering::Acquire) == child {
            return true;
        }
        if !pauses.pause() {
            return false;
        }
    }
}
