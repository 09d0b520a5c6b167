//! The clock as one process looks at it, again and again.

use std::sync::atomic::{AtomicU64, Ordering};

use nix::time::{ClockId, clock_gettime};

use super::counter;
use crate::id::{Layout, Moment};

/// Remembers the millisecond that the clock showed, and for how long it shows it at the least: so most looks
/// ask the processor's counter only ([`counter`]), and yet show what the clock would.
///
/// The kernel slews its clock by 10.05 % at most (adjtimex(2): `tick` by 10 %, `freq` by 500 ppm), so seven eighths
/// of what is left of a millisecond are safe. A clock that is *set* meanwhile is noticed at the next look
/// after those, within a millisecond.
///
/// All zero is a watch that has not been looked at: it knows nothing and asks the clock. That is what a fork
/// finds (`Own`). One thread uses it; others harm no more than its accuracy.
#[repr(C)]
#[derive(Debug, Default)]
pub(super) struct Watch {
    /// The counter just before the clock was read.
    read: AtomicU64,
    /// For so many ticks from then on the clock shows the same millisecond.
    stays: AtomicU64,
    /// That millisecond, by the layout.
    timestamp: AtomicU64,
    /// How often it was before what the last look showed (since `Family::flush`).
    pub(super) went_back: AtomicU64,
    /// Ticks per ns, times [`ONE`], a little less than there are; 0 until it is known.
    rate: AtomicU64,
    /// Counter and monotonic clock, in ns, at the first look.
    first: [AtomicU64; 2],
}

const ONE: u64 = 1 << 20;

/// The rate is measured over so many ns, in which what a look takes weighs little.
const MEASURED: u64 = 1_000_000;

impl Watch {
    /// Whether watches may use the counter of this machine.
    pub(super) fn may_count() -> bool {
        counter::is_trusted()
    }

    /// The time, if the clock surely shows the same millisecond as when it was last asked.
    #[inline(always)]
    pub(super) fn glance(&self) -> Option<Moment> {
        let passed = counter::read().wrapping_sub(self.read.load(Ordering::Relaxed));
        let same = passed < self.stays.load(Ordering::Relaxed);
        same.then(|| Moment {
            timestamp: self.timestamp.load(Ordering::Relaxed),
            // The lower bits are those that differ.
            noise: passed as u32,
        })
    }

    /// Asks the clock. `counts`: [`Watch::may_count`].
    #[inline]
    pub(super) fn ask(&self, layout: &Layout, counts: bool) -> Moment {
        if !counts {
            return self.show(Moment::now(layout));
        }
        let read = counter::read();
        let (now, left) = Moment::read(layout);
        let stays = u64::from(left) * self.rate(read) / ONE * 7 / 8;
        self.read.store(read, Ordering::Relaxed);
        self.stays.store(stays, Ordering::Relaxed);
        self.show(now)
    }

    #[inline]
    fn show(&self, now: Moment) -> Moment {
        let before = self.timestamp.swap(now.timestamp, Ordering::Relaxed);
        if now.timestamp < before {
            self.went_back.fetch_add(1, Ordering::Relaxed);
        }
        now
    }

    /// `read`: the counter, just now.
    fn rate(&self, read: u64) -> u64 {
        let known = self.rate.load(Ordering::Relaxed);
        if known != 0 {
            return known;
        }
        let Some(nanos) = monotonic() else { return 0 };
        let [first_read, first_nanos] = self.first.each_ref().map(|it| it.load(Ordering::Relaxed));
        if first_nanos == 0 {
            // The counter after the clock here and before it below: the rate comes out too small, never too big,
            // however long the process is kept waiting in between.
            self.first[0].store(counter::read(), Ordering::Relaxed);
            self.first[1].store(nanos, Ordering::Relaxed);
            return 0;
        }
        let passed = nanos.saturating_sub(first_nanos);
        if passed < MEASURED {
            return 0;
        }
        let ticks = u128::from(read.saturating_sub(first_read));
        let rate = u64::try_from(ticks * u128::from(ONE) / u128::from(passed)).unwrap_or(0);
        self.rate.store(rate, Ordering::Relaxed);
        rate
    }
}

/// ns of a clock that nobody sets and nobody slews.
fn monotonic() -> Option<u64> {
    let time = clock_gettime(ClockId::CLOCK_MONOTONIC_RAW).ok()?;
    let seconds = u64::try_from(time.tv_sec()).ok()?;
    Some(seconds * 1_000_000_000 + u64::try_from(time.tv_nsec()).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUT: Layout = Layout::ARTICLE;

    #[test]
    fn a_glance_shows_what_the_clock_shows() {
        let (watch, counts) = (Watch::default(), Watch::may_count());
        let mut glances = 0_u32;
        let end = Moment::now(&LAYOUT).timestamp + 500;
        loop {
            let before = Moment::now(&LAYOUT).timestamp;
            let glance = counts.then(|| watch.glance()).flatten();
            let after = Moment::now(&LAYOUT).timestamp;
            match glance {
                Some(glance) => {
                    glances += 1;
                    assert!((before..=after).contains(&glance.timestamp));
                }
                None => assert!(watch.ask(&LAYOUT, counts).timestamp >= after),
            }
            if after > end {
                break;
            }
        }
        // Most of the looks, where the counter can be trusted.
        assert_eq!(glances > 10_000, counts, "{glances}");
    }

    #[test]
    fn a_watch_that_nobody_looked_at_and_one_without_a_counter_know_nothing() {
        let watch = Watch::default();
        assert!(watch.glance().is_none());
        for _ in 0..1000 {
            watch.ask(&LAYOUT, false);
            assert!(watch.glance().is_none());
        }
    }

    #[test]
    fn a_clock_that_goes_back_is_counted() {
        let watch = Watch::default();
        for (timestamp, back) in [(5, 0), (7, 0), (6, 1), (6, 1), (9, 1), (1, 2)] {
            let noise = 0;
            watch.show(Moment { timestamp, noise });
            assert_eq!(watch.went_back.load(Ordering::Relaxed), back);
        }
    }
}
