//! How a process leaves its family.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::children;
use super::member::Member;
use super::spawn::{self, Life};
use crate::keeper::link::Link;
use crate::keeper::scoreboard::{self, Scoreboard};
use crate::rule::kept;

/// Leaves the family. If the caller was its last process, and its first one or the one that has started what stands by for
/// a keeper, it waits until the keeper has released what a ZooKeeper within reach holds for it, at most `most`, and then for
/// a moment until all has ended that it has started. That it ends itself where nobody else has a lease through it, or where
/// the family's first process would be given it.
pub fn leave(link: Link, board: &Scoreboard, member: &Member<'_>, most: Duration) {
    let started = Instant::now();
    let standby = member.standby.load(Ordering::Relaxed);
    let has_started = standby != 0 && !member.is_first;
    if has_started && spawn::life(&link, board, member) == Life::Starter {
        // The next one goes on with what this one has.
        return children::end_all(member.standby, board);
    }
    let left = link.leave();
    if standby != 0 && board.standby.load(Ordering::Acquire) != standby && kept!("unready_ended") {
        // It has not let go of the family yet, and holds nothing.
        children::end(member.standby);
    }
    let last = left.is_last();
    let alone = || has_started && !board.is_used_beside(member.identity) && kept!("ended_alone");
    if !(last && (member.is_first || has_started) || alone()) || !kept!("last_one_waits") {
        return;
    }
    loop {
        let turn = board.turn.load(Ordering::SeqCst);
        // The keeper sets it before it sends what would engage it, and then looks whether we are still there.
        if board.engaged.load(Ordering::SeqCst) == 0
            || !left.has_keeper() && kept!("waits_for_a_keeper")
        {
            break;
        }
        let rest = most.saturating_sub(started.elapsed());
        if rest.is_zero() {
            return;
        }
        scoreboard::wait(&board.turn, turn, rest.min(LOOK_AGAIN));
    }
    if !kept!("reaped_at_end") {
    } else if last {
        let rest = most.saturating_sub(started.elapsed());
        children::await_end(member.standby, board, rest, || left.has_keeper());
    } else if alone() {
        children::end_all(member.standby, board);
    }
}

/// After what time whoever waits for the keeper looks whether there is one.
pub const LOOK_AGAIN: Duration = Duration::from_millis(50);
