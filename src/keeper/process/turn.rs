//! Whose turn it is to start a keeper, and when: ever later where they end at once.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use nix::libc;
use nix::time::{ClockId, clock_gettime};

use crate::keeper::scoreboard::{SETTLED, Scoreboard};
use crate::rule::kept;

/// The shortest time between two starts, by whichever process of the family.
const PAUSE: Duration = Duration::from_millis(100);

/// Starts that failed in a row double the pause, up to so many times: 6.4 s.
const DOUBLINGS: u32 = 6;

/// Who starts the next keeper, of all processes that could.
pub(super) enum Turn {
    /// The caller, now.
    Ours,
    /// Another one has begun.
    Theirs,
    /// Nobody before this time has passed.
    Later(Duration),
}

pub(super) fn turn(board: &Scoreboard) -> Turn {
    let now = uptime();
    let started = board.started.load(Ordering::Acquire);
    let failures = board.failures.load(Ordering::Relaxed);
    let rest = rest(now, started, failures);
    if kept!("pause_between_spawns") && !rest.is_zero() {
        return Turn::Later(rest);
    }
    let won =
        board
            .started
            .compare_exchange(started, now.max(1), Ordering::AcqRel, Ordering::Relaxed);
    if won.is_err() {
        return Turn::Theirs;
    }
    board
        .failures
        .store(failures.saturating_add(1), Ordering::Relaxed);
    Turn::Ours
}

/// How much is left of the pause after a start.
fn rest(now: u64, started: u64, failures: u32) -> Duration {
    let pause = match kept!("spawn_backs_off") {
        true => PAUSE * (1 << failures.min(DOUBLINGS)),
        false => PAUSE,
    };
    match started {
        0 => Duration::ZERO,
        _ => pause.saturating_sub(Duration::from_millis(now.saturating_sub(started))),
    }
}

/// That keepers end as soon as they are started, if that is so: in a sentence.
pub(super) fn backing_off(board: &Scoreboard) -> Option<String> {
    let failures = board.failures.load(Ordering::Relaxed);
    let rest = rest(uptime(), board.started.load(Ordering::Acquire), failures);
    (failures > 1 && !rest.is_zero()).then(|| {
        format!(
            "{failures} keepers in a row have ended or were killed within {} ms of their start; the next one is started in \
             {} ms",
            SETTLED.as_millis(),
            rest.as_millis()
        )
    })
}

/// Says why there is no keeper. The next one that starts takes it back.
pub(super) fn cannot(board: &Scoreboard, error: &io::Error) {
    let cure = match error.raw_os_error() {
        Some(libc::EAGAIN) => "; raise the limit on processes (ulimit -u, or the container's)",
        _ => "",
    };
    let reason = format!("the keeper cannot be started: {error}{cure}");
    board.fail(&reason);
}

/// In ms.
pub(super) fn uptime() -> u64 {
    clock_gettime(ClockId::CLOCK_MONOTONIC)
        .map_or(0, |time| Duration::from(time).as_millis() as u64)
}

/// Whether something was started just now, which may not have told so yet.
pub(super) fn is_recent(started: u64) -> bool {
    started != 0 && uptime().saturating_sub(started) < PAUSE.as_millis() as u64
}
