//! The only reader of time. Everything else is handed a [`Moment`].

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

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
        let since = since_unix_epoch();
        let unix = since.as_secs() * 1000 + u64::from(since.subsec_millis());
        let nanos = since.subsec_nanos();
        let now = Self {
            timestamp: unix.saturating_sub(layout.epoch()),
            noise: nanos,
        };
        (now, NANOS_PER_MILLI - nanos % NANOS_PER_MILLI)
    }
}

/// How long until the clock shows another millisecond.
#[must_use]
pub fn rest_of_millisecond() -> Duration {
    let nanos = since_unix_epoch().subsec_nanos();
    Duration::from_nanos(u64::from(NANOS_PER_MILLI - nanos % NANOS_PER_MILLI))
}

/// Unix milliseconds, for what is not counted from a layout's epoch.
#[must_use]
pub fn unix_millis() -> u64 {
    let since = since_unix_epoch();
    since.as_secs() * 1000 + u64::from(since.subsec_millis())
}

/// 0 before 1970. (`SystemTime` tells the same at four times the cost.)
#[inline]
fn since_unix_epoch() -> Duration {
    // It cannot fail: the clock is known and the pointer is good.
    let Ok(time) = clock_gettime(ClockId::CLOCK_REALTIME) else {
        return Duration::ZERO;
    };
    match (u64::try_from(time.tv_sec()), u32::try_from(time.tv_nsec())) {
        (Ok(seconds), Ok(nanos)) => Duration::new(seconds, nanos),
        _ => Duration::ZERO,
    }
}
