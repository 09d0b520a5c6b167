//! The only reader of time. Everything else is handed a [`Moment`].

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Layout;

const NANOS_PER_MILLI: u32 = 1_000_000;

/// One reading of the clock, in a layout's own milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since the layout's epoch; 0 for a clock that stands before it.
    pub timestamp: u64,
    /// Nanoseconds into that millisecond.
    pub nanos: u32,
}

impl Moment {
    /// Reads the system's clock (`CLOCK_REALTIME`).
    #[inline]
    #[must_use]
    pub fn now(layout: &Layout) -> Self {
        let since = since_unix_epoch();
        let unix = since.as_secs() * 1000 + u64::from(since.subsec_millis());
        Self {
            timestamp: unix.saturating_sub(layout.epoch()),
            nanos: since.subsec_nanos() % NANOS_PER_MILLI,
        }
    }

    /// How long until the next millisecond begins.
    #[must_use]
    pub fn until_next_millisecond(self) -> Duration {
        Duration::from_nanos(u64::from(NANOS_PER_MILLI - self.nanos))
    }

    /// A number that differs from call to call, for choices that need to be spread and not secret.
    #[must_use]
    pub fn noise(self) -> u32 {
        // Fibonacci hashing: the high bits of the product depend on every bit of `nanos`.
        self.nanos.wrapping_mul(0x9E37_79B1)
    }
}

/// Unix milliseconds, for what is not counted from a layout's epoch.
#[must_use]
pub fn unix_millis() -> u64 {
    let since = since_unix_epoch();
    since.as_secs() * 1000 + u64::from(since.subsec_millis())
}

#[inline]
fn since_unix_epoch() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
}
