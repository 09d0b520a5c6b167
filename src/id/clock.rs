//! The only reader of time. Everything else is handed a [`Moment`].

use std::time::{Duration, UNIX_EPOCH};

use nix::libc;

use super::Layout;

const NANOS_PER_MILLI: u32 = 1_000_000;

/// One look at the clock, in a layout's own milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since the layout's epoch; 0 for a clock that stands before it.
    pub timestamp: u64,
    /// What differs from look to look: nanoseconds, or ticks of a counter. For choices that need to be spread and
    /// not secret.
    pub noise: u32,
}

impl Moment {
    /// Reads the system's clock (`CLOCK_REALTIME`).
    #[inline]
    #[must_use]
    pub fn now(layout: &Layout) -> Self {
        Self::read(layout).0
    }

    /// Also for how many nanoseconds the clock will show this millisecond.
    #[inline]
    #[must_use]
    pub fn read(layout: &Layout) -> (Self, u32) {
        let (unix, nanos) = since_unix_epoch();
        let now = Self {
            timestamp: unix.saturating_sub(layout.epoch()),
            noise: nanos,
        };
        (now, rest(nanos))
    }
}

/// How long until the clock shows another millisecond.
#[must_use]
pub fn rest_of_millisecond() -> Duration {
    let (_, nanos) = since_unix_epoch();
    Duration::from_nanos(u64::from(rest(nanos)))
}

/// Unix milliseconds, for what is not counted from a layout's epoch.
#[must_use]
pub fn unix_millis() -> u64 {
    since_unix_epoch().0
}

#[inline]
fn rest(nanos: u32) -> u32 {
    NANOS_PER_MILLI - nanos % NANOS_PER_MILLI
}

/// Milliseconds, and the nanoseconds of the second; 0 before 1970.
///
/// By the C library itself: `nix` copies what it has written in a way that the processor has to wait for (6 ns of 44 that
/// an ID takes), and `SystemTime` takes 10 ns more.
#[inline]
fn since_unix_epoch() -> (u64, u32) {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    #[expect(unsafe_code, reason = "the one call of the system in this folder")]
    // SAFETY: the pointer is good. It cannot fail: the clock is known.
    unsafe {
        libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut time);
    }
    let Ok(seconds) = u64::try_from(time.tv_sec) else {
        return (0, 0);
    };
    // The kernel sees to it that they are less than a second.
    let nanos = time.tv_nsec as u32;
    (seconds * 1000 + u64::from(nanos / NANOS_PER_MILLI), nanos)
}

/// Unix milliseconds as people write them; `None` after the year 9999.
#[must_use]
pub fn date_of(unix: u64) -> Option<String> {
    const YEAR_10000: u64 = 253_402_300_800_000;
    let date = UNIX_EPOCH.checked_add(Duration::from_millis(unix));
    let date = date.filter(|_| unix < YEAR_10000)?;
    Some(humantime::format_rfc3339_millis(date).to_string())
}
